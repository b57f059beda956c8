//! `reconcile` says exactly what a consumer has lost, doubled and altered, and what its losses look like.
//!
//! `oracle` does random harm and counts by hand, from the files themselves; `forms` are the forms in which records come;
//! `consumers` have a bug each; `faults` has manifests in which faults stand.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::format_collect, clippy::needless_for_each, reason = "long tables of small texts")]

#[path = "reconcile/consumers.rs"]
mod consumers;
#[path = "reconcile/faults.rs"]
mod faults;
#[path = "reconcile/forms.rs"]
mod forms;
#[path = "support/shelf.rs"]
mod memory;
#[path = "reconcile/oracle.rs"]
mod oracle;
#[cfg(feature = "parquet")]
#[path = "reconcile/parquet.rs"]
mod parquet;

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use memory::Shelf;
use mocktrail::audit::Source;
use mocktrail::audit::reconcile::{Error, Options, Outcome, Step, reconcile};
use mocktrail::delivery::Directory;
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Time, Trail, run};
use serde_json::Value;

/// A delivered trail: its manifest, and its files as any reader finds them.
struct Delivered {
    place: tempfile::TempDir,
    /// In the order of the manifest.
    files: Vec<File>,
}

/// A log file.
struct File {
    key: String,
    delivered_at: String,
    records: Vec<Value>,
}

impl Delivered {
    fn new(scenario: &str) -> Self {
        let wish = Wish::parse("test.toml", scenario, &[], Time(0)).and_then(Wish::resolve);
        let trail = Trail::new(Arc::new(Plan::new(wish.unwrap_or_else(|mistakes| panic!("{mistakes}"))).unwrap()));
        let place = tempfile::tempdir().unwrap();
        let options =
            run::Options { threads: 1, manifest_dir: place.path().join(".mocktrail"), force: false, signing_key: None };
        let directory = Directory::new(place.path(), false);
        run::generate(&trail, &directory, &options, &AtomicBool::new(false), &|_| ()).unwrap();
        let mut delivered = Self { place, files: Vec::new() };
        delivered.files =
            delivered.lines().iter().filter(|line| line["kind"] == "log").map(|line| delivered.read(line)).collect();
        delivered
    }

    fn manifest(&self) -> PathBuf {
        self.place.path().join(".mocktrail/manifest.jsonl")
    }

    fn lines(&self) -> Vec<Value> {
        fs::read_to_string(self.manifest()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Writes the manifest anew, each line changed.
    fn change(&self, change: impl FnMut(Value) -> Option<Value>) {
        let lines: Vec<String> =
            self.lines().into_iter().filter_map(change).map(|line| line.to_string() + "\n").collect();
        fs::write(self.manifest(), lines.concat()).unwrap();
    }

    fn read(&self, line: &Value) -> File {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let packed = fs::read(self.place.path().join(text("key"))).unwrap();
        let mut document: Value = serde_json::from_reader(flate2::read::GzDecoder::new(&packed[..])).unwrap();
        let Value::Array(records) = document["Records"].take() else { panic!("no records") };
        File { key: text("key"), delivered_at: text("deliveredAt"), records }
    }

    fn records(&self) -> impl Iterator<Item = &Value> {
        self.files.iter().flat_map(|file| &file.records)
    }

    /// What is said of some bytes that were received.
    fn reconcile(&self, received: impl Into<Vec<u8>>) -> Outcome {
        self.with(received, &options()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn with(&self, received: impl Into<Vec<u8>>, options: &Options) -> Result<Outcome, Error> {
        let objects = [("received".to_owned(), received.into())].into();
        let sources: Vec<Box<dyn Source>> = vec![Box::new(Shelf { objects, manifest: None })];
        reconcile(&self.manifest(), &sources, options, &AtomicBool::new(false), &|_| ())
    }
}

fn options() -> Options {
    Options {
        id: None,
        arrival: None,
        late_after: None,
        ids_only: false,
        templates: Vec::new(),
        threads: 2,
        most: usize::MAX,
    }
}

fn id(record: &Value) -> &str {
    record["eventID"].as_str().unwrap()
}

/// Records as JSON lines.
fn lines<'a>(records: impl IntoIterator<Item = &'a Value>) -> String {
    records.into_iter().map(|record| record.to_string() + "\n").collect()
}

/// Both bars of a terminal move, and whoever asks for it gets an early end while the manifest is read.
#[test]
fn the_manifest_is_told_of_before_what_was_received_and_can_be_left() {
    let delivered = Delivered::new("seed = 2\n[traffic]\nevents = 3000\n");
    let received = lines(delivered.records()).into_bytes();
    let size = fs::metadata(delivered.manifest()).unwrap().len();
    for is_left in [false, true] {
        let objects = [("received".to_owned(), received.clone())].into();
        let sources: Vec<Box<dyn Source>> = vec![Box::new(Shelf { objects, manifest: None })];
        let (stop, told) = (AtomicBool::new(false), RefCell::new(Vec::new()));
        let outcome = reconcile(&delivered.manifest(), &sources, &options(), &stop, &|step| {
            stop.store(is_left, Ordering::Relaxed);
            told.borrow_mut().push(step);
        });
        let (outcome, told) = (outcome.unwrap(), told.into_inner());
        assert!(matches!(told[0], Step::Manifest(done) if done.bytes < size && done.all_bytes == size), "{told:?}");
        assert_eq!((outcome.interrupted, outcome.received), if is_left { (true, 0) } else { (false, 3000) });
        assert_eq!(is_left, !matches!(told.last(), Some(Step::Received(done)) if done.bytes == received.len() as u64));
    }
}
