//! A received record beside the one that was delivered, member by member.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// One value that is not what was delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where it stands, as a JSON pointer; empty for the record as a whole.
    pub pointer: String,
    /// What was delivered; `None` for nothing.
    pub expected: Option<Value>,
    /// What is there; `None` for nothing.
    pub received: Option<Value>,
}

/// What differs, and the members that were added beside those of the record: shippers do that, and it alters nothing.
pub(super) fn compare(expected: &Value, received: &Value) -> (Vec<Difference>, BTreeSet<String>) {
    let (mut found, mut added) = (Vec::new(), BTreeSet::new());
    let (Value::Object(expected), Value::Object(received)) = (expected, received) else { return (found, added) };
    object("", expected, received, &mut found);
    found.retain(|difference| {
        let is_added = difference.expected.is_none() && !difference.pointer[1..].contains('/');
        if is_added {
            added.insert(difference.pointer[1..].to_owned());
        }
        !is_added
    });
    (found, added)
}

fn value(pointer: &str, expected: &Value, received: &Value, found: &mut Vec<Difference>) {
    match (expected, received) {
        (Value::Object(expected), Value::Object(received)) => object(pointer, expected, received, found),
        (Value::Array(expected), Value::Array(received)) if expected.len() == received.len() => {
            for (index, (expected, received)) in expected.iter().zip(received).enumerate() {
                value(&format!("{pointer}/{index}"), expected, received, found);
            }
        }
        (Value::Number(expected_number), Value::Number(received_number))
            if expected_number.as_f64() == received_number.as_f64() => {}
        _ if expected == received => {}
        _ => found.push(Difference {
            pointer: pointer.to_owned(),
            expected: Some(expected.clone()),
            received: Some(received.clone()),
        }),
    }
}

fn object(pointer: &str, expected: &Map<String, Value>, received: &Map<String, Value>, found: &mut Vec<Difference>) {
    let below = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    for (name, delivered) in expected {
        if let Some(received) = received.get(name) {
            value(&below(name), delivered, received, found);
        } else {
            found.push(Difference { pointer: below(name), expected: Some(delivered.clone()), received: None });
        }
    }
    for (name, there) in received.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        found.push(Difference { pointer: below(name), expected: None, received: Some(there.clone()) });
    }
}

impl Difference {
    /// The length in characters to which a text was cut, where that is all that happened to it.
    pub(super) fn cut_to(&self) -> Option<usize> {
        let (expected, received) = (self.expected.as_ref()?.as_str()?, self.received.as_ref()?.as_str()?);
        let length = received.chars().count();
        let kept = received.trim_end_matches(['…', '.']);
        (length < expected.chars().count() && expected.starts_with(kept)).then_some(length)
    }

    /// Whether a null was left out.
    pub(super) fn is_left_out_null(&self) -> bool {
        matches!((&self.expected, &self.received), (Some(Value::Null), None))
    }

    /// Whether a number or truth value was written as a text.
    pub(super) fn is_same_as_text(&self) -> bool {
        match (&self.expected, &self.received) {
            (Some(Value::Bool(expected)), Some(Value::String(text))) => text.parse() == Ok(*expected),
            (Some(Value::Number(expected)), Some(Value::String(text))) => {
                text.parse().is_ok_and(|number: serde_json::Number| number == *expected)
            }
            _ => false,
        }
    }

    /// The pointer without the places in arrays.
    pub(super) fn member(&self) -> String {
        let is_place = |part: &&str| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit());
        self.pointer.split('/').filter(is_place).collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(expected: &Value, received: &Value) -> (Vec<String>, Vec<String>) {
        let (found, added) = compare(expected, received);
        (found.into_iter().map(|difference| difference.pointer).collect(), added.into_iter().collect())
    }

    #[test]
    fn form_and_order_do_not_matter_and_values_do() {
        let expected = json!({"a": 1, "b": {"c/d": [1, {"e": "x"}], "n": null}, "t": "text"});
        let same = json!({"t": "text", "b": {"n": null, "c/d": [1.0, {"e": "x"}]}, "a": 1.0, "added": {"x": 1}});
        assert_eq!(pointers(&expected, &same), (vec![], vec!["added".to_owned()]));
        let other = json!({"a": "1", "b": {"c/d": [1, {"e": "y", "f": 2}]}, "t": "text"});
        let found = ["/a", "/b/c~1d/1/e", "/b/c~1d/1/f", "/b/n"].map(str::to_owned).to_vec();
        assert_eq!(pointers(&expected, &other), (found, vec![]));
    }

    #[test]
    fn texts_that_were_cut_are_told_from_others() {
        let cut = |expected: &str, received: &str| {
            let (expected, received) = (json!({"a": expected}), json!({"a": received}));
            compare(&expected, &received).0[0].cut_to()
        };
        assert_eq!(cut("abcdefgh", "abc"), Some(3));
        assert_eq!(cut("abcdefgh", "abc..."), Some(6));
        assert_eq!((cut("abcdefgh", "abd"), cut("abc", "abcd")), (None, None));
    }
}
