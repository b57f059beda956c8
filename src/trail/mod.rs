//! `CloudTrail`'s files: which record goes into which log file, where that lies, and what is in it.
//!
//! Every log file holds events of one chapter only. A chapter falls into the 5-minute delivery slots of
//! several writers (`slots`), each of which becomes one or more files with keys of their own (`keys`). So
//! any file can be made from its chapter alone, and its key leads back to the chapter; `contents` says which events it
//! holds without making it.

mod contents;
mod deflate;
mod digest;
mod fault;
mod faults;
mod gzip;
mod keys;
mod log_file;
mod manifest;
mod object;
mod order;
mod slots;

use std::sync::{Arc, OnceLock};

pub use contents::Contents;
pub(crate) use digest::{
    Chain, ChainState, Digest, Digests, KeyPair, KeySource, Listed, PublicKeyList, UnusableKey, text_to_sign,
};
pub use fault::Fault;
pub(crate) use gzip::member as pack;
pub(crate) use keys::{Place, digest_end, slot_of};
pub use log_file::{Encoder, LogFile};
pub(crate) use manifest::{FaultCounts, Footer, Header, LogLine, ObjectLine, Totals};
pub use object::{Headers, Object};
pub(crate) use order::KeyOrder;
use uuid::Uuid;

use crate::activity::{Activity, Chapter};
use crate::clock::Time;
use crate::event::{END_OF_LAST, Event, Facts};
use crate::plan::Plan;
use crate::record::{self, Fixed};
use crate::scenario::FaultKind;
use crate::shard::{Part, Shard};
use crate::sink::Sink;
use crate::template::Rendering;
use crate::trail::deflate::Tables;
use crate::trail::faults::Faults;
#[cfg(feature = "serve")]
pub(crate) use crate::trail::faults::longest_delay;
use crate::trail::slots::{Flush, Slots};

/// The trail of a plan: every file that it consists of.
#[derive(Clone, Debug)]
pub struct Trail {
    /// What happens in it.
    pub activity: Activity,
    slots: Vec<Slots>,
    faults: Option<Faults>,
    tables: OnceLock<Arc<Tables>>,
}

/// The events of one log file, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The time in the file's name: the end of its slot, or the next whole minute.
    pub slot: Time,
    /// When the file is put into the bucket.
    pub delivered_at: Time,
    /// Indexes of its events in the chapter, in the order of their records.
    pub events: Vec<u32>,
    /// The 16 characters that tell the files of a slot apart; they ascend within a slot.
    pub unique: String,
    /// What stands behind them in the key.
    pub end: &'static str,
    /// Indexes of events that stand in another file of the chapter too; they come last.
    pub again: Vec<u32>,
    /// What goes wrong with the file as such.
    pub fault: Option<FaultKind>,
    /// Another file of the chapter holds the same events.
    pub is_copied: bool,
    /// All that goes wrong with it, as the manifest tells it.
    pub faults: Vec<Fault>,
}

impl Batch {
    /// Whether it is no log file, and only lies among them.
    #[must_use]
    pub fn is_stray(&self) -> bool {
        self.end != keys::LOG_FILE
    }
}

