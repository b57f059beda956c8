//! Gzip for what the encoder of log files does not know or is not asked to make: one member, without name and time.

use std::io::Write;

use flate2::{Compression, Crc, GzBuilder};
use zlib_rs::{Deflate, DeflateFlush, Status};

/// A gzip header with nothing ambient in it: deflate, no flags, no time, unknown system.
pub(super) const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// How well log files are compressed where their encoder does not do it: as well as `gzip` does unasked, or not at all.
pub(super) const SMALL: i32 = 6;
/// See [`SMALL`].
pub(super) const STORED: i32 = 0;

/// A gzip member.
pub(crate) struct Member {
    /// The member.
    pub bytes: Vec<u8>,
    /// CRC-32 of what is in it.
    pub crc32: u32,
}

/// Compresses bytes.
pub(crate) fn member(raw: &[u8]) -> Member {
    let mut crc = Crc::new();
    crc.update(raw);
    let mut writer = GzBuilder::new().mtime(0).write(Vec::with_capacity(raw.len() / 2), Compression::default());
    let written = writer.write_all(raw).and_then(|()| writer.finish());
    Member { bytes: written.expect("writing to memory cannot fail"), crc32: crc.sum() }
}

/// Compresses a log file, by a level of zlib.
pub(super) fn log_file(raw: &[u8], level: i32) -> Member {
    let mut bytes = HEADER.to_vec();
    // Stored blocks have a few bytes of their own.
    bytes.resize(HEADER.len() + raw.len() + raw.len() / 256 + 1_024, 0);
    let mut deflate = Deflate::new(level, false, 15);
    let status = deflate.compress(raw, &mut bytes[HEADER.len()..], DeflateFlush::Finish);
    assert!(matches!(status, Ok(Status::StreamEnd)), "there is room for bytes that cannot be compressed");
    bytes.truncate(HEADER.len() + deflate.total_out() as usize);
    let crc32 = crc32fast::hash(raw);
    bytes.extend(crc32.to_le_bytes());
    // The trailer holds the length modulo 2^32.
    bytes.extend((raw.len() as u32).to_le_bytes());
    Member { bytes, crc32 }
}
