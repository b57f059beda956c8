//! What each writer has for each slot.

use std::collections::BTreeMap;

use super::flush::Flush;
use super::writers::WRITERS;
use crate::clock::Time;

/// What each writer has for each slot.
pub(super) struct Heaps {
    flush: Flush,
    places: BTreeMap<(Time, usize), u32>,
    /// Of each heap, the records by their indexes in the chapter.
    pub(super) records: Vec<Vec<u32>>,
    /// The heap on which each writer put its last record, unless that was late.
    open: [Open; WRITERS.len()],
}

/// A heap that is at hand: for records that are in a writer's hands within a slot.
#[derive(Clone, Copy)]
struct Open {
    end: Time,
    length: i64,
    place: u32,
}

impl Heaps {
    pub(super) const fn new(flush: Flush) -> Self {
        let open = [Open { end: Time(0), length: 0, place: 0 }; WRITERS.len()];
        Self { flush, places: BTreeMap::new(), records: Vec::new(), open }
    }

    /// The place of the heap for a record that reaches a writer at an instant, seen from the end of the slot in which
    /// the writer puts its files, and lies so much later than it should.
    #[inline]
    pub(super) fn place(&mut self, time: Time, writer: usize, late: i64) -> u32 {
        let Open { end, length, place } = self.open[writer];
        if late == 0 && time <= end && time.0 > end.0 - length {
            return place;
        }
        self.find(time, writer, late)
    }

    fn find(&mut self, time: Time, writer: usize, late: i64) -> u32 {
        let (end, next) = (self.flush.end(time), self.records.len() as u32);
        let place = *self.places.entry((Time(end.0 + late), writer)).or_insert(next);
        if place == next {
            self.records.push(Vec::new());
        }
        if late == 0 {
            self.open[writer] = Open { end, length: self.flush.length(), place };
        }
        place
    }

    /// All of them, slot by slot.
    pub(super) fn into_iter(mut self) -> impl Iterator<Item = ((Time, usize), Vec<u32>)> {
        self.places.into_iter().map(move |(key, place)| (key, std::mem::take(&mut self.records[place as usize])))
    }
}
