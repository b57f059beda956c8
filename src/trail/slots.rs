//! Which log file a record goes into.
//!
//! Several writers collect the records of a region. A record reaches one of them some seconds after the
//! call; each writer puts what it has into a file every 5 minutes, at a moment of its own, and names the
//! file after the next multiple of 5 minutes. That gives the lags, the many files of a busy slot and the
//! slightly disordered records that real trails show.
//!
//! A scenario may ask for other slots than those of 5 minutes: then all of these lengths shrink or grow with
//! them, and files are named after the next whole minute.

use std::collections::BTreeMap;

use crate::activity::{Activity, CHAPTER, Chapter, Order};
use crate::clock::{MINUTE, SECOND, Time};
use crate::event::Event;
use crate::scenario::Scenario;
use crate::seed::{Key, name};
use crate::trail::faults::Faults;
use crate::trail::keys::LOG_FILE;
use crate::trail::{Batch, Trail};

/// The length of a delivery slot of CloudTrail, for which all other lengths here are told.
const SLOT: i64 = 5 * MINUTE;

/// The longest that a record is on its way to a writer.
const LONGEST_WAY: i64 = 34 * SECOND;

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
const WRITERS: [(i64, u64); 12] = [
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

/// The lengths of a trail's delivery slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flush(i64);

/// When a record reaches its writer, and which one of its chapter it is: one number, since they are to be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrival(i64);

impl Arrival {
    /// More than a chapter's records.
    const RECORDS: i64 = 1 << 16;

    const fn new(time: Time, index: u32) -> Self {
        const { assert!(CHAPTER <= Self::RECORDS as u64) };
        Self(time.0 * Self::RECORDS + index as i64)
    }

    const fn index(self) -> u32 {
        self.0.rem_euclid(Self::RECORDS) as u32
    }
}

/// How the records of one stream are collected.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    key: Key,
    flush: Flush,
    /// How long before the end of a slot each writer puts its files.
    phases: [i64; WRITERS.len()],
    /// For each part of all shares, the writer that it belongs to.
    by_share: Vec<u8>,
    records_per_file: usize,
}

/// What each writer has for each slot.
struct Heaps {
    flush: Flush,
    places: BTreeMap<(Time, usize), u32>,
    records: Vec<Vec<u32>>,
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
    const fn new(flush: Flush) -> Self {
        let open = [Open { end: Time(0), length: 0, place: 0 }; WRITERS.len()];
        Self { flush, places: BTreeMap::new(), records: Vec::new(), open }
    }

    /// The place of the heap for a record that reaches a writer at an instant, seen from the end of the slot in which
    /// the writer puts its files, and lies so much later than it should.
    #[inline]
    fn place(&mut self, time: Time, writer: usize, late: i64) -> u32 {
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
            self.open[writer] = Open { end, length: self.flush.0, place };
        }
        place
    }

    /// All of them, slot by slot.
    fn into_iter(mut self) -> impl Iterator<Item = ((Time, usize), Vec<u32>)> {
        self.places.into_iter().map(move |(key, place)| (key, std::mem::take(&mut self.records[place as usize])))
    }
}

impl Flush {
    pub(super) const fn of(scenario: &Scenario) -> Self {
        Self(scenario.trail.flush.0)
    }

    /// The end of the slot that ends at or behind an instant.
    const fn end(self, time: Time) -> Time {
        round_up(time, self.0)
    }

    /// The time in the names of the files of the slot that ends at or behind an instant: a whole minute.
    pub(super) const fn named(self, time: Time) -> Time {
        round_up(self.end(time), MINUTE)
    }

    /// How far the times in names are apart, or less.
    pub(super) const fn step(self) -> i64 {
        if self.0 % MINUTE == 0 { self.0 } else { MINUTE }
    }

    /// A length that is told for slots of CloudTrail's.
    const fn scaled(self, length: i64) -> i64 {
        length * self.0 / SLOT
    }

    /// How long before the end of a slot a writer puts its files.
    const fn phase(self, writer: usize) -> i64 {
        self.scaled(WRITERS[writer].0 * SECOND)
    }

