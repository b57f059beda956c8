//! One log file: `{"Records":[…]}`, compact, in one gzip member.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::activity::Chapter;
use crate::clock::Time;
use crate::event::{Event, Facts};
use crate::record::Fixed;
use crate::scenario::Gzip;
use crate::sink::Sink;
use crate::trail::deflate::{self, Member, Tables};
use crate::trail::{Batch, Fault, Headers, Object, Trail, gzip};

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
    way: Way,
    ids: Vec<Uuid>,
    ordinals: Vec<u64>,
}

/// How log files are compressed, with the buffers for it.
#[derive(Debug)]
enum Way {
    /// While they are written.
    Deflate(Box<deflate::Encoder>),
    /// When they are written, by a general compressor.
    General(Vec<u8>, i32),
}

/// A finished gzip member.
struct Packed {
    gzip: Vec<u8>,
    raw_len: u64,
    crc32: u32,
    sha256: Option<[u8; 32]>,
    /// When the first and the last of the events happened.
    times: Option<(Time, Time)>,
}

impl Encoder {
    pub(super) fn new(trail: &Trail) -> Self {
        let way = match trail.plan().scenario.trail.gzip {
            Gzip::Fast => Way::Deflate(Box::new(deflate::Encoder::with_tables(trail.tables()))),
            Gzip::Small => Way::General(Vec::new(), gzip::SMALL),
            Gzip::Stored => Way::General(Vec::new(), gzip::STORED),
        };
        Self { way, ids: Vec::new(), ordinals: Vec::new() }
    }

    /// Makes the log file of these events.
    fn pack<'a>(
        &mut self,
        trail: &Trail,
        stream: usize,
        chapter: &Chapter,
        events: impl Iterator<Item = &'a Event> + Clone,
    ) -> Packed {
        let Self { way, ids, ordinals } = self;
        ids.clear();
        ordinals.clear();
        let mut times: Option<(Time, Time)> = None;
        for Event { ordinal, time, .. } in events.clone() {
            ordinals.push(*ordinal);
            let (first, last) = times.unwrap_or((*time, *time));
            times = Some((first.min(*time), last.max(*time)));
        }
        let plan = trail.plan();
        plan.seal.seal_all(plan.streams[stream].number, ordinals, ids);
        let (events, is_hashed) = (events.zip(&*ids), plan.scenario.trail.digests.on);
        match way {
            Way::Deflate(deflate) => {
                deflate.begin(chapter.atoms as usize, is_hashed);
                document(trail, stream, &chapter.facts, events, &mut **deflate);
                let Member { gzip, raw_len, crc32, sha256 } = deflate.finish();
                Packed { gzip: gzip.to_vec(), raw_len, crc32, sha256, times }
            }
            Way::General(raw, level) => {
                raw.clear();
                document(trail, stream, &chapter.facts, events, raw);
                let member = gzip::log_file(raw, *level);
                let sha256 = is_hashed.then(|| Sha256::digest(&*raw).into());
                Packed { gzip: member.bytes, raw_len: raw.len() as u64, crc32: member.crc32, sha256, times }
            }
        }
    }
}

/// Fits the encoder's tables to a trail: to what its first chapter writes, in files of the size that they have.
pub(super) fn fit(trail: &Trail) -> Tables {
    let chapter = trail.activity.chapter(0, 0);
    let mut sampler = deflate::Encoder::sampler();
    let (seal, stream) = (&trail.plan().seal, trail.plan().streams[0].number);
    for batch in trail.batches(0, &chapter) {
        sampler.begin(chapter.atoms as usize, false);
        let events = batch.events.iter().map(|index| &chapter.events[*index as usize]);
        let ids: Vec<Uuid> = events.clone().map(|event| seal.seal(stream, event.ordinal)).collect();
        document(trail, 0, &chapter.facts, events.zip(&ids), &mut sampler);
        sampler.finish();
    }
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
        let events = batch.events.iter().chain(&batch.again).map(|index| &chapter.events[*index as usize]);
        let member = encoder.pack(trail, stream, chapter, events);
        let (first_event, last_event) = member.times.unwrap_or((batch.slot, batch.slot));
        Self {
            raw_sha256: member.sha256,
            raw_bytes: member.raw_len,
            raw_crc32: member.crc32,
            records: (batch.events.len() + batch.again.len()) as u64,
            first_event,
            last_event,
            delivered_at: batch.delivered_at,
            is_stray: batch.is_stray(),
            faults: batch.faults.clone(),
            object: Object { key, body: member.gzip, sha256: None, headers: headers() },
        }
    }
}

/// Writes the events, each with its eventID.
fn document<'e, 'i>(
    trail: &Trail,
    stream: usize,
    facts: &Facts,
    events: impl Iterator<Item = (&'e Event, &'i Uuid)>,
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
