//! The CloudTrail record inside an item, however it is wrapped.

use serde_json::Value;

use super::received::{Reach, elements, members, reach, text};

/// What an item holds of its record.
#[derive(Debug, PartialEq)]
pub(super) enum Inner {
    /// All of it, perhaps changed.
    Record(Value),
    /// A text that begins like one and is none, of so many bytes.
    Broken(usize),
    /// Nothing that could be compared: an id alone, or fields under other names.
    None,
}

/// How deep wraps may lie in each other.
const DEEPEST: u32 = 8;

/// Finds the record in an item: the object that has an `eventID` and an `eventVersion`, or a text that holds one.
pub(super) fn record(item: &[u8]) -> Inner {
    // Other things may stand before it in a line of text.
    match item.iter().position(|byte| *byte == b'{') {
        Some(start) => within(&item[start..], DEEPEST),
        None => Inner::None,
    }
}

fn within(value: &[u8], depth: u32) -> Inner {
    if depth == 0 {
        return Inner::None;
    }
    match value.first() {
        Some(b'{') => object(value, depth),
        Some(b'[') => first(elements(value), depth),
        Some(b'"') => string(&text(value), depth),
        _ => Inner::None,
    }
}

fn object(value: &[u8], depth: u32) -> Inner {
    let Reach::End(end) = reach(value, true) else { return broken(value) };
    let value = &value[..end];
    let has = |wanted: &[u8]| members(value).any(|(name, _)| name == wanted);
    if has(b"eventID") && has(b"eventVersion") {
        return serde_json::from_slice(value).map_or(Inner::Broken(value.len()), Inner::Record);
    }
    first(members(value).map(|(_, member)| member), depth)
}

fn string(inner: &str, depth: u32) -> Inner {
    if inner.starts_with('{') { within(inner.as_bytes(), depth - 1) } else { Inner::None }
}

/// The first of some values that holds a record, or else the rest of one.
fn first<'a>(values: impl Iterator<Item = &'a [u8]>, depth: u32) -> Inner {
    let mut best = Inner::None;
    for value in values {
        match within(value, depth - 1) {
            Inner::None => {}
            found @ Inner::Record(_) => return found,
            found @ Inner::Broken(_) => best = found,
        }
    }
    best
}

fn broken(value: &[u8]) -> Inner {
    match memchr::memmem::find(value, b"\"eventVersion\"") {
        Some(_) => Inner::Broken(value.len()),
        None => Inner::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_found_in_every_wrap() {
        let record = r#"{"eventVersion":"1.11","eventID":"x","n":[{"a":"\"}"}]}"#;
        let quoted = serde_json::to_string(record).unwrap();
        let twice = serde_json::to_string(&format!("{{\"log\":{quoted}}}")).unwrap();
        let whole = Inner::Record(serde_json::from_str(record).unwrap());
        for item in [
            record.to_owned(),
            format!(r#"{{"detail-type":"x","detail":{record}}}"#),
            format!(r#"{{"@timestamp":"x","event":{{"id":"x","original":{quoted}}}}}"#),
            format!(r#"{{"message":{quoted},"host":"h"}}"#),
            format!(r#"{{"message":{twice}}}"#),
            format!(r#"{{"_source":{{"list":[1,"a",{record}]}}}}"#),
            format!("Mar  2 09:14:05 host app: {record}"),
        ] {
            assert_eq!(super::record(item.as_bytes()), whole, "{item}");
        }
        assert_eq!(
            super::record(br#"{"event":{"id":"x"},"aws":{"cloudtrail":{"event_version":"1.11"}}}"#),
            Inner::None
        );
        assert_eq!(super::record(b"x,y"), Inner::None);
        let cut = format!(r#"{{"message":{}}}"#, serde_json::to_string(&record[..30]).unwrap());
        assert_eq!(super::record(cut.as_bytes()), Inner::Broken(30));
    }
}
