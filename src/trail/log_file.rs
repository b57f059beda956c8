//! One log file: `{"Records":[…]}`, compact, in one gzip member.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::activity::Chapter;
use crate::clock::Time;
use crate::event::{Event, Facts};
use crate::record::Fixed;
use crate::sink::Sink;
use crate::trail::deflate::{self, Tables};
use crate::trail::{Batch, Fault, Headers, Object, Trail};

/// A finished log file and what the manifest says of it.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The key, the gzip bytes and the headers.
    pub object: Object,
    /// SHA-256 before compression, where digests need it.
    pub raw_sha256: Option<[u8; 32]>,
    /// Length before compression.
    pub raw_bytes: u64,
    /// CRC-32 before compression, as in the gzip trailer.
    pub raw_crc32: u32,
    /// How many records it holds.
    pub records: u64,
    /// The earliest event time in it.
    pub first_event: Time,
    /// The latest.
    pub last_event: Time,
    /// When it is put into the bucket.
    pub delivered_at: Time,
    /// It is no log file, and only lies among them.
    pub is_stray: bool,
    /// What goes wrong with it on purpose.
    pub faults: Vec<Fault>,
}

/// Makes the log files of one trail, keeping its buffers from one to the next. See [`Trail::encoder`].
#[derive(Debug)]
pub struct Encoder {
    deflate: deflate::Encoder<deflate::Writer>,
    ids: Vec<Uuid>,
    ordinals: Vec<u64>,
}

impl Encoder {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self { deflate: deflate::Encoder::with_tables(tables), ids: Vec::new(), ordinals: Vec::new() }
    }
}

/// Fits the encoder's tables to a trail: to what its first chapter writes.
pub(super) fn fit(trail: &Trail) -> Tables {
    let chapter = trail.activity.chapter(0, 0);
    let mut sampler = deflate::Encoder::sampler(chapter.atoms as usize);
    let ids: Vec<Uuid> = chapter
        .events
        .iter()
        .map(|event| trail.plan().seal.seal(trail.plan().streams[0].number, event.ordinal))
        .collect();
    document(trail, 0, &chapter.facts, chapter.events.iter().zip(&ids), &mut sampler);
    sampler.fit()
}

impl LogFile {
    pub(super) fn make(
        trail: &Trail,
        stream: usize,
        chapter: &Chapter,
        batch: &Batch,
        key: String,
        encoder: &mut Encoder,
    ) -> Self {
        let events = || batch.events.iter().chain(&batch.again).map(|index| &chapter.events[*index as usize]);
        let Encoder { deflate, ids, ordinals } = encoder;
        (ids.clear(), ordinals.clear());
        ordinals.extend(events().map(|event| event.ordinal));
        trail.plan().seal.seal_all(trail.plan().streams[stream].number, ordinals, ids);
        deflate.begin(chapter.atoms as usize, trail.plan().scenario.trail.digests.on);
        document(trail, stream, &chapter.facts, events().zip(&*ids), deflate);
        let member = deflate.finish();
        let times = || events().map(|event| event.time);
        Self {
            raw_sha256: member.sha256,
            raw_bytes: member.raw_len,
            raw_crc32: member.crc32,
            records: (batch.events.len() + batch.again.len()) as u64,
            first_event: times().min().unwrap_or(batch.slot),
            last_event: times().max().unwrap_or(batch.slot),
            delivered_at: batch.delivered_at,
            is_stray: batch.is_stray(),
            faults: batch.faults.clone(),
            object: Object { key, body: member.gzip.to_vec(), sha256: None, headers: headers() },
        }
    }
}

/// Writes the events, each with its eventID.
fn document<'a>(
    trail: &Trail,
    stream: usize,
    facts: &Facts,
    events: impl Iterator<Item = (&'a Event, &'a Uuid)>,
    out: &mut impl Sink,
) {
    Fixed::Records.write(out);
    for (position, (event, id)) in events.enumerate() {
        trail.record_as(out, position == 0, stream, facts, event, *id);
    }
    Fixed::End.write(out);
}

/// What real log files are stored with.
fn headers() -> Headers {
    Headers {
        content_type: "application/json".into(),
        content_encoding: "gzip".into(),
        server_side_encryption: "AES256".into(),
        metadata: BTreeMap::new(),
    }
}
