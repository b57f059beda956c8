//! One file, whatever it is called.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use super::{Beside, Bytes, Source, regular};
use crate::audit::Error;

/// One file; its path is its key.
#[derive(Debug)]
pub struct Single {
    path: PathBuf,
}

impl Single {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::Read { place: self.path.display().to_string(), cause }
    }
}

impl Source for Single {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        let metadata = fs::metadata(&self.path).map_err(|cause| self.failed(cause))?;
        each(&self.path.to_string_lossy(), metadata.len());
        Ok(())
    }

    fn read(&self, _: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(File::open(&self.path).map_err(|cause| self.failed(cause))?))
    }

    fn file(&self, _: &str) -> Option<File> {
        regular(&self.path)
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    fn is_one_file(&self) -> bool {
        true
    }

    fn place(&self, key: &str) -> String {
        key.to_owned()
    }
}
