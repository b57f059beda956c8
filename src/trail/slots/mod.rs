//! Which log file a record goes into.
//!
//! Several writers collect the records of a region. A record reaches one of them some seconds after the
//! call; each writer puts what it has into a file every 5 minutes, at a moment of its own, and names the
//! file after the next multiple of 5 minutes. That gives the lags, the many files of a busy slot and the
//! slightly disordered records that real trails show.
//!
//! A scenario may ask for other slots than those of 5 minutes: then all of these lengths shrink or grow with
//! them, and files are named after the next whole minute.

mod flush;
mod heaps;
mod names;
mod writers;

pub(super) use flush::Flush;
use heaps::Heaps;
use names::{NAMES, number_of, unique};
use writers::Writers;

use crate::activity::{Activity, CHAPTER, Chapter, Order};
use crate::clock::{SECOND, Time};
use crate::event::Event;
use crate::seed::{Key, name};
use crate::trail::faults::Faults;
use crate::trail::keys::LOG_FILE;
use crate::trail::{Batch, Trail};

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
    writers: Writers,
    records_per_file: usize,
}

impl Slots {
    pub(super) fn new(activity: &Activity, stream: usize) -> Self {
        let plan = &activity.plan;
        let scenario = &plan.scenario;
        let window = (scenario.time.end.0 - scenario.time.start.0).max(1);
        let per_slot = u128::from(plan.streams[stream].events) * scenario.trail.flush.0 as u128 / window as u128;
        let flush = Flush::of(scenario);
        Self {
            key: plan.seed().key("delivery").at(stream as u64),
            flush,
            writers: Writers::new(flush, scenario.trail.writers as usize, per_slot),
            records_per_file: scenario.trail.records_per_file as usize,
        }
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
            let arrival = Time(event.time.0 + self.flush.scaled(writers::way(key)));
            let writer = self.writers.pick(key.at(1));
            let late = trail.faults.as_ref().map_or(0, |faults| faults.lateness(stream, event.ordinal));
            heap_of.push(heaps.place(Time(arrival.0 + self.writers.phase(writer)), writer, late));
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

    /// Cuts what one writer has for a slot into files of the largest size.
    fn files_of(&self, slot: Time, writer: usize, records: &[u32]) -> impl Iterator<Item = Batch> {
        let closing = slot.0 - self.writers.phase(writer);
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
        let longest = flush.length() + flush.earliest() + flush.scaled(writers::LONGEST_WAY) + late;
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
