//! How late objects were, in four parts, each as a histogram.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::clock::Moment;

/// What became of one object, and when.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    /// When it had to be put.
    pub due: Moment,
    /// When there was last no room for more finished objects: before, none could be made.
    pub granted: Moment,
    /// When it was finished.
    pub ready: Moment,
    /// When its delivery began.
    pub taken: Moment,
    /// When it was delivered.
    pub done: Moment,
}

/// How late an object was, in parts whose sum is the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// It was not finished in time although there was room for it: generation is too slow.
    pub generation: Duration,
    /// It was finished, or there was no room for it, and no lane to the destination was free.
    pub queue: Duration,
    /// The destination took so long.
    pub put: Duration,
    /// From the due time to the delivery.
    pub total: Duration,
}

impl Passage {
    /// The parts.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let total = self.done.since(self.due);
        let put = self.done.since(self.taken.max(self.due));
        let generation = self.ready.since(self.due.max(self.granted)).min(total.saturating_sub(put));
        let queue = total.saturating_sub(put + generation);
        Parts { generation, queue, put, total }
    }
}

/// The histograms of a run, in microseconds with four digits: to the millisecond up to 16 seconds.
#[derive(Clone, Debug)]
pub struct Lateness {
    /// See [`Parts`].
    pub generation: Histogram<u64>,
    /// See [`Parts`].
    pub queue: Histogram<u64>,
    /// See [`Parts`].
    pub put: Histogram<u64>,
    /// See [`Parts`].
    pub total: Histogram<u64>,
}

/// The longest lateness that is told apart, in microseconds: a month.
const LONGEST: u64 = 30 * 24 * 3_600 * 1_000_000;

impl Default for Lateness {
    fn default() -> Self {
        let empty = Histogram::new(4).expect("four digits are valid");
        Self { generation: empty.clone(), queue: empty.clone(), put: empty.clone(), total: empty }
    }
}

impl Lateness {
    /// Counts one object.
    pub fn record(&mut self, parts: Parts) {
        for (histogram, part) in [
            (&mut self.generation, parts.generation),
            (&mut self.queue, parts.queue),
            (&mut self.put, parts.put),
            (&mut self.total, parts.total),
        ] {
            histogram.record(micros(part)).expect("a histogram grows as far as a month");
        }
    }

    /// The histograms by name, in the order in which an object passes them.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &Histogram<u64>); 4] {
        [("generation", &self.generation), ("queue", &self.queue), ("put", &self.put), ("total", &self.total)]
    }
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(due: i64, granted: i64, ready: i64, taken: i64, done: i64) -> [u64; 4] {
        let [due, granted, ready, taken, done] = [due, granted, ready, taken, done].map(Moment);
        let parts = Passage { due, granted, ready, taken, done }.parts();
        [parts.generation, parts.queue, parts.put, parts.total].map(micros)
    }

    #[test]
    fn lateness_goes_to_the_part_that_caused_it() {
        for (name, found, expected) in [
            ("in time", parts(100, 0, 40, 100, 107), [0, 0, 7, 7]),
            ("generation is slow", parts(100, 0, 130, 130, 137), [30, 0, 7, 37]),
            ("the destination is busy", parts(100, 0, 40, 150, 157), [0, 50, 7, 57]),
            ("no room, then made at once", parts(100, 180, 190, 190, 197), [10, 80, 7, 97]),
            ("no room long before", parts(100, 50, 40, 100, 107), [0, 0, 7, 7]),
        ] {
            assert_eq!(found, expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(due in 0..1_000_i64, granted in 0..1_000_i64, ready in 0..1_000_i64, wait in 0..1_000_i64, put in 0..1_000_i64) {
            let taken = ready.max(due) + wait;
            let [generation, queue, put, total] = parts(due, granted, ready, taken, taken + put);
            prop_assert_eq!(generation + queue + put, total);
        }
    }
}
