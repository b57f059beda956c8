//! The whole program as processes: beside the obvious one, on one thread and on two, into memory and into
//! directories, with the most memory each ever had.
//!
//! `cargo bench --bench whole_process [-- EVENTS]` runs all of them in turn, several rounds, and prints medians. The
//! directories are new ones in the place for temporary files, and on a RAM disk where there is one.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]
#![allow(clippy::unwrap_used, reason = "a bench ends when something is wrong")]

#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
#[path = "../naive/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod naive;
mod roles;

use std::path::{Path, PathBuf};

use measure::clock::Cost;
use measure::process;
use measure::rounds::{interleaved, median};

const ROUNDS: usize = 5;
const EVENTS: u64 = 400_000;

/// A program in a place.
struct Run {
    name: String,
    role: &'static str,
    threads: usize,
    /// Where a new directory is made, if any is.
    place: Option<PathBuf>,
    /// The run on one thread that this one is compared with, by its number.
    base: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [role, events, threads, dir] => roles::play(role, events.parse().unwrap(), threads.parse().unwrap(), dir),
        [events] => compare(events.parse().expect("a number of events")),
        _ => compare(EVENTS),
    }
}

/// Everything that is compared.
fn runs() -> Vec<Run> {
    let temporary = std::env::temp_dir();
    let mut runs = vec![run("the obvious program", "obvious", 1, Some(&temporary), 0)];
    let mut places = vec![("memory", None), ("a directory", Some(temporary))];
    places.extend(Some(("a RAM disk", Some(PathBuf::from("/dev/shm")))).filter(|_| Path::new("/dev/shm").is_dir()));
    for (name, place) in places {
        let base = runs.len();
        for threads in [1, 2] {
            let name = format!("mocktrail into {name}, {threads} thread{}", if threads > 1 { "s" } else { "" });
            runs.push(run(&name, "ours", threads, place.as_deref(), base));
        }
    }
    runs
}

fn run(name: &str, role: &'static str, threads: usize, place: Option<&Path>, base: usize) -> Run {
    Run { name: name.into(), role, threads, place: place.map(Path::to_owned), base }
}

fn compare(events: u64) {
    println!("{}\n", measure::machine::heading("cargo bench --bench whole_process"));
    println!("{events} events, as processes; directories in {}", std::env::temp_dir().display());
    println!(
        "{:44} {:>7} {:>9} {:>10} {:>10} {:>9} {:>9}",
        "", "wall s", "cpu ns/ev", "events/s", "x obvious", "x 1 thr.", "peak MiB"
    );
    let runs = runs();
    let measured = interleaved(&runs, ROUNDS, |run| measure(run, events));
    for (run, costs) in runs.iter().zip(&measured) {
        let wall = |(cost, _): &(Cost, f64)| cost.wall.as_secs_f64();
        let cpu = median(costs.iter().map(|(cost, _)| cost.cpu.as_nanos() as f64)) / events as f64;
        let times = |base: usize| median(measured[base].iter().zip(costs).map(|(base, cost)| wall(base) / wall(cost)));
        let seconds = median(costs.iter().map(wall));
        let peak = costs.iter().map(|(_, peak)| *peak).fold(0.0, f64::max);
        let (rate, obvious, one) = (events as f64 / seconds, times(0), times(run.base));
        println!("{:44} {seconds:7.2} {cpu:9.0} {rate:10.0} {obvious:10.1} {one:9.2} {peak:9.1}", run.name);
    }
    println!();
}

/// Time and peak memory of one run, in a process of its own and into a fresh directory.
fn measure(run: &Run, events: u64) -> (Cost, f64) {
    let dir = run.place.as_ref().map(|place| tempfile::tempdir_in(place).unwrap());
    let path = dir.as_ref().map_or("-", |dir| dir.path().to_str().unwrap());
    let (cost, printed) = process::in_role(&[run.role, &events.to_string(), &run.threads.to_string(), path]).unwrap();
    (cost, printed.parse().unwrap())
}
