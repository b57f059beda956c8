//! Lost objects in the order in which all objects were delivered.

use std::collections::BTreeSet;

use super::Error;
use super::gap::Gap;
use super::truth::Truth;
use crate::clock::Time;
use crate::trail::slot_of;

/// Objects are put side by side, so a consumer may have met two of them the other way round when their times are nearer
/// than this part of a delivery slot.
const NEAR: i64 = 10;

/// How lost objects lie among the others. It takes 32 bytes for each object of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Lost objects among those that came after one of the same stream with a later key.
    pub(super) by_key: Behind,
    /// The same, by the times in the keys alone.
    pub(super) by_slot: Behind,
    /// When the lost objects were delivered, if nothing in between was received.
    pub(super) gap: Option<Gap>,
}

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

/// What is known of the lost objects beside their keys.
pub(super) struct Losses<'a> {
    /// The keys of objects of which nothing was received.
    pub(super) whole: &'a BTreeSet<String>,
    /// The object that has lost its end, when no other is lost in part.
    pub(super) torn: Option<&'a str>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Received,
    Lost,
    /// Lost from some record on.
    Torn,
    /// There is nothing in it to be received.
    Empty,
}

/// An object on its way through the order of delivery.
#[derive(Clone, Copy)]
pub(super) struct Delivered {
    pub(super) time: Time,
    slot: Time,
    /// Its place in the manifest, which is the order of keys.
    pub(super) number: u32,
    /// The set of its faults.
    pub(super) faults: Option<u32>,
    stream: u16,
    pub(super) fate: Fate,
}

impl Order {
    /// Goes through the manifest once more.
    pub(super) fn of(truth: &Truth, losses: &Losses) -> Result<Self, Error> {
        let mut objects = Vec::new();
        let plan = truth.trail.plan();
        truth.log_files(&mut |key, time, records| {
            let stream = (0..plan.streams.len())
                .find(|stream| key.starts_with(&truth.trail.place(*stream).logs()))
                .unwrap_or_default() as u16;
            let slot = slot_of(key).unwrap_or(time);
            let number = objects.len() as u32;
            let (faults, fate) = (truth.faults.set_of(key), losses.fate(key, records));
            objects.push(Delivered { time, slot, number, faults, stream, fate });
        })?;
        objects.sort_by_key(|object| (object.time, object.number));
        let near = plan.scenario.trail.flush.0 / NEAR;
        Ok(Self {
            by_key: Behind::of(&objects, plan.streams.len(), near, &|object| i64::from(object.number)),
            by_slot: Behind::of(&objects, plan.streams.len(), near, &|object| object.slot.0),
            gap: Gap::of(&objects, near, truth)?,
        })
    }
}

impl Losses<'_> {
    fn fate(&self, key: &str, records: u64) -> Fate {
        match () {
            () if self.whole.contains(key) => Fate::Lost,
            () if self.torn == Some(key) => Fate::Torn,
            () if records == 0 => Fate::Empty,
            () => Fate::Received,
        }
    }
}

impl Behind {
    fn of(objects: &[Delivered], streams: usize, near: i64, rank: &dyn Fn(&Delivered) -> i64) -> Self {
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
