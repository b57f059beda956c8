//! A whole run into the sink: made, put and listed in the manifest, by a process of its own that tells the most
//! memory it ever had.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::S3;
use mocktrail::run::{Options, generate};
use mocktrail::{Plan, Scenario, Trail};

use super::measure::process;
use super::ways::options;

const EVENTS: u64 = 500_000;

/// Prints a row for a sink that takes so many milliseconds for each object.
pub(super) fn print(address: &str, concurrency: usize, delay: u64) {
    let (cost, printed) = process::in_role(&["run", address, &concurrency.to_string()]).unwrap();
    let figures: Vec<f64> = printed.split(' ').map(|figure| figure.parse().unwrap()).collect();
    let [objects, bytes, peak] = figures[..] else { panic!("{printed}") };
    let seconds = cost.wall.as_secs_f64();
    println!(
        "{concurrency:>12} {delay:>8} {:10.0} {:10.0} {:8.0} {:14.1} {peak:9.1}",
        EVENTS as f64 / seconds,
        objects / seconds,
        bytes / 1e6 / seconds,
        cost.cpu.as_secs_f64() * 1e6 / objects,
    );
}

pub(super) fn print_title() {
    println!("whole runs of {EVENTS} events on 2 threads, files of all sizes");
    println!(
        "{:>12} {:>8} {:>10} {:>10} {:>8} {:>14} {:>9}",
        "at once", "ms/obj.", "events/s", "objects/s", "MB/s", "cpu us/obj", "peak MiB"
    );
}

/// What the process does.
pub(super) fn play(address: &str, concurrency: &str) {
    let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(7).events(EVENTS)).unwrap()));
    let mut options = options(address);
    options.concurrency = concurrency.parse().unwrap();
    let place = tempfile::tempdir().unwrap();
    let about = Options { threads: 2, manifest_dir: place.path().into(), force: false, signing_key: None };
    let outcome = generate(&trail, &S3::connect(options).unwrap(), &about, &AtomicBool::new(false), &|_| ()).unwrap();
    let peak = process::peak_memory().unwrap_or(f64::NAN);
    println!("{} {} {peak}", outcome.totals.objects, outcome.totals.bytes);
}
