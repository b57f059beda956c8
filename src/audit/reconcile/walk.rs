//! From counted bits to named events: the chapters in which something is wrong are played once more.

use std::collections::{BTreeMap, BTreeSet};

use super::checked::{event, hour};
use super::ledger::Ledger;
use super::left_out::LeftOut;
use super::marks::{Counts, NONE, Page, holds, ones, without};
use super::outcome::{Copies, Event, Outcome, Sums};
use super::same::{Same, in_common};
use super::truth::{At, Truth};
use crate::activity::CHAPTER;
use crate::clock::Time;
use crate::trail::Contents;

/// In so many chapters with losses it is looked at what lost records have in common with received ones.
const SAMPLED: usize = 4;

/// A chapter with findings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) stream: usize,
    pub(super) chapter: u64,
    /// Whether its records are looked at too.
    is_sampled: bool,
}

/// What is wrong in a chapter.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: Vec<File>,
    pub(super) lost: Vec<(Time, Event)>,
    pub(super) duplicated: Vec<Copies>,
    pub(super) by_hour: BTreeMap<String, Sums>,
    /// What lost records have in common with received ones, and what they do not.
    pub(super) in_common: Option<(Same, LeftOut)>,
    /// The ordinals of what is named: some events lie in two files, and are named once.
    named: BTreeSet<u64>,
}

/// What became of the events of one file.
pub(super) struct File {
    /// Its place among the files of the chapter.
    pub(super) number: u32,
    pub(super) key: String,
    pub(super) delivered_at: Time,
    pub(super) events: Vec<Fate>,
}

/// What became of one event that was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    /// The place of its record in the file.
    pub(super) record: u64,
    received: u64,
    delivered: u64,
    is_late: bool,
}

impl Fate {
    pub(super) const fn is_lost(self) -> bool {
        self.received == 0
    }

    pub(super) const fn is_duplicated(self) -> bool {
        self.received > self.delivered
    }

    const fn sums(self) -> Sums {
        Sums {
            lost: self.is_lost() as u64,
            duplicated: self.is_duplicated() as u64,
            altered: 0,
            late: self.is_late as u64,
        }
    }
}

impl File {
    pub(super) fn is_lost(&self) -> bool {
        !self.events.is_empty() && self.events.iter().all(|fate| fate.is_lost())
    }

    pub(super) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.events.iter().for_each(|fate| sums.add(fate.sums()));
        sums
    }
}

/// What is known of the events of one chapter.
struct Bits<'a> {
    counts: &'a Counts,
    expected: Page,
    seen: Page,
    twice: Page,
    /// Those of which no copy came in time.
    late: Page,
}

impl<'a> Bits<'a> {
    fn of(truth: &Truth, ledger: &'a Ledger, stream: usize, chapter: u64) -> Self {
        let (counts, number) = (&ledger.counts[stream], chapter as usize);
        let in_time = ledger.checked.in_time[stream].seen(number);
        Self {
            counts,
            expected: truth.expected(stream, chapter),
            seen: counts.seen(number),
            twice: counts.seen_twice(number),
            late: without(ledger.checked.late[stream].seen(number), &in_time),
        }
    }

    fn missing(&self) -> Page {
        without(self.expected, &self.seen)
    }

    /// What became of an event; `None` when it was not delivered.
    fn fate(&self, truth: &Truth, at: At, record: u64) -> Option<Fate> {
        let index = at.1 % CHAPTER;
        let (received, delivered) = match holds(&self.twice, index) {
            true => (self.counts.get(at.1), truth.delivered(at)),
            false => (u64::from(holds(&self.seen, index)), 1),
        };
        let is_late = holds(&self.late, index);
        holds(&self.expected, index).then_some(Fate { record, received, delivered, is_late })
    }
}

/// Goes through all chapters and counts; those with findings are returned.
pub(super) fn count(truth: &Truth, ledger: &Ledger, outcome: &mut Outcome) -> Vec<Place> {
    let (mut places, mut sampled) = (Vec::new(), 0);
    for stream in 0..ledger.counts.len() {
        for chapter in 0..truth.trail.activity.chapters(stream) {
            let bits = Bits::of(truth, ledger, stream, chapter);
            let missing = bits.missing();
            outcome.distinct += ones(&bits.expected) - ones(&missing);
            outcome.sums.lost += ones(&missing);
            outcome.sums.late += ones(&bits.late);
            let is_quiet = missing == NONE && bits.late == NONE && bits.twice == NONE;
            if is_quiet && !ledger.checked.has_altered(stream, chapter) {
                continue;
            }
            let is_sampled = missing != NONE && sampled < SAMPLED;
            sampled += usize::from(is_sampled);
            places.push(Place { stream, chapter, is_sampled });
        }
    }
    places
}

/// What is wrong in one chapter.
pub(super) fn look(truth: &Truth, ledger: &Ledger, place: &Place) -> Found {
    let bits = Bits::of(truth, ledger, place.stream, place.chapter);
    let chapter = truth.trail.activity.chapter(place.stream, place.chapter);
    let mut found = Found::default();
    for (number, contents) in (0..).zip(truth.trail.contents(place.stream, &chapter)) {
        let delivered_at = truth.time_of(&contents);
        let time = |ordinal: u64| chapter.events[(ordinal % CHAPTER) as usize].time;
        let events = found.events(truth, place.stream as u16, &bits, &contents, &time);
        found.files.push(File { number, key: contents.key, delivered_at, events });
    }
    if place.is_sampled {
        let missing = bits.missing();
        let is_lost = |index: u64| holds(&bits.expected, index).then(|| holds(&missing, index));
        found.in_common = Some(in_common(&truth.trail, place.stream, &chapter, &is_lost));
    }
    found
}

impl Found {
    /// What became of the events of a file.
    fn events(
        &mut self,
        truth: &Truth,
        stream: u16,
        bits: &Bits,
        contents: &Contents,
        time: &dyn Fn(u64) -> Time,
    ) -> Vec<Fate> {
        let mut fates = Vec::with_capacity(contents.ordinals.len());
        for (record, ordinal) in (0..).zip(contents.ordinals.iter().chain(&contents.again)) {
            let (at, time) = ((stream, *ordinal), time(*ordinal));
            let Some(fate) = bits.fate(truth, at, record) else { continue };
            fates.push(fate);
            if fate.sums() == Sums::default() || !self.named.insert(*ordinal) {
                continue;
            }
            self.by_hour.entry(hour(time)).or_default().add(fate.sums());
            let event = event(truth, at, time, truth.moved.get(&at).unwrap_or(&contents.key).clone(), record);
            let Fate { received, delivered, .. } = fate;
            match (fate.is_lost(), fate.is_duplicated()) {
                (true, _) => self.lost.push((time, event)),
                (_, true) => self.duplicated.push(Copies { event, received, delivered }),
                _ => {}
            }
        }
        fates
    }
}
