//! A directory that looks like the bucket: keys are paths below it.
//!
//! Every file is written under a temporary name and moved (`partial`), so a killed run leaves nothing
//! half-done under a final name. Files are not forced to the disk one by one: after a power cut, as opposed
//! to a kill, run the same command again.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::{PathPersistError, TempPath};

use super::partial::{Unfinished, Writer};
use super::{Delivered, Destination, Error, Found, Object, Report};

/// Our own folder below the directory; no key may lie in it.
pub(crate) const OURS: &str = ".mocktrail";

/// Puts objects below a directory, in the thread that calls `put`.
///
/// Headers are not kept: a file has none. They are in the manifest.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    overwrite: bool,
    writer: Mutex<Option<Arc<Writer>>>,
    written: AtomicBool,
    stopped: AtomicBool,
}

impl Directory {
    /// The directory at `path`, which [`Destination::prepare`] makes if need be; `overwrite` replaces files
    /// with other bytes.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, overwrite: bool) -> Self {
        Self {
            root: path.into(),
            overwrite,
            writer: Mutex::new(None),
            written: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    fn deliver(&self, object: &Object) -> Result<Delivered, Error> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        check(&object.key)?;
        let path = self.root.join(&object.key);
        match self.look(&path, &object.body)? {
            Found::Same => Ok(Delivered::AlreadyThere),
            Found::Nothing | Found::Different => self.write(&path, &object.body),
        }
    }

    /// What lies there; something different is an error unless it may be replaced.
    fn look(&self, path: &Path, body: &[u8]) -> Result<Found, Error> {
        match compare(path, body).map_err(|cause| Error::Read { path: path.to_owned(), cause })? {
            Found::Different if !self.overwrite => Err(Error::Foreign { place: path.display().to_string() }),
            found => Ok(found),
        }
    }

    fn write(&self, path: &Path, body: &[u8]) -> Result<Delivered, Error> {
        let failed = |cause, removed| Error::Write { path: path.to_owned(), cause, removed };
        let partial = self.writer()?.write(body).map_err(|Unfinished { cause, removed }| failed(cause, removed))?;
        match self.move_to(partial, path)? {
            Ok(()) => {
                self.written.store(true, Ordering::Relaxed);
                Ok(Delivered::Written)
            }
            // Another process was faster; what it wrote decides.
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && self.look(path, body)? == Found::Same => {
                Ok(Delivered::AlreadyThere)
            }
            Err(cause) => Err(failed(cause, true)),
        }
    }

    /// Moves the file, making the directory above it when it turns out to be missing: all but the first
    /// file of a day cost no look at it.
    fn move_to(&self, partial: TempPath, path: &Path) -> Result<io::Result<()>, Error> {
        match self.try_move(partial, path) {
            Err(PathPersistError { error, path: partial }) if error.kind() == io::ErrorKind::NotFound => {
                self.make(path.parent().unwrap_or(path))?;
                Ok(self.try_move(partial, path).map_err(|error| error.error))
            }
            done => Ok(done.map_err(|error| error.error)),
        }
    }

    fn try_move(&self, partial: TempPath, path: &Path) -> Result<(), PathPersistError> {
        if self.overwrite {
            return partial.persist(path);
        }
        match partial.persist_noclobber(path) {
            // A file system that can neither rename without replacing nor link: the look before must do.
            Err(PathPersistError { error, path: partial })
                if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) =>
            {
                partial.persist(path)
            }
            done => done,
        }
    }

    /// This process's writer, signed in on first use.
    fn writer(&self) -> Result<Arc<Writer>, Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = &*writer {
            return Ok(Arc::clone(writer));
        }
        let folder = self.root.join(OURS).join("partial");
        self.make(&folder)?;
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let signed = Writer::sign_in(&folder).map_err(|cause| Error::Write { path: folder, cause, removed: false })?;
        Ok(Arc::clone(writer.insert(Arc::new(signed))))
    }

    fn make(&self, directory: &Path) -> Result<(), Error> {
        fs::create_dir_all(directory).map_err(|cause| Error::CreateDirectory {
            path: refused(directory),
            cause,
            untouched: !self.written.load(Ordering::Relaxed),
        })
    }
}

impl Destination for Directory {
    fn prepare(&self) -> Result<(), Error> {
        self.writer().map(drop)
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !folder.is_empty() && check(folder).is_err() {
            return Ok(());
        }
        walk(&self.root.join(folder), folder, prefix, each).map(drop)
    }

    fn put(&self, object: Object, report: Report) {
        report(self.deliver(&object));
    }

    /// Nothing is under way; signs out, so that no trace is left beside the trail.
    fn finish(&self) {
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }
}

/// Refuses a key that would leave the directory, lie in our own folder, or name no file.
pub(crate) fn check(key: &str) -> Result<(), Error> {
    let fault = if key.split('/').next() == Some(OURS) {
        Some("`.mocktrail` belongs to mocktrail")
    } else {
        key.split('/').find_map(|part| match part {
            "" => Some("it has an empty part"),
            "." | ".." => Some("it has a part `.` or `..`"),
            part if part.contains('\0') => Some("it has a zero byte"),
            part if !is_one_name(part) => Some("a part of it is no file name on this system"),
            _ => None,
        })
    };
    fault.map_or(Ok(()), |fault| Err(Error::Key { key: key.to_owned(), fault }))
}

