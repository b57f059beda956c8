//! Finished objects, until they are due and a lane to the destination is free.
//!
//! The oldest promise is always kept first. The pool holds a bounded number of bytes: when it is full, nothing more
//! is made, and since every file can be made at any time, nothing is lost by that.

use std::collections::BTreeMap;

use super::agenda::FileId;
use crate::clock::{Moment, Time};
use crate::delivery::notify::Notice;
use crate::trail::{Object, ObjectLine};

/// A finished object.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) id: FileId,
    pub(super) slot: Time,
    pub(super) due: Moment,
    pub(super) granted: Moment,
    /// When it was finished.
    pub(super) made: Moment,
    pub(super) line: ObjectLine,
    pub(super) notice: Option<Notice>,
    pub(super) object: Object,
}

/// What there is to do at a moment.
#[derive(Debug)]
pub(super) enum Next {
    /// This is due.
    Due(Box<Ready>),
    /// Nothing is, until then.
    At(Moment),
    /// There is nothing at all.
    Nothing,
}

/// The finished objects, by due time.
#[derive(Debug)]
pub(super) struct Pool {
    objects: BTreeMap<(Moment, FileId), Ready>,
    /// Bytes of the objects here and under way.
    pub(super) held: usize,
    /// The most that there ever was.
    pub(super) peak: usize,
    most: usize,
    /// Objects taken and not yet delivered.
    pub(super) under_way: usize,
}

impl Pool {
    /// An empty pool for so many bytes.
    pub(super) const fn new(most: usize) -> Self {
        Self { objects: BTreeMap::new(), held: 0, peak: 0, most, under_way: 0 }
    }

    pub(super) fn is_full(&self) -> bool {
        self.held >= self.most
    }

    /// Whether there is room for what is not needed soon.
    pub(super) fn is_roomy(&self) -> bool {
        self.held < self.most / 2
    }

    /// Whether something is due.
    pub(super) fn is_late(&self, now: Moment) -> bool {
        self.objects.first_key_value().is_some_and(|((due, _), _)| *due <= now)
    }

    /// Objects that wait.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn push(&mut self, ready: Ready) {
        self.held += ready.object.body.len();
        self.peak = self.peak.max(self.held);
        self.objects.insert((ready.due, ready.id), ready);
    }

    /// Takes the object that has been due for longest. Its bytes count until it is delivered.
    pub(super) fn next(&mut self, now: Moment) -> Next {
        match self.objects.first_entry() {
            None => Next::Nothing,
            Some(first) if first.key().0 > now => Next::At(first.key().0),
            Some(first) => {
                self.under_way += 1;
                Next::Due(Box::new(first.remove()))
            }
        }
    }

    /// An object of so many bytes is delivered, or has failed.
    pub(super) fn release(&mut self, bytes: usize) {
        self.held -= bytes;
        self.under_way -= 1;
    }

    /// Objects that are due, and their events.
    pub(super) fn overdue(&self, now: Moment) -> (u64, u64) {
        let due = self.objects.values().take_while(|ready| ready.due <= now);
        due.fold((0, 0), |(objects, events), ready| (objects + 1, events + ready.line.events()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::run::live::{Lateness, Passage};

    /// A clock that only goes on when it is told to.
    struct Sim {
        now: Moment,
        lateness: Lateness,
    }

    const SECOND: i64 = 1_000_000;

    /// The end of the stall, in the middle of a millisecond: histograms have edges.
    const STALLED: i64 = 8 * SECOND + 500;

    fn object(number: i64, due: Moment, bytes: usize) -> Ready {
        let object = Object {
            key: format!("key-{number}"),
            body: vec![0; bytes],
            sha256: None,
            headers: crate::trail::Headers::default(),
        };
        let id = FileId { stream: 0, chapter: 0, index: number as usize };
        let line = ObjectLine::for_test(&object.key, bytes as u64);
        let made = Moment(due.0 - SECOND);
        Ready { id, slot: Time(0), due, granted: Moment(i64::MIN), made, line, notice: None, object }
    }

    impl Sim {
        /// One lane to a destination that takes 2 ms for an object, and stalls in the given time.
        fn put_all(&mut self, pool: &mut Pool, stall: std::ops::Range<i64>) {
            loop {
                match pool.next(self.now) {
                    Next::Nothing => return,
                    Next::At(due) => self.now = due,
                    Next::Due(ready) => {
                        let taken = self.now;
                        let waits = if stall.contains(&taken.0) { stall.end - taken.0 } else { 0 };
                        self.now = Moment(taken.0 + waits).after(Duration::from_millis(2));
                        let Ready { due, granted, made, object, .. } = *ready;
                        pool.release(object.body.len());
                        self.lateness.record(Passage { due, granted, ready: made, taken, done: self.now }.parts());
                    }
                }
            }
        }
    }

    /// A hundred objects in a second, and a destination that stalls for five: every due time stays where it was, and
    /// each histogram has each object in its millisecond.
    #[test]
    fn a_stall_makes_objects_late_and_never_fewer() {
        let (number, every) = (2_000, 10_000);
        let mut pool = Pool::new(usize::MAX);
        for index in 0..number {
            pool.push(object(index, Moment(index * every), 10));
        }
        let mut sim = Sim { now: Moment(0), lateness: Lateness::default() };
        sim.put_all(&mut pool, 3 * SECOND..STALLED);
        // The same by hand: the object of second 3 ends at 8.0025 s, and each one behind it 2 ms later, until no
        // backlog is left.
        let mut end = 0;
        let late: Vec<i64> = (0..number)
            .map(|index| {
                let due = index * every;
                let begin = if (3 * SECOND..STALLED).contains(&due.max(end)) { STALLED } else { due.max(end) };
                end = begin + 2_000;
                end - due
            })
            .collect();
        let total = &sim.lateness.total;
        assert_eq!((total.len(), pool.len(), pool.held), (2_000, 0, 0));
        for bucket in 0..6_000_u64 {
            let expected = late
                .iter()
                .filter(|late| (bucket * 1_000..(bucket + 1) * 1_000).contains(&late.unsigned_abs()))
                .count();
            assert_eq!(total.count_between(bucket * 1_000, bucket * 1_000 + 999), expected as u64, "{bucket} ms");
        }
        assert_eq!(late.iter().max(), Some(&(5 * SECOND + 2_500)));
        assert_eq!(sim.lateness.generation.max(), 0, "nothing was made too late");
        assert_eq!(sim.lateness.queue.max() / 1_000, 4_992, "all but the first waited for a lane");
    }

    #[test]
    fn the_oldest_promise_comes_first_and_bytes_count_until_they_are_delivered() {
        let mut pool = Pool::new(100);
        for (number, due) in [(0, 30), (1, 10), (2, 20)] {
            pool.push(object(number, Moment(due), 40));
        }
        assert!(pool.is_full() && !pool.is_roomy());
        assert_eq!(pool.overdue(Moment(20)), (2, 2));
        let mut order = Vec::new();
        while let Next::Due(ready) = pool.next(Moment(25)) {
            order.push(ready.id.index);
        }
        assert_eq!((order, pool.held), (vec![1, 2], 120));
        assert!(matches!(pool.next(Moment(25)), Next::At(Moment(30))));
        pool.release(40);
        pool.release(40);
        assert!(!pool.is_full() && pool.is_roomy() && pool.peak == 120);
    }
}
