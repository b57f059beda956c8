//! Where log files come from: a directory, a single file, a bucket or standard input.

#[cfg(feature = "s3")]
mod bucket;
mod folder;
mod input;
mod single;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

#[cfg(feature = "s3")]
pub use bucket::Bucket;
pub use folder::Folder;
pub use input::Input;
pub use single::Single;

use super::Error;

/// The bytes of an object.
pub type Bytes<'a> = Box<dyn Read + Send + 'a>;

/// A file that lies beside log files.
pub struct Beside<'a> {
    /// What it is called.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Bytes<'a>,
}

/// A place that holds log files under keys.
pub trait Source: Send + Sync {
    /// Calls `each` with every key and its size in bytes, in any order.
    ///
    /// # Errors
    ///
    /// The place could not be read.
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error>;

    /// The bytes under a key.
    ///
    /// # Errors
    ///
    /// They could not be read.
    fn read(&self, key: &str) -> Result<Bytes<'_>, Error>;

    /// The file under a key, for forms that are read from any place in it; `None` when it is no file on this machine.
    fn file(&self, _key: &str) -> Option<File> {
        None
    }

    /// The manifest that lies beside the files.
    ///
    /// # Errors
    ///
    /// There is one, and it could not be read.
    fn manifest(&self) -> Result<Option<Beside<'_>>, Error>;

    /// The public keys that lie beside the files, as `ListPublicKeys` answers.
    ///
    /// # Errors
    ///
    /// There are some, and they could not be read.
    fn public_keys(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    /// What S3 keeps beside an object, where that is known: names without `x-amz-meta-`.
    ///
    /// # Errors
    ///
    /// It could not be read.
    fn metadata(&self, _key: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        Ok(None)
    }

    /// The bucket whose whole keys these are, where that is known.
    fn bucket(&self) -> Option<&str> {
        None
    }

    /// Whether somebody named the file itself: then it is a log file, whatever it is called.
    fn is_one_file(&self) -> bool {
        false
    }

    /// What a person would call the object: a path or a URL.
    fn place(&self, key: &str) -> String;
}

/// Opens a file that is neither a pipe nor a device, of which what was read is gone.
fn regular(path: &Path) -> Option<File> {
    path.is_file().then(|| File::open(path).ok())?
}
