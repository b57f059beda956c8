//! The manifest: the truth about every object of the trail, as JSON lines.
//!
//! A header, a line per object in key order within each stream, and a footer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::clock::Time;
use crate::hex::hex;
use crate::scenario::{FORMAT, Scenario};
use crate::shard::Shard;
use crate::trail::{Digest, Listed};
use crate::trail::{Fault, Headers, LogFile};

/// The first line: what was asked for.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "header", rename_all = "camelCase")]
pub(crate) struct Header {
    format: u32,
    version: &'static str,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
    scenario: Value,
    streams: Vec<StreamLine>,
}

/// One stream in the header; its place in the list is the number that its eventIDs carry.
#[derive(Clone, Debug, Serialize)]
struct StreamLine {
    account: String,
    region: String,
    events: u64,
}

impl Header {
    /// The header of the manifest of a run, or of one of its shards.
    #[must_use]
    pub(crate) fn new(scenario: &Scenario, shard: Option<Shard>) -> Self {
        let streams = scenario.streams().zip(scenario.stream_events());
        let streams = streams.map(|((_, account, region), events)| StreamLine {
            account: account.id.to_string(),
            region: region.to_owned(),
            events,
        });
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            seed: scenario.seed,
            shard,
            scenario: scenario.to_json(),
            streams: streams.collect(),
        }
    }
}

/// A line for one object.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "object", rename_all = "camelCase")]
pub struct ObjectLine {
    kind: &'static str,
    /// The key.
    pub key: String,
    /// Length of the object.
    pub bytes: u64,
    sha256: String,
    /// Length before compression.
    pub raw_bytes: u64,
    raw_crc32: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_sha256: Option<String>,
    /// Records in the file.
    pub records: u64,
    /// Log files that a digest lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event_time: Option<String>,
    delivered_at: String,
    headers: Headers,
    /// What was done to it on purpose.
    pub faults: Vec<Fault>,
}

impl ObjectLine {
    /// The events that can be found in the object and in none before it.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.records - Fault::copies(&self.faults, self.records)
    }

    /// The line of a log file.
    #[must_use]
    pub fn of(file: &mut LogFile) -> Self {
        Self {
            kind: if file.is_stray { "stray" } else { "log" },
            key: file.object.key.clone(),
            bytes: file.object.body.len() as u64,
            sha256: hex(&file.object.hash()),
            raw_bytes: file.raw_bytes,
            raw_crc32: format!("{:08x}", file.raw_crc32),
            raw_sha256: file.raw_sha256.as_ref().map(|hash| hex(hash)),
            records: file.records,
            log_files: None,
            first_event_time: (!file.is_stray).then(|| file.first_event.floor_second().to_string()),
            last_event_time: (!file.is_stray).then(|| file.last_event.floor_second().to_string()),
            delivered_at: file.delivered_at.to_string(),
            headers: file.object.headers.clone(),
            faults: file.faults.clone(),
        }
    }

    /// A line of one record, for tests of those who hand lines on.
    #[cfg(test)]
    pub(crate) fn for_test(key: &str, bytes: u64) -> Self {
        Self {
            kind: "log",
            key: key.to_owned(),
            bytes,
            sha256: String::new(),
            raw_bytes: bytes,
            raw_crc32: String::new(),
            raw_sha256: None,
            records: 1,
            log_files: None,
            first_event_time: None,
            last_event_time: None,
            delivered_at: String::new(),
            headers: Headers::default(),
            faults: Vec::new(),
        }
    }

    /// The line of a digest file.
    #[must_use]
    pub(crate) fn of_digest(digest: &Digest) -> Self {
        Self {
            kind: "digest",
            key: digest.object.key.clone(),
            bytes: digest.object.body.len() as u64,
            sha256: hex(&Sha256::digest(&digest.object.body)),
            raw_bytes: digest.raw_bytes,
            raw_crc32: format!("{:08x}", digest.raw_crc32),
            raw_sha256: None,
            records: 0,
            log_files: Some(digest.log_files),
            first_event_time: None,
            last_event_time: None,
            delivered_at: digest.delivered_at.to_string(),
            headers: digest.object.headers.clone(),
            faults: Vec::new(),
        }
    }
}

/// A line of the manifest read back, as far as digests need it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogLine {
    key: String,
    raw_sha256: Option<String>,
    first_event_time: Option<String>,
    last_event_time: Option<String>,
    delivered_at: String,
}

impl LogLine {
    /// The log file as digests list it; nothing for what only lies among log files.
    pub(crate) fn listed(self) -> Option<Listed> {
        Some(Listed {
            delivered_at: Time::parse(&self.delivered_at, Time(0)).expect("the manifest was written by this program"),
            raw_sha256: self.raw_sha256?,
            first_event: self.first_event_time?,
            last_event: self.last_event_time?,
            key: self.key,
        })
    }
}

/// How much was done on purpose, by kind: records for what befalls these, else objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FaultCounts(BTreeMap<String, u64>);

impl FaultCounts {
    /// Counts the faults of one more object.
    pub(crate) fn add(&mut self, faults: &[Fault]) {
        for fault in faults {
            *self.0.entry(fault.kind.clone()).or_default() += fault.events.unwrap_or(1);
        }
    }

    /// Counts what others have counted.
    pub(crate) fn merge(&mut self, other: Self) {
        for (kind, count) in other.0 {
            *self.0.entry(kind).or_default() += count;
        }
    }
}

/// The sums over all objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Objects.
    pub objects: u64,
    /// Digest files among them; not written where there are none.
    #[serde(skip_serializing_if = "is_zero")]
    pub digests: u64,
    /// Distinct events.
    pub events: u64,
    /// Records in the files.
    pub records: u64,
    /// Bytes before compression.
    pub raw_bytes: u64,
    /// Bytes of the objects.
    pub bytes: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        self.objects += more.objects;
        self.digests += more.digests;
        self.events += more.events;
        self.records += more.records;
        self.raw_bytes += more.raw_bytes;
        self.bytes += more.bytes;
    }
}

impl Totals {
    /// Counts what others have counted.
    pub fn merge(&mut self, other: &Self) {
        self.objects += other.objects;
        self.digests += other.digests;
        self.events += other.events;
        self.records += other.records;
        self.raw_bytes += other.raw_bytes;
        self.bytes += other.bytes;
    }

    /// Counts one more object.
    pub fn add(&mut self, line: &ObjectLine) {
        self.objects += 1;
        self.digests += u64::from(line.log_files.is_some());
        self.events += line.events();
        self.records += line.records;
        self.raw_bytes += line.raw_bytes;
        self.bytes += line.bytes;
    }
}

/// The last line: what was delivered.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "footer", rename_all = "camelCase")]
pub(crate) struct Footer {
    #[serde(flatten)]
    totals: Totals,
    delivery_faults: FaultCounts,
    /// The run ended before everything was delivered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}

impl Footer {
    /// The footer of a manifest with these sums.
    #[must_use]
    pub(crate) const fn new(totals: Totals, delivery_faults: FaultCounts, interrupted: bool) -> Self {
        Self { totals, delivery_faults, interrupted }
    }
}
