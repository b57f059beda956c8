//! A past window, as fast as possible.
//!
//! In reading order: `crew` (workers that make chapters and hand their files to the destination) and `collector` (what
//! became of the files, in the order of the manifest).

mod collector;
mod crew;

use std::sync::mpsc::channel;
use std::thread;

use collector::Collector;
use crew::Crew;

use super::manifest::ManifestFile;
use super::{Error, Options, Outcome, Progress, Stop};
use crate::delivery::Destination;
use crate::shard::Shard;
use crate::trail::{Digests, Trail};

/// Makes every file of the trail and delivers it. `watch` is told of every delivery.
///
/// When `stop` is set, or the destination fails, what is under way is finished and the manifest lists what
/// is delivered; the same call later goes on from there.
///
/// # Errors
/// What the destination or the manifest fails with.
pub fn generate(
    trail: &Trail,
    destination: &dyn Destination,
    options: &Options,
    stop: &Stop,
    watch: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    generate_part(trail, None, destination, options, stop, watch)
}

/// Makes the log files of one shard of the trail and delivers them; without a shard, as [`generate`].
///
/// The manifest of a shard has a name of its own. [`super::Merge`] joins those of all shards, and makes the digests.
///
/// # Errors
/// As [`generate`].
pub fn generate_part(
    trail: &Trail,
    shard: Option<Shard>,
    destination: &dyn Destination,
    options: &Options,
    stop: &Stop,
    watch: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    let part = trail.part(shard);
    let digests = digests(trail, options)?;
    destination.prepare().map_err(|source| Error::Delivery { source, done: Progress::default() })?;
    if !options.force {
        super::foreign::refuse(trail, &part, digests.as_ref(), destination)?;
    }
    let scenario = &trail.plan().scenario;
    let manifest = ManifestFile::create(scenario, shard, &options.manifest_dir)?;
    // Digests are chained through all shards, so no shard can make them.
    let digests = digests.filter(|_| shard.is_none());
    if let Some(digests) = &digests {
        manifest.public_keys(scenario, digests)?;
    }
    let crew = Crew::new(trail, part, destination, options.threads.max(1) as u64, stop);
    let (send, receive) = channel();
    thread::scope(|scope| {
        for _ in 0..crew.threads {
            let (crew, send) = (&crew, send.clone());
            scope.spawn(move || crew.work(&send));
        }
        drop(send);
        Collector::new(&crew, manifest, digests.as_ref(), watch).collect(&receive)
    })
}

/// What the trail's digests have in common, if it has any.
fn digests(trail: &Trail, options: &Options) -> Result<Option<Digests>, Error> {
    let scenario = &trail.plan().scenario;
    let digests = || Digests::new(scenario, options.signing_key.as_deref()).map_err(|source| Error::Key { source });
    scenario.trail.digests.on.then(digests).transpose()
}
