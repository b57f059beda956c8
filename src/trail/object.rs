//! An object of the trail, ready to be put under its key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// An object of the trail, ready to be put under its key.
#[derive(Clone, Debug)]
pub struct Object {
    /// The key in the bucket, without leading slash.
    pub key: String,
    /// The bytes, gzipped where the headers say so.
    pub body: Vec<u8>,
    /// SHA-256 of the bytes, once somebody has asked for it.
    pub sha256: Option<[u8; 32]>,
    /// What S3 keeps beside the bytes.
    pub headers: Headers,
}

impl Object {
    /// SHA-256 of the bytes, which is made only once.
    pub fn hash(&mut self) -> [u8; 32] {
        *self.sha256.get_or_insert_with(|| Sha256::digest(&self.body).into())
    }
}

/// The headers and metadata of an object, as CloudTrail sets them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: String,
    /// `Content-Encoding`, empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content_encoding: String,
    /// `x-amz-server-side-encryption`, empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub server_side_encryption: String,
    /// `x-amz-meta-*`, without the prefix.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}
