//! One damage done: bytes, lines of the manifest, and what is to be expected.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::error::Error;
use super::manifest::{Manifest, Object};
use super::name::{Name, a_minute_before};
use super::pick::{neighbours, pick};
use super::{Kind, digest, expect, log};
use crate::clock::Time;
use crate::hex::hex;
use crate::scenario::span;
use crate::seed::{Key, Seed};
use crate::trail::{Fault, KeyPair, KeySource, pack};

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The directory of the trail.
    pub place: &'a Path,
    /// The kind of damage.
    pub kind: Kind,
    /// The object; else the seed draws one.
    pub key: Option<&'a str>,
    /// What the draws start from.
    pub seed: u64,
    /// The private key that signed the trail, as the text of a PEM file, where it is the user's own.
    pub signing_key: Option<&'a str>,
}

/// What became of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Damaged {
    /// Where it lies, or lay.
    pub key: String,
    /// Where it lay before, if it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// The kind of damage.
    pub fault: &'static str,
    /// The lines that `aws cloudtrail validate-logs` prints about it.
    pub expect: Vec<String>,
}

/// Damages one object of a trail, or for a gap several digests, and writes it into the manifest.
///
/// # Errors
///
/// [`Error`] says why it cannot be done; nothing was changed then, unless something could not be written.
pub fn damage(wanted: &Wanted) -> Result<Vec<Damaged>, Error> {
    let mut manifest = Manifest::read(wanted.place)?;
    let draws = Seed(wanted.seed).key("damage").named(crate::seed::name(wanted.kind.name()));
    let (victims, has_follower) = victims(&manifest, wanted, draws)?;
    let pair = victims.first().map(|victim| key_pair(&manifest, wanted, victim, draws)).transpose()?.flatten();
    let mut done = Vec::new();
    for (number, victim) in victims.iter().enumerate() {
        let change = Change { manifest: &manifest, wanted, victim, pair: pair.as_ref(), draws };
        // The validator goes on from the newest of the digests that are gone.
        let is_missed = expect::is_missed(wanted.kind, has_follower) && number == 0;
        let (line, damaged) = change.make(is_missed)?;
        manifest.replace(victim, &line);
        done.push(damaged);
    }
    manifest.write()?;
    Ok(done)
}

/// The objects to be damaged, and whether a digest follows that names the first.
fn victims(manifest: &Manifest, wanted: &Wanted, draws: Key) -> Result<(Vec<Object>, bool), Error> {
    let objects: Vec<&Object> = manifest.objects().collect();
    let place = pick(&objects, wanted, draws)?;
    let (before, after) = neighbours(&objects, place);
    let others = if wanted.kind == Kind::DigestGap { &before[..Kind::GAP - 1] } else { &[] };
    let victims = std::iter::once(&place).chain(others).map(|place| objects[*place].clone()).collect();
    Ok((victims, after.is_some()))
}

/// The key that signs the damaged digest, where it is signed anew.
fn key_pair(manifest: &Manifest, wanted: &Wanted, victim: &Object, draws: Key) -> Result<Option<KeyPair>, Error> {
    let Some(name) = Name::of_digest(&victim.key) else { return Ok(None) };
    let header = manifest.header();
    let lifetime = || span(&header.scenario.trail.key_lifetime).map_or(i64::MAX / 4, |span| span.0);
    let source = match (wanted.kind, wanted.signing_key, &header.scenario.trail.signing_key) {
        (Kind::DigestUnknownKey, _, _) => KeySource::Seed { key: draws, lifetime: lifetime() },
        (Kind::DigestWrongPreviousSignature, Some(pem), _) => {
            KeySource::user(pem).map_err(|error| Error::Key(error.to_string()))?
        }
        (Kind::DigestWrongPreviousSignature, None, Some(_)) => return Err(Error::NoKey(wanted.kind)),
        (Kind::DigestWrongPreviousSignature, None, None) => KeySource::of_seed(Seed(header.seed), lifetime()),
        _ => return Ok(None),
    };
    let stamp = &manifest.line(victim)["headers"]["metadata"]["backfill-generation-timestamp"];
    let made = stamp.as_str().and_then(|text| Time::parse(text, Time(0))).unwrap_or(name.end);
    Ok(Some(source.at(name.region, made)))
}

/// The damage of one object.
struct Change<'a> {
    manifest: &'a Manifest,
    wanted: &'a Wanted<'a>,
    victim: &'a Object,
    pair: Option<&'a KeyPair>,
    draws: Key,
}