    /// How long before the end of a slot the first writer puts its files.
    fn earliest(self) -> i64 {
        self.scaled(WRITERS.map(|(before, _)| before).into_iter().max().unwrap_or_default() * SECOND)
    }

    /// The last slot, by name, that records of this instant can lie in.
    pub(super) fn last(self, time: Time) -> Time {
        self.named(Time(time.0 + self.scaled(LONGEST_WAY) + self.earliest()))
    }
}

const fn round_up(time: Time, to: i64) -> Time {
    Time((time.0 + to - 1).div_euclid(to) * to)
}

impl Slots {
    pub(super) fn new(activity: &Activity, stream: usize) -> Self {
        let plan = &activity.plan;
        let scenario = &plan.scenario;
        let window = (scenario.time.end.0 - scenario.time.start.0).max(1);
        let per_slot = u128::from(plan.streams[stream].events) * scenario.trail.flush.0 as u128 / window as u128;
        let by_traffic = 1 + (per_slot / RECORDS_PER_WRITER).min(WRITERS.len() as u128 - 1) as usize;
        let writers = match scenario.trail.writers as usize {
            0 => by_traffic,
            wanted => wanted.min(WRITERS.len()),
        };
        let key = plan.seed().key("delivery").at(stream as u64);
        let by_share = (0..).zip(&WRITERS[..writers]).flat_map(|(writer, (_, share))| (0..*share).map(move |_| writer));
        let by_share = by_share.collect();
        let flush = Flush::of(scenario);
        let phases = std::array::from_fn(|writer| flush.phase(writer));
        Self { key, flush, phases, by_share, records_per_file: scenario.trail.records_per_file as usize }
    }

    /// The files of a chapter, in the order of their keys.
    pub(super) fn batches(&self, trail: &Trail, stream: usize, chapter: &Chapter) -> Vec<Batch> {
        let mut batches = Vec::new();
        for ((slot, writer), records) in self.collected(trail, stream, chapter) {
            batches.extend(self.files_of(slot, writer, &records));
        }
        if let Some(faults) = &trail.faults {
            faults.befall(stream, chapter, &mut batches);
        }
        for files in batches.chunk_by_mut(|one, other| one.slot == other.slot) {
            self.name_files(trail, stream, chapter.number, files[0].slot, files);
        }
        if let Some(faults) = &trail.faults {
            faults.tell(trail, stream, chapter, &mut batches);
        }
        batches
    }

    /// The records of a chapter that each writer has for each slot, in the order in which they arrived.
    fn collected(
        &self,
        trail: &Trail,
        stream: usize,
        chapter: &Chapter,
    ) -> impl Iterator<Item = ((Time, usize), Vec<u32>)> + use<> {
        let (mut heaps, mut heap_of) = (Heaps::new(self.flush), Vec::with_capacity(chapter.events.len()));
        let draws = self.key.named(const { name("record") });
        let arrival = |(event, index): (&Event, u32)| {
            let key = draws.at(event.ordinal);
            let arrival = Time(event.time.0 + self.flush.scaled(way(key)));
            let writer = self.writer(key.at(1));
            let late = trail.faults.as_ref().map_or(0, |faults| faults.lateness(stream, event.ordinal));
            heap_of.push(heaps.place(Time(arrival.0 + self.phases[writer]), writer, late));
            Arrival::new(arrival, index)
        };
        let arrivals: Vec<Arrival> = chapter.events.iter().zip(0..).map(arrival).collect();
        let first = Arrival::new(chapter.start, 0);
        let last = arrivals.iter().max().unwrap_or(&first);
        let (mut order, since) = (Order::default(), |arrival: &Arrival| (arrival.0 - first.0) as u64);
        for arrival in order.of(arrivals.iter().copied(), since(last), since) {
            heaps.records[heap_of[arrival.index() as usize] as usize].push(arrival.index());
        }
        heaps.into_iter()
    }

    /// The writer that a record goes to.
    fn writer(&self, key: Key) -> usize {
        self.by_share[key.below(self.by_share.len() as u64) as usize].into()
    }

