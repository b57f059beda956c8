//! The stages wired together: from a plan to delivered objects.
//!
//! Worker threads play chapters, make their files and hand them to the destination; one collector puts what
//! became of them in order and writes the manifest. A shard is a run of some of the chapters; `merge` joins the
//! manifests of all shards.

mod announce;
mod batch;
mod estimate;
mod files;
mod foreign;
mod live;
mod manifest;
mod merge;
mod recorded;
mod records;
mod seal;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

pub use announce::{Replay, Replayed, Unreadable};
pub use batch::{generate, generate_part};
pub use estimate::{Estimate, estimate, estimate_part};
pub use live::{Emitted, Figures, Lateness, Live, Meter, Parts, Passage, Record, Shortfall, Speed, Timetable, emit};
pub use merge::{Merge, MergeError, MergeOptions};
pub use records::print_records;

use crate::delivery;
use crate::trail::{Totals, UnusableKey};

/// How a run goes about it; none of this changes a byte.
#[derive(Clone, Debug)]
pub struct Options {
    /// Worker threads; at least 1.
    pub threads: usize,
    /// Where the manifest and `scenario.toml` go.
    pub manifest_dir: PathBuf,
    /// Write although objects lie there that the plan does not explain.
    pub force: bool,
    /// The private key that signs digests, as the text of a PEM file; else keys are derived from the seed.
    pub signing_key: Option<String>,
}

/// How far a run is, for those who watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Events whose records are delivered.
    pub events: u64,
    /// Objects delivered.
    pub objects: u64,
    /// Bytes of these objects.
    pub bytes: u64,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Sums over what is delivered, as in the manifest's footer.
    pub totals: Totals,
    /// Objects that were written now.
    pub written: u64,
    /// Objects that lay there already, equal.
    pub already_there: u64,
    /// Keys of the first and the last object, in key order of the first and the last stream.
    pub keys: Option<(String, String)>,
    /// The manifest.
    pub manifest: PathBuf,
    /// The run was stopped before everything was delivered.
    pub interrupted: bool,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The destination failed; what is delivered so far is in the manifest.
    #[error("{source}")]
    Delivery {
        /// What it said.
        source: delivery::Error,
        /// Objects delivered before, and bytes.
        done: Progress,
    },
    /// Objects lie under the trail's prefix that the plan does not explain.
    #[error("`{place}` already holds objects that this scenario does not explain, such as `{key}`")]
    Foreign {
        /// The destination.
        place: String,
        /// One of them.
        key: String,
    },
    /// The key that is to sign the digests is none.
    #[error("cannot sign digests: {source}")]
    Key {
        /// What is wrong with it.
        source: UnusableKey,
    },
    /// A file beside the trail cannot be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Delivery { source, .. } => source.hint(),
            Self::Foreign { .. } => Some("choose another place or prefix, or `--force` to write beside them".into()),
            Self::Key { .. } => Some("make one with `openssl genrsa -out trail-key.pem 2048`".into()),
            Self::Manifest { .. } => Some("choose another place with `--manifest-dir <DIR>`".into()),
        }
    }
}

/// A request to stop, from a signal handler: set it, and the run ends in order.
pub type Stop = AtomicBool;
