//! What must hold in a record and no schema can say: where members speak of each other or of the file's key.
//!
//! A rule takes the [`Record`] and adds breaches. One file each: `when` (times), `place` (the key), `identity`
//! (who called), `ids` (accounts inside identifiers), `origin` (where from), `refusal` (the words of an
//! error), `twice` (members that stand twice).

mod identity;
mod ids;
mod origin;
mod place;
mod refusal;
mod twice;
mod when;

pub(super) use twice::twice;

use super::place::Place;
use super::record::Record;
use crate::schema::{Breaches, Pointer};

/// What a rule knows besides the record.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// What the name of the file says, where it says something.
    pub(super) place: Option<Place<'a>>,
    /// Whether the action is one that there is a schema for.
    pub(super) is_known: bool,
}

/// Checks all rules.
pub(super) fn check(record: &Record, around: Around, breaches: &mut Breaches) {
    if let Some(whole) = record.whole {
        twice(whole, &Pointer::Root, breaches);
    }
    when::check(record, around.place, breaches);
    if let Some(place) = around.place {
        place::check(record, place, breaches);
    }
    identity::check(record, breaches);
    ids::check(record, breaches);
    origin::check(record, around.is_known, breaches);
    refusal::check(record, breaches);
}

/// Whether the event is older than most that ever arrive: it was delivered late.
pub(super) use when::is_late;

/// Adds a breach at a path of members.
fn add(breaches: &mut Breaches, path: &[&str], what: impl FnOnce() -> String) {
    fn at(above: &Pointer, path: &[&str], add: &mut dyn FnMut(&Pointer)) {
        match path {
            [] => add(above),
            [first, rest @ ..] => at(&Pointer::Member(above, first), rest, add),
        }
    }
    let mut what = Some(what);
    at(&Pointer::Root, path, &mut |pointer| {
        if let Some(what) = what.take() {
            breaches.add(pointer, what);
        }
    });
}
