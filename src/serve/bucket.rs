//! What can be served: keys in order, and the objects under them.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use md5::{Digest, Md5};

use crate::clock::Time;
use crate::hex::hex;
use crate::trail::{Headers, Object};

/// A bucket as its readers see it. All calls may take a while, so they belong on threads that may block.
pub(crate) trait Bucket: Send + Sync {
    /// Calls `each` with the keys that begin with `prefix` and are not before `from`, in the order of their bytes, until
    /// it returns false. To come to the first of them costs no more than to come to any other.
    fn walk(&self, from: &[u8], prefix: &str, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Trouble>;

    /// What there is under a key.
    fn head(&self, key: &str) -> Result<Option<About>, Trouble>;

    /// The object under a key.
    fn get(&self, key: &str) -> Result<Option<Stored>, Trouble>;

    /// Puts an object under its key, whatever lies there; gives its `ETag`.
    fn put(&self, object: Object, now: Time) -> Result<String, Trouble>;

    /// Removes what lies under a key, if anything does.
    fn delete(&self, key: &str) -> Result<(), Trouble>;
}

/// What is known of an object without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// Length in bytes.
    pub(crate) size: u64,
    /// MD5 of the bytes in hex, as S3 has it for objects put at once.
    pub(crate) etag: String,
    /// When it was put there.
    pub(crate) modified: Time,
    /// What is stored beside the bytes.
    pub(crate) headers: Headers,
}

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) about: About,
    pub(crate) body: Content,
}

/// Where the bytes of an object are.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// In memory.
    Bytes(Bytes),
    /// In a file.
    File(PathBuf),
}

/// Why a bucket could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// Objects of a scenario are made, not kept.
    #[error("this bucket exists only as a scenario; nothing can be written to it")]
    ReadOnly,
    /// A key that cannot be used here.
    #[error("{0}")]
    Key(String),
    /// Objects kept in memory have a limit.
    #[error("the buckets kept in memory are full")]
    Full,
    /// A file could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The `ETag` of some bytes.
pub(crate) fn etag(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_the_md5_in_hex() {
        assert_eq!(etag(b""), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
