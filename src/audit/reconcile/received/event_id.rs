//! `eventID`s in any text: whatever looks like a UUID and opens with the seal is one of ours.

use memchr::memchr_iter;
use uuid::Uuid;

use crate::audit::reconcile::truth::At;
use crate::seed::Seal;

/// How long a UUID is with its hyphens.
pub(in super::super) const LENGTH: usize = 36;

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Id {
    /// The eventID of an event of this seed.
    Ours(At),
    /// Something that is none.
    Foreign(String),
    /// Nothing that could be one.
    None,
}

/// The UUID that some bytes are.
#[inline]
pub(in super::super) fn uuid(bytes: &[u8]) -> Option<Uuid> {
    (bytes.len() == LENGTH).then(|| Uuid::try_parse_ascii(bytes).ok())?
}

/// All UUIDs in a text, each with its place.
pub(in super::super) fn uuids(text: &[u8]) -> impl Iterator<Item = (usize, Uuid)> {
    let mut behind = 0;
    memchr_iter(b'-', text).filter_map(move |hyphen| {
        let start = hyphen.checked_sub(8).filter(|start| *start >= behind)?;
        let bytes = text.get(start..start + LENGTH)?;
        if bytes[13] != b'-' || bytes[18] != b'-' || bytes[23] != b'-' {
            return None;
        }
        let is_part = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_hexdigit);
        if is_part(start.checked_sub(1)) || is_part(Some(start + LENGTH)) {
            return None;
        }
        let id = uuid(bytes)?;
        behind = start + LENGTH;
        Some((start, id))
    })
}

/// The id in a value that is said to be one.
pub(in super::super) fn of_value(seal: &Seal, value: &str) -> Id {
    let value = value.trim();
    match uuid(value.as_bytes()).and_then(|id| seal.open(id)) {
        Some(at) => Id::Ours(at),
        None if value.is_empty() => Id::None,
        None => Id::Foreign(value.chars().take(100).collect()),
    }
}

/// The id in a text that may hold others too.
pub(in super::super) fn of_text(seal: &Seal, text: &[u8]) -> Id {
    let mut foreign = None;
    for (place, id) in uuids(text) {
        if let Some(at) = seal.open(id) {
            return Id::Ours(at);
        }
        // Of several, the one that is called so.
        let before = text[place.saturating_sub(12)..place].to_ascii_lowercase();
        let is_named = [&b"eventid"[..], b"event_id"].iter().any(|name| memchr::memmem::find(&before, name).is_some());
        if foreign.is_none() || is_named {
            foreign = Some(id);
        }
    }
    foreign.map_or(Id::None, |id| Id::Foreign(id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn ids_are_found_in_any_text() {
        let seal = Seal::new(Seed(7));
        let (ours, foreign) = (seal.seal(1, 5), Seal::new(Seed(8)).seal(1, 5));
        let upper = ours.to_string().to_uppercase();
        for (text, id) in [
            (format!("{{\"requestID\":\"{foreign}\",\"eventID\":\"{ours}\"}}"), Id::Ours((1, 5))),
            (format!("a-b 2026-03-02 {{\\\"x\\\":\\\"{upper}\\\"}}"), Id::Ours((1, 5))),
            (format!("id,{foreign}"), Id::Foreign(foreign.to_string())),
            (format!("0{ours}"), Id::None),
            (format!("{ours}0"), Id::None),
            ("8-4-4-4-12, no id".to_owned(), Id::None),
            (format!("{{\"eventID\":\"{foreign}\",\"x\":\"{}\"}}", Uuid::nil()), Id::Foreign(foreign.to_string())),
            (format!("{{\"x\":\"{}\",\"event_id\":\"{foreign}\"}}", Uuid::nil()), Id::Foreign(foreign.to_string())),
        ] {
            assert_eq!(of_text(&seal, text.as_bytes()), id, "{text}");
        }
        assert_eq!(uuids(format!("{ours}-{ours} {ours}").as_bytes()).count(), 3);
        assert_eq!(of_value(&seal, &format!(" {ours} ")), Id::Ours((1, 5)));
        assert_eq!((of_value(&seal, "abc"), of_value(&seal, " ")), (Id::Foreign("abc".into()), Id::None));
    }
}
