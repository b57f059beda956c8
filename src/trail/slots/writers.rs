//! Who collects records, and how long they are on their way to them.

use super::flush::Flush;
use crate::clock::SECOND;
use crate::seed::Key;

/// The longest that a record is on its way to a writer.
pub(super) const LONGEST_WAY: i64 = 34 * SECOND;

/// The least that a record is on its way, in milliseconds.
const SHORTEST_WAY: i64 = 1_500;
/// How much longer it takes on average; one record in `SLOW_ONE_IN` takes the slow way.
const FAST: i64 = 2 * SECOND;
/// See [`FAST`].
const SLOW: i64 = 7 * SECOND;
/// See [`FAST`].
const SLOW_ONE_IN: u64 = 5;

/// How long before the end of a slot each writer puts its files, and its share of the records.
///
/// The first one is alone in a quiet region, hence neither early nor late. Shares and order are such that the lags are
/// spread as in a real trail, and more so the busier a region is; `docs/realism.md` shows both.
pub(super) const WRITERS: [(i64, u64); 12] = [
    (45, 50),
    (12, 24),
    (290, 5),
    (85, 6),
    (226, 3),
    (131, 3),
    (64, 3),
    (170, 2),
    (255, 1),
    (110, 1),
    (200, 1),
    (150, 1),
];

/// For so many records in a slot, there is one more writer.
const RECORDS_PER_WRITER: u128 = 50;

/// The writers of one stream.
#[derive(Clone, Debug)]
pub(super) struct Writers {
    /// How long before the end of a slot each one puts its files.
    phases: [i64; WRITERS.len()],
    /// For each part of all shares, the writer that it belongs to.
    by_share: Vec<u8>,
}

impl Writers {
    /// So many as are wanted, or, for 0, as so many records in a slot bring.
    pub(super) fn new(flush: Flush, wanted: usize, per_slot: u128) -> Self {
        let by_traffic = 1 + (per_slot / RECORDS_PER_WRITER).min(WRITERS.len() as u128 - 1) as usize;
        let count = if wanted == 0 { by_traffic } else { wanted.min(WRITERS.len()) };
        let by_share = (0..).zip(&WRITERS[..count]).flat_map(|(writer, (_, share))| (0..*share).map(move |_| writer));
        Self { phases: WRITERS.map(|(before, _)| flush.scaled(before * SECOND)), by_share: by_share.collect() }
    }

    /// How long before the end of a slot a writer puts its files.
    pub(super) const fn phase(&self, writer: usize) -> i64 {
        self.phases[writer]
    }

    /// One of them, by their shares.
    pub(super) fn pick(&self, key: Key) -> usize {
        (*key.pick(&self.by_share)).into()
    }
}

/// How long a record is on its way to a writer.
pub(super) const fn way(key: Key) -> i64 {
    let mean = if key.at(2).below(SLOW_ONE_IN) == 0 { SLOW } else { FAST };
    let way = SHORTEST_WAY + key.at(0).wait(mean);
    if way < LONGEST_WAY { way } else { LONGEST_WAY }
}
