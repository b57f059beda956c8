//! Digest files: an hourly list of the log files that were delivered, signed, and chained to the one before.
//!
//! A chain is made in order by nature: a digest holds the signature of the digest before it. So digests are
//! made last, from what the manifest says of the log files, one stream after the other; nothing but the files
//! of an hour or two is in memory.

mod chain;
mod document;
mod keys;

pub(crate) use chain::{Chain, ChainState, Digests};
pub(crate) use document::text_to_sign;
pub(crate) use keys::{KeyPair, KeySource, PublicKeyList, UnusableKey};

use crate::clock::Time;
use crate::trail::Object;

/// A finished digest file and what the manifest says of it.
#[derive(Clone, Debug)]
pub(crate) struct Digest {
    /// The key, the gzip bytes, the headers with the signature.
    pub object: Object,
    /// Length before compression.
    pub raw_bytes: u64,
    /// CRC-32 before compression.
    pub raw_crc32: u32,
    /// How many log files it lists.
    pub log_files: u64,
    /// When it is put into the bucket.
    pub delivered_at: Time,
}

/// A log file, as a digest lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its key.
    pub key: String,
    /// SHA-256 of its bytes before compression, in hex.
    pub raw_sha256: String,
    /// The earliest event time in it.
    pub first_event: String,
    /// The latest.
    pub last_event: String,
    /// When it was put into the bucket.
    pub delivered_at: Time,
}
