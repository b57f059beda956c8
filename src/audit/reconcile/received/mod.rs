//! What a consumer has, taken apart into items that ought to be one event each.
//!
//! In reading order: `unpack` (gzip, zstd), `window` (bytes on their way), `values` (a stream of JSON values), `rows`
//! (lines and CSV), `items` (one value, or the many that it wraps), `event_id` (which event it is), `json`.

mod event_id;
mod items;
mod json;
mod rows;
mod unpack;
mod values;
mod window;

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::atomic::AtomicBool;

use uuid::Uuid;

pub(super) use event_id::Id;
pub(super) use json::{Reach, elements, members, reach, text};
use window::Window;

use crate::seed::Seal;

/// Where in an item to look.
pub(super) struct Finder {
    pub(super) seal: Seal,
    /// The path or column of the eventID; else it is found by itself.
    pub(super) id: Option<String>,
    /// The path or column of the time of arrival.
    pub(super) arrival: Option<String>,
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
pub(super) fn read(
    reader: Box<dyn Read + '_>,
    finder: &Finder,
    take: &mut dyn Take,
    stop: &AtomicBool,
) -> Result<(), Broken> {
    let mut window = Window::new(unpack::unpack(reader)?);
    match window.look()? {
        Some(b'{' | b'[') => values::read(&mut window, finder, take, stop),
        _ => rows::read(&mut window, finder, take, stop),
    }
}
