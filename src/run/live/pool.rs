//! Finished objects, until they are due and a lane to the destination is free.
//!
//! The oldest promise is always kept first. The pool holds a bounded number of bytes: when it is full, nothing more
//! is made, and since every file can be made at any time, nothing is lost by that.

use std::collections::BTreeMap;

use super::agenda::FileId;
use crate::clock::{Moment, Time};
use crate::trail::{Object, ObjectLine};

/// A finished object.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) id: FileId,
    pub(super) slot: Time,
    pub(super) due: Moment,
    pub(super) granted: Moment,
    pub(super) ready: Moment,
    pub(super) line: ObjectLine,
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

    /// Objects that are due, and their records.
    pub(super) fn overdue(&self, now: Moment) -> (u64, u64) {
        let due = self.objects.values().take_while(|ready| ready.due <= now);
        due.fold((0, 0), |(objects, events), ready| (objects + 1, events + ready.line.records))
    }
}
