//! What was received, counted: how often each event, what is foreign, and what has to be held against its chapter.

use std::sync::Arc;

use uuid::Uuid;

use super::Options;
use super::arrival;
use super::checked::Checked;
use super::marks::Counts;
use super::outcome::{Foreign, Outcome, Place};
use super::pending::{Entry, Pending};
use super::received::{Id, Item, Take};
use super::truth::{At, Truth};
use crate::seed::Seal;

/// So many bare ids are opened in one go.
const TOGETHER: usize = 64;

/// The books on one reconciliation.
pub(super) struct Ledger<'a> {
    truth: &'a Truth,
    options: &'a Options,
    seal: Seal,
    /// How often each event came, by stream.
    pub(super) counts: Vec<Counts>,
    pub(super) outcome: Outcome,
    /// What was found by looking at items beside their chapters.
    pub(super) checked: Checked,
    pending: Pending<'a>,
    file: Arc<str>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(truth: &'a Truth, options: &'a Options, pending: Pending<'a>) -> Self {
        let streams = truth.trail.plan().streams.len();
        Self {
            truth,
            options,
            seal: truth.trail.plan().seal.clone(),
            counts: vec![Counts::default(); streams],
            outcome: Outcome::default(),
            checked: Checked::new(streams, options.most),
            pending,
            file: "".into(),
        }
    }

    /// What follows is read from this file.
    pub(super) fn begin(&mut self, file: &str) {
        self.file = file.into();
    }

    /// Looks at what still waits for that.
    pub(super) fn finish(&mut self) {
        self.pending.flush(&mut self.checked);
    }

    /// Counts an event; false when it was never delivered.
    #[inline]
    fn count(&mut self, at: At, line: u64, id: &dyn Fn() -> String) -> bool {
        if !self.truth.has(at) {
            self.foreign(id(), line, "sealed with the seed of the manifest, but not an event of its trail");
            return false;
        }
        if self.truth.delivered(at) == 0 {
            self.foreign(id(), line, "an event of the trail that no object of the manifest holds");
            return false;
        }
        self.counts[usize::from(at.0)].add(at.1);
        true
    }

    #[cold]
    fn foreign(&mut self, id: String, line: u64, why: &'static str) {
        self.outcome.foreign += 1;
        if self.outcome.foreign_items.len() < self.options.most {
            let place = Place { file: self.file.to_string(), line };
            self.outcome.foreign_items.push(Foreign { id, place, why });
        }
    }

    /// Keeps what has to be held against the event's chapter.
    fn keep(&mut self, at: At, item: &Item) {
        let arrival = match (&self.options.arrival, &item.arrival) {
            (Some(_), Some(text)) => arrival::time(text),
            _ => None,
        };
        if self.options.arrival.is_some() && arrival.is_none() {
            self.outcome.without_arrival += 1;
        }
        let text = if self.options.ids_only { b"" } else { item.text };
        if !self.options.ids_only && !text.contains(&b'{') {
            self.outcome.not_compared += 1;
        }
        if arrival.is_some() || text.contains(&b'{') {
            let entry = Entry { at, file: Arc::clone(&self.file), line: item.line, arrival, text: 0..0 };
            if self.pending.push(entry, text) {
                self.pending.flush(&mut self.checked);
            }
        }
    }
}

const UNKNOWN: &str = "does not open with the seed of the manifest";

impl Take for Ledger<'_> {
    fn ids(&mut self, ids: &[Uuid], line: u64) {
        for (ids, line) in ids.chunks(TOGETHER).zip((line..).step_by(TOGETHER)) {
            // Opening one id is a long chain of multiplications; several chains side by side take little longer.
            let mut opened = [None; TOGETHER];
            opened.iter_mut().zip(ids).for_each(|(at, id)| *at = self.seal.open(*id));
            self.outcome.received += ids.len() as u64;
            if !self.options.ids_only {
                self.outcome.not_compared += ids.len() as u64;
            }
            for ((at, id), line) in opened.into_iter().zip(ids).zip(line..) {
                match at {
                    Some(at) => drop(self.count(at, line, &|| id.to_string())),
                    None => self.foreign(id.to_string(), line, UNKNOWN),
                }
            }
        }
        if self.options.arrival.is_some() {
            self.outcome.without_arrival += ids.len() as u64;
        }
    }

    fn item(&mut self, item: Item) {
        self.outcome.received += 1;
        match &item.id {
            Id::None => self.outcome.without_id += 1,
            Id::Foreign(id) => self.foreign(id.clone(), item.line, UNKNOWN),
            Id::Ours(at) => {
                let truth = self.truth;
                let id = || truth.trail.plan().seal.seal(at.0, at.1).to_string();
                if self.count(*at, item.line, &id) {
                    self.keep(*at, &item);
                }
            }
        }
    }
}
