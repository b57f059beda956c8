//! What one digest file says, held against where it lies.

use serde::Deserialize;

use super::{Fault, Known};
use crate::clock::{HOUR, Time};

/// The members that rules look at; their form is the business of `schemas/digest.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    aws_account_id: String,
    digest_start_time: String,
    pub(super) digest_end_time: String,
    #[serde(rename = "digestS3Bucket")]
    pub(super) bucket: String,
    #[serde(rename = "digestS3Object")]
    pub(super) object: String,
    #[serde(rename = "digestPublicKeyFingerprint")]
    pub(super) fingerprint: String,
    #[serde(rename = "digestSignatureAlgorithm")]
    pub(super) signature_algorithm: String,
    newest_event_time: Option<String>,
    oldest_event_time: Option<String>,
    #[serde(rename = "previousDigestS3Object")]
    previous_object: Option<String>,
    #[serde(rename = "previousDigestHashValue")]
    previous_hash: Option<String>,
    pub(super) previous_digest_signature: Option<String>,
    log_files: Vec<LogFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogFile {
    #[serde(rename = "s3Object")]
    object: String,
    hash_value: String,
    newest_event_time: String,
    oldest_event_time: String,
}

/// What is kept of a digest until all files are read.
#[derive(Debug)]
pub(in crate::audit) struct Digest {
    /// The key that it says it has.
    pub(super) key: String,
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) is_backfill: bool,
    /// Account, region, trail and home region, as in its name.
    pub(super) chain: String,
    pub(super) previous: Option<Previous>,
    /// SHA-256 of its bytes before compression, in hex.
    pub(super) sha256: String,
    /// Its own signature, where that is known.
    pub(super) signature: Option<String>,
    pub(super) files: Vec<Entry>,
}

/// What it says of the digest before it.
#[derive(Debug)]
pub(super) struct Previous {
    pub(super) key: String,
    pub(super) sha256: String,
    pub(super) signature: String,
}

/// A log file that it lists.
#[derive(Debug)]
pub(in crate::audit) struct Entry {
    pub(super) key: String,
    pub(super) sha256: String,
}

const END: &str = ".json.gz";
const BACKFILL: &str = "_backfill";

impl Document {
    /// What it says otherwise than its key, its bucket or its own lists.
    pub(super) fn contradictions(&self, known: &Known, faults: &mut Vec<Fault>) {
        let mut add = |member: &str, what: String| faults.push((format!("/{member}"), what));
        let is_elsewhere = match known.is_whole {
            true => known.key != self.object,
            false => Shift::between(&self.object, known.key).is_none(),
        };
        if is_elsewhere {
            add("digestS3Object", format!("is {}: the digest has been moved from there", self.object));
        }
        if let Some(bucket) = known.bucket.filter(|bucket| *bucket != self.bucket) {
            add("digestS3Bucket", format!("is {}, and the bucket is {bucket}", self.bucket));
        }
        if self.chain().is_none_or(|chain| !chain.starts_with(&format!("{}_CloudTrail-Digest_", self.aws_account_id))) {
            let form =
                "<account>_CloudTrail-Digest_<region>_<trail>_<home region>_<YYYYMMDD>T<HHmmss>Z[_backfill].json.gz";
            add(
                "digestS3Object",
                format!("has no file name of the form {form} with the account and the end of the digest"),
            );
        }
        if let (Some(start), Some(end)) = (self.start(), self.end())
            && end.0 - start.0 != HOUR
        {
            add("digestStartTime", format!("is {start}, and the end {end}: a digest covers an hour"));
        }
        let newest = self.log_files.iter().map(|file| &file.newest_event_time).max();
        let oldest = self.log_files.iter().map(|file| &file.oldest_event_time).min();
        for (member, told, real) in
            [("newestEventTime", &self.newest_event_time, newest), ("oldestEventTime", &self.oldest_event_time, oldest)]
        {
            if told.as_ref() != real {
                let word = |time: Option<&String>| time.map_or_else(|| "null".to_owned(), Clone::clone);
                add(member, format!("is {}, and that of its log files {}", word(told.as_ref()), word(real)));
            }
        }
    }

    fn start(&self) -> Option<Time> {
        Time::parse(&self.digest_start_time, Time(0))
    }

    fn end(&self) -> Option<Time> {
        Time::parse(&self.digest_end_time, Time(0))
    }

    pub(super) fn is_backfill(&self) -> bool {
        self.object.ends_with(&format!("{BACKFILL}{END}"))
    }

    /// The name of the file up to the time, which is the end of the digest.
    fn chain(&self) -> Option<&str> {
        let name = self.object.rsplit('/').next()?.strip_suffix(END)?;
        let (chain, time) = name.strip_suffix(BACKFILL).unwrap_or(name).rsplit_once('_')?;
        (self.digest_end_time.replace(['-', ':'], "") == time).then_some(chain)
    }

    /// What is kept of it; `None` when its name or its times say nothing.
    pub(super) fn digest(self, sha256: String, known: &Known) -> Option<Digest> {
        let (start, end, is_backfill) = (self.start()?, self.end()?, self.is_backfill());
        let chain = self.chain()?.to_owned();
        let previous =
            |key| Some(Previous { key, sha256: self.previous_hash?, signature: self.previous_digest_signature? });
        Some(Digest {
            chain,
            start,
            end,
            is_backfill,
            sha256,
            signature: known.metadata.and_then(|metadata| metadata.get("signature").cloned()),
            files: self.log_files.into_iter().map(|file| Entry { key: file.object, sha256: file.hash_value }).collect(),
            previous: self.previous_object.and_then(previous),
            key: self.object,
        })
    }
}

/// How the keys of a bucket are called in a source: one that is a part of the bucket lacks the front of its keys, and
/// one that lies around it adds to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift<'a> {
    lacks: &'a str,
    adds: &'a str,
}

impl<'a> Shift<'a> {
    /// From the key that an object says it has, and the one that it was found under.
    pub(super) fn between(told: &'a str, found: &'a str) -> Option<Self> {
        let is_folder = |front: &&str| front.is_empty() || front.ends_with('/');
        let lacks = told.strip_suffix(found).filter(is_folder).map(|lacks| Self { lacks, adds: "" });
        lacks.or_else(|| found.strip_suffix(told).filter(is_folder).map(|adds| Self { lacks: "", adds }))
    }

    /// What a key of the bucket is called in the source.
    pub(super) fn local(self, key: &str) -> Option<String> {
        key.strip_prefix(self.lacks).map(|rest| format!("{}{rest}", self.adds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_bucket_and_folders_around_it_are_understood() {
        for (told, found, other, local) in [
            ("a/AWSLogs/x", "a/AWSLogs/x", "a/AWSLogs/y", Some("a/AWSLogs/y")),
            ("a/AWSLogs/x", "AWSLogs/x", "a/AWSLogs/y", Some("AWSLogs/y")),
            ("a/AWSLogs/x", "AWSLogs/x", "b/AWSLogs/y", None),
            ("AWSLogs/x", "trail/AWSLogs/x", "AWSLogs/y", Some("trail/AWSLogs/y")),
        ] {
            let shift = Shift::between(told, found).unwrap();
            assert_eq!(shift.local(other).as_deref(), local, "{told} {found}");
        }
        assert_eq!(Shift::between("AWSLogs/x", "AWSLogs/y"), None);
        assert_eq!(Shift::between("AWSLogs/ax", "x"), None);
    }
}
