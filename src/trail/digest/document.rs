//! One digest file: its JSON as CloudTrail writes it, and its signature.

use std::fmt::Write;

use sha2::{Digest as _, Sha256};

use super::Listed;
use super::keys::KeyPair;
use crate::clock::Time;
use crate::hex::hex;
use crate::record::escape;

/// What a digest file says.
pub(super) struct Document<'a> {
    /// The account.
    pub account: &'a str,
    /// The hour that it covers: from its start …
    pub start: Time,
    /// … to its end.
    pub end: Time,
    /// The bucket that it and the log files lie in.
    pub bucket: &'a str,
    /// Its own key.
    pub key: &'a str,
    /// The digest before it; none for the first of a chain.
    pub previous: Option<&'a Previous>,
    /// The log files that were delivered in the hour.
    pub files: &'a [Listed],
}

/// What a digest says of the one before it.
#[derive(Clone, Debug)]
pub(super) struct Previous {
    /// Its key.
    pub key: String,
    /// SHA-256 of its bytes before compression, in hex.
    pub hash: String,
    /// Its signature, in hex.
    pub signature: String,
}

impl Document<'_> {
    /// The document as it is stored: compact, slashes escaped.
    pub(super) fn json(&self, fingerprint: &str) -> String {
        let mut json = String::with_capacity(1_024 + 512 * self.files.len());
        let newest = self.files.iter().map(|file| &*file.last_event).max();
        let oldest = self.files.iter().map(|file| &*file.first_event).min();
        let previous = |part: fn(&Previous) -> &str| self.previous.map(part);
        json.push('{');
        let mut member = |name: &str, value: Option<&str>| {
            let _ = match value {
                Some(value) => write!(json, "\"{name}\":\"{}\",", slashed(value)),
                None => write!(json, "\"{name}\":null,"),
            };
        };
        member("awsAccountId", Some(self.account));
        member("digestStartTime", Some(&self.start.to_string()));
        member("digestEndTime", Some(&self.end.to_string()));
        member("digestS3Bucket", Some(self.bucket));
        member("digestS3Object", Some(self.key));
        member("digestPublicKeyFingerprint", Some(fingerprint));
        member("digestSignatureAlgorithm", Some(SIGNATURE_ALGORITHM));
        member("newestEventTime", newest);
        member("oldestEventTime", oldest);
        member("previousDigestS3Bucket", self.previous.map(|_| self.bucket));
        member("previousDigestS3Object", previous(|digest| &digest.key));
        member("previousDigestHashValue", previous(|digest| &digest.hash));
        member("previousDigestHashAlgorithm", self.previous.map(|_| HASH_ALGORITHM));
        member("previousDigestSignature", previous(|digest| &digest.signature));
        json.push_str("\"logFiles\":[");
        for (index, file) in self.files.iter().enumerate() {
            json.push_str(if index == 0 { "" } else { "," });
            self.write_file(&mut json, file);
        }
        json.push_str("]}");
        json
    }

    fn write_file(&self, json: &mut String, file: &Listed) {
        let _ = write!(
            json,
            "{{\"s3Bucket\":\"{}\",\"s3Object\":\"{}\",\"hashValue\":\"{}\",\"hashAlgorithm\":\"{HASH_ALGORITHM}\",\
             \"newestEventTime\":\"{}\",\"oldestEventTime\":\"{}\"}}",
            slashed(self.bucket),
            slashed(&file.key),
            file.raw_sha256,
            file.last_event,
            file.first_event,
        );
    }

    /// The signature of the document with these bytes.
    pub(super) fn sign(&self, json: &str, pair: &KeyPair) -> Previous {
        let hash = hex(&Sha256::digest(json.as_bytes()));
        let before = self.previous.map(|digest| &*digest.signature);
        let text = text_to_sign(self.end, self.bucket, self.key, &hash, before);
        Previous { key: self.key.to_owned(), hash, signature: pair.sign(&text) }
    }
}

/// What is signed of a digest; the previous signature is missing for the first of a chain. Source: `CloudTrail` User
/// Guide, on custom implementations of the validation of log file integrity.
pub(crate) fn text_to_sign(end: Time, bucket: &str, key: &str, hash: &str, previous: Option<&str>) -> String {
    format!("{end}\n{bucket}/{key}\n{hash}\n{}", previous.unwrap_or("null"))
}

/// What the metadata of a digest calls its signature's algorithm.
pub(super) const SIGNATURE_ALGORITHM: &str = "SHA256withRSA";

const HASH_ALGORITHM: &str = "SHA-256";

/// Text for a JSON string, with slashes escaped as digests have them.
fn slashed(text: &str) -> String {
    escape(text).replace('/', "\\/")
}
