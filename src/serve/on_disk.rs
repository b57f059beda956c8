//! A bucket that lies in a directory: keys are paths below it.
//!
//! A file has no headers. Those of a trail's own objects are in its manifest; those of objects that were put here
//! lie in `DIR/.mocktrail/headers/`. Everything else gets the headers that its name suggests.

use std::fs::{self, File};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use lru::LruCache;
use md5::{Digest, Md5};

use crate::clock::Time;
use crate::delivery::{self, Destination, OURS, check};
use crate::hex::hex;
use crate::serve::bucket::{About, Bucket, Content, Stored, Trouble, etag};
use crate::serve::listed::Listed;
use crate::trail::{Headers, Object};

/// So many `ETag`s are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1 << 16).expect("it is not 0");

/// The bucket in a directory.
#[derive(Debug)]
pub(crate) struct OnDisk {
    root: PathBuf,
    destination: delivery::Directory,
    listed: Listed,
    /// `ETag`s by key, with length and time of the file that they are of.
    etags: Mutex<LruCache<String, (u64, Time, String)>>,
}

impl OnDisk {
    /// The bucket in a directory, with what its manifests say.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        let listed = Listed::read(&root.join(OURS))?;
        let destination = delivery::Directory::new(root, true);
        Ok(Self { root: root.to_owned(), destination, listed, etags: Mutex::new(LruCache::new(REMEMBERED)) })
    }

    fn path(&self, key: &str) -> Result<PathBuf, Trouble> {
        check(key).map_err(|error| Trouble::Key(error.to_string()))?;
        Ok(self.root.join(key))
    }

    /// Where the headers of an object lie that was put here.
    fn headers_path(&self, key: &str) -> PathBuf {
        self.root.join(OURS).join("headers").join(format!("{key}.json"))
    }

    /// The length of a file and when it was written; `None` when there is no such file.
    fn look(path: &Path) -> Result<Option<(u64, Time)>, Trouble> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(Some((metadata.len(), time_of(metadata.modified()?)))),
            Ok(_) => Ok(None),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn about(&self, key: &str, path: &Path) -> Result<Option<About>, Trouble> {
        let Some((size, written)) = Self::look(path)? else { return Ok(None) };
        let (headers, modified) = self.headers(key, size)?;
        let etag = self.etag(key, path, size, written)?;
        Ok(Some(About { size, etag, modified: modified.unwrap_or(written), headers }))
    }

    /// The headers of an object, and when it was delivered if that is known.
    fn headers(&self, key: &str, size: u64) -> Result<(Headers, Option<Time>), Trouble> {
        match fs::read(self.headers_path(key)) {
            Ok(text) => return Ok((serde_json::from_slice(&text).map_err(io::Error::from)?, None)),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error.into()),
        }
        match self.listed.find(key)? {
            Some(line) if line.bytes == size => Ok((line.headers.clone(), line.delivered_at())),
            _ => Ok((suggested(key), None)),
        }
    }

    fn etag(&self, key: &str, path: &Path, size: u64, written: Time) -> Result<String, Trouble> {
        let known = || self.etags.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, etag)) = known().get(key).filter(|known| (known.0, known.1) == (size, written)) {
            return Ok(etag.clone());
        }
        let mut hasher = Md5::new();
        io::copy(&mut File::open(path)?, &mut HashWriter(&mut hasher))?;
        let etag = hex(&hasher.finalize());
        known().put(key.to_owned(), (size, written, etag.clone()));
        Ok(etag)
    }

    fn keep_headers(&self, key: &str, headers: &Headers) -> io::Result<()> {
        let path = self.headers_path(key);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, serde_json::to_vec(headers)?)
    }
}

