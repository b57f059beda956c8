//! A bucket, or the part of it below a prefix.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::{Beside, Bytes, Source};
use crate::audit::Error;
use crate::delivery::{Destination, S3};

/// All objects of a bucket whose keys begin with a prefix.
#[derive(Debug)]
pub struct Bucket {
    s3: S3,
    prefix: String,
}

impl Bucket {
    /// The objects below `prefix`; nothing is sent yet.
    #[must_use]
    pub fn new(s3: S3, prefix: impl Into<String>) -> Self {
        Self { s3, prefix: prefix.into() }
    }
}

impl Source for Bucket {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        let listed = self.s3.list(&self.prefix, &mut |key, size| {
            each(key, size);
            true
        });
        Ok(listed?)
    }

    /// An object at a time: CloudTrail's have at most 50 MB.
    fn read(&self, key: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(Cursor::new(self.s3.read(key)?)))
    }

    /// Manifests never lie in buckets.
    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    fn metadata(&self, key: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        Ok(Some(self.s3.metadata(key)?))
    }

    fn bucket(&self) -> Option<&str> {
        Some(self.s3.bucket())
    }

    fn place(&self, key: &str) -> String {
        format!("{}/{key}", self.s3.name())
    }
}
