//! The manifests of all shards joined into the one that a single run writes, and the digests that only then can be
//! made.
//!
//! In reading order: `head` reads both ends of a manifest, `shards` holds that they are all there and of one run,
//! `lines` goes through the lines of one, `join` brings those of all into order; `error` is what can be wrong.

mod error;
mod head;
mod join;
mod lines;
mod shards;

use std::path::{Path, PathBuf};

pub use error::MergeError;

use self::head::Head;
use self::join::Join;
use super::{Outcome, Progress, Stop};
use crate::delivery::Destination;
use crate::scenario::Scenario;
use crate::trail::Digests;

/// The manifests of all shards of a run.
#[derive(Debug)]
pub struct Merge {
    scenario: Scenario,
    /// In the order of the shards.
    heads: Vec<Head>,
}

/// How the manifests are joined.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// Where `manifest.jsonl` and `scenario.toml` go.
    pub manifest_dir: PathBuf,
    /// The private key that signs digests, as the text of a PEM file; else keys are derived from the seed.
    pub signing_key: Option<String>,
}

impl Merge {
    /// Reads what the manifests say of themselves. A place is a manifest, a folder with manifests, or the directory of
    /// a trail, which has them in `.mocktrail`.
    ///
    /// # Errors
    /// When they are not those of all shards of one run, each once and whole.
    pub fn read(places: &[PathBuf]) -> Result<Self, MergeError> {
        let (scenario, heads) = shards::read(places)?;
        Ok(Self { scenario, heads })
    }

    /// The scenario that the shards were made from.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many shards there are.
    #[must_use]
    pub fn shards(&self) -> usize {
        self.heads.len()
    }

    /// The folder of the first shard's manifest.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self.heads[0].path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// Writes the manifest of the whole run. If the trail has digests, they are made now and put into the destination,
    /// where the log files of the shards are. `watch` is told how far it is.
    ///
    /// # Errors
    /// When a manifest cannot be read or is wrong, the destination is missing or fails, or `stop` is set; no manifest
    /// is written then.
    pub fn join(
        &self,
        options: &MergeOptions,
        destination: Option<&dyn Destination>,
        stop: &Stop,
        watch: &dyn Fn(Progress),
    ) -> Result<Outcome, MergeError> {
        let key = options.signing_key.as_deref();
        let digests = || Digests::new(&self.scenario, key).map_err(|source| super::Error::Key { source });
        let digests = self.scenario.trail.digests.on.then(digests).transpose()?;
        let sealing = match (&digests, destination) {
            (None, _) => None,
            (Some(_), None) => return Err(MergeError::NoPlace),
            (Some(digests), Some(destination)) => Some((digests, destination)),
        };
        Join::new(self, &options.manifest_dir, sealing, stop, watch)?.run()
    }
}
