//! What one of the processes does: makes a trail, and prints the most memory it ever had, in MiB.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::{Delivered, Destination, Directory, Error, Object, Report};
use mocktrail::run::{Options, generate};
use mocktrail::{Plan, Scenario, Trail};

use super::{measure, naive};

/// All programs write files of about this many records.
const RECORDS_PER_FILE: u32 = 400;

/// Plays a role; `-` instead of a directory throws the objects away.
pub(super) fn play(role: &str, events: u64, threads: usize, dir: &str) {
    match role {
        "obvious" => drop(naive::write_trail(Path::new(dir), events as usize, RECORDS_PER_FILE as usize, 7).unwrap()),
        _ if dir == "-" => ours(events, threads, &Nowhere, tempfile::tempdir().unwrap().path().into()),
        _ => ours(events, threads, &Directory::new(dir, false), Path::new(dir).join(".mocktrail")),
    }
    println!("{}", measure::process::peak_memory().unwrap_or(f64::NAN));
}

fn ours(events: u64, threads: usize, destination: &dyn Destination, manifest_dir: PathBuf) {
    let mut scenario = Scenario::new().seed(7).events(events);
    scenario.trail.records_per_file = RECORDS_PER_FILE;
    scenario.trail.writers = 1;
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let options = Options { threads, manifest_dir, force: false, signing_key: None };
    generate(&trail, destination, &options, &AtomicBool::new(false), &|_| ()).unwrap();
}

/// Takes everything and keeps nothing.
struct Nowhere;

impl Destination for Nowhere {
    fn prepare(&self) -> Result<(), Error> {
        Ok(())
    }

    fn list(&self, _: &str, _: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        Ok(())
    }

    fn put(&self, _: Object, report: Report) {
        report(Ok(Delivered::Written));
    }

    fn finish(&self) {}

    fn stop(&self) {}

    fn name(&self) -> String {
        "nowhere".into()
    }
}
