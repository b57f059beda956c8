//! The digests of a trail that is not stored.
//!
//! A digest is chained to the one before, so it cannot be made alone: the log files before it have to be made. Which
//! digests there are is arithmetic, so they can be listed without that. What has been walked through once is kept: a
//! few kilobytes for every hour.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::clock::{HOUR, MINUTE, Time};
use crate::hex::hex;
use crate::serve::bucket::{About, Content, Stored, etag};
use crate::trail::{Chain, ChainState, Digest, Digests, Encoder, KeyOrder, Listed, LogFile, Trail, longest_delay};

/// The digests of one stream.
pub(crate) struct Walked {
    trail: Arc<Trail>,
    digests: Arc<Digests>,
    stream: usize,
    keys: OnceLock<Vec<String>>,
    walk: Mutex<Walk>,
}

/// How far the stream has been walked through.
struct Walk {
    state: ChainState,
    next: u64,
    order: KeyOrder<Listed>,
    encoder: Encoder,
    made: BTreeMap<String, Stored>,
}

impl Walked {
    /// The digests of a stream, none of which is made yet.
    pub(crate) fn new(trail: Arc<Trail>, digests: Arc<Digests>, stream: usize) -> Self {
        let encoder = trail.encoder();
        let (state, order, made) = (ChainState::default(), KeyOrder::default(), BTreeMap::new());
        let walk = Mutex::new(Walk { state, next: 0, order, encoder, made });
        Self { trail, digests, stream, keys: OnceLock::new(), walk }
    }

    /// What their keys begin with.
    pub(crate) fn root(&self) -> String {
        self.trail.place(self.stream).digests()
    }

    /// Their keys, in order.
    pub(crate) fn keys(&self) -> &[String] {
        let place = self.trail.place(self.stream);
        let key = |end: Time| place.digest(end, &self.digests.trail, &self.digests.home_region, false);
        self.keys.get_or_init(|| self.hours().map(key).collect())
    }

    /// The hours of all digests by their ends, in order.
    fn hours(&self) -> impl Iterator<Item = Time> {
        self.digests.logging.iter().flat_map(|(from, to)| {
            let over = self.last_delivery(*to).map_or(*to, |last| last.max(*to));
            let from = from.floor_second().0;
            (0..=(over.0 - from + HOUR - 1) / HOUR).map(move |hour| Time(from + hour * HOUR))
        })
    }

    /// The last delivery of a log file around the instant at which the trail stops logging.
    fn last_delivery(&self, stop: Time) -> Option<Time> {
        let (apart, last) = (self.trail.step(), self.trail.last_slot(stop));
        let before = apart.max(10 * MINUTE) + longest_delay(&self.trail.plan().scenario);
        let first = Time((stop.0 - before).div_euclid(apart) * apart);
        let slots = (0..=(last.0 - first.0) / apart).map(|number| Time(first.0 + number * apart));
        let in_slot = |slot: Time| {
            let (first, last) = self.trail.chapters_in(self.stream, slot);
            (first..=last.min(self.trail.activity.chapters(self.stream).saturating_sub(1))).flat_map(move |number| {
                let chapter = self.trail.activity.chapter(self.stream, number);
                let batches = self.trail.batches(self.stream, &chapter);
                batches
                    .into_iter()
                    .filter(move |batch| batch.slot == slot && !batch.is_stray())
                    .map(|batch| batch.delivered_at)
            })
        };
        match self.trail.activity.chapters(self.stream) {
            0 => None,
            _ => slots.flat_map(in_slot).max(),
        }
    }

    /// The digest of a key. Making it may mean to make all log files before it.
    pub(crate) fn get(&self, key: &str) -> Option<Stored> {
        self.keys().binary_search_by(|known| known.as_str().cmp(key)).ok()?;
        let mut walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner);
        while !walk.made.contains_key(key) {
            self.advance(&mut walk)?;
        }
        walk.made.get(key).cloned()
    }

    /// Walks through one more chapter; `None` behind the last.
    fn advance(&self, walk: &mut Walk) -> Option<()> {
        let (trail, stream, all) = (&self.trail, self.stream, self.trail.activity.chapters(self.stream));
        let number = walk.next;
        walk.next += 1;
        let mut chain = Chain::new(&self.digests, trail.place(stream), &mut walk.state);
        let mut made: Vec<Digest> = Vec::new();
        if number < all {
            let chapter = trail.activity.chapter(stream, number);
            let batches = trail.batches(stream, &chapter);
            for (index, batch) in batches.iter().enumerate().filter(|(_, batch)| !batch.is_stray()) {
                let file = trail.log_file(stream, &chapter, batch, &mut walk.encoder);
                walk.order.push(batch.slot, number, index, listed(&file));
            }
        }
        if number + 1 < all {
            let certain = walk.order.before(trail.first_slot(stream, number + 1), number + 1);
            made.extend(certain.flat_map(|file| chain.take(file)));
        } else if number <= all {
            made.extend(walk.order.rest().flat_map(|file| chain.take(file)));
            made.extend(chain.finish());
        } else {
            return None;
        }
        walk.made.extend(made.into_iter().map(|digest| (digest.object.key.clone(), stored(digest))));
        Some(())
    }
}

/// A log file as digests list it.
pub(super) fn listed(file: &LogFile) -> Listed {
    let hash = file.raw_sha256.expect("where there are digests, log files are hashed");
    Listed {
        key: file.object.key.clone(),
        raw_sha256: hex(&hash),
        first_event: file.first_event.floor_second().to_string(),
        last_event: file.last_event.floor_second().to_string(),
        delivered_at: file.delivered_at,
    }
}

fn stored(digest: Digest) -> Stored {
    let body = digest.object.body;
    let about = About {
        size: body.len() as u64,
        etag: etag(&body),
        modified: digest.delivered_at,
        headers: digest.object.headers,
    };
    Stored { about, body: Content::Bytes(body.into()) }
}
