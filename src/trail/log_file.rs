//! One log file: `{"Records":[…]}`, compact, in one gzip member.

use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

use crate::activity::Chapter;
use crate::clock::Time;
use crate::record::Fixed;
use crate::trail::{Batch, Headers, Object, Trail};

/// A finished log file and what the manifest says of it.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The key, the gzip bytes and the headers.
    pub object: Object,
    /// SHA-256 of the gzip bytes.
    pub sha256: [u8; 32],
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

/// Makes log files, keeping its buffers from one to the next.
pub struct Encoder {
    compressor: Compressor,
    raw: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { compressor: Compressor::new(CompressionLvl::new(1).expect("level 1 exists")), raw: Vec::new() }
    }
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
        encoder.raw.clear();
        document(trail, stream, chapter, batch, &mut encoder.raw);
        let body = encoder.gzip();
        let times = || batch.events.iter().map(|index| chapter.events[*index as usize].time);
        let length = body.len();
        Self {
            sha256: Sha256::digest(&body).into(),
            raw_bytes: encoder.raw.len() as u64,
            raw_crc32: u32::from_le_bytes(body[length - 8..length - 4].try_into().expect("four bytes")),
            records: batch.events.len() as u64,
            first_event: times().min().unwrap_or(batch.slot),
            last_event: times().max().unwrap_or(batch.slot),
            delivered_at: batch.delivered_at,
            object: Object { key, body, headers: headers() },
        }
    }
}

fn document(trail: &Trail, stream: usize, chapter: &Chapter, batch: &Batch, out: &mut Vec<u8>) {
    Fixed::Records.write(out);
    for (position, index) in batch.events.iter().enumerate() {
        if position > 0 {
            Fixed::Comma.write(out);
        }
        trail.record(out, stream, chapter, *index as usize);
    }
    Fixed::End.write(out);
}

impl Encoder {
    fn gzip(&mut self) -> Vec<u8> {
        let mut body = vec![0; self.compressor.gzip_compress_bound(self.raw.len())];
        let length = self.compressor.gzip_compress(&self.raw, &mut body).expect("the bound is large enough");
        body.truncate(length);
        body.shrink_to_fit();
        body
    }
}

/// What real log files are stored with.
fn headers() -> Headers {
    Headers {
        content_type: "application/json".into(),
        content_encoding: "gzip".into(),
        server_side_encryption: "AES256".into(),
        metadata: Vec::new(),
    }
}
