//! Digest files: what each says, whether it is signed, and whether all of them together seal the trail.
//!
//! A digest is checked where it is read: `document` (what it says, held against its key), `signature` with
//! `public` (who signed it). When all files are read, `across` looks at them together: `chain` (each digest
//! against the one before it) and `covered` (log files against the digests that list them).

mod across;
mod chain;
mod covered;
mod document;
mod public;
mod signature;

pub(super) use across::Seals;
pub(super) use document::Digest;
pub use public::PublicKeys;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use document::Document;

/// A place in a digest and what is wrong there.
pub(super) type Fault = (String, String);

/// What is known of a digest besides its bytes.
pub(super) struct Known<'a> {
    /// Where it lies.
    pub(super) key: &'a str,
    /// The keys of the source are those of a bucket, whole.
    pub(super) is_whole: bool,
    /// The bucket, where it is known.
    pub(super) bucket: Option<&'a str>,
    /// What S3 keeps beside it, where it is known.
    pub(super) metadata: Option<&'a BTreeMap<String, String>>,
    /// The public keys, where there are any.
    pub(super) keys: Option<&'a PublicKeys>,
}

/// Whether a signature could be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// It is right.
    Valid,
    /// It is not.
    Invalid,
    /// Nobody knows the metadata.
    NoMetadata,
    /// There are no public keys.
    NoKeys,
}

/// Reads a digest and checks all that it says of itself; `None` when it says too little.
pub(super) fn read(raw: &[u8], known: &Known, faults: &mut Vec<Fault>) -> (Option<Digest>, Signed) {
    let Ok(document) = serde_json::from_slice::<Document>(raw) else { return (None, Signed::Invalid) };
    let sha256 = crate::hex::hex(&Sha256::digest(raw));
    document.contradictions(known, faults);
    let signed = signature::check(&document, &sha256, known, faults);
    (document.digest(sha256, known), signed)
}