impl Change<'_> {
    /// Does it; gives the new line of the manifest.
    fn make(&self, is_missed: bool) -> Result<(Value, Damaged), Error> {
        let (kind, key) = (self.wanted.kind, &self.victim.key);
        let mut line = self.manifest.line(self.victim);
        let fingerprint = match kind {
            Kind::LogDeleted | Kind::DigestDeleted | Kind::DigestGap => self.remove(key).map(|()| None)?,
            Kind::DigestMoved => self.relocate(key).map(|()| None)?,
            kind if kind.is_of_log() => self.log(&mut line).map(|()| None)?,
            _ => self.digest(&mut line)?,
        };
        let damaged = self.told(is_missed, fingerprint.as_deref());
        line["key"] = json!(damaged.key);
        line["faults"] = json!([Fault::new(kind.name())]);
        line["expect"] = json!(damaged.expect);
        if let Some(from) = &damaged.moved_from {
            line["movedFrom"] = json!(from);
        }
        Ok((line, damaged))
    }

    /// What the validator says.
    fn told(&self, is_missed: bool, fingerprint: Option<&str>) -> Damaged {
        let (kind, key) = (self.wanted.kind, &self.victim.key);
        let trail = &self.manifest.header().scenario.trail;
        let line = |key: &str, verdict: &str| expect::line(&trail.bucket, key, kind.is_of_log(), verdict);
        let expect = match kind {
            Kind::DigestWrongPreviousSignature => Vec::new(),
            // Nobody looks for what no digest lists.
            _ if kind.is_of_log() && !trail.digests => Vec::new(),
            Kind::DigestMoved => {
                let gone = is_missed.then(|| line(key, Kind::DigestDeleted.verdict()));
                gone.into_iter().chain([line(&moved(key), kind.verdict())]).collect()
            }
            Kind::DigestUnknownKey => {
                vec![line(key, &expect::unknown_key(key, fingerprint.unwrap_or_default()))]
            }
            _ if is_missed => vec![line(key, kind.verdict())],
            _ => Vec::new(),
        };
        let is_moved = kind == Kind::DigestMoved;
        Damaged {
            key: if is_moved { moved(key) } else { key.clone() },
            moved_from: is_moved.then(|| key.clone()),
            fault: kind.name(),
            expect,
        }
    }

    fn log(&self, line: &mut Value) -> Result<(), Error> {
        let bytes = self.read()?;
        let raw = self.unpacked(&bytes)?;
        let Some(damaged) = log::damaged(self.wanted.kind, &bytes, &raw, self.draws) else { return Ok(()) };
        if self.wanted.kind == Kind::LogEdited {
            measure_raw(line, &unpack(&damaged).unwrap_or_default());
        }
        self.store(line, &damaged)
    }

    fn digest(&self, line: &mut Value) -> Result<Option<String>, Error> {
        let (kind, key) = (self.wanted.kind, &self.victim.key);
        if kind == Kind::DigestMetadataMissing {
            if let Some(metadata) = line["headers"]["metadata"].as_object_mut() {
                metadata.remove("signature");
                metadata.remove("signature-algorithm");
            }
            return Ok(None);
        }
        let raw = self.unpacked(&self.read()?)?;
        let bucket = &self.manifest.header().scenario.trail.bucket;
        let digest = digest::damaged(kind, key, bucket, raw, self.pair, self.draws);
        if let Some(signature) = digest.signature {
            line["headers"]["metadata"]["signature"] = json!(signature);
        }
        measure_raw(line, digest.raw.as_bytes());
        self.store(line, &pack(digest.raw.as_bytes()).bytes)?;
        Ok(digest.fingerprint)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.wanted.place.join(key)
    }

    fn read(&self) -> Result<Vec<u8>, Error> {
        let path = self.path(&self.victim.key);
        fs::read(&path).map_err(|cause| Error::Read { path, cause })
    }

    fn unpacked(&self, bytes: &[u8]) -> Result<String, Error> {
        let why = "its bytes are not those that the manifest lists";
        let unfit = || Error::Unfit { key: self.victim.key.clone(), kind: self.wanted.kind, why: why.into() };
        unpack(bytes).and_then(|raw| String::from_utf8(raw).ok()).ok_or_else(unfit)
    }

    fn remove(&self, key: &str) -> Result<(), Error> {
        let path = self.path(key);
        fs::remove_file(&path).map_err(|cause| Error::Write { path, cause })
    }

    fn relocate(&self, key: &str) -> Result<(), Error> {
        let path = self.path(&moved(key));
        let folder = path.parent().expect("keys have folders");
        let moved = fs::create_dir_all(folder).and_then(|()| fs::rename(self.path(key), &path));
        moved.map_err(|cause| Error::Write { path, cause })
    }

    /// Replaces the bytes of the object at once, and says so in its line.
    fn store(&self, line: &mut Value, bytes: &[u8]) -> Result<(), Error> {
        line["bytes"] = json!(bytes.len());
        line["sha256"] = json!(hex(&Sha256::digest(bytes)));
        let path = self.path(&self.victim.key);
        let folder = path.parent().expect("keys have folders");
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(bytes)?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|cause| Error::Write { path: path.clone(), cause })
    }
}

/// What the line says of the bytes before compression.
fn measure_raw(line: &mut Value, raw: &[u8]) {
    line["rawBytes"] = json!(raw.len());
    line["rawCrc32"] = json!(format!("{:08x}", crc32fast::hash(raw)));
    if line.get("rawSha256").is_some() {
        line["rawSha256"] = json!(hex(&Sha256::digest(raw)));
    }
}

fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut raw = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut raw).ok().map(|_| raw)
}

fn moved(key: &str) -> String {
    a_minute_before(key).unwrap_or_else(|| key.to_owned())
}
