//! What a reconciliation came to.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::compare::Difference;
use crate::audit::report::legible;

/// How many events were found wrong, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Delivered, and not received.
    pub lost: u64,
    /// Received more often than delivered.
    pub duplicated: u64,
    /// Received with other values than delivered; a record that came twice can count twice.
    pub altered: u64,
    /// Received too long after the delivery.
    pub late: u64,
}

impl Sums {
    /// Adds others to these.
    pub fn add(&mut self, more: Self) {
        self.lost += more.lost;
        self.duplicated += more.duplicated;
        self.altered += more.altered;
        self.late += more.late;
    }
}

/// What a consumer received, held against what was delivered.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Log files delivered.
    pub objects: u64,
    /// Distinct events delivered.
    pub expected: u64,
    /// Items received, of whatever kind.
    pub received: u64,
    /// Distinct events received that were delivered.
    pub distinct: u64,
    /// What was found, event by event.
    #[serde(flatten)]
    pub sums: Sums,
    /// Copies of duplicated events beyond those that were delivered.
    pub surplus: u64,
    /// Received, and never delivered.
    pub foreign: u64,
    /// Objects of which nothing was received.
    pub lost_objects: u64,
    /// Objects with findings.
    pub found_objects: u64,
    /// Records compared with what was delivered.
    pub compared: u64,
    /// Items of ours that hold no whole record, so that nothing can be compared.
    pub not_compared: u64,
    /// Items without an eventID.
    pub without_id: u64,
    /// Items without a time of arrival, where one is asked for.
    pub without_arrival: u64,
    /// Members that stand beside those of the record, and in how many items.
    pub added: BTreeMap<String, u64>,
    /// The lost event that happened first, and the one that happened last.
    pub first_lost: Option<Event>,
    /// See `first_lost`.
    pub last_lost: Option<Event>,
    /// Findings by the fault of the object, as the manifest names it.
    pub by_fault: BTreeMap<String, Sums>,
    /// Findings by the hour in which the events happened.
    pub by_hour: BTreeMap<String, Sums>,
    /// Altered records by the members that differ.
    pub by_member: BTreeMap<String, u64>,
    /// What the findings look like.
    pub looks_like: Vec<String>,
    /// The first objects with findings.
    pub in_objects: Vec<Object>,
    /// The first lost events.
    pub lost_events: Vec<Event>,
    /// The first duplicated events.
    pub duplicated_events: Vec<Copies>,
    /// The first altered records.
    pub altered_records: Vec<Altered>,
    /// The first late items.
    pub late_items: Vec<Late>,
    /// The first foreign items.
    pub foreign_items: Vec<Foreign>,
    /// The manifest is that of a run that ended early.
    pub manifest_interrupted: bool,
    /// Reading was stopped before the end.
    pub interrupted: bool,
}

/// An event, and where it was delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// When it happened.
    pub event_time: String,
    /// The object that it lies in.
    pub key: String,
    /// Its place among the records of the object, from 0.
    pub record: u64,
}

/// An object with findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its key.
    pub key: String,
    /// When it was delivered.
    pub delivered_at: String,
    /// How many events of it were delivered.
    pub events: u64,
    /// What was found.
    #[serde(flatten)]
    pub sums: Sums,
    /// The faults that the manifest names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// An event received too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// How often it was received.
    pub received: u64,
    /// How often it was delivered.
    pub delivered: u64,
}

/// A place in what was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
}

/// A record with other values than delivered.
#[derive(Clone, Debug, Serialize)]
pub struct Altered {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// Where the record was read.
    #[serde(flatten)]
    pub place: Place,
    /// What differs.
    #[serde(serialize_with = "differences")]
    pub differences: Vec<Difference>,
}

/// An event received too late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Late {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// Where it was read.
    #[serde(flatten)]
    pub place: Place,
    /// From the delivery of the object to the arrival, in seconds.
    pub seconds: i64,
}

/// Something that was never delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Foreign {
    /// What stands where the eventID should.
    pub id: String,
    /// Where it was read.
    #[serde(flatten)]
    pub place: Place,
    /// Why it is foreign.
    pub why: &'static str,
}

impl Outcome {
    /// How many findings there are, of all kinds.
    #[must_use]
    pub const fn findings(&self) -> u64 {
        let Sums { lost, duplicated, altered, late } = self.sums;
        lost + duplicated + altered + late + self.foreign
    }
}

/// So many characters of a value are shown.
const SHOWN: usize = 120;

/// A value as text, shortened and harmless.
#[must_use]
pub fn shown(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let length = text.chars().count();
    match length > SHOWN {
        true => legible(&format!("{}… ({length} characters)", text.chars().take(SHOWN).collect::<String>())),
        false => legible(&text),
    }
}

fn differences<S: serde::Serializer>(all: &[Difference], serializer: S) -> Result<S::Ok, S::Error> {
    let document = |difference: &Difference| {
        let text = |value: &Option<Value>| value.as_ref().map(|value| shown(Some(value)));
        json!({
            "pointer": difference.pointer,
            "expected": text(&difference.expected),
            "received": text(&difference.received),
        })
    };
    serializer.collect_seq(all.iter().map(document))
}
