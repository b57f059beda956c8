//! JSON taken apart by its brackets and quotes alone: where values end, and what is in them as text.
//!
//! Most of what is received is never looked into further than this, so nothing is parsed that nobody asks for.

use std::borrow::Cow;

use memchr::memchr2;

/// Where a value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Reach {
    /// Behind this byte.
    End(usize),
    /// Beyond the bytes.
    Beyond,
}

/// Where the value ends that begins with the first byte. `is_last` says that nothing follows the bytes.
pub(in super::super) fn reach(bytes: &[u8], is_last: bool) -> Reach {
    match bytes.first() {
        Some(b'"') => string(bytes),
        Some(b'{' | b'[') => container(bytes),
        _ => {
            let is_end = |byte: &u8| b",:]}\" \t\r\n".contains(byte);
            match bytes.iter().position(is_end) {
                Some(end) => Reach::End(end.max(1)),
                None if is_last => Reach::End(bytes.len()),
                None => Reach::Beyond,
            }
        }
    }
}

fn string(bytes: &[u8]) -> Reach {
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return Reach::End(at + 1);
        }
        at += 2;
    }
    Reach::Beyond
}

fn container(bytes: &[u8]) -> Reach {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => match string(&bytes[at..]) {
                Reach::End(end) => {
                    at += end;
                    continue;
                }
                Reach::Beyond => return Reach::Beyond,
            },
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Reach::End(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    Reach::Beyond
}

/// The members of an object: name, without quotes, and the text of the value.
pub(in super::super) fn members(object: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut parts = Parts { rest: object.get(1..).unwrap_or_default() };
    std::iter::from_fn(move || {
        let name = parts.next()?;
        let value = parts.next()?;
        Some((name.strip_prefix(b"\"")?.strip_suffix(b"\"")?, value))
    })
}

/// The texts of the elements of an array.
pub(in super::super) fn elements(array: &[u8]) -> impl Iterator<Item = &[u8]> {
    Parts { rest: array.get(1..).unwrap_or_default() }
}

/// Values with blanks, commas and colons between them, up to a closing bracket.
struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let blanks = self.rest.iter().take_while(|byte| b",: \t\r\n".contains(byte)).count();
        self.rest = &self.rest[blanks..];
        if matches!(self.rest.first(), None | Some(b'}' | b']')) {
            return None;
        }
        let Reach::End(end) = reach(self.rest, true) else { return None };
        let (value, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(value)
    }
}

/// What a value says as a text: a string without its quotes and escapes, anything else as it stands.
pub(in super::super) fn text(value: &[u8]) -> Cow<'_, str> {
    let plain = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    match plain {
        Some(plain) if !plain.contains(&b'\\') => String::from_utf8_lossy(plain),
        Some(_) => serde_json::from_slice(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Owned),
        None => String::from_utf8_lossy(value),
    }
}

/// The value at a path: names joined by dots, or a JSON pointer. A name may hold dots itself, and a string may hold JSON.
pub(super) fn at_path<'a>(value: &'a [u8], path: &str) -> Option<Cow<'a, str>> {
    match path.strip_prefix('/') {
        Some(pointer) => {
            let names: Vec<String> =
                pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
            walk(value, &names)
        }
        None => walk(value, &path.split('.').map(str::to_owned).collect::<Vec<_>>()),
    }
}

fn walk<'a>(value: &'a [u8], names: &[String]) -> Option<Cow<'a, str>> {
    match value.first() {
        _ if names.is_empty() => Some(text(value)).filter(|_| value != b"null"),
        Some(b'{') => {
            let mut longest = (1..=names.len()).rev();
            longest.find_map(|length| {
                let name = names[..length].join(".");
                let (_, found) = members(value).find(|(member, _)| *member == name.as_bytes())?;
                walk(found, &names[length..])
            })
        }
        Some(b'[') => walk(elements(value).nth(names[0].parse().ok()?)?, &names[1..]),
        Some(b'"') => {
            let inner = text(value);
            let found = inner.starts_with(['{', '[']).then(|| walk(inner.as_bytes(), names)).flatten();
            found.map(|found| Cow::Owned(found.into_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, end) in [
            (r#"{"a":"}\"]","b":[1,{}]} x"#, Reach::End(23)),
            (r#""a\\" "#, Reach::End(5)),
            ("12,", Reach::End(2)),
            ("true", Reach::End(4)),
            ("[[]", Reach::Beyond),
            (r#""a\"#, Reach::Beyond),
            ("]", Reach::End(1)),
        ] {
            assert_eq!(reach(text.as_bytes(), true), end, "{text}");
        }
        assert_eq!(reach(b"12", false), Reach::Beyond);
    }

    #[test]
    fn members_and_elements_are_found_whatever_stands_between() {
        let object = br#"{ "a" : 1 , "b":[ "x", {"c":2} ],"d":null}"#;
        let found: Vec<_> = members(object).map(|(name, value)| (name, value.len())).collect();
        assert_eq!(found, [(&b"a"[..], 1), (b"b", 16), (b"d", 4)]);
        assert_eq!(elements(br#"[ "x", {"c":2} ]"#).count(), 2);
        assert_eq!((members(b"{}").count(), elements(b"[]").count(), elements(b"").count()), (0, 0, 0));
    }

    #[test]
    fn paths_lead_through_objects_arrays_and_strings() {
        let value = br#"{"a.b":{"c":"x"},"a":{"d":[1,{"e":"\u0041"}]},"s":"{\"t\":{\"u\":7}}","n":null}"#;
        for (path, found) in [
            ("a.b.c", Some("x")),
            ("a.d.1.e", Some("A")),
            ("/a/d/1/e", Some("A")),
            ("s.t.u", Some("7")),
            ("n", None),
            ("a.x", None),
            ("s.t.u.v", None),
        ] {
            assert_eq!(at_path(value, path).as_deref(), found, "{path}");
        }
    }
}
