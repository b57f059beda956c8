//! The manifest: the truth about every object of the trail, as JSON lines.
//!
//! A header, a line per object in key order within each stream, and a footer.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use crate::plan::Plan;
use crate::scenario::FORMAT;
use crate::trail::{Headers, LogFile};

/// The first line: what was asked for.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "header", rename_all = "camelCase")]
pub(crate) struct Header {
    format: u32,
    version: &'static str,
    seed: u64,
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
    /// The header of a plan's manifest.
    #[must_use]
    pub(crate) fn new(plan: &Plan) -> Self {
        let stream = |stream: &crate::plan::Stream| StreamLine {
            account: plan.scenario.accounts[stream.account].id.to_string(),
            region: stream.region.clone(),
            events: stream.events,
        };
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            seed: plan.scenario.seed,
            scenario: plan.scenario.to_json(),
            streams: plan.streams.iter().map(stream).collect(),
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
    /// Records in the file.
    pub records: u64,
    first_event_time: String,
    last_event_time: String,
    delivered_at: String,
    headers: Headers,
    faults: [&'static str; 0],
}

impl ObjectLine {
    /// The line of a log file.
    #[must_use]
    pub fn of(file: &LogFile) -> Self {
        Self {
            kind: "log",
            key: file.object.key.clone(),
            bytes: file.object.body.len() as u64,
            sha256: hex(&file.sha256),
            raw_bytes: file.raw_bytes,
            raw_crc32: format!("{:08x}", file.raw_crc32),
            records: file.records,
            first_event_time: file.first_event.floor_second().to_string(),
            last_event_time: file.last_event.floor_second().to_string(),
            delivered_at: file.delivered_at.to_string(),
            headers: file.object.headers.clone(),
            faults: [],
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to memory cannot fail");
        text
    })
}

/// The sums over all objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Objects.
    pub objects: u64,
    /// Distinct events.
    pub events: u64,
    /// Records in the files.
    pub records: u64,
    /// Bytes before compression.
    pub raw_bytes: u64,
    /// Bytes of the objects.
    pub bytes: u64,
}

impl Totals {
    /// Counts one more object.
    pub fn add(&mut self, line: &ObjectLine) {
        self.objects += 1;
        self.events += line.records;
        self.records += line.records;
        self.raw_bytes += line.raw_bytes;
        self.bytes += line.bytes;
    }
}

/// The last line: what was delivered.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "type", rename = "footer", rename_all = "camelCase")]
pub(crate) struct Footer {
    #[serde(flatten)]
    totals: Totals,
    /// What was left out or done twice on purpose, by kind; nothing in this version.
    delivery_faults: Nothing,
    /// The run ended before everything was delivered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}

/// `{}`
#[derive(Clone, Copy, Debug, Serialize)]
struct Nothing {}

impl Footer {
    /// The footer of a manifest with these sums.
    #[must_use]
    pub(crate) const fn new(totals: Totals, interrupted: bool) -> Self {
        Self { totals, delivery_faults: Nothing {}, interrupted }
    }
}
