//! What a run would come to, from a few of its chapters.

use crate::clock::{HOUR, MINUTE};
use crate::shard::{Part, Shard};
use crate::trail::{Totals, Trail};

/// What a run would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Objects.
    pub objects: u64,
    /// Digest files among them, about.
    pub digests: u64,
    /// Events, exactly.
    pub events: u64,
    /// Bytes before compression.
    pub raw_bytes: u64,
    /// Bytes of the objects.
    pub bytes: u64,
    /// Everything was really made, so all figures are exact.
    pub exact: bool,
    /// The first key.
    pub first_key: String,
    /// The last key of the last stream.
    pub last_key: String,
}

/// So many chapters are made to estimate the rest, which takes less than a second.
const SAMPLES: u64 = 64;

/// Estimates a run; small ones are really made, in memory.
#[must_use]
pub fn estimate(trail: &Trail) -> Estimate {
    estimate_part(trail, None)
}

/// Estimates a shard of a run; without one, all of it.
#[must_use]
pub fn estimate_part(trail: &Trail, shard: Option<Shard>) -> Estimate {
    let part = trail.part(shard);
    let (all, events) = (part.range.end - part.range.start, part.events);
    let sample = all.min(SAMPLES);
    let mut totals = Totals::default();
    let mut encoder = trail.encoder();
    for turn in 0..sample {
        let (stream, number) = part.locate(part.range.start + all * turn / sample);
        let chapter = trail.activity.chapter(stream, number);
        for batch in trail.batches(stream, &chapter) {
            let file = trail.log_file(stream, &chapter, &batch, &mut encoder);
            totals.objects += 1;
            totals.events += file.records;
            totals.raw_bytes += file.raw_bytes;
            totals.bytes += file.object.body.len() as u64;
        }
    }
    let scale = |part: u64| (u128::from(part) * u128::from(events) / u128::from(totals.events.max(1))) as u64;
    // Shards have none: they are made when all shards are joined.
    let digests = if shard.is_none() { digests(trail) * part.streams() as u64 } else { 0 };
    let log_files = scale(totals.objects);
    let of_digests = |each: u64, listed: u64| if digests == 0 { 0 } else { digests * each + log_files * listed };
    Estimate {
        objects: log_files + digests,
        digests,
        events,
        raw_bytes: scale(totals.raw_bytes) + of_digests(RAW_DIGEST, RAW_LISTED),
        bytes: scale(totals.bytes) + of_digests(DIGEST, LISTED),
        exact: sample == all && digests == 0 && trail.plan().scenario.faults.is_empty(),
        first_key: edge_key(trail, &part, false),
        last_key: edge_key(trail, &part, true),
    }
}

/// The usual length of a digest and of what it says of a log file, before and after compression.
const RAW_DIGEST: u64 = 1_300;
const RAW_LISTED: u64 = 400;
const DIGEST: u64 = 750;
const LISTED: u64 = 70;

/// How many digests a stream has, if all of its log files are listed in time.
fn digests(trail: &Trail) -> u64 {
    let scenario = &trail.plan().scenario;
    if !scenario.trail.digests.on {
        return 0;
    }
    let stops = &scenario.trail.digests.stopped;
    let starts = std::iter::once(scenario.time.start).chain(stops.iter().map(|(_, to)| *to));
    let ends = stops.iter().map(|(from, _)| *from).chain([scenario.time.end]);
    // The first ends where logging begins; the last log files arrive some minutes after its end.
    starts.zip(ends).map(|(from, to)| (to.0 + 5 * MINUTE - from.0).div_euclid(HOUR) as u64 + 2).sum()
}

/// The first or the last key of a part, from the chapters that can have it; none when nothing is in it.
fn edge_key(trail: &Trail, part: &Part, last: bool) -> String {
    let (start, end) = (part.range.start, part.range.end);
    let range = if last { end.saturating_sub(NEAR).max(start)..end } else { start..(start + NEAR).min(end) };
    let places: Vec<(usize, u64)> = range.map(|index| part.locate(index)).collect();
    let Some((stream, _)) = (if last { places.last() } else { places.first() }) else { return String::new() };
    let keys = places.iter().filter(|(of, _)| of == stream).flat_map(|(_, number)| {
        let chapter = trail.activity.chapter(*stream, *number);
        let batches = trail.batches(*stream, &chapter);
        batches.iter().map(|batch| trail.key(*stream, batch)).collect::<Vec<_>>()
    });
    if last { keys.max() } else { keys.min() }.unwrap_or_default()
}

/// The first and the last key lie within so many chapters of the edge.
const NEAR: u64 = 8;
