//! One JSON value: an item, or a document that wraps many.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::event_id::{self, Id, uuids};
use super::json::{at_path, elements, members, text};
use super::{Finder, Item, Take};
use crate::audit::reconcile::truth::At;

/// What lists of records are called by those who wrap them.
const LISTS: [&[u8]; 17] = [
    b"Records",
    b"records",
    b"Events",
    b"events",
    b"hits",
    b"results",
    b"result",
    b"Rows",
    b"rows",
    b"data",
    b"Items",
    b"items",
    b"value",
    b"values",
    b"logEvents",
    b"Messages",
    b"messages",
];

impl Finder {
    /// Gives away the items of a JSON value that begins on this line.
    pub(super) fn split(&self, value: &[u8], line: u64, take: &mut dyn Take) {
        match value.first() {
            Some(b'[') => self.each(value, elements(value), line, take),
            Some(b'{') => {
                let ours: Vec<At> = self.ours(value).collect();
                match self.list(value, &ours) {
                    Some(list) => self.each(value, elements(list), line, take),
                    None => self.item(value, ours, line, take),
                }
            }
            Some(b'"') => self.string(value, line, take),
            _ => {}
        }
    }

    fn each<'a>(&self, whole: &[u8], parts: impl Iterator<Item = &'a [u8]>, mut line: u64, take: &mut dyn Take) {
        let mut passed = 0;
        for part in parts {
            let at = part.as_ptr() as usize - whole.as_ptr() as usize;
            line += memchr_iter(b'\n', &whole[passed..at]).count() as u64;
            passed = at;
            self.split(part, line, take);
        }
    }

    /// A string is a document of its own, or an eventID.
    fn string(&self, value: &[u8], line: u64, take: &mut dyn Take) {
        let inner = text(value);
        if inner.starts_with(['{', '[']) {
            return self.split(inner.as_bytes(), line, take);
        }
        let id = event_id::of_value(&self.seal, &inner);
        take.item(Item { id, line, text: b"", arrival: None });
    }

    fn item(&self, value: &[u8], mut ours: Vec<At>, line: u64, take: &mut dyn Take) {
        let arrival = self.arrival.as_ref().and_then(|path| at_path(value, path));
        ours.dedup();
        let id = match (&self.id, &ours[..]) {
            (Some(path), _) => at_path(value, path).map_or(Id::None, |id| event_id::of_value(&self.seal, &id)),
            (None, []) => event_id::of_text(&self.seal, value),
            (None, [at]) => Id::Ours(*at),
            (None, _) => return all(ours, line, take),
        };
        take.item(Item { id, line, text: value, arrival });
    }

    /// The list of items that an object wraps: one with a well-known name, or one in which several events stand.
    /// What holds an event of its own beside the list is an item.
    fn list<'a>(&self, object: &'a [u8], ours: &[At]) -> Option<&'a [u8]> {
        if self.id.as_ref().is_some_and(|path| at_path(object, path).is_some()) {
            return None;
        }
        let named = |object: &'a [u8]| members(object).find(|(name, value)| LISTS.contains(name) && wraps(value));
        let found = named(object).map(|(_, list)| match list.first() {
            Some(b'{') => named(list).map_or(list, |(_, list)| list),
            _ => list,
        });
        let holds_events = |list: &&[u8]| ours.is_empty() || self.ours(list).next().is_some();
        found.filter(holds_events).or_else(|| if ours.len() > 1 { self.unnamed(object) } else { None })
    }

    /// A list of any name in which at least two elements hold an event.
    fn unnamed<'a>(&self, object: &'a [u8]) -> Option<&'a [u8]> {
        let values = |object: &'a [u8]| members(object).map(|(_, value)| value);
        let inner = values(object).filter(|value| value.starts_with(b"{")).flat_map(values);
        let mut lists = values(object).chain(inner).filter(|value| value.starts_with(b"["));
        lists.find(|list| elements(list).filter(|part| self.ours(part).next().is_some()).nth(1).is_some())
    }

    fn ours(&self, value: &[u8]) -> impl Iterator<Item = At> {
        uuids(value).filter_map(|(_, id)| self.seal.open(id))
    }
}

/// Events of which nobody knows how they are wrapped count by their ids alone, each once.
fn all(mut ours: Vec<At>, line: u64, take: &mut dyn Take) {
    ours.sort_unstable();
    ours.dedup();
    for at in ours {
        take.item(Item { id: Id::Ours(at), line, text: b"", arrival: None });
    }
}

/// Whether a value can be a list of items, or wrap one.
fn wraps(value: &[u8]) -> bool {
    match value.first() {
        Some(b'[') => elements(value).next().is_none_or(|first| {
            let inner: Cow<str> = text(first);
            inner.starts_with('{') || event_id::uuid(inner.as_bytes()).is_some()
        }),
        Some(b'{') => members(value).any(|(name, value)| LISTS.contains(&name) && value.starts_with(b"[")),
        _ => false,
    }
}
