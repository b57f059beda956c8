//! Gzip for what the encoder of log files does not know or is not asked to make: one member, without name and time.

use std::io::Write;

use flate2::{Compression, Crc, GzBuilder};

/// A gzip member.
pub(crate) struct Member {
    /// The member.
    pub bytes: Vec<u8>,
    /// CRC-32 of what is in it.
    pub crc32: u32,
}

/// Compresses bytes.
pub(crate) fn member(raw: &[u8]) -> Member {
    member_of(raw, Compression::default())
}

/// Compresses bytes, more or less well.
pub(super) fn member_of(raw: &[u8], level: Compression) -> Member {
    let mut crc = Crc::new();
    crc.update(raw);
    let mut writer = GzBuilder::new().mtime(0).write(Vec::with_capacity(raw.len() / 2), level);
    let written = writer.write_all(raw).and_then(|()| writer.finish());
    Member { bytes: written.expect("writing to memory cannot fail"), crc32: crc.sum() }
}
