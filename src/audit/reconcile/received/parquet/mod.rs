//! Parquet: columns, out of which items are put together.
//!
//! Where nothing but eventIDs counts, their column alone is read. Else each row is written as a JSON object, and is from
//! there on what an object in a line of JSON is.
//!
//! In reading order: `file` (row groups), `zstd` (pages that the library does not unpack), `leaf` (the values of a
//! column), `value` (one of them), `tree` (a row out of its leaves), `choice` (which columns are read), `ids` and `rows`
//! (what is taken out of them), `ask` and `broken` (what
//! becomes of files that are wrong).

mod ask;
mod broken;
mod choice;
mod file;
mod ids;
mod leaf;
mod rows;
mod tree;
mod value;
mod zstd;

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use choice::{Choice, Way};
use file::File;

use super::{Broken, Finder, Take};

/// Reads all rows, a row group after the other; `passed` is told of bytes that are done with.
pub(super) fn read(
    file: fs::File,
    finder: &Finder,
    take: &mut dyn Take,
    stop: &AtomicBool,
    passed: &dyn Fn(u64),
) -> Result<(), Broken> {
    let file = File::open(file)?;
    let choice = Choice::of(&file, finder)?;
    let mut line = 1;
    for number in 0..file.groups() {
        let mut group = file.group(number, &choice.leaves)?;
        while let Some(rows) = group.fill()? {
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            match &choice.way {
                Way::Ids => ids::take(&mut group.leaves, line..line + rows, finder, take),
                Way::Whole(tree, finder) => rows::take(&mut group.leaves, line..line + rows, tree, finder, take)?,
            }
            line += rows;
        }
        passed(group.bytes);
    }
    Ok(())
}
