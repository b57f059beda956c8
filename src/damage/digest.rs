//! What happens to the text and the signature of a digest.

use sha2::{Digest as _, Sha256};

use super::Kind;
use super::name::Name;
use crate::clock::Time;
use crate::hex::hex;
use crate::seed::{Key, name};
use crate::trail::{KeyPair, text_to_sign};

/// A digest after the damage.
pub(super) struct Digest {
    pub(super) raw: String,
    /// Its signature, where it has a new one.
    pub(super) signature: Option<String>,
    /// The fingerprint of the key that signed it anew.
    pub(super) fingerprint: Option<String>,
}

/// Changes the text of a digest that lies under `key`, and signs it anew where that belongs to the damage.
pub(super) fn damaged(kind: Kind, key: &str, bucket: &str, raw: String, pair: Option<&KeyPair>, draws: Key) -> Digest {
    let signed = |raw: String, pair: &KeyPair| {
        let signature = pair.sign(&signed_text(&raw, key, bucket));
        Digest { raw, signature: Some(signature), fingerprint: Some(pair.fingerprint().to_owned()) }
    };
    match (kind, pair) {
        (Kind::DigestEdited, _) => {
            Digest { raw: with_other(&raw, "hashValue", draws), signature: None, fingerprint: None }
        }
        (Kind::DigestUnknownKey, Some(pair)) => {
            signed(with(&raw, "digestPublicKeyFingerprint", pair.fingerprint()), pair)
        }
        (Kind::DigestWrongPreviousSignature, Some(pair)) => {
            signed(with_other(&raw, "previousDigestSignature", draws), pair)
        }
        _ => Digest { raw, signature: None, fingerprint: None },
    }
}

fn signed_text(raw: &str, key: &str, bucket: &str) -> String {
    let end = Name::of_digest(key).map_or(Time(0), |name| name.end);
    let previous = place(raw, "previousDigestSignature").map(|(from, to)| &raw[from..to]);
    text_to_sign(end, bucket, key, &hex(&Sha256::digest(raw.as_bytes())), previous)
}

/// Where the first text of a member stands.
fn place(raw: &str, member: &str) -> Option<(usize, usize)> {
    let start = format!("\"{member}\":\"");
    let from = raw.find(&start)? + start.len();
    Some((from, from + raw[from..].find('"')?))
}

/// The document with another text for a member.
fn with(raw: &str, member: &str, text: &str) -> String {
    place(raw, member).map_or_else(|| raw.to_owned(), |(from, to)| format!("{}{text}{}", &raw[..from], &raw[to..]))
}

/// The document with one hexadecimal digit of a member changed.
fn with_other(raw: &str, member: &str, draws: Key) -> String {
    let Some((from, to)) = place(raw, member) else { return raw.to_owned() };
    let at = from + draws.named(const { name("digit") }).below((to - from) as u64) as usize;
    let digit = if &raw[at..=at] == "0" { "1" } else { "0" };
    format!("{}{digit}{}", &raw[..at], &raw[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn one_digit_of_a_member_changes() {
        let raw = r#"{"a":"0","hashValue":"0000","b":"0"}"#;
        let other = with_other(raw, "hashValue", Seed(1).key("test"));
        let changed = raw.bytes().zip(other.bytes()).filter(|(before, after)| before != after).count();
        assert_eq!((changed, other.len()), (1, raw.len()));
        assert_eq!(with(raw, "b", "new"), r#"{"a":"0","hashValue":"0000","b":"new"}"#);
        assert_eq!(with(raw, "c", "new"), raw);
    }
}
