//! Items that wait for their chapter: their records are compared with those that the chapter makes, their arrival with
//! the delivery of their object.
//!
//! They are kept up to a bound, sorted by chapter, and looked at together. So a chapter is played once or twice when
//! items come in the order of the trail, and memory is bounded when they come in any other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::Options;
use super::compare::{Difference, compare};
use super::inner::{Inner, record};
use super::marks::Counts;
use super::outcome::{Altered, Event, Late, Place, Sums};
use super::parallel::in_order;
use super::truth::{At, Truth};
use crate::activity::{CHAPTER, Chapter};
use crate::clock::{SECOND, Time};

/// So many bytes of items wait at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// And so many items.
const MOST_ITEMS: usize = 512 * 1024;
/// So many differences of a record are kept.
const MOST_DIFFERENCES: usize = 50;

/// An item that waits.
pub(super) struct Entry {
    pub(super) at: At,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) arrival: Option<Time>,
    /// Where its text lies.
    pub(super) text: Range<usize>,
}

/// All that wait.
pub(super) struct Pending<'a> {
    truth: &'a Truth,
    options: &'a Options,
    stop: &'a AtomicBool,
    texts: Vec<u8>,
    entries: Vec<Entry>,
}

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

/// What came of one item.
#[derive(Default)]
struct Look {
    differences: Vec<Difference>,
    added: BTreeSet<String>,
    is_compared: bool,
    /// From delivery to arrival.
    lag: Option<i64>,
    file: u32,
    record: u64,
    key: String,
    time: Option<Time>,
}

impl<'a> Pending<'a> {
    pub(super) fn new(truth: &'a Truth, options: &'a Options, stop: &'a AtomicBool) -> Self {
        Self { truth, options, stop, texts: Vec::new(), entries: Vec::new() }
    }

    /// Keeps an item; true when it is time to look at all of them.
    pub(super) fn push(&mut self, mut entry: Entry, text: &[u8]) -> bool {
        let start = self.texts.len();
        self.texts.extend_from_slice(text);
        entry.text = start..self.texts.len();
        self.entries.push(entry);
        self.texts.len() >= MOST_BYTES || self.entries.len() >= MOST_ITEMS
    }

    /// Looks at all that wait, chapter by chapter.
    pub(super) fn flush(&mut self, checked: &mut Checked) {
        let mut entries = std::mem::take(&mut self.entries);
        let chapter = |entry: &Entry| (entry.at.0, entry.at.1 / CHAPTER);
        entries.sort_by_key(chapter);
        let groups: Vec<&[Entry]> = entries.chunk_by(|one, other| chapter(one) == chapter(other)).collect();
        in_order(&groups, self.options.threads, self.stop, &|group| self.look_at(group), &mut |group, looks| {
            for (entry, look) in group.iter().zip(looks) {
                checked.add(self.truth, self.options, entry, look);
            }
        });
        self.texts.clear();
    }

    fn look_at(&self, group: &[Entry]) -> Vec<Look> {
        let (stream, number) = (usize::from(group[0].at.0), group[0].at.1 / CHAPTER);
        let chapter = self.truth.trail.activity.chapter(stream, number);
        let files = self.truth.trail.contents(stream, &chapter);
        let mut places = vec![(0, 0); chapter.events.len()];
        for (file, contents) in (0..).zip(&files) {
            for (place, ordinal) in (0..).zip(&contents.ordinals) {
                places[(ordinal % CHAPTER) as usize] = (file, place);
            }
        }
        let look = |entry: &Entry| {
            let mut look = self.compared(stream, &chapter, entry);
            (look.file, look.record) = places[(entry.at.1 % CHAPTER) as usize];
            let contents = &files[look.file as usize];
            look.lag = entry.arrival.map(|arrival| arrival.0 - self.truth.time_of(contents).0);
            if !look.differences.is_empty() || look.lag.is_some() {
                look.key = self.truth.moved.get(&entry.at).unwrap_or(&contents.key).clone();
                look.time = Some(chapter.events[(entry.at.1 % CHAPTER) as usize].time);
            }
            look
        };
        group.iter().map(look).collect()
    }

    /// The record beside the one that was delivered.
    fn compared(&self, stream: usize, chapter: &Chapter, entry: &Entry) -> Look {
        let text = &self.texts[entry.text.clone()];
        if text.is_empty() {
            return Look::default();
        }
        let mut delivered = Vec::with_capacity(2_048);
        self.truth.trail.record(&mut delivered, stream, chapter, (entry.at.1 % CHAPTER) as usize);
        if text == delivered {
            return Look { is_compared: true, ..Look::default() };
        }
        match record(text) {
            Inner::None => Look::default(),
            Inner::Broken(length) => {
                let whole = json!(format!("a record of {} bytes", delivered.len()));
                let received = json!(format!("{length} bytes that are no JSON"));
                let difference = Difference { pointer: String::new(), expected: Some(whole), received: Some(received) };
                Look { differences: vec![difference], is_compared: true, ..Look::default() }
            }
            Inner::Record(received) => {
                let delivered: Value = serde_json::from_slice(&delivered).expect("records are JSON");
                let (differences, added) = compare(&delivered, &received);
                Look { differences, added, is_compared: true, ..Look::default() }
            }
        }
    }
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

    fn add(&mut self, truth: &Truth, options: &Options, entry: &Entry, look: Look) {
        match look.is_compared {
            true => self.compared += 1,
            false if entry.text.is_empty() => {}
            false => self.not_compared += 1,
        }
        for name in &look.added {
            *self.added.entry(name.clone()).or_default() += 1;
        }
        let place = || Place { file: entry.file.to_string(), line: entry.line };
        let event = |look: &Look| event(truth, entry.at, look.time.unwrap_or(Time(0)), look.key.clone(), look.record);
        if let Some(lag) = look.lag {
            let stream = usize::from(entry.at.0);
            match options.late_after.is_some_and(|most| lag > most.0) {
                false => self.in_time[stream].add(entry.at.1),
                true => {
                    self.late[stream].add(entry.at.1);
                    if self.late_items.len() < self.most {
                        let late = Late { event: event(&look), place: place(), seconds: lag.div_euclid(SECOND) };
                        self.late_items.push(late);
                    }
                }
            }
        }
        if look.differences.is_empty() {
            return;
        }
        self.altered += 1;
        let sums = Sums { altered: 1, ..Sums::default() };
        self.by_hour.entry(hour(look.time.unwrap_or(Time(0)))).or_default().add(sums);
        self.spots.entry((entry.at.0, entry.at.1 / CHAPTER, look.file)).or_default().add(sums);
        self.note(&look.differences);
        if self.altered_records.len() < self.most {
            let event = event(&look);
            let differences = look.differences.into_iter().take(MOST_DIFFERENCES).collect();
            self.altered_records.push(Altered { event, place: place(), differences });
        }
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
            let member = self.members.entry(name.clone()).or_default();
            if members.insert(name) {
                member.records += 1;
            }
            if let Some(length) = difference.cut_to() {
                *member.cut.entry(length).or_default() += 1;
            }
            match (&difference.expected, &difference.received) {
                (Some(Value::Null), None) => member.nulls += 1,
                (Some(expected @ (Value::Number(_) | Value::Bool(_))), Some(Value::String(text)))
                    if expected.to_string() == *text =>
                {
                    member.as_text += 1;
                }
                _ => {}
            }
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
