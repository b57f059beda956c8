//! What was done to an object on purpose, as its line in the manifest tells it.
//!
//! A right reader of an object finds the first `records` of: the events that the scenario puts into it, or those of
//! `copyOf`, without those of `without`, and behind them those of `also`. It finds them again for each instant of
//! `deliveredAgain`. Whoever makes a new fault says with these four what must be received, and `reconcile` needs to know
//! nothing else of it.

use serde::{Deserialize, Serialize};

/// One fault of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fault {
    /// What was done, such as `log-edited`.
    pub kind: String,
    /// The key of another object, when this one holds the same events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// How many records it concerns, where it befalls records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    /// Words that stand in hostile texts, and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub canaries: Vec<String>,
    /// What a notifier does about the object: `twice`, `never` or `early`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<String>,
    /// `eventID`s that the scenario puts into the object, and that are not in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// `eventID`s that are in the object, and that the scenario puts elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// When the whole object was put, or announced, once more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivered_again: Vec<String>,
}

impl Fault {
    /// A fault that changes bytes, and not which events are found.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }

    /// How many of the records that are found in an object with these faults are found in another one too.
    #[must_use]
    pub fn copies(faults: &[Self], records: u64) -> u64 {
        match faults.iter().any(|fault| fault.copy_of.is_some()) {
            true => records,
            false => faults.iter().map(|fault| fault.also.len() as u64).sum(),
        }
    }

    /// Whether a reader finds other events than without it.
    #[must_use]
    pub fn moves_events(&self) -> bool {
        let lists = [&self.without, &self.also, &self.delivered_again];
        self.copy_of.is_some() || lists.iter().any(|list| !list.is_empty())
    }
}
