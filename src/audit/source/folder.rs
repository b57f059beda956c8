//! A directory that looks like the bucket, or a part of one.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use super::{Beside, Bytes, Source, regular};
use crate::audit::Error;
use crate::delivery::{Destination, Directory};

const MANIFEST: &str = ".mocktrail/manifest.jsonl";
const PUBLIC_KEYS: &str = ".mocktrail/public-keys.json";

/// All files below a directory.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    directory: Directory,
}

impl Folder {
    /// The directory at `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { directory: Directory::new(&root, false), root }
    }

    fn open(&self, key: &str) -> io::Result<Bytes<'static>> {
        Ok(Box::new(File::open(self.root.join(key))?))
    }

    fn beside(&self, name: &'static str) -> Result<Option<Beside<'_>>, Error> {
        match self.open(name) {
            Ok(bytes) => Ok(Some(Beside { name, bytes })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Error::Read { place: self.place(name), cause }),
        }
    }
}

impl Source for Folder {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        // `Directory` takes a place that is not there for an empty one.
        let there = std::fs::read_dir(&self.root).map(drop);
        there.map_err(|cause| Error::Read { place: self.root.display().to_string(), cause })?;
        let listed = self.directory.list("", &mut |key, size| {
            each(key, size);
            true
        });
        Ok(listed?)
    }

    fn read(&self, key: &str) -> Result<Bytes<'_>, Error> {
        self.open(key).map_err(|cause| Error::Read { place: self.place(key), cause })
    }

    fn file(&self, key: &str) -> Option<File> {
        regular(&self.root.join(key))
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        self.beside(MANIFEST)
    }

    fn public_keys(&self) -> Result<Option<Beside<'_>>, Error> {
        self.beside(PUBLIC_KEYS)
    }

    fn place(&self, key: &str) -> String {
        self.root.join(key).display().to_string()
    }
}
