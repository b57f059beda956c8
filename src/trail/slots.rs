//! Which log file a record goes into.
//!
//! Several writers collect the records of a region. A record reaches one of them some seconds after the
//! call; each writer puts what it has into a file every 5 minutes, at a moment of its own, and names the
//! file after the next multiple of 5 minutes. That gives the lags, the many files of a busy slot and the
//! slightly disordered records that real trails show.

use std::collections::BTreeMap;

use crate::activity::{Activity, CHAPTER, Chapter};
use crate::clock::{MINUTE, SECOND, Time};
use crate::seed::{Key, name};
use crate::trail::faults::Faults;
use crate::trail::keys::LOG_FILE;
use crate::trail::{Batch, Trail};

/// The length of a delivery slot.
pub(crate) const SLOT: i64 = 5 * MINUTE;

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

/// How the records of one stream are collected.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    key: Key,
    writers: usize,
    records_per_file: usize,
}

/// The slot that ends at or behind an instant.
pub(super) const fn slot_at(time: Time) -> Time {
    Time((time.0 + SLOT - 1).div_euclid(SLOT) * SLOT)
}

impl Slots {
    pub(super) fn new(activity: &Activity, stream: usize) -> Self {
        let plan = &activity.plan;
        let scenario = &plan.scenario;
        let window = (scenario.time.end.0 - scenario.time.start.0).max(1);
        let per_slot = u128::from(plan.streams[stream].events) * SLOT as u128 / window as u128;
        let by_traffic = 1 + (per_slot / RECORDS_PER_WRITER).min(WRITERS.len() as u128 - 1) as usize;
        let writers = match scenario.trail.writers as usize {
            0 => by_traffic,
            wanted => wanted.min(WRITERS.len()),
        };
        let key = plan.seed().key("delivery").at(stream as u64);
        Self { key, writers, records_per_file: scenario.trail.records_per_file as usize }
    }

    /// The files of a chapter, in the order of their keys.
    pub(super) fn batches(&self, trail: &Trail, stream: usize, chapter: &Chapter) -> Vec<Batch> {
        let mut collected: BTreeMap<(Time, usize), Vec<(Time, u32)>> = BTreeMap::new();
        for (index, event) in chapter.events.iter().enumerate() {
            let key = self.key.named(const { name("record") }).at(event.ordinal);
            let arrival = Time(event.time.0 + way(key));
            let writer = key.at(1).weighted(WRITERS[..self.writers].iter().map(|(_, share)| *share));
            let late = trail.faults.as_ref().map_or(0, |faults| faults.slots_late(stream, event.ordinal));
            let slot = Time(slot_at(Time(arrival.0 + WRITERS[writer].0 * SECOND)).0 + late * SLOT);
            collected.entry((slot, writer)).or_default().push((arrival, index as u32));
        }
        let mut batches = Vec::new();
        for ((slot, writer), records) in collected {
            batches.extend(self.files_of(slot, writer, records));
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

    /// Cuts what one writer has for a slot into files of the largest size.
    fn files_of(&self, slot: Time, writer: usize, mut records: Vec<(Time, u32)>) -> Vec<Batch> {
        records.sort_unstable();
        let closing = slot.0 - WRITERS[writer].0 * SECOND;
        let files = records.chunks(self.records_per_file).map(|records| Batch {
            slot,
            delivered_at: Time(closing),
            events: records.iter().map(|(_, index)| *index).collect(),
            unique: String::new(),
            end: LOG_FILE,
            again: Vec::new(),
            fault: None,
            is_copied: false,
            faults: Vec::new(),
        });
        files.collect()
    }

    /// Gives the files of a chapter in one slot their names, ascending: the chapters that can have files in
    /// the slot share the names among them in order, and so do a chapter's files its part.
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
            file.delivered_at.0 += SECOND + key.at(2).below(18_000) as i64;
        }
    }

    /// The first and last chapter that can have files in a slot.
    pub(super) fn chapters_in(trail: &Trail, stream: usize, slot: Time) -> (u64, u64) {
        let earliest = earliest() + latest(trail);
        let calendar = &trail.activity.stream(stream).calendar;
        let most = trail.activity.chapters(stream).saturating_sub(1);
        let chapter = |time: i64| (calendar.ordinal(Time(time)) / CHAPTER).min(most);
        (chapter(slot.0 - SLOT - earliest - LONGEST_WAY - 1), chapter(slot.0))
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

/// How long before the end of a slot the first writer puts its files.
fn earliest() -> i64 {
    WRITERS.map(|(before, _)| before).into_iter().max().unwrap_or_default() * SECOND
}

/// The last slot that records of this instant can lie in.
pub(super) fn last_slot_at(trail: &Trail, time: Time) -> Time {
    slot_at(Time(time.0 + LONGEST_WAY + earliest() + latest(trail)))
}

/// How much later than others the record of an event can come.
fn latest(trail: &Trail) -> i64 {
    trail.faults.as_ref().map_or(0, Faults::latest)
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
    fn a_slot_ends_at_a_multiple_of_five_minutes() {
        assert_eq!(slot_at(Time(1)), Time(SLOT));
        assert_eq!(slot_at(Time(SLOT)), Time(SLOT));
        assert_eq!(slot_at(Time(SLOT + 1)), Time(2 * SLOT));
    }
}
