//! Faults: what the manifest expects is what an independent right consumer finds, and a wrong one is found out.
//!
//! `consumers` runs the consumer in `tests/reader/consumer.py`; `laws` holds for any mix of faults.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "faults/consumers.rs"]
mod consumers;
#[path = "faults/laws.rs"]
mod laws;
#[path = "support/shelf.rs"]
mod memory;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use memory::Shelf;
use mocktrail::audit::Source;
use mocktrail::audit::reconcile::{Options, Outcome, reconcile};
use mocktrail::delivery::Directory;
use mocktrail::scenario::{FAULTS, FaultKind, Faults, Measure};
use mocktrail::{Plan, Scenario, Shard, Trail, run};
use serde_json::Value;

/// Some of each of these kinds.
fn with(kinds: &[FaultKind]) -> Faults {
    kinds.iter().fold(Faults::default(), |faults, kind| match kind.about().measure {
        Measure::Share => faults.with(*kind, 20_000),
        Measure::Count => faults.with(*kind, 3),
    })
}

fn all() -> Vec<FaultKind> {
    FAULTS.iter().map(|about| about.kind).collect()
}

fn scenario(faults: Faults) -> Scenario {
    let mut scenario = Scenario::new().seed(11).events(9_000);
    scenario.faults = faults;
    scenario
}

fn trail(scenario: Scenario) -> Trail {
    Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{mistakes}"))))
}

/// Makes a trail in a directory, or a shard of it.
fn deliver(trail: &Trail, shard: Option<Shard>, threads: usize, place: &Path) -> run::Outcome {
    let options = run::Options { threads, manifest_dir: place.join(".mocktrail"), force: false, signing_key: None };
    let directory = Directory::new(place, false);
    run::generate_part(trail, shard, &directory, &options, &AtomicBool::new(false), &|_| ()).unwrap()
}

fn manifest(place: &Path) -> PathBuf {
    place.join(".mocktrail/manifest.jsonl")
}

/// The lines of the manifest.
fn lines(place: &Path) -> Vec<Value> {
    fs::read_to_string(manifest(place)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds_of(line: &Value) -> Vec<&str> {
    line["faults"].as_array().into_iter().flatten().map(|fault| fault["kind"].as_str().unwrap()).collect()
}

/// What is said of lines of JSON that were received.
fn reconciled(place: &Path, received: String) -> Outcome {
    let objects = [("received".to_owned(), received.into_bytes())].into();
    let sources: Vec<Box<dyn Source>> = vec![Box::new(Shelf { objects, manifest: None })];
    let options = Options {
        id: Some("record.eventID".to_owned()),
        arrival: None,
        late_after: None,
        ids_only: false,
        templates: Vec::new(),
        threads: 2,
        most: usize::MAX,
    };
    reconcile(&manifest(place), &sources, &options, &AtomicBool::new(false), &|_| ()).unwrap()
}
