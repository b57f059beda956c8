//! `ListPublicKeys`: from the file beside the trail, which has the form of the answer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Fault, instant};
use crate::clock::Time;

/// Where the answer to `ListPublicKeys` is, with all keys.
pub(crate) enum PublicKeys {
    /// In a file, if it is there.
    File(PathBuf),
    /// Here; null for no keys.
    These(Value),
}

/// The keys that were valid at some time between `StartTime` and `EndTime`. All of them at once: the AWS CLI does
/// not ask for a second page.
pub(super) fn list(keys: &PublicKeys, input: &Value) -> Result<Value, Fault> {
    let (start, end) = (instant(input, "StartTime")?, instant(input, "EndTime")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(Fault::new("InvalidTimeRangeException", "the start time is later than the end time"));
    }
    let document = match keys {
        PublicKeys::File(path) => read(path).map_err(|error| Fault::internal(&error))?,
        PublicKeys::These(keys) => keys.clone(),
    };
    let keys = document["PublicKeyList"].as_array().cloned().unwrap_or_default();
    let mut valid = Vec::new();
    for key in keys {
        let from = instant(&key, "ValidityStartTime")?.unwrap_or(Time(i64::MIN));
        let to = instant(&key, "ValidityEndTime")?.unwrap_or(Time(i64::MAX));
        if end.is_none_or(|end| from <= end) && start.is_none_or(|start| start <= to) {
            valid.push(key);
        }
    }
    Ok(json!({ "PublicKeyList": valid }))
}

fn read(path: &Path) -> io::Result<Value> {
    match fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_listed_when_their_validity_overlaps() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("public-keys.json");
        let key = |name: &str, from: i64, to: i64| json!({ "Value": "MII=", "ValidityStartTime": from, "ValidityEndTime": to, "Fingerprint": name });
        fs::write(&path, json!({ "PublicKeyList": [key("a", 100, 200), key("b", 150, 300)] }).to_string()).unwrap();
        let names = |input: &Value| -> Vec<String> {
            let list = list(&PublicKeys::File(path.clone()), input).unwrap();
            list["PublicKeyList"]
                .as_array()
                .unwrap()
                .iter()
                .map(|key| key["Fingerprint"].as_str().unwrap().into())
                .collect()
        };
        assert_eq!(names(&json!({})), ["a", "b"]);
        assert_eq!(names(&json!({ "StartTime": 0, "EndTime": 120.5 })), ["a"]);
        assert_eq!(names(&json!({ "StartTime": 200, "EndTime": 220 })), ["a", "b"]);
        assert_eq!(names(&json!({ "StartTime": 201 })), ["b"]);
        assert_eq!(names(&json!({ "EndTime": "1970-01-01T00:01:00Z" })), [""; 0]);
        assert_eq!(
            list(&PublicKeys::File(path.clone()), &json!({ "StartTime": 2, "EndTime": 1 })).unwrap_err().kind,
            "InvalidTimeRangeException"
        );
        assert_eq!(list(&PublicKeys::These(Value::Null), &json!({})).unwrap(), json!({ "PublicKeyList": [] }));
        assert_eq!(
            list(&PublicKeys::File(place.path().join("none")), &json!({})).unwrap(),
            json!({ "PublicKeyList": [] })
        );
    }
}