impl Bucket for OnDisk {
    fn walk(&self, from: &[u8], prefix: &str, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Trouble> {
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !folder.is_empty() && check(folder).is_err() {
            return Ok(());
        }
        let above = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        visit(&self.root.join(folder), &above, from, prefix, each)?;
        Ok(())
    }

    fn head(&self, key: &str) -> Result<Option<About>, Trouble> {
        self.about(key, &self.path(key)?)
    }

    fn get(&self, key: &str) -> Result<Option<Stored>, Trouble> {
        let path = self.path(key)?;
        let about = self.about(key, &path)?;
        Ok(about.map(|about| Stored { about, body: Content::File(path) }))
    }

    fn put(&self, object: Object, _: Time) -> Result<String, Trouble> {
        self.path(&object.key)?;
        self.keep_headers(&object.key, &object.headers)?;
        let etag = etag(&object.body);
        let fate = Arc::new(Mutex::new(None));
        let told = Arc::clone(&fate);
        let report = move |done| *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        self.destination.put(object, Box::new(report));
        let fate = fate.lock().unwrap_or_else(PoisonError::into_inner).take();
        fate.expect("a directory reports before `put` returns").map_err(|error| match error {
            error @ delivery::Error::Key { .. } => Trouble::Key(error.to_string()),
            error => io::Error::other(error.to_string()).into(),
        })?;
        Ok(etag)
    }

    fn delete(&self, key: &str) -> Result<(), Trouble> {
        remove(&self.path(key)?, &self.root)?;
        remove(&self.headers_path(key), &self.root.join(OURS))?;
        Ok(())
    }
}

/// Removes a file, and the folders above it that it leaves empty.
fn remove(path: &Path, root: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if is_absent(&error) || path.is_dir() => return Ok(()),
        done => done?,
    }
    // The first folder that still holds something ends it.
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Visits the files below a folder, whose path as a key is `above`, in the order of keys; false when `each` has had enough.
fn visit(
    folder: &Path,
    above: &str,
    from: &[u8],
    prefix: &str,
    each: &mut dyn FnMut(&str) -> bool,
) -> io::Result<bool> {
    for name in names(folder)? {
        let key = format!("{above}{name}");
        let goes_on = match key.ends_with('/') {
            true => {
                let concerned = key.starts_with(prefix) || prefix.starts_with(&key);
                let is_over = key.as_bytes() < from && !from.starts_with(key.as_bytes());
                let skipped = !concerned || is_over || (above.is_empty() && name.strip_suffix('/') == Some(OURS));
                skipped || visit(&folder.join(&name), &key, from, prefix, each)?
            }
            false => !key.starts_with(prefix) || key.as_bytes() < from || each(&key),
        };
        if !goes_on {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The names in a folder, directories with a slash, in the order of the keys below; none when there is no such folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        // A name that is no text cannot be asked for.
        let Ok(name) = entry.file_name().into_string() else { continue };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => names.push(format!("{name}/")),
            Ok(kind) if kind.is_file() => names.push(name),
            _ => {}
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename)
}

fn time_of(time: SystemTime) -> Time {
    Time(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}

/// The headers of a file that nobody has said anything about.
fn suggested(key: &str) -> Headers {
    let (content_type, content_encoding) = match key.ends_with(".json.gz") {
        true => ("application/json", "gzip"),
        false => ("binary/octet-stream", ""),
    };
    Headers { content_type: content_type.into(), content_encoding: content_encoding.into(), ..Headers::default() }
}

struct HashWriter<'a>(&'a mut Md5);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::serve::page::{Wanted, list};

    fn object(key: &str, body: &[u8]) -> Object {
        let metadata = BTreeMap::from([("signature".to_owned(), "00ff".to_owned())]);
        let headers = Headers { content_type: "text/plain".into(), metadata, ..Headers::default() };
        Object { key: key.into(), body: body.to_vec(), sha256: None, headers }
    }

    #[test]
    fn what_is_put_is_there_with_its_headers_until_it_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let bucket = OnDisk::open(place.path()).unwrap();
        let put = object("a/b.json.gz", b"body");
        assert_eq!(bucket.put(put.clone(), Time(0)).unwrap(), "841a2d689ad86bd1611447453c22c6fc");
        let about = bucket.head("a/b.json.gz").unwrap().unwrap();
        assert_eq!((about.size, &*about.etag, about.headers), (4, "841a2d689ad86bd1611447453c22c6fc", put.headers));
        bucket.put(object("a/b.json.gz", b"other body"), Time(0)).unwrap();
        assert_eq!(bucket.head("a/b.json.gz").unwrap().unwrap().size, 10);
        bucket.delete("a/b.json.gz").unwrap();
        bucket.delete("a/b.json.gz").unwrap();
        assert!(bucket.get("a/b.json.gz").unwrap().is_none() && !place.path().join("a").exists());
        fs::create_dir_all(place.path().join("c")).unwrap();
        fs::write(place.path().join("c/d.json.gz"), "x").unwrap();
        assert_eq!(bucket.head("c/d.json.gz").unwrap().unwrap().headers.content_encoding, "gzip");
        assert!(bucket.head("c").unwrap().is_none() && bucket.head("c/d.json.gz/e").unwrap().is_none());
    }

    /// `a/` lies behind `a-b` and before `a0`, though `a` alone would lie before both.
    #[test]
    fn files_are_listed_in_the_order_of_keys_and_our_own_are_not() {
        let place = tempfile::tempdir().unwrap();
        let bucket = OnDisk::open(place.path()).unwrap();
        let keys = ["a-b", "a/b", "a/b-c/d", "a/c", "a0", "b/.mocktrail/x", "ä"];
        for key in keys.iter().rev() {
            bucket.put(object(key, b""), Time(0)).unwrap();
        }
        for most in 1..9 {
            let mut wanted = Wanted { most, ..Wanted::default() };
            let mut found = Vec::new();
            loop {
                let page = list(&bucket, &wanted).unwrap();
                found.extend(page.contents.into_iter().map(|(key, _)| key));
                match page.next {
                    None => break,
                    next => wanted.after = next,
                }
            }
            assert_eq!(found, keys);
        }
    }

    #[test]
    fn nobody_leaves_the_directory() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("secret"), "").unwrap();
        let bucket = OnDisk::open(&place.path().join("trail")).unwrap();
        bucket.put(object("a", b""), Time(0)).unwrap();
        for key in
            ["../secret", "a/../../secret", "/etc/passwd", ".mocktrail/headers/a.json", "a\0b", ".", "", "a/", "a//b"]
        {
            assert!(matches!(bucket.get(key), Err(Trouble::Key(_))), "{key}");
            assert!(matches!(bucket.put(object(key, b""), Time(0)), Err(Trouble::Key(_))), "{key}");
            assert!(matches!(bucket.delete(key), Err(Trouble::Key(_))), "{key}");
        }
        for prefix in ["../", "../s", ".mocktrail/", "/", "a/../../"] {
            bucket.walk(b"", prefix, &mut |key| panic!("{prefix} lists {key}")).unwrap();
        }
    }
}
