//! Files on their way: written under a temporary name, then moved to the final one.
//!
//! They lie in `DIR/.mocktrail/partial/`. Several processes may write to one directory (the shards of a
//! run), on one machine or in containers that all call themselves process 1, so a process id does not
//! tell whether a leftover is alive. A lock does: every [`Writer`] holds one on `<writer>.lock` as long as
//! it lives, the kernel drops it when the process dies, and whoever can take it may clear the files
//! `<writer>.*` away. Where the file system knows no locks, leftovers stay.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempPath;

/// One process's right to have unfinished files in a directory; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    folder: PathBuf,
    name: String,
    next: AtomicU64,
    lock: Option<File>,
}

/// A file that could not be finished, and whether what there was of it has been removed.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub(super) cause: io::Error,
    pub(super) removed: bool,
}

impl Writer {
    /// Clears away what dead writers left in `folder`, which must be absolute, and signs a new one in.
    pub(super) fn sign_in(folder: &Path) -> io::Result<Self> {
        for _ in 0..3 {
            match Self::try_sign_in(folder) {
                // The last writer to leave has removed the folder in between.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => return done,
            }
        }
        Self::try_sign_in(folder)
    }

    fn try_sign_in(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        sweep(folder)?;
        let prefix = format!("{}-", std::process::id());
        // Locked before it gets the name that others look for: nobody ever sees it without its lock.
        let new = tempfile::Builder::new().prefix(&prefix).suffix(".new").rand_bytes(8).tempfile_in(folder)?;
        // Without locks on this file system nobody else can take it either, so nothing is swept.
        let _ = new.as_file().lock();
        let name = stem(new.path());
        let lock = new.persist_noclobber(folder.join(format!("{name}.lock"))).map_err(|error| error.error)?;
        Ok(Self { folder: folder.to_owned(), name, next: AtomicU64::new(0), lock: Some(lock) })
    }

    /// Writes the bytes into a new unfinished file, to be moved by the caller; dropping it removes it.
    pub(super) fn write(&self, body: &[u8]) -> Result<TempPath, Unfinished> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{}.{number}", self.name));
        let unbegun = |cause| Unfinished { cause, removed: false };
        let mut file = File::options().write(true).create_new(true).open(&path).map_err(unbegun)?;
        let path = TempPath::try_from_path(path).map_err(unbegun)?;
        match file.write_all(body) {
            Ok(()) => Ok(path),
            Err(cause) => Err(Unfinished { cause, removed: path.close().is_ok() }),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.folder.join(format!("{}.lock", self.name)));
        self.lock = None;
        // Succeeds only for the last one.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Removes the files of every writer whose lock is free.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            bury(folder, &path)?;
        }
    }
    Ok(())
}

/// Removes what one writer left, if it is dead: its lock last, so that a killed sweep can be repeated.
fn bury(folder: &Path, lock: &Path) -> io::Result<()> {
    let Ok(file) = File::open(lock) else { return Ok(()) };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return Ok(()),
    }
    let mine = format!("{}.", stem(lock));
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path != lock && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&mine)) {
            remove(&path)?;
        }
    }
    remove(lock)
}

/// Removes a file that another process may be removing too.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// What a killed process leaves is cleared away; what a living one holds is not.
    #[test]
    fn leftovers_of_the_dead_go_and_those_of_the_living_stay() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("partial");
        let living = Writer::sign_in(&folder).unwrap();
        let held = living.write(b"half").unwrap();
        for name in ["1-dead.lock", "1-dead.0", "1-dead.17", "1-deadly.0"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        let second = Writer::sign_in(&folder).unwrap();
        let mut expected = vec![
            "1-deadly.0".to_owned(),
            format!("{}.0", living.name),
            format!("{}.lock", living.name),
            format!("{}.lock", second.name),
        ];
        expected.sort();
        assert_eq!(names(&folder), expected);
        drop(held);
    }

    /// A clean run leaves no trace.
    #[test]
    fn the_last_writer_takes_the_folder_away() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("partial");
        let first = Writer::sign_in(&folder).unwrap();
        let second = Writer::sign_in(&folder).unwrap();
        drop(first);
        assert_eq!(names(&folder), [format!("{}.lock", second.name)]);
        drop(second);
        assert!(!folder.exists());
    }

    #[test]
    fn a_file_that_is_dropped_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let writer = Writer::sign_in(&place.path().join("partial")).unwrap();
        let path = writer.write(b"bytes").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        let name = path.to_path_buf();
        drop(path);
        assert!(!name.exists());
    }
}
