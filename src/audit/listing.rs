//! Everything that is to be read, and what a manifest says of it.

use std::io::Read;
use std::sync::Arc;

use super::Error;
use super::item::{Extent, Item, Origin};
use super::manifest::Manifest;
use super::outcome::Finding;
use super::place::Kind;
use super::seals::PublicKeys;
use super::source::{Beside, Source};
use super::teller::Teller;

/// Lists the files of all sources in order, and tells what is there or listed in a manifest, but not both.
pub(super) fn list<'a>(
    sources: &'a [Box<dyn Source>],
    keys: Option<&PublicKeys>,
    teller: &mut Teller,
) -> Result<Vec<Item<'a>>, Error> {
    let mut items = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let mut manifest = manifest(&**source, teller)?;
        let objects = objects(&**source)?;
        let origin = Arc::new(Origin {
            number,
            keys: public_keys(&**source, keys, teller)?,
            bucket: source.bucket().map(str::to_owned).or(manifest.as_ref().and_then(|file| file.bucket.clone())),
            extent: match (&manifest, source.bucket()) {
                (Some(_), _) => Extent::Listed,
                (None, Some(_)) => Extent::Bucket,
                (None, None) if source.is_one_file() => Extent::OneFile,
                (None, None) => Extent::Part,
            },
            has_digests: objects.iter().any(|(key, _)| Kind::of(&source.place(key)) == Kind::Digest),
        });
        for (key, size) in objects {
            let shown: Arc<str> = if sources.len() == 1 { key.as_str().into() } else { source.place(&key).into() };
            let kind = match Kind::of(&source.place(&key)) {
                Kind::Other if source.is_one_file() => Kind::Log,
                kind => kind,
            };
            count(kind, teller);
            let listed = manifest.as_mut().and_then(|manifest| manifest.objects.remove(&key));
            if manifest.is_some() && listed.is_none() && kind != Kind::Other {
                teller.finding(&Finding::of_file(&shown, "is not listed in the manifest"))?;
            }
            if matches!(kind, Kind::Log | Kind::Digest) || listed.is_some() {
                items.push(Item { source: &**source, key, shown, kind, size, origin: Arc::clone(&origin), listed });
            }
        }
        for key in manifest.into_iter().flat_map(|manifest| manifest.objects.into_keys()) {
            teller.finding(&Finding::of_file(&key.into(), "is listed in the manifest and not there"))?;
        }
    }
    Ok(items)
}

fn objects(source: &dyn Source) -> Result<Vec<(String, u64)>, Error> {
    let mut objects = Vec::new();
    source.list(&mut |key, size| objects.push((key.to_owned(), size)))?;
    objects.sort_unstable();
    Ok(objects)
}

fn manifest(source: &dyn Source, teller: &mut Teller) -> Result<Option<Manifest>, Error> {
    let Some(Beside { name, bytes }) = source.manifest()? else { return Ok(None) };
    let read = Manifest::read(name, bytes);
    let (manifest, findings) = read.map_err(|cause| Error::Read { place: source.place(name), cause })?;
    findings.iter().try_for_each(|finding| teller.finding(finding))?;
    teller.outcome.manifest = true;
    Ok(Some(manifest))
}

/// The keys that were asked for, or those beside the source.
fn public_keys(
    source: &dyn Source,
    keys: Option<&PublicKeys>,
    teller: &mut Teller,
) -> Result<Option<PublicKeys>, Error> {
    if let Some(keys) = keys {
        return Ok(Some(keys.clone()));
    }
    let Some(Beside { name, mut bytes }) = source.public_keys()? else { return Ok(None) };
    let mut text = String::new();
    bytes.read_to_string(&mut text).map_err(|cause| Error::Read { place: source.place(name), cause })?;
    match PublicKeys::read(&text) {
        Ok(keys) => Ok(Some(keys)),
        Err(what) => teller.finding(&Finding::of_file(&name.into(), what)).map(|()| None),
    }
}

/// Counts what is not looked into.
fn count(kind: Kind, teller: &mut Teller) {
    match kind {
        Kind::Log | Kind::Digest => {}
        Kind::Insight => teller.outcome.insights += 1,
        Kind::Other => teller.outcome.others += 1,
    }
}
