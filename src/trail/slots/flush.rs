//! The lengths of a trail's delivery slots, and when they end.

use super::writers::{LONGEST_WAY, WRITERS};
use crate::clock::{MINUTE, SECOND, Time};
use crate::scenario::Scenario;

/// The length of a delivery slot of CloudTrail, for which all other lengths here are told.
const SLOT: i64 = 5 * MINUTE;

/// The lengths of a trail's delivery slots.
#[derive(Clone, Copy, Debug)]
pub(in crate::trail) struct Flush(i64);

impl Flush {
    pub(in crate::trail) const fn of(scenario: &Scenario) -> Self {
        Self(scenario.trail.flush.0)
    }

    /// How long a slot is, in milliseconds.
    pub(super) const fn length(self) -> i64 {
        self.0
    }

    /// The end of the slot that ends at or behind an instant.
    pub(super) const fn end(self, time: Time) -> Time {
        round_up(time, self.0)
    }

    /// The time in the names of the files of the slot that ends at or behind an instant: a whole minute.
    pub(in crate::trail) const fn named(self, time: Time) -> Time {
        round_up(self.end(time), MINUTE)
    }

    /// How far the times in names are apart, or less.
    pub(in crate::trail) const fn step(self) -> i64 {
        if self.0 % MINUTE == 0 { self.0 } else { MINUTE }
    }

    /// A length that is told for slots of CloudTrail's.
    pub(super) const fn scaled(self, length: i64) -> i64 {
        length * self.0 / SLOT
    }

    /// How long before the end of a slot the first writer puts its files.
    pub(super) fn earliest(self) -> i64 {
        self.scaled(WRITERS.map(|(before, _)| before).into_iter().max().unwrap_or_default() * SECOND)
    }

    /// The last slot, by name, that records of this instant can lie in.
    pub(in crate::trail) fn last(self, time: Time) -> Time {
        self.named(Time(time.0 + self.scaled(LONGEST_WAY) + self.earliest()))
    }
}

const fn round_up(time: Time, to: i64) -> Time {
    Time((time.0 + to - 1).div_euclid(to) * to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_ends_at_a_multiple_of_its_length_and_is_named_after_a_minute() {
        for (flush, time, end, named) in [
            (SLOT, 1, SLOT, SLOT),
            (SLOT, SLOT, SLOT, SLOT),
            (SLOT, SLOT + 1, 2 * SLOT, 2 * SLOT),
            (SECOND, 61_001, 62_000, 2 * MINUTE),
            (90 * SECOND, MINUTE, 90 * SECOND, 2 * MINUTE),
        ] {
            let (flush, time) = (Flush(flush), Time(time));
            assert_eq!((flush.end(time), flush.named(time)), (Time(end), Time(named)));
        }
    }
}