impl Trail {
    /// The trail of a plan.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        keep_freed_memory();
        let activity = Activity::new(plan);
        let slots = (0..activity.plan.streams.len()).map(|stream| Slots::new(&activity, stream)).collect();
        let faults = Faults::of(&activity);
        Self { activity, slots, faults, tables: OnceLock::new() }
    }

    /// What the trail follows from.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.activity.plan
    }

    /// The chapters of a shard; without one, all of them.
    #[must_use]
    pub(crate) fn part(&self, shard: Option<Shard>) -> Part {
        let events: Vec<u64> = self.plan().streams.iter().map(|stream| stream.events).collect();
        Part::new(&events, shard)
    }

    /// The files that a chapter's events go into, in the order of their keys.
    #[must_use]
    pub fn batches(&self, stream: usize, chapter: &Chapter) -> Vec<Batch> {
        self.slots[stream].batches(self, stream, chapter)
    }

    /// Where the files of a stream lie.
    #[must_use]
    pub fn place(&self, stream: usize) -> Place<'_> {
        let stream = &self.plan().streams[stream];
        let scenario = &self.plan().scenario;
        Place::new(scenario, scenario.accounts[stream.account].id.as_str(), &stream.region)
    }

    /// The key of a file.
    #[must_use]
    pub fn key(&self, stream: usize, batch: &Batch) -> String {
        self.place(stream).object(batch.slot, &batch.unique, batch.end)
    }

    /// Something to make the trail's files with; each thread needs its own.
    #[must_use]
    pub fn encoder(&self) -> Encoder {
        Encoder::new(self)
    }

    /// What the encoder writes by, fitted once to the trail.
    fn tables(&self) -> Arc<Tables> {
        Arc::clone(self.tables.get_or_init(|| Arc::new(log_file::fit(self))))
    }

    /// Makes a file.
    pub fn log_file(&self, stream: usize, chapter: &Chapter, batch: &Batch, encoder: &mut Encoder) -> LogFile {
        let key = self.key(stream, batch);
        let file = LogFile::make(self, stream, chapter, batch, key, encoder);
        match (&self.faults, batch.fault) {
            (Some(faults), Some(fault)) => faults.spoil(file, fault),
            _ => file,
        }
    }

    /// Appends the record of one event.
    pub fn record(&self, out: &mut impl Sink, stream: usize, chapter: &Chapter, index: usize) {
        let event = &chapter.events[index];
        let id = self.plan().seal.seal(self.plan().streams[stream].number, event.ordinal);
        self.record_as(out, true, stream, &chapter.facts, event, id);
        Fixed::Close.write(out);
    }

    /// Appends the record of one event, whose eventID is known, as [`record::write`] does.
    fn record_as(&self, out: &mut impl Sink, is_first: bool, stream: usize, facts: &Facts, event: &Event, id: Uuid) {
        if let Some(changed) = self.changed_record(stream, facts, event, id) {
            if !is_first {
                out.fresh(END_OF_LAST.as_bytes());
            }
            return out.fresh(changed.as_bytes());
        }
        self.record_as_it_is(out, is_first, stream, facts, event, id);
    }

    /// The record of an event that faults change, up to its last brace.
    fn changed_record(&self, stream: usize, facts: &Facts, event: &Event, id: Uuid) -> Option<String> {
        let changes = self.faults.as_ref()?.changes(stream, event.ordinal)?;
        let mut record = Vec::with_capacity(4_096);
        self.record_as_it_is(&mut record, true, stream, facts, event, id);
        Some(changes.apply(String::from_utf8(record).expect("records are made of texts")))
    }

    fn record_as_it_is(
        &self,
        out: &mut impl Sink,
        is_first: bool,
        stream: usize,
        facts: &Facts,
        event: &Event,
        id: Uuid,
    ) {
        let plan = self.plan();
        let envelope = plan.envelope(stream, event.action);
        let action = plan.catalogue.action(event.action);
        let content = Rendering::new(action, envelope, event, facts, plan.quirks.redaction);
        record::write(out, is_first, &plan.quirks, envelope, event, id, facts, &content);
    }

    /// The chapter that a key of this trail leads back to: its stream and number. The key is one of the
    /// trail's only if the chapter really has a file of that key.
    #[must_use]
    pub fn chapter_of(&self, key: &str) -> Option<(usize, u64)> {
        let stream = (0..self.plan().streams.len()).find(|stream| key.starts_with(&self.place(*stream).logs()))?;
        let (slot, unique) = keys::parse(key)?;
        Some((stream, self.chapter_in(stream, slot, unique)?))
    }

    /// The chapter whose files in a slot have names around this one.
    #[must_use]
    pub fn chapter_in(&self, stream: usize, slot: Time, unique: &str) -> Option<u64> {
        Slots::chapter_of(self, stream, slot, unique)
    }

    /// The first and the last chapter that can have files in a slot.
    #[must_use]
    pub fn chapters_in(&self, stream: usize, slot: Time) -> (u64, u64) {
        Slots::chapters_in(self, stream, slot)
    }

    /// The first and the last slot that a stream's files can lie in.
    #[must_use]
    pub fn slots(&self, stream: usize) -> (Time, Time) {
        (self.first_slot(stream, 0), self.last_slot(self.plan().scenario.time.end))
    }

    /// The last slot that events of this instant can lie in.
    pub(crate) fn last_slot(&self, time: Time) -> Time {
        let late = self.faults.as_ref().map_or(0, Faults::latest);
        Flush::of(&self.plan().scenario).last(Time(time.0 + late))
    }

    /// The first slot that a chapter's files, or those of any later chapter, can lie in.
    #[must_use]
    pub fn first_slot(&self, stream: usize, chapter: u64) -> Time {
        let (first, _) = self.activity.ordinals(stream, chapter);
        Flush::of(&self.plan().scenario).named(self.activity.stream(stream).calendar.time(first))
    }

    /// How far the times in the names of files are apart, in milliseconds.
    #[cfg(feature = "serve")]
    pub(crate) fn step(&self) -> i64 {
        Flush::of(&self.plan().scenario).step()
    }
}

/// Keeps what is freed for the next chapter and the next file.
///
/// By itself, glibc gives blocks of more than 128 KiB back to the system, which then has to clear them for the next one.
/// It takes a large block that is freed for a sign that such blocks come and go. No page of this one is ever touched;
/// other allocators take no notice.
fn keep_freed_memory() {
    /// More than a chapter or a file takes.
    const BLOCK: usize = 4 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(BLOCK)));
}