/// Whether the system sees the part as one plain name (on Windows, `a\b` and `C:` are not).
fn is_one_name(part: &str) -> bool {
    let mut components = Path::new(part).components();
    matches!(components.next(), Some(Component::Normal(name)) if name == part) && components.next().is_none()
}

/// Compares a file with the bytes it ought to have, reading no more than needed.
fn compare(path: &Path, body: &[u8]) -> io::Result<Found> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Found::Nothing);
        }
        Err(error) => return Err(error),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() != body.len() as u64 {
        return Ok(Found::Different);
    }
    let mut rest = body;
    let mut chunk = [0; 16 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 if rest.is_empty() => return Ok(Found::Same),
            0 => return Ok(Found::Different),
            read => match rest.strip_prefix(&chunk[..read]) {
                Some(tail) => rest = tail,
                None => return Ok(Found::Different),
            },
        }
    }
}

/// The part of the path that could not be made: the first that does not exist or is no directory.
fn refused(directory: &Path) -> PathBuf {
    let mut above: Vec<&Path> = directory.ancestors().filter(|path| !path.as_os_str().is_empty()).collect();
    above.reverse();
    above.into_iter().find(|path| !path.is_dir()).unwrap_or(directory).to_owned()
}

/// Visits the files in `folder`, whose key is `key`, that begin with `prefix`; false when `each` said stop.
fn walk(folder: &Path, key: &str, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<bool, Error> {
    for (name, metadata) in entries(folder).map_err(|cause| Error::Read { path: folder.to_owned(), cause })? {
        let below = if key.is_empty() { name.clone() } else { format!("{key}/{name}") };
        let wanted = below.starts_with(prefix);
        let goes_on = if metadata.is_dir() && below != OURS && (wanted || prefix.starts_with(&below)) {
            walk(&folder.join(&name), &below, prefix, each)?
        } else {
            metadata.is_dir() || !wanted || each(&below, metadata.len())
        };
        if !goes_on {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The names in a directory in order; none when there is no such directory.
fn entries(folder: &Path) -> io::Result<Vec<(String, fs::Metadata)>> {
    let listing = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing?,
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry?;
        match entry.metadata() {
            // Removed since.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            metadata => entries.push((entry.file_name().to_string_lossy().into_owned(), metadata?)),
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that would lie outside the directory, or nowhere, are refused before anything is touched.
    #[test]
    fn keys_that_are_no_paths_below_are_refused() {
        for (key, fault) in [
            ("../a", "it has a part `.` or `..`"),
            ("a/../b", "it has a part `.` or `..`"),
            ("a/./b", "it has a part `.` or `..`"),
            ("/a", "it has an empty part"),
            ("a//b", "it has an empty part"),
            ("a/", "it has an empty part"),
            ("", "it has an empty part"),
            ("a\0b", "it has a zero byte"),
            (".mocktrail/manifest.jsonl", "`.mocktrail` belongs to mocktrail"),
        ] {
            let error = check(key).unwrap_err();
            assert!(matches!(error, Error::Key { fault: found, .. } if found == fault), "{key}: {error}");
        }
        assert_eq!(check("/a").unwrap_err().to_string(), "cannot use the key `/a` as a path: it has an empty part");
        for key in ["a", "AWSLogs/o-example/111122223333/CloudTrail/x_y-z.json.gz", "a/..b/c..", "ä/ö +%.gz"] {
            assert!(check(key).is_ok(), "{key}");
        }
    }

    #[test]
    fn a_file_where_a_directory_should_be_is_named() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("trail");
        fs::write(&file, "").unwrap();
        let error = Directory::new(file.join("below"), false).prepare().unwrap_err();
        let Error::CreateDirectory { path, untouched: true, .. } = error else { panic!("{error}") };
        assert_eq!(path, file);
    }

    #[test]
    fn comparing_reads_the_bytes() {
        let place = tempfile::tempdir().unwrap();
        let body: Vec<u8> = (0..50_000_u32).map(|i| i.to_le_bytes()[0]).collect();
        let path = place.path().join("file");
        assert_eq!(compare(&path, &body).unwrap(), Found::Nothing);
        assert_eq!(compare(&path.join("below"), &body).unwrap(), Found::Nothing);
        assert_eq!(compare(place.path(), &body).unwrap(), Found::Different);
        fs::write(&path, &body).unwrap();
        assert_eq!(compare(&path, &body).unwrap(), Found::Same);
        assert_eq!(compare(&path, &body[1..]).unwrap(), Found::Different);
        let mut other = body.clone();
        other[49_999] ^= 1;
        assert_eq!(compare(&path, &other).unwrap(), Found::Different);
    }

    #[test]
    fn listing_stays_below_and_leaves_our_own_files_out() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("trail");
        let directory = Directory::new(&root, false);
        directory.prepare().unwrap();
        fs::write(root.join(".mocktrail").join("manifest.jsonl"), "").unwrap();
        fs::write(place.path().join("outside"), "").unwrap();
        for prefix in ["", "../", ".mocktrail/", ".mocktrail", "a/../../"] {
            let each = &mut |key: &str, _| panic!("{prefix} lists {key}");
            directory.list(prefix, each).unwrap();
        }
    }
}
