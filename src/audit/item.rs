//! What is checked: one object, where it is from, and what it came to.

use std::sync::Arc;

use super::manifest::Listed;
use super::outcome::{Finding, Outcome};
use super::place::Kind;
use super::seals::{Digest, PublicKeys};
use super::source::Source;

/// An object to be checked.
pub(super) struct Item<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) key: String,
    /// The key as findings name it.
    pub(super) shown: Arc<str>,
    pub(super) kind: Kind,
    pub(super) size: u64,
    /// What lies origin it.
    pub(super) origin: Arc<Origin>,
    /// What the manifest says of it; `None` without a manifest or when it is not listed.
    pub(super) listed: Option<Listed>,
}

/// What a source holds origins its objects.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// Which of the sources it is.
    pub(super) number: usize,
    /// The keys that its digests may be signed with.
    pub(super) keys: Option<PublicKeys>,
    /// The bucket, where it is known.
    pub(super) bucket: Option<String>,
    pub(super) extent: Extent,
    /// There are digests, so hashes are needed.
    pub(super) has_digests: bool,
}

/// How much of a bucket a source holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// A file that somebody named: nothing can be missing beside it.
    OneFile,
    /// Nobody knows: perhaps a part of it, and perhaps not all of the keys.
    #[default]
    Part,
    /// All, with whole keys.
    Bucket,
    /// All that a manifest lists.
    Listed,
}

/// What is kept of a file until all are read.
pub(super) enum Part {
    /// SHA-256 of a log file before compression.
    Log([u8; 32]),
    /// What a digest says.
    Digest(Digest),
}

/// What one file came to.
#[derive(Default)]
pub(super) struct Report {
    /// Not more than were asked for; all are counted in the outcome.
    pub(super) findings: Vec<Finding>,
    pub(super) outcome: Outcome,
    pub(super) fingerprints: Vec<u64>,
    pub(super) part: Option<Part>,
}
