//! What came of items that were held against their chapters.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::compare::Difference;
use super::marks::Counts;
use super::outcome::{Altered, Event, Late, Place, Sums};
use super::pending::{Entry, Look};
use super::truth::{At, Truth};
use crate::activity::CHAPTER;
use crate::clock::{SECOND, Time};

/// So many differences of a record are kept.
const MOST_DIFFERENCES: usize = 50;
/// So many names of members are kept, whatever consumers invent.
const MOST_MEMBERS: usize = 1_000;

/// Where an event was delivered: stream, chapter, and the place of the file among those of the chapter.
type Spot = (u16, u64, u32);

/// What came of those that do not wait any more.
pub(super) struct Checked {
    most: usize,
    pub(super) compared: u64,
    pub(super) not_compared: u64,
    pub(super) altered: u64,
    pub(super) added: BTreeMap<String, u64>,
    pub(super) altered_records: Vec<Altered>,
    pub(super) late_items: Vec<Late>,
    /// What differs in altered records, by member.
    pub(super) members: BTreeMap<String, Member>,
    pub(super) by_hour: BTreeMap<String, Sums>,
    spots: BTreeMap<Spot, Sums>,
    /// Events that arrived too late, and those that arrived in time, perhaps as another copy.
    pub(super) late: Vec<Counts>,
    pub(super) in_time: Vec<Counts>,
}

/// How the values of one member differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) records: u64,
    /// Texts cut to this many characters.
    pub(super) cut: BTreeMap<usize, u64>,
    /// Nulls that were left out.
    pub(super) nulls: u64,
    /// Numbers and truth values written as texts.
    pub(super) as_text: u64,
}

impl Checked {
    pub(super) fn new(streams: usize, most: usize) -> Self {
        Self {
            most,
            compared: 0,
            not_compared: 0,
            altered: 0,
            added: BTreeMap::new(),
            altered_records: Vec::new(),
            late_items: Vec::new(),
            members: BTreeMap::new(),
            by_hour: BTreeMap::new(),
            spots: BTreeMap::new(),
            late: vec![Counts::default(); streams],
            in_time: vec![Counts::default(); streams],
        }
    }

    /// Adds what came of an item.
    pub(super) fn add(&mut self, truth: &Truth, options: &Options, entry: &Entry, look: Look) {
        match look.is_compared {
            true => self.compared += 1,
            false if entry.text.is_empty() => {}
            false => self.not_compared += 1,
        }
        for name in &look.added {
            if self.added.len() < MOST_MEMBERS || self.added.contains_key(name) {
                *self.added.entry(name.clone()).or_default() += 1;
            }
        }
        let Some(time) = look.time else { return };
        let place = || Place { file: entry.file.to_string(), line: entry.line };
        let event = || event(truth, entry.at, time, look.key.clone(), look.record);
        if let Some(lag) = look.lag {
            let is_late = options.late_after.is_some_and(|most| lag > most.0);
            let events = if is_late { &mut self.late } else { &mut self.in_time };
            events[usize::from(entry.at.0)].add(entry.at.1);
            if is_late && self.late_items.len() < self.most {
                self.late_items.push(Late { event: event(), place: place(), seconds: lag.div_euclid(SECOND) });
            }
        }
        if !look.differences.is_empty() {
            self.add_altered((entry.at.0, entry.at.1 / CHAPTER, look.file), time, &look.differences);
            if self.altered_records.len() < self.most {
                let event = event();
                let differences = look.differences.into_iter().take(MOST_DIFFERENCES).collect();
                self.altered_records.push(Altered { event, place: place(), differences });
            }
        }
    }

    fn add_altered(&mut self, spot: Spot, time: Time, differences: &[Difference]) {
        let sums = Sums { altered: 1, ..Sums::default() };
        self.altered += 1;
        self.by_hour.entry(hour(time)).or_default().add(sums);
        self.spots.entry(spot).or_default().add(sums);
        self.note(differences);
    }

    /// Whether a chapter has altered records.
    pub(super) fn has_altered(&self, stream: usize, chapter: u64) -> bool {
        let stream = stream as u16;
        self.spots.range((stream, chapter, 0)..=(stream, chapter, u32::MAX)).next().is_some()
    }

    /// The altered records of a file.
    pub(super) fn altered_in(&self, stream: usize, chapter: u64, file: u32) -> Sums {
        self.spots.get(&(stream as u16, chapter, file)).copied().unwrap_or_default()
    }

    /// Notes how the members of a record differ.
    fn note(&mut self, differences: &[Difference]) {
        let mut members = BTreeSet::new();
        for difference in differences {
            let name = difference.member();
            if self.members.len() >= MOST_MEMBERS && !self.members.contains_key(&name) {
                continue;
            }
            let member = self.members.entry(name.clone()).or_default();
            if members.insert(name) {
                member.records += 1;
            }
            if let Some(length) = difference.cut_to() {
                *member.cut.entry(length).or_default() += 1;
            }
            member.nulls += u64::from(difference.is_left_out_null());
            member.as_text += u64::from(difference.is_same_as_text());
        }
    }
}

/// An event as findings name it.
pub(super) fn event(truth: &Truth, at: At, time: Time, key: String, record: u64) -> Event {
    let event_id = truth.trail.plan().seal.seal(at.0, at.1).to_string();
    Event { event_id, event_time: time.floor_second().to_string(), key, record }
}

/// The hour of an instant.
pub(super) fn hour(time: Time) -> String {
    let hour = time.0.div_euclid(crate::clock::HOUR) * crate::clock::HOUR;
    Time(hour).to_string()
}
