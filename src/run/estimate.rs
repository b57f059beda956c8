//! What a run would come to, from a few of its chapters.

use crate::clock::{HOUR, MINUTE};
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
    /// The first key of the first stream.
    pub first_key: String,
    /// The last key of the last stream.
    pub last_key: String,
}

/// So many chapters are made to estimate the rest, which takes less than a second.
const SAMPLES: u64 = 64;

/// Estimates a run; small ones are really made, in memory.
#[must_use]
pub fn estimate(trail: &Trail) -> Estimate {
    let streams = trail.plan().streams.len();
    let chapters: Vec<u64> = (0..streams).map(|stream| trail.activity.chapters(stream)).collect();
    let all: u64 = chapters.iter().sum();
    let events: u64 = trail.plan().streams.iter().map(|stream| stream.events).sum();
    let sample = all.min(SAMPLES);
    let mut totals = Totals::default();
    let mut encoder = trail.encoder();
    for turn in 0..sample {
        let (stream, number) = locate(&chapters, all * turn / sample);
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
    let (log_files, digests) = (scale(totals.objects), digests(trail) * streams as u64);
    let of_digests = |each: u64, listed: u64| if digests == 0 { 0 } else { digests * each + log_files * listed };
    Estimate {
        objects: log_files + digests,
        digests,
        events,
        raw_bytes: scale(totals.raw_bytes) + of_digests(RAW_DIGEST, RAW_LISTED),
        bytes: scale(totals.bytes) + of_digests(DIGEST, LISTED),
        exact: sample == all && digests == 0,
        first_key: edge_key(trail, 0, false),
        last_key: edge_key(trail, streams - 1, true),
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

/// The stream and chapter of the so-manieth chapter of all.
pub(super) fn locate(chapters: &[u64], mut index: u64) -> (usize, u64) {
    for (stream, count) in chapters.iter().enumerate() {
        if index < *count {
            return (stream, index);
        }
        index -= count;
    }
    unreachable!("the index is below the sum of all chapters")
}

/// The first or last key of a stream, from the chapters that can have it.
fn edge_key(trail: &Trail, stream: usize, last: bool) -> String {
    let chapters = trail.activity.chapters(stream);
    let range = if last { chapters.saturating_sub(8)..chapters } else { 0..chapters.min(1) };
    let keys = range.flat_map(|number| {
        let chapter = trail.activity.chapter(stream, number);
        let batches = trail.batches(stream, &chapter);
        batches.iter().map(|batch| trail.key(stream, batch)).collect::<Vec<_>>()
    });
    if last { keys.max() } else { keys.min() }.unwrap_or_default()
}
