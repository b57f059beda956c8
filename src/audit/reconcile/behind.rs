//! Objects that came behind later ones.

use super::fate::{Delivered, Fate};
use crate::clock::Time;

/// Objects that came behind later ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Behind {
    /// Those that surely did, and the lost ones among them.
    sure: u64,
    lost: u64,
    /// Those that may have, and the lost ones among them.
    maybe: u64,
    maybe_lost: u64,
    /// All objects.
    all: u64,
}

impl Behind {
    pub(super) fn of(objects: &[Delivered], streams: usize, near: i64, rank: &dyn Fn(&Delivered) -> i64) -> Self {
        let mut behind = Self::default();
        let (mut sure, mut maybe) = (Latest::new(streams), Latest::new(streams));
        for object in objects {
            let is_lost = object.fate == Fate::Lost;
            if rank(object) < sure.before(objects, object, Time(object.time.0 - near), rank) {
                behind.sure += 1;
                behind.lost += u64::from(is_lost);
            }
            let is_maybe = rank(object) < maybe.before(objects, object, Time(object.time.0 + near), rank);
            behind.maybe += u64::from(is_maybe);
            behind.maybe_lost += u64::from(is_maybe && is_lost);
            behind.all += 1;
        }
        behind
    }

    /// Whether these are the lost objects, and no others.
    pub(super) const fn explains(self, lost: u64) -> bool {
        self.sure == self.lost && self.maybe_lost == lost && self.sure * 2 > lost
    }

    /// How many others came behind as well, when all lost objects did and chance would hardly have it so.
    pub(super) fn others(self, lost: u64) -> Option<u64> {
        const ONE: u64 = 1_000_000;
        let share = self.maybe * ONE / self.all.max(1);
        let chance = (0..lost.min(64)).fold(ONE, |chance, _| chance * share / ONE);
        (self.maybe_lost == lost && chance < ONE / 100).then(|| self.maybe - lost)
    }
}

/// The highest rank of the objects of each stream up to a moment that only moves on.
struct Latest {
    next: usize,
    ranks: Vec<i64>,
}

impl Latest {
    fn new(streams: usize) -> Self {
        Self { next: 0, ranks: vec![i64::MIN; streams] }
    }

    fn before(
        &mut self,
        objects: &[Delivered],
        object: &Delivered,
        end: Time,
        rank: &dyn Fn(&Delivered) -> i64,
    ) -> i64 {
        while let Some(next) = objects.get(self.next).filter(|next| next.time < end) {
            let latest = &mut self.ranks[usize::from(next.stream)];
            *latest = rank(next).max(*latest);
            self.next += 1;
        }
        self.ranks[usize::from(object.stream)]
    }
}
