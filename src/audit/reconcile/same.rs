//! What lost records have in common with received ones: the traces of a consumer that takes two events for one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::left_out::LeftOut;
use crate::activity::Chapter;
use crate::trail::Trail;

/// What consumers take for the identity of an event: its name for people, and the members.
pub(super) const KEYS: [(&str, &[&str]); 4] = [
    ("requestID", &["/requestID"]),
    ("eventTime", &["/eventTime"]),
    ("eventTime and eventName", &["/eventTime", "/eventName"]),
    ("eventTime and userIdentity", &["/eventTime", "/userIdentity"]),
];

/// Of each of the keys whether the losses of a chapter are those that it explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Same(pub(super) [bool; KEYS.len()]);

/// Looks at all records of a chapter; `is_lost` says what became of an event, and `None` when it was not delivered.
pub(super) fn in_common(
    trail: &Trail,
    stream: usize,
    chapter: &Chapter,
    is_lost: &dyn Fn(u64) -> Option<bool>,
) -> (Same, LeftOut) {
    let record = |index: usize| {
        let mut text = Vec::new();
        trail.record(&mut text, stream, chapter, index);
        serde_json::from_slice::<Value>(&text).expect("records are JSON")
    };
    let records: Vec<(Value, bool)> = (0..chapter.events.len())
        .filter_map(|index| is_lost(index as u64).map(|is_lost| (record(index), is_lost)))
        .collect();
    (Same(KEYS.map(|(_, members)| explains(&records, members))), LeftOut::of(&records))
}

/// Whether no two received records have the same key, and every lost one has that of another, or none.
fn explains(records: &[(Value, bool)], members: &[&str]) -> bool {
    let key = |record: &Value| -> Option<String> {
        let values = members.iter().map(|pointer| record.pointer(pointer).filter(|value| !value.is_null()));
        values.map(|value| value.map(Value::to_string)).collect()
    };
    let mut groups: BTreeMap<Option<String>, (u64, u64)> = BTreeMap::new();
    for (record, is_lost) in records {
        let group = groups.entry(key(record)).or_default();
        *(if *is_lost { &mut group.0 } else { &mut group.1 }) += 1;
    }
    groups.iter().all(|(key, (lost, received))| match key {
        None => *received <= 1,
        Some(_) => *received == 1 || (*lost == 0 && *received <= 1),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(parts: &[(Option<&str>, bool)]) -> Vec<(Value, bool)> {
        parts.iter().map(|(id, is_lost)| (json!({"requestID": id}), *is_lost)).collect()
    }

    #[test]
    fn a_key_explains_losses_only_if_it_explains_all_of_them() {
        let members = &["/requestID"];
        let (a, b) = (Some("a"), Some("b"));
        assert!(explains(&records(&[(a, false), (a, true), (b, false), (None, false), (None, true)]), members));
        assert!(!explains(&records(&[(a, true), (b, false)]), members), "a lost one is alone");
        assert!(!explains(&records(&[(a, false), (a, false), (a, true)]), members), "two received ones are alike");
        assert!(!explains(&records(&[(None, false), (None, false), (None, true)]), members));
    }
}
