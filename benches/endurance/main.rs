//! How fast a live run goes for how long: the real program, emitting into a sink in another process that throws everything
//! away, with its memory looked at every few seconds.
//!
//! `cargo bench --bench endurance -- LENGTH RATE…` runs each rate for so long, one after the other, in files of one second;
//! without arguments, some rates for twenty seconds each. The samples go into `target/endurance.csv`. The rate is held where
//! what was achieved is what was asked for, and lateness does not grow with the length of the run.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]
#![allow(clippy::unwrap_used, reason = "a bench ends when something is wrong")]

#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
mod sample;
#[path = "../../tests/support/sink.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod sink;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sample::Samples;
use serde_json::Value;

/// Without arguments.
const RATES: [&str; 4] = ["100000/s", "200000/s", "400000/s", "600000/s"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sink"] => be_the_sink(),
        [] => hold("20s", &RATES),
        [length] => hold(length, &RATES),
        [length, ref rates @ ..] => hold(length, rates),
    }
}

/// Takes objects until the other process ends.
fn be_the_sink() {
    println!("{}", sink::Sink::start(|_: &sink::Put| 200).address);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn hold(length: &str, rates: &[&str]) {
    let command = format!("cargo bench --bench endurance -- {length} {}", rates.join(" "));
    println!("{}\n", measure::machine::heading(&command));
    let csv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/endurance.csv");
    fs::create_dir_all(csv.parent().unwrap()).unwrap();
    fs::write(&csv, Samples::TITLE).unwrap();
    print_title();
    for rate in rates {
        let (report, samples) = with_sink(|address| emit(address, rate, length));
        print(rate, &report, &samples);
        samples.append(&csv, rate);
    }
    println!("\nsamples in {}", csv.display());
}

/// Starts a sink, and ends it afterwards.
fn with_sink<T>(work: impl FnOnce(&str) -> T) -> T {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut sink = command.arg("sink").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(sink.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let done = work(address.trim_end());
    drop(sink.stdin.take());
    sink.wait().unwrap();
    done
}

/// What the program reports, and how it was meanwhile.
fn emit(address: &str, rate: &str, length: &str) -> (Value, Samples) {
    let place = tempfile::tempdir().unwrap();
    let mut program = start(address, rate, length, place.path());
    let samples = Samples::of(&mut program);
    let done = program.wait_with_output().unwrap();
    assert!(done.status.success(), "the program failed");
    (serde_json::from_slice(&done.stdout).unwrap(), samples)
}

fn start(address: &str, rate: &str, length: &str, manifest_dir: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mocktrail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    let keys = [("AWS_ACCESS_KEY_ID", "dummy"), ("AWS_SECRET_ACCESS_KEY", "dummy"), ("AWS_REGION", "us-east-1")];
    command.envs(keys).args([
        "emit",
        "--rate",
        rate,
        "--for",
        length,
        "--flush",
        "1s",
        "--to",
        "s3://audit-lab",
        "--json",
    ]);
    command.args(["--endpoint-url", &format!("http://{address}"), "--manifest-dir"]).arg(manifest_dir);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
}

fn print_title() {
    println!("{:66} {:>24} {:>6} {:>27}", "", "late by (ms)", "", "memory (MiB) after");
    println!(
        "{:>10} {:>10} {:>10} {:>9} {:>9} {:>13} {:>8} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "rate",
        "achieved",
        "objects/s",
        "raw MB/s",
        "gz MB/s",
        "p50",
        "p99",
        "max",
        "cores",
        "10 s",
        "60 s",
        "300 s",
        "600 s",
        "most"
    );
}

fn print(rate: &str, report: &Value, samples: &Samples) {
    let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_f64).unwrap();
    let seconds = number("/seconds");
    let late = |figure: &str| number(&format!("/latenessMs/total/{figure}"));
    println!(
        "{rate:>10} {:10.0} {:10.0} {:9.0} {:9.1} {:13.1} {:8.1} {:8.1} {:6.2} {} {:6.1}",
        number("/achieved/eventsPerSecond"),
        number("/objects") / seconds,
        number("/rawBytes") / 1e6 / seconds,
        number("/bytes") / 1e6 / seconds,
        late("p50"),
        late("p99"),
        late("max"),
        samples.processor_time() / seconds,
        [10, 60, 300, 600].map(|second| samples.memory_at(second)).join(" "),
        samples.peak(),
    );
}
