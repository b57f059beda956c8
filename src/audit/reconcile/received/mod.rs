//! What a consumer has, taken apart into items that ought to be one event each.
//!
//! In reading order: `unpack` (gzip, zstd), `window` (bytes on their way), `values` (a stream of JSON values), `rows`
//! (lines and CSV), `spool` and `parquet` (what is read from its end), `items` (one value, or the many that it wraps),
//! `event_id` (which event it is), `json`.

mod event_id;
mod items;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
#[cfg(feature = "parquet")]
mod spool;
mod unpack;
mod values;
mod window;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::AtomicBool;

use uuid::Uuid;

pub(super) use event_id::Id;
pub(super) use json::{Reach, elements, members, reach, text};
use unpack::Unpacked;
use window::Window;

use crate::seed::Seal;

/// Where in an item to look.
#[derive(Clone)]
pub(super) struct Finder {
    pub(super) seal: Seal,
    /// The path or column of the eventID; else it is found by itself.
    pub(super) id: Option<String>,
    /// The path or column of the time of arrival.
    pub(super) arrival: Option<String>,
    /// Nobody asks for the records.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "only of columns some can be left out"))]
    pub(super) ids_only: bool,
}

/// A file that was received.
pub(super) struct Received<'a> {
    pub(super) reader: Box<dyn Read + 'a>,
    /// Opens it for reading at any place, if it is a file on this machine.
    pub(super) file: &'a dyn Fn() -> Option<File>,
    /// Is told of bytes that were read from that file.
    pub(super) passed: &'a dyn Fn(u64),
}

/// One thing that was received.
pub(super) struct Item<'a> {
    pub(super) id: Id,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// All of it, or the part that may hold a record.
    pub(super) text: &'a [u8],
    pub(super) arrival: Option<Cow<'a, str>>,
}

/// Takes what was received.
pub(super) trait Take {
    /// Bare eventIDs, one per line from this one on.
    fn ids(&mut self, ids: &[Uuid], line: u64);

    /// Anything else.
    fn item(&mut self, item: Item);
}

/// Why reading ends early.
pub(super) enum Broken {
    Unreadable(io::Error),
    /// What is wrong on which line.
    Wrong(u64, String),
}

impl From<io::Error> for Broken {
    fn from(cause: io::Error) -> Self {
        Self::Unreadable(cause)
    }
}

/// Reads everything, whatever form it has.
pub(super) fn read(received: Received, finder: &Finder, take: &mut dyn Take, stop: &AtomicBool) -> Result<(), Broken> {
    let reader = match unpack::unpack(received.reader)? {
        Unpacked::Text(reader) => reader,
        Unpacked::Parquet(reader, was_packed) => {
            let file = if was_packed { None } else { (received.file)() };
            return columns(reader, file.map(|file| (file, received.passed)), finder, take, stop);
        }
    };
    let mut window = Window::new(reader);
    match window.look()? {
        Some(b'{' | b'[') => values::read(&mut window, finder, take, stop),
        _ => rows::read(&mut window, finder, take, stop),
    }
}

/// Reads Parquet, which begins at its end: out of the file itself, or out of a copy of what comes in a stream.
#[cfg(feature = "parquet")]
fn columns(
    reader: Box<dyn Read + '_>,
    file: Option<(File, &dyn Fn(u64))>,
    finder: &Finder,
    take: &mut dyn Take,
    stop: &AtomicBool,
) -> Result<(), Broken> {
    if let Some((file, passed)) = file {
        return parquet::read(file, finder, take, stop, passed);
    }
    match spool::spool(reader, stop)? {
        Some(copy) => parquet::read(copy, finder, take, stop, &|_| ()),
        None => Ok(()),
    }
}

#[cfg(not(feature = "parquet"))]
fn columns(
    _: Box<dyn Read + '_>,
    _: Option<(File, &dyn Fn(u64))>,
    _: &Finder,
    _: &mut dyn Take,
    _: &AtomicBool,
) -> Result<(), Broken> {
    let what = "this is Parquet, and this program was built without its feature `parquet`; \
                `duckdb -c \"copy (select eventid from 'FILE') to 'ids.csv'\"` makes a CSV of it";
    Err(Broken::Unreadable(io::Error::new(io::ErrorKind::Unsupported, what)))
}
