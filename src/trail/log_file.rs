//! One log file: `{"Records":[…]}`, compact, in one gzip member.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::activity::Chapter;
use crate::clock::Time;
use crate::record::Fixed;
use crate::sink::Sink;
use crate::trail::deflate::{self, Tables};
use crate::trail::{Batch, Headers, Object, Trail};

/// A finished log file and what the manifest says of it.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The key, the gzip bytes and the headers.
    pub object: Object,
    /// SHA-256 of the gzip bytes.
    pub sha256: [u8; 32],
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
}

/// Makes the log files of one trail, keeping its buffers from one to the next. See [`Trail::encoder`].
#[derive(Debug)]
pub struct Encoder(deflate::Encoder);

impl Encoder {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self(deflate::Encoder::with_tables(tables))
    }
}

/// Fits the encoder's tables to a trail: to what its first chapter writes.
pub(super) fn fit(trail: &Trail) -> Tables {
    let chapter = trail.activity.chapter(0, 0);
    let mut sampler = deflate::Encoder::sampler();
    sampler.begin(chapter.atoms as usize);
    document(trail, 0, &chapter, 0..chapter.events.len(), &mut sampler);
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
        encoder.0.begin(chapter.atoms as usize);
        let events = batch.events.iter().map(|index| *index as usize);
        document(trail, stream, chapter, events.clone(), &mut encoder.0);
        let raw_sha256 = trail.plan().scenario.trail.digests.on.then(|| {
            let mut raw = Vec::with_capacity(events.len() * 2_048);
            document(trail, stream, chapter, events, &mut raw);
            Sha256::digest(&raw).into()
        });
        let member = encoder.0.finish();
        let sha256 = Sha256::digest(member.gzip).into();
        let times = || batch.events.iter().map(|index| chapter.events[*index as usize].time);
        Self {
            sha256,
            raw_sha256,
            raw_bytes: member.raw_len,
            raw_crc32: member.crc32,
            records: batch.events.len() as u64,
            first_event: times().min().unwrap_or(batch.slot),
            last_event: times().max().unwrap_or(batch.slot),
            delivered_at: batch.delivered_at,
            object: Object { key, body: member.gzip.to_vec(), sha256: Some(sha256), headers: headers() },
        }
    }
}

fn document(trail: &Trail, stream: usize, chapter: &Chapter, events: impl Iterator<Item = usize>, out: &mut impl Sink) {
    Fixed::Records.write(out);
    for (position, index) in events.enumerate() {
        if position > 0 {
            Fixed::Comma.write(out);
        }
        trail.record(out, stream, chapter, index);
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
