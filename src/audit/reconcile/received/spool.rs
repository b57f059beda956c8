//! Bytes that come in a stream, in a temporary file where they can be read from any place.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// How much is copied at once.
const CHUNK: usize = 1 << 20;

/// All that the reader gives, in a file without a name, which the system takes away; `None` when it was stopped.
pub(super) fn spool(mut reader: impl Read, stop: &AtomicBool) -> io::Result<Option<File>> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("its temporary copy cannot be written: {error}"));
    let mut file = tempfile::tempfile().map_err(named)?;
    let mut chunk = vec![0; CHUNK];
    while !stop.load(Ordering::Relaxed) {
        match reader.read(&mut chunk)? {
            0 => return Ok(Some(file)),
            read => file.write_all(&chunk[..read]).map_err(named)?,
        }
    }
    Ok(None)
}
