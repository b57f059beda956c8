//! Who signed a digest. Source: `CloudTrail` User Guide, on custom implementations of the validation of log file
//! integrity.

use std::collections::BTreeMap;

use rsa::pkcs1v15::Signature;
use rsa::signature::Verifier;

use super::document::Document;
use super::{Fault, Known, Signed};
use crate::clock::Time;
use crate::hex::unhex;

/// Checks the metadata of a digest, its key and its signature.
pub(super) fn check(document: &Document, sha256: &str, known: &Known, faults: &mut Vec<Fault>) -> Signed {
    let Some(metadata) = known.metadata else { return Signed::NoMetadata };
    let mut add = |pointer: &str, what: String| faults.push((pointer.to_owned(), what));
    let Some(signature) = metadata.get("signature") else {
        add("", "has no `signature` in its metadata".into());
        return Signed::Invalid;
    };
    match metadata.get("signature-algorithm") {
        None => add("", "has no `signature-algorithm` in its metadata".into()),
        Some(algorithm) if *algorithm != document.signature_algorithm => {
            let what = format!("is {}, in the metadata {algorithm}", document.signature_algorithm);
            add("/digestSignatureAlgorithm", what);
        }
        Some(_) => {}
    }
    let made = made(document, metadata);
    if made.is_none() {
        add("", "has no `backfill-generation-timestamp` in its metadata".into());
    }
    let Some(keys) = known.keys else { return Signed::NoKeys };
    let Some(key) = keys.get(&document.fingerprint) else {
        add("/digestPublicKeyFingerprint", format!("no public key has the fingerprint {}", document.fingerprint));
        return Signed::Invalid;
    };
    if let (Some(made), Some((from, to))) = (made, key.valid)
        && !(from..=to).contains(&made)
    {
        add("/digestPublicKeyFingerprint", format!("the key is not valid at {made}"));
    }
    let signature = unhex(signature).and_then(|bytes| Signature::try_from(&bytes[..]).ok());
    let text = text(document, sha256);
    if signature.is_some_and(|signature| key.verifier.verify(text.as_bytes(), &signature).is_ok()) {
        return Signed::Valid;
    }
    add("", "the signature is wrong: the digest, its metadata or its key has been changed".into());
    Signed::Invalid
}

/// What is signed.
fn text(document: &Document, sha256: &str) -> String {
    let Document { digest_end_time: end, bucket, object, .. } = document;
    let previous = document.previous_digest_signature.as_deref().unwrap_or("null");
    format!("{end}\n{bucket}/{object}\n{sha256}\n{previous}")
}

/// When a digest was made; a backfill digest says so in its metadata.
fn made(document: &Document, metadata: &BTreeMap<String, String>) -> Option<Time> {
    let text = match document.is_backfill() {
        true => metadata.get("backfill-generation-timestamp")?,
        false => &document.digest_end_time,
    };
    Time::parse(text, Time(0))
}
