//! Keeps a run away from trails that are not its own. Each shard looks at what lies among its own files, and takes what
//! lies among those of other shards for theirs: together they look at everything.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Progress};
use crate::delivery::Destination;
use crate::shard::Part;
use crate::trail::{Digests, Trail};

/// Fails when objects lie below the trail's accounts that the plan does not explain.
pub(super) fn refuse(
    trail: &Trail,
    part: &Part,
    digests: Option<&Digests>,
    destination: &dyn Destination,
) -> Result<(), Error> {
    let mut explained = Explained { trail, part, digests, chapters: BTreeMap::new() };
    let roots: BTreeSet<String> =
        (0..trail.plan().streams.len()).map(|stream| trail.place(stream).account_root()).collect();
    for root in roots {
        let mut foreign = None;
        let listed = destination.list(&root, &mut |key, _| {
            if !explained.covers(key) {
                foreign = Some(key.to_owned());
            }
            foreign.is_none()
        });
        listed.map_err(|source| Error::Delivery { source, done: Progress::default() })?;
        if let Some(key) = foreign {
            return Err(Error::Foreign { place: destination.name(), key });
        }
    }
    Ok(())
}

/// The keys of the chapters that were asked for last.
struct Explained<'a> {
    trail: &'a Trail,
    part: &'a Part,
    digests: Option<&'a Digests>,
    chapters: BTreeMap<(usize, u64), BTreeSet<String>>,
}

impl Explained<'_> {
    /// Keys come sorted or nearly so; a few chapters at a time are enough.
    const KEPT: usize = 64;

    fn is_digest(&self, key: &str) -> bool {
        let streams = 0..self.trail.plan().streams.len();
        self.digests.is_some_and(|digests| {
            streams.map(|stream| self.trail.place(stream)).any(|place| digests.explain(place, key))
        })
    }

    fn covers(&mut self, key: &str) -> bool {
        let Some((stream, number)) = self.trail.chapter_of(key) else { return self.is_digest(key) };
        if !self.part.has(stream, number) {
            return true;
        }
        if self.chapters.len() >= Self::KEPT && !self.chapters.contains_key(&(stream, number)) {
            self.chapters.pop_first();
        }
        let keys = self.chapters.entry((stream, number)).or_insert_with(|| {
            let chapter = self.trail.activity.chapter(stream, number);
            self.trail.batches(stream, &chapter).iter().map(|batch| self.trail.key(stream, batch)).collect()
        });
        keys.contains(key)
    }
}
