//! What gzip at its usual level makes of a file, to compare what is stored with.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::audit::content::{Broken, Content};
use crate::audit::item::Item;
use crate::audit::twins::fingerprint;

/// About so many stored bytes are compressed once more: enough to be exact, and quick.
const ENOUGH: u64 = 2_000_000;

/// Which files are compressed once more: all of a small trail, else some that their keys choose.
pub(super) struct Choice {
    every: u64,
}

impl Choice {
    pub(super) fn among(items: &[Item]) -> Self {
        let all: u64 = items.iter().map(|item| item.size).sum();
        Self { every: all.div_ceil(ENOUGH).max(1) }
    }

    pub(super) fn takes(&self, item: &Item) -> bool {
        fingerprint(&item.key).is_multiple_of(self.every)
    }
}

/// The bytes of a file before gzip, and after it at level 6. Both are 0 for a file that cannot be read.
pub(super) fn sizes(reader: impl Read) -> (u64, u64) {
    pack(reader).unwrap_or_default()
}

fn pack(reader: impl Read) -> Result<(u64, u64), Broken> {
    let mut content = Content::open(reader)?;
    let mut packer = GzEncoder::new(Length(0), Compression::new(6));
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match content.read(&mut chunk)? {
            0 => break,
            read => packer.write_all(&chunk[..read])?,
        }
    }
    Ok((content.raw_bytes, packer.finish()?.0))
}

/// Counts what is written.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
