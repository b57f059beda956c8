//! Items that wait for their chapter: their records are compared with those that the chapter makes, their arrival with
//! the delivery of their object.
//!
//! They are kept up to a bound, sorted by chapter, and looked at together. So a chapter is played once or twice when
//! items come in the order of the trail, and memory is bounded when they come in any other.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::Options;
use super::checked::Checked;
use super::compare::{Difference, compare};
use super::inner::{Inner, record};
use super::parallel::in_order;
use super::truth::{At, Truth};
use crate::activity::{CHAPTER, Chapter};
use crate::clock::Time;

/// So many bytes of items wait at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// And so many items.
const MOST_ITEMS: usize = 512 * 1024;

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

/// What came of one item.
#[derive(Default)]
pub(super) struct Look {
    pub(super) differences: Vec<Difference>,
    pub(super) added: BTreeSet<String>,
    pub(super) is_compared: bool,
    /// From delivery to arrival.
    pub(super) lag: Option<i64>,
    /// The place of its file among those of the chapter, and that of its record in the file.
    pub(super) file: u32,
    pub(super) record: u64,
    /// Known where there is something to tell.
    pub(super) key: String,
    pub(super) time: Option<Time>,
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
                look.key.clone_from(self.truth.moved.get(&entry.at).unwrap_or(&contents.key));
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
