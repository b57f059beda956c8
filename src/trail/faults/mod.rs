//! What goes wrong on purpose: which records and which files it befalls, and what becomes of them.
//!
//! All of it follows from the scenario, the seed and the place. Faults of records are drawn for each event; faults of files
//! are spread over the chapters of all streams in equal parts, so any chapter knows its own without looking at another.
//! In reading order: `layout` (which file has which fault), `record` (what befalls a record), `object` (what lies there
//! instead of the file).

mod layout;
mod object;
mod record;

use crate::activity::Activity;
use crate::scenario::{FAULTS, FaultKind, Scenario};
use crate::seed::{Key, name};
use crate::trail::faults::record::Changes;
use crate::trail::{LogFile, Trail};

/// A late record comes so many slots later at most.
const SLOTS_LATE: u64 = 6;
/// A delayed file is put so many slots later at most.
const SLOTS_DELAYED: u64 = 3;

/// The faults of a trail that has some.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    key: Key,
    /// Where the draws of each kind lie.
    kinds: Vec<Key>,
    asked: crate::scenario::Faults,
    /// How many chapters stand before each stream, and in all.
    before: Vec<u64>,
    chapters: u64,
    /// The length of a delivery slot, in milliseconds.
    slot: i64,
}

impl Faults {
    /// The faults that a scenario asks for, if it does.
    pub(super) fn of(activity: &Activity) -> Option<Self> {
        let mut asked = activity.plan.scenario.faults.clone();
        if activity.plan.quirks.version <= record::OLDEST {
            asked = asked.with(FaultKind::VersionDrift, 0);
        }
        if asked.is_empty() {
            return None;
        }
        let (mut before, mut chapters) = (Vec::new(), 0);
        for stream in 0..activity.plan.streams.len() {
            before.push(chapters);
            chapters += activity.chapters(stream);
        }
        let key = activity.plan.seed().key("faults");
        let kinds = FAULTS.iter().map(|about| key.named(name(about.key))).collect();
        let slot = activity.plan.scenario.trail.flush.0;
        Some(Self { key, kinds, asked, before, chapters, slot })
    }

    /// How much later than others the record of an event comes: whole slots.
    pub(super) fn lateness(&self, stream: usize, ordinal: u64) -> i64 {
        let key = self.of_event(stream, ordinal, FaultKind::Late);
        key.map_or(0, |key| (1 + key.at(0).below(SLOTS_LATE) as i64) * self.slot)
    }

    /// How much later than others a record can come.
    pub(super) fn latest(&self) -> i64 {
        if self.asked.of(FaultKind::Late) > 0 { SLOTS_LATE as i64 * self.slot } else { 0 }
    }

    /// What befalls the record of an event.
    pub(super) fn changes(&self, stream: usize, ordinal: u64) -> Option<Changes> {
        let of = |kind| self.of_event(stream, ordinal, kind);
        Changes::new(of(FaultKind::HostileStrings), of(FaultKind::UnknownFields), of(FaultKind::VersionDrift))
    }

    /// What lies there instead of a file.
    pub(super) fn spoil(&self, file: LogFile, fault: FaultKind) -> LogFile {
        object::spoil(file, fault, self.key.named(const { name("object") }))
    }

    /// Where the draws for an event lie that a fault befalls.
    fn of_event(&self, stream: usize, ordinal: u64, kind: FaultKind) -> Option<Key> {
        let share = self.asked.of(kind);
        if share == 0 {
            return None;
        }
        let key = self.kinds[kind as usize].at(stream as u64).at(ordinal);
        key.chance(share).then_some(key)
    }

    /// Where the draws lie for each fault of a kind that falls into a chapter.
    ///
    /// Item *i* of *n* falls into a place drawn inside the *i*-th of *n* equal parts of all chapters.
    fn of_chapter(&self, stream: usize, chapter: u64, kind: FaultKind) -> impl Iterator<Item = Key> + use<> {
        let (count, all) = (u128::from(self.asked.of(kind)), u128::from(self.chapters));
        let (number, key) = (u128::from(self.before[stream] + chapter), self.kinds[kind as usize]);
        let first = number * count / all;
        let last = if count == 0 { 0 } else { ((number + 1) * count - 1) / all + 1 };
        let place = move |item: u128| (item * all + u128::from(key.at(item as u64).below(all as u64))) / count;
        (first..last).filter(move |item| place(*item) == number).map(move |item| key.at(item as u64).at(0))
    }
}

/// How much later than its name says a file can be put into the bucket.
pub(crate) fn longest_delay(scenario: &Scenario) -> i64 {
    if scenario.faults.of(FaultKind::Delayed) > 0 { SLOTS_DELAYED as i64 * scenario.trail.flush.0 } else { 0 }
}

impl Trail {
    /// The eventID of an event of a stream.
    fn event_id(&self, stream: usize, ordinal: u64) -> String {
        self.plan().seal.seal(self.plan().streams[stream].number, ordinal).to_string()
    }
}