    /// Cuts what one writer has for a slot into files of the largest size.
    fn files_of(&self, slot: Time, writer: usize, records: &[u32]) -> impl Iterator<Item = Batch> {
        let closing = slot.0 - self.phases[writer];
        records.chunks(self.records_per_file).map(move |records| Batch {
            slot: self.flush.named(slot),
            delivered_at: Time(closing),
            events: records.to_vec(),
            unique: String::new(),
            end: LOG_FILE,
            again: Vec::new(),
            fault: None,
            is_copied: false,
            faults: Vec::new(),
        })
    }

    /// Gives the files of a chapter in the slots of one name their names, ascending: the chapters that can have
    /// files there share the names among them in order, and so do a chapter's files its part.
    fn name_files(&self, trail: &Trail, stream: usize, chapter: u64, slot: Time, files: &mut [Batch]) {
        let (first, last) = Self::chapters_in(trail, stream, slot);
        let parts = u128::from(last - first + 1) * files.len() as u128;
        let before = u128::from(chapter - first) * files.len() as u128;
        let key = self.key.named(const { name("file") }).at(slot.0 as u64).at(chapter);
        for (index, file) in (0..).zip(files) {
            let key = key.at(index as u64);
            let (from, to) = (NAMES * (before + index) / parts, NAMES * (before + index + 1) / parts);
            let draw = (u128::from(key.at(0).draw()) << 64 | u128::from(key.at(1).draw())) % (to - from);
            file.unique = unique(from + draw);
            file.delivered_at.0 += self.flush.scaled(SECOND + key.at(2).below(18_000) as i64);
        }
    }

    /// The first and last chapter that can have files in the slots of this name.
    pub(super) fn chapters_in(trail: &Trail, stream: usize, slot: Time) -> (u64, u64) {
        let flush = Flush::of(&trail.plan().scenario);
        let end = flush.end(Time(slot.0 - flush.step() + 1));
        let late = trail.faults.as_ref().map_or(0, Faults::latest);
        let longest = flush.0 + flush.earliest() + flush.scaled(LONGEST_WAY) + late;
        let calendar = &trail.activity.stream(stream).calendar;
        let most = trail.activity.chapters(stream).saturating_sub(1);
        let chapter = |time: i64| (calendar.ordinal(Time(time)) / CHAPTER).min(most);
        (chapter(end.0 - longest - 1), chapter(slot.0))
    }

    /// The chapter whose part of a slot's names this name lies in.
    pub(super) fn chapter_of(trail: &Trail, stream: usize, slot: Time, unique: &str) -> Option<u64> {
        let (first, last) = Self::chapters_in(trail, stream, slot);
        let parts = u128::from(last - first + 1);
        let number = number_of(unique)?;
        // The largest part that begins at or before the number.
        let mut part = number.checked_mul(parts)? / NAMES;
        while part + 1 < parts && NAMES * (part + 1) / parts <= number {
            part += 1;
        }
        Some(first + part as u64)
    }
}

/// How long a record is on its way to a writer.
const fn way(key: Key) -> i64 {
    let mean = if key.at(2).below(SLOW_ONE_IN) == 0 { SLOW } else { FAST };
    let way = SHORTEST_WAY + key.at(0).wait(mean);
    if way < LONGEST_WAY { way } else { LONGEST_WAY }
}

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many names of 16 letters there are.
const NAMES: u128 = 62_u128.pow(16);

fn unique(mut number: u128) -> String {
    let mut letters = [0; 16];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[(number % 62) as usize];
        number /= 62;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

fn number_of(unique: &str) -> Option<u128> {
    if unique.len() != 16 {
        return None;
    }
    unique
        .bytes()
        .try_fold(0, |number, byte| Some(number * 62 + LETTERS.iter().position(|letter| *letter == byte)? as u128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ascend_with_their_numbers_and_lead_back() {
        let numbers = [0, 1, 61, 62, NAMES / 3, NAMES - 1];
        let names = numbers.map(unique);
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(names.map(|name| number_of(&name)), numbers.map(Some));
        assert_eq!(number_of("0123"), None);
        assert_eq!(number_of("0123456789abcde-"), None);
    }

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
