//! `mocktrail reconcile` of bare eventIDs, as a process of its own.
//!
//! `TMPDIR=/dev/shm cargo bench --bench reconcile [-- EVENTS [pipe]]` writes the eventIDs of a trail that is never made,
//! in the order of the trail and in any other, and a manifest that says all of it was delivered. With `pipe`, ids are not
//! stored but piped, so that a billion of them needs no disk.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss, reason = "a bench prints figures")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mocktrail::delivery::Memory;
use mocktrail::run::{Options, generate};
use mocktrail::{Plan, Scenario, Seal, Seed, Trail};
use serde_json::{Value, json};

const SEED: u64 = 7;
/// Ids in an order that jumps all over the trail: multiples of a prime that no number of events here is a multiple of.
const JUMP: u128 = 2_654_435_761;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (events, is_piped) = match words[..] {
        [] => (20_000_000, false),
        [events] => (events.parse().expect("a number of events"), false),
        [events, "pipe"] => (events.parse().expect("a number of events"), true),
        _ => return eprintln!("usage: cargo bench --bench reconcile [-- EVENTS [pipe]]"),
    };
    let place = tempfile::tempdir().expect("a temporary directory can be made");
    write_manifest(place.path(), events).expect("the manifest can be written");
    for (order, jump) in [("in order", 1), ("shuffled", JUMP)] {
        let (took, memory) = measure(place.path(), events, jump, is_piped).expect("the program runs");
        let rate = events as f64 / took.as_secs_f64();
        println!("{order}: {events} ids in {:.2} s, {rate:.0} per second, {memory}", took.as_secs_f64());
    }
}

/// The manifest of a trail with one object that is said to hold everything.
fn write_manifest(dir: &Path, events: u64) -> io::Result<()> {
    let small = Trail::new(Arc::new(plan(10)));
    let options = Options { threads: 1, manifest_dir: dir.to_owned(), force: false, signing_key: None };
    generate(&small, &Memory::new(false), &options, &AtomicBool::new(false), &|_| ()).map_err(io::Error::other)?;
    let path = dir.join("manifest.jsonl");
    let written = fs::read_to_string(&path)?;
    let mut header: Value = serde_json::from_str(written.lines().next().unwrap_or_default())?;
    header["scenario"]["traffic"]["events"] = json!(events);
    header["streams"][0]["events"] = json!(events);
    let trail = Trail::new(Arc::new(plan(events)));
    let first = &trail.contents(0, &trail.activity.chapter(0, 0))[0];
    let delivered_at = first.delivered_at.to_string();
    let object =
        json!({"type": "object", "kind": "log", "key": first.key, "records": events, "deliveredAt": delivered_at});
    fs::write(path, format!("{header}\n{object}\n{}\n", json!({"type": "footer"})))
}

fn plan(events: u64) -> Plan {
    Plan::new(Scenario::new().seed(SEED).events(events)).expect("the default scenario is right")
}

/// How long the program takes, and how much memory.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn measure(dir: &Path, events: u64, jump: u128, is_piped: bool) -> io::Result<(Duration, String)> {
    let ids = dir.join("ids");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mocktrail"));
    program.args(["reconcile", "--ids-only", "--threads", "1"]).arg(dir).stdout(Stdio::null());
    if !is_piped {
        write_ids(File::create(&ids)?, events, jump)?;
        let start = std::time::Instant::now();
        let mut running = program.arg(&ids).spawn()?;
        let memory = watch(&mut running)?;
        return Ok((start.elapsed(), memory));
    }
    let start = std::time::Instant::now();
    let mut running = program.arg("-").stdin(Stdio::piped()).spawn()?;
    let input = running.stdin.take().ok_or_else(|| io::Error::other("the program has no input"))?;
    let writer = std::thread::spawn(move || write_ids(input, events, jump));
    let memory = watch(&mut running)?;
    writer.join().map_err(|_| io::Error::other("ids could not be written"))??;
    Ok((start.elapsed(), memory))
}

fn write_ids(out: impl Write, events: u64, jump: u128) -> io::Result<()> {
    let (seal, mut out) = (Seal::new(Seed(SEED)), BufWriter::with_capacity(1 << 20, out));
    let mut line = [b'\n'; 37];
    for number in 0..events {
        let ordinal = (u128::from(number) * jump % u128::from(events)) as u64;
        seal.seal(0, ordinal).hyphenated().encode_lower(&mut line[..36]);
        out.write_all(&line)?;
    }
    out.flush()
}

/// Waits for the program; the most memory that it was seen with, where the system tells.
fn watch(running: &mut Child) -> io::Result<String> {
    let mut most = String::new();
    let status = loop {
        let told = fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap_or_default();
        if let Some(peak) = told.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
            peak.trim().clone_into(&mut most);
        }
        if let Some(status) = running.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    if status.success() { Ok(most) } else { Err(io::Error::other("something was found")) }
}
