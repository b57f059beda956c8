//! What others take for the same number of gzipped, CloudTrail-shaped events: programs as one writes them in an
//! afternoon, with what package registries offer, each as a process of its own.
//!
//! `cargo bench --bench peers [-- EVENTS]` installs what is missing in a temporary directory, which needs network,
//! and leaves out what cannot be had. Processor time counts, of the whole process and with its start.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]
#![allow(clippy::unwrap_used, reason = "a bench ends when something is wrong")]

#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
#[path = "../naive/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod naive;
mod ours;
mod scripts;

use std::path::Path;
use std::time::Duration;

use measure::rounds::{interleaved, median};

const ROUNDS: usize = 3;
const EVENTS: u64 = 40_000;

/// All write log files of so many records.
const RECORDS: usize = 400;

/// Writes so many events into a directory; gives its processor time, or what it said when it failed.
type Write = Box<dyn Fn(u64, &Path) -> Result<Duration, String>>;

/// A program, with the versions of what it uses.
struct Peer {
    name: String,
    write: Write,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [role, events, dir] => ours::play(role, events.parse().unwrap(), dir),
        [events] => compare(events.parse().expect("a number of events")),
        _ => compare(EVENTS),
    }
}

fn compare(events: u64) {
    println!("{}\n", measure::machine::heading("cargo bench --bench peers"));
    let place = tempfile::tempdir().unwrap();
    let mut peers =
        vec![ours::peer("mocktrail, 1 thread", "ours"), ours::peer("Rust: serde_json, fake, flate2", "obvious")];
    for found in scripts::all(place.path()) {
        match found {
            Ok(peer) => peers.push(peer),
            Err(reason) => println!("left out: {reason}"),
        }
    }
    println!("{events} events into {}, as processes, processor time", std::env::temp_dir().display());
    println!("{:64} {:>8} {:>10} {:>10}", "", "cpu s", "events/s", "times ours");
    let measured = interleaved(&peers, ROUNDS, |peer| {
        let dir = tempfile::tempdir().unwrap();
        let cpu = (peer.write)(events, dir.path()).unwrap_or_else(|reason| panic!("{}: {reason}", peer.name));
        cpu.as_secs_f64()
    });
    for (peer, times) in peers.iter().zip(&measured) {
        let ratio = median(measured[0].iter().zip(times).map(|(ours, theirs)| theirs / ours));
        let seconds = median(times.iter().copied());
        println!("{:64} {seconds:8.3} {:10.0} {ratio:10.1}", peer.name, events as f64 / seconds);
    }
    println!();
}
