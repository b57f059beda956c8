//! Rows of which only the eventID counts, and perhaps the time of arrival.

use std::borrow::Cow;
use std::ops::Range;

use super::super::event_id::{self, Id};
use super::super::{Finder, Item, Take, text};
use super::leaf::Leaf;
use super::value::Value;

/// Takes the rows of these lines; the first leaf is the eventID, the second one, if there is one, the time of arrival.
pub(super) fn take(leaves: &mut [Leaf], lines: Range<u64>, finder: &Finder, take: &mut dyn Take) {
    let (id, arrival) = leaves.split_first_mut().expect("the eventID has a column");
    let mut arrival = arrival.first_mut();
    let mut bare = Vec::new();
    for line in lines.clone() {
        if let Some(uuid) = id.value().and_then(Value::uuid).filter(|_| arrival.is_none()) {
            bare.push(uuid);
        } else {
            take.ids(&bare, line - bare.len() as u64);
            bare.clear();
            let id = said(id).map_or(Id::None, |id| event_id::of_value(&finder.seal, &id));
            let arrival = arrival.as_ref().and_then(|arrival| said(arrival)).map(Cow::Owned);
            take.item(Item { id, line, text: b"", arrival });
        }
        id.pass();
        if let Some(arrival) = &mut arrival {
            arrival.pass();
        }
    }
    take.ids(&bare, lines.end - bare.len() as u64);
}

/// What a value says as a text.
fn said(leaf: &Leaf) -> Option<String> {
    let mut json = Vec::new();
    leaf.value()?.write(leaf.kind, &mut json);
    Some(text(&json).into_owned())
}
