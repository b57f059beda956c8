//! The whole program against the obvious one, as processes, side by side.
//!
//! `cargo bench --bench whole_process [-- EVENTS]` runs both in turn on one thread, several rounds, and
//! prints the medians and the ratio of each round. The obvious program (`naive`) builds a JSON value per
//! event, draws each field with `fake` and compresses with `flate2`'s default.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss, reason = "a bench prints figures")]

#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod naive;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mocktrail::delivery::Directory;
use mocktrail::run::{Options, generate};
use mocktrail::{Plan, Scenario, Trail};

const ROUNDS: usize = 7;

/// Both programs write files of about this many records.
const RECORDS_PER_FILE: u32 = 400;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["obvious", events, dir] => obvious(events.parse().expect("a number"), Path::new(dir)),
        ["ours", events, dir] => ours(events.parse().expect("a number"), Path::new(dir)),
        [] => compare(200_000),
        [events] => compare(events.parse().expect("a number of events")),
        _ => eprintln!("usage: cargo bench --bench whole_process [-- EVENTS]"),
    }
}

fn obvious(events: usize, dir: &Path) {
    let raw = naive::write_trail(dir, events, RECORDS_PER_FILE as usize, 7).expect("the directory can be written");
    println!("{raw} raw bytes");
}

fn ours(events: u64, dir: &Path) {
    let mut scenario = Scenario::new().seed(7).events(events);
    scenario.trail.records_per_file = RECORDS_PER_FILE;
    scenario.trail.writers = 1;
    let trail = Trail::new(Arc::new(Plan::new(scenario).expect("the default scenario is right")));
    let options = Options { threads: 1, manifest_dir: dir.join(".mocktrail"), force: false, signing_key: None };
    let outcome = generate(&trail, &Directory::new(dir, false), &options, &AtomicBool::new(false), &|_| ());
    println!("{} raw bytes", outcome.expect("the directory can be written").totals.raw_bytes);
}

fn compare(events: u64) {
    let mut times: [Vec<Duration>; 2] = Default::default();
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let [obvious, ours] = ["obvious", "ours"].map(|role| measure(role, events));
        // The first round warms up.
        if round > 0 {
            times[0].push(obvious);
            times[1].push(ours);
            ratios.push(obvious.as_secs_f64() / ours.as_secs_f64());
        }
    }
    ratios.sort_by(f64::total_cmp);
    for (name, times) in ["obvious program", "mocktrail"].iter().zip(&mut times) {
        times.sort();
        let median = times[ROUNDS / 2].as_secs_f64();
        println!("{name:16} {median:8.3} s  {:10.0} events/s", events as f64 / median);
    }
    println!(
        "ratio            {:8.1}    (lowest {:.1}, highest {:.1})",
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]
    );
}

/// Runs one of the programs as a process of its own, into a fresh directory.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn measure(role: &str, events: u64) -> Duration {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let program = std::env::current_exe().expect("the path of this program");
    let start = std::time::Instant::now();
    let output = Command::new(program).arg(role).arg(events.to_string()).arg(dir.path()).output().expect("it starts");
    assert!(output.status.success(), "{role}: {}", String::from_utf8_lossy(&output.stderr));
    start.elapsed()
}
