//! What a check came to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The object's key, or the path of a file.
    pub key: Arc<str>,
    /// The record in the file, from 0; `None` when the file is meant.
    pub record: Option<u64>,
    /// The place in the record, as a JSON pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    /// A finding about a whole file.
    pub(super) fn of_file(key: &Arc<str>, message: impl Into<String>) -> Self {
        Self { key: Arc::clone(key), record: None, pointer: String::new(), message: message.into() }
    }
}

/// Writes `key:record:/pointer: message`, or `key: message` for a whole file.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, record, pointer, message } = self;
        match (record, pointer.as_str()) {
            (Some(record), pointer) => write!(f, "{key}:{record}:{pointer}: {message}"),
            (None, "") => write!(f, "{key}: {message}"),
            (None, pointer) => write!(f, "{key}:{pointer}: {message}"),
        }
    }
}

/// What was looked at, and how much was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Log files read.
    pub files: u64,
    /// Records in them.
    pub records: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Bytes of their text.
    pub raw_bytes: u64,
    /// All findings, those beyond the number that is told included.
    pub findings: u64,
    /// Records that were delivered hours after their event, which happens.
    pub late: u64,
    /// Digest files read.
    pub digests: u64,
    /// Those whose signature is right.
    pub signatures: u64,
    /// Those whose signature is not known: it is in the metadata of an object, which a copy has lost.
    pub unsigned: u64,
    /// Those whose signature could not be checked, since there are no public keys.
    pub keyless: u64,
    /// Insights files, which are not looked into.
    pub insights: u64,
    /// Other objects.
    pub others: u64,
    /// Whether there was a manifest to compare with.
    pub manifest: bool,
    /// Records of actions that there is no schema for, by event source and name.
    pub unknown: BTreeMap<String, BTreeMap<String, u64>>,
    /// The check was stopped before everything was read.
    pub interrupted: bool,
}

impl Outcome {
    /// Counts records of an action without a schema.
    pub(super) fn add_unknown(&mut self, source: &str, name: &str, records: u64) {
        let known = self.unknown.get_mut(source).and_then(|names| names.get_mut(name));
        match known {
            Some(count) => *count += records,
            None => {
                *self.unknown.entry(source.to_owned()).or_default().entry(name.to_owned()).or_default() += records;
            }
        }
    }
}
