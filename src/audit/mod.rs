//! The way back: is this a trail as CloudTrail writes it?
//!
//! [`check`] reads every log and digest file of one or more [`Source`]s, ours or AWS's own, and tells of each
//! [`Finding`] in the order of the files. What records must look like stands in `schemas/`; what no schema can say
//! stands in `rules`.
//!
//! In reading order: `source` (where files come from), `trail` (all of it), `listing` and `manifest` (what is there,
//! and what ought to be), `item` (one object), `in_order` (threads), `file` (one file), `place` (what its key says),
//! `content` (gzip taken apart), `document` (records out of bytes), `record` and `rules` (what must hold in one),
//! `twins` (events that stand twice), `seals` (digests: who signed them, what they list, how they are chained),
//! `teller` and `outcome` (what came of it). [`report`] reads the same files to say what they are like, right or
//! wrong. [`reconcile`] reads what a consumer has made of them, and says what is lost.

mod content;
mod document;
mod file;
mod in_order;
mod item;
mod listing;
mod manifest;
mod outcome;
mod place;
pub mod reconcile;
mod record;
pub mod report;
mod rules;
mod seals;
mod source;
mod teller;
mod trail;
mod twins;

pub use outcome::{Finding, Outcome};
pub use seals::PublicKeys;
#[cfg(feature = "s3")]
pub use source::Bucket;
pub use source::{Beside, Bytes, Folder, Input, Single, Source};
pub use trail::{Options, Progress, Tell, check};

use crate::delivery;

/// Why reading ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An object cannot be read.
    #[error("cannot read `{place}`: {}", delivery::plain(cause))]
    Read {
        /// The file or object.
        place: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The place the files come from cannot be used.
    #[error(transparent)]
    Source(#[from] delivery::Error),
    /// Whoever takes the findings does not any more.
    #[error("cannot tell of a finding: {}", delivery::plain(.0))]
    Output(std::io::Error),
}
