//! One JSON value: an item, or a document that wraps many.

use std::borrow::Cow;

use super::event_id::{self, Id, uuids};
use super::json::{at_path, elements, members, text};
use super::{Finder, Item, Take};

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
            Some(b'{') => match self.list(value) {
                Some(list) => self.each(value, elements(list), line, take),
                None => self.item(value, line, take),
            },
            Some(b'"') => self.string(value, line, take),
            _ => {}
        }
    }

    fn each<'a>(&self, whole: &[u8], parts: impl Iterator<Item = &'a [u8]>, mut line: u64, take: &mut dyn Take) {
        let mut passed = 0;
        for part in parts {
            let at = part.as_ptr() as usize - whole.as_ptr() as usize;
            line += whole[passed..at].iter().filter(|byte| **byte == b'\n').count() as u64;
            passed = at;
            self.split(part, line, take);
        }
    }

    /// A string is a document of its own, or an eventID.
    fn string(&self, value: &[u8], line: u64, take: &mut dyn Take) {
        let inner = text(value);
        match inner.starts_with(['{', '[']) {
            true => self.split(inner.as_bytes(), line, take),
            false => {
                let id = event_id::of_value(&self.seal, &inner);
                take.item(Item { id, line, text: b"", arrival: None });
            }
        }
    }

    fn item(&self, value: &[u8], line: u64, take: &mut dyn Take) {
        let arrival = self.arrival.as_ref().and_then(|path| at_path(value, path));
        let id = match &self.id {
            Some(path) => at_path(value, path).map_or(Id::None, |id| event_id::of_value(&self.seal, &id)),
            None => match self.several(value) {
                Some(ids) => return self.all(ids, line, take),
                None => event_id::of_text(&self.seal, value),
            },
        };
        take.item(Item { id, line, text: value, arrival });
    }

    /// Events of which nobody knows how they are wrapped count by their ids alone.
    fn all(&self, ids: Vec<Id>, line: u64, take: &mut dyn Take) {
        ids.into_iter().for_each(|id| take.item(Item { id, line, text: b"", arrival: None }));
    }

    /// The list of items that an object wraps: one with a well-known name, or one in which several events stand.
    fn list<'a>(&self, object: &'a [u8]) -> Option<&'a [u8]> {
        let named = |object: &'a [u8]| members(object).find(|(name, value)| LISTS.contains(name) && wraps(value));
        if let Some((_, list)) = named(object) {
            return match list.first() {
                Some(b'{') => named(list).map(|(_, list)| list),
                _ => Some(list),
            };
        }
        if !self.holds_several(object) {
            return None;
        }
        let lists = |object: &'a [u8]| members(object).map(|(_, value)| value);
        let inner = lists(object).filter(|value| value.starts_with(b"{")).flat_map(lists);
        let mut all = lists(object).chain(inner).filter(|value| value.starts_with(b"["));
        all.find(|list| elements(list).filter(|part| self.ours(part).next().is_some()).nth(1).is_some())
    }

    /// Whether two eventIDs stand in a text, the same one twice included.
    fn holds_several(&self, value: &[u8]) -> bool {
        self.ours(value).nth(1).is_some()
    }

    /// Different eventIDs in one item.
    fn several(&self, value: &[u8]) -> Option<Vec<Id>> {
        let mut ids: Vec<_> = self.ours(value).collect();
        ids.sort_unstable();
        ids.dedup();
        (ids.len() > 1).then(|| ids.into_iter().map(Id::Ours).collect())
    }

    fn ours(&self, value: &[u8]) -> impl Iterator<Item = (u16, u64)> {
        uuids(value).filter_map(|(_, id)| self.seal.open(id))
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
