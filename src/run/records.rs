//! Records as JSON lines, in the order in which things happened, stream after stream.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use super::Stop;
use crate::shard::Shard;
use crate::trail::Trail;

/// Writes every record of the trail, or of a shard of it, a line each; gives their number.
///
/// # Errors
/// What the writer fails with.
pub fn print_records(trail: &Trail, shard: Option<Shard>, out: &mut dyn Write, stop: &Stop) -> io::Result<u64> {
    let mut lines = Vec::new();
    let mut records = 0;
    let mut player = trail.activity.player();
    let part = trail.part(shard);
    for index in part.range.clone() {
        if stop.load(Ordering::Relaxed) {
            return Ok(records);
        }
        let (stream, number) = part.locate(index);
        let chapter = player.chapter(stream, number);
        for index in 0..chapter.events.len() {
            trail.record(&mut lines, stream, &chapter, index);
            lines.push(b'\n');
        }
        records += chapter.events.len() as u64;
        out.write_all(&lines)?;
        lines.clear();
        player.take_back(chapter);
    }
    out.flush()?;
    Ok(records)
}
