//! Which object is damaged.

use super::error::Error;
use super::manifest::Object;
use super::name::{Name, stream_of_log};
use super::{Kind, Wanted};
use crate::clock::HOUR;
use crate::seed::{Key, name};

/// Picks the object: the one that is named, or one that the seed draws. Gives its place among `objects`.
pub(super) fn pick(objects: &[&Object], wanted: &Wanted, draws: Key) -> Result<usize, Error> {
    if let Some(key) = wanted.key {
        let unfit = |why: String| Error::Unfit { key: key.to_owned(), kind: wanted.kind, why };
        let found = objects.iter().position(|object| object.key == key);
        let found = found.ok_or_else(|| unfit("the manifest does not list it".into()))?;
        return unsuitable(objects, found, wanted.kind).map_or(Ok(found), |why| Err(unfit(why)));
    }
    let fits =
        |place: &usize| unsuitable(objects, *place, wanted.kind).is_none() && is_typical(objects, *place, wanted.kind);
    let fitting: Vec<usize> = (0..objects.len()).filter(fits).collect();
    match fitting.is_empty() {
        true => Err(Error::None { place: wanted.place.to_owned(), kind: wanted.kind }),
        false => Ok(*draws.named(const { name("object") }).pick(&fitting)),
    }
}

/// The digests of a chain that lie right before one, newest first, and the one right after it.
pub(super) fn neighbours(objects: &[&Object], place: usize) -> (Vec<usize>, Option<usize>) {
    let Some(name) = Name::of_digest(&objects[place].key) else { return (Vec::new(), None) };
    let is_near = |from: i64, to: i64| name.is_backfill || to - from == HOUR;
    let (mut before, mut last) = (Vec::new(), name.end);
    let of_chain = |other: &usize| Name::of_digest(&objects[*other].key).filter(|other| other.is_of_chain(&name));
    for (other, end) in (0..place).rev().filter_map(|other| Some((other, of_chain(&other)?.end))) {
        if before.len() == Kind::GAP || !is_near(end.0, last.0) {
            break;
        }
        before.push(other);
        last = end;
    }
    let after = (place + 1..objects.len()).find_map(|other| Some((other, of_chain(&other)?.end)));
    (before, after.filter(|(_, end)| is_near(name.end.0, end.0)).map(|(other, _)| other))
}

/// Why an object cannot be damaged so.
fn unsuitable(objects: &[&Object], place: usize, kind: Kind) -> Option<String> {
    let object = objects[place];
    if let Some(fault) = object.faults.first() {
        return Some(format!("it is damaged already, by `{}`", fault.kind));
    }
    match (kind.is_of_log(), object.is_log()) {
        (true, false) => return Some("it is no log file".into()),
        (false, true) => return Some("it is no digest".into()),
        (true, true) => return None,
        (false, false) => {}
    }
    let (before, after) = neighbours(objects, place);
    if before.len() < kind.needs_before() {
        return Some(format!("it takes {} digests before this one in its chain", kind.needs_before()));
    }
    if kind == Kind::DigestEdited && object.log_files == 0 {
        return Some("it lists no log file".into());
    }
    if kind == Kind::DigestGap {
        let gone = before[..Kind::GAP - 1].iter().find_map(|other| objects[*other].faults.first());
        return match (gone, after) {
            (Some(fault), _) => Some(format!("a digest before it is damaged already, by `{}`", fault.kind)),
            (None, None) => Some("no digest follows it, so nobody would miss it".into()),
            (None, Some(_)) => None,
        };
    }
    None
}

/// Whether the validator is sure to notice, as far as it notices such damage at all.
fn is_typical(objects: &[&Object], place: usize, kind: Kind) -> bool {
    if !kind.is_of_log() {
        let is_backfill = Name::of_digest(&objects[place].key).is_none_or(|name| name.is_backfill);
        let (_, after) = neighbours(objects, place);
        if is_backfill || after.is_none() {
            return false;
        }
    }
    !objects.iter().any(|other| !other.faults.is_empty() && disturbs(objects[place], other))
}

/// Whether what happens to one object changes what is said of another: digests that are near each other, and a
/// digest and the log files of its hour.
fn disturbs(one: &Object, other: &Object) -> bool {
    let of_log = |object: &Object| {
        let (account, region) = stream_of_log(&object.key)?;
        Some((account.to_owned(), region.to_owned(), object.delivered_at().0))
    };
    let of_digest = |object: &Object| {
        let name = Name::of_digest(&object.key)?;
        Some((name.account.to_owned(), name.region.to_owned(), name.end.0))
    };
    let of = |object: &Object| if object.is_log() { of_log(object) } else { of_digest(object) };
    let (Some(a), Some(b)) = (of(one), of(other)) else { return false };
    let is_one_stream = (&a.0, &a.1) == (&b.0, &b.1);
    is_one_stream && !(one.is_log() && other.is_log()) && (a.2 - b.2).abs() <= 4 * HOUR
}
