//! The two programs that need no registry: this one and the obvious one. They are this bench in another role, and
//! print their processor time in nanoseconds.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mocktrail::delivery::Directory;
use mocktrail::run::{Options, generate};
use mocktrail::{Plan, Scenario, Trail};

use super::measure::{clock::timed, process};
use super::{Peer, RECORDS, naive};

pub(super) fn peer(name: &str, role: &'static str) -> Peer {
    let write = move |events: u64, dir: &Path| {
        let (_, printed) = process::in_role(&[role, &events.to_string(), &dir.display().to_string()])?;
        Ok(Duration::from_nanos(printed.parse().map_err(|_| printed)?))
    };
    Peer { name: name.into(), write: Box::new(write) }
}

pub(super) fn play(role: &str, events: u64, dir: &str) {
    let dir = Path::new(dir);
    let work = || match role {
        "obvious" => drop(naive::write_trail(dir, events as usize, RECORDS, 7).unwrap()),
        _ => ours(events, dir),
    };
    println!("{}", timed(work).1.cpu.as_nanos());
}

fn ours(events: u64, dir: &Path) {
    let mut scenario = Scenario::new().seed(7).events(events);
    // As many files as the others make: 288 slots of a day would each get one.
    let minutes = events.div_ceil(RECORDS as u64).min(288) * 5;
    scenario.time.end.0 = scenario.time.start.0 + minutes as i64 * 60_000;
    scenario.trail.writers = 1;
    scenario.trail.records_per_file = RECORDS as u32;
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let options = Options { threads: 1, manifest_dir: dir.join(".mocktrail"), force: false, signing_key: None };
    generate(&trail, &Directory::new(dir, false), &options, &AtomicBool::new(false), &|_| ()).unwrap();
}
