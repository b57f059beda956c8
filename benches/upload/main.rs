//! What it costs a client to put objects: the processor time of this process for each, against a server in another
//! process that throws everything away.
//!
//! `cargo bench --bench upload` puts objects of three sizes in every way there is, eight at once: over bare sockets,
//! which is the limit; with the AWS SDK, signed and checked in several ways; and as mocktrail does it.
//! All ways take turns in every round. Figures are medians. Then come whole runs, with the memory they took.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]
#![allow(clippy::unwrap_used, reason = "a bench ends when something is wrong")]

#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
#[path = "../../tests/support/sink.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod sink;
mod ways;
mod whole_run;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use measure::clock::Cost;
use measure::rounds::{interleaved, median};
use ways::{Server, WAYS, Way};

const ROUNDS: usize = 5;

/// Sizes of objects, and how many of them make a round.
const SIZES: [(usize, usize); 3] = [(22_000, 4_000), (50_000, 3_000), (1_000_000, 200)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sink", delay] => be_the_sink(Duration::from_millis(delay.parse().unwrap())),
        ["run", address, concurrency] => whole_run::play(address, concurrency),
        _ => compare(),
    }
}

fn compare() {
    println!("{}\n", measure::machine::heading("cargo bench --bench upload"));
    with_sink(0, |address| {
        let server = Server::new(address);
        for (size, count) in SIZES {
            let measured = interleaved(&WAYS, ROUNDS, |way| (way.put)(&server, size, count));
            print(size, count, &measured);
        }
    });
    whole_run::print_title();
    for (concurrency, delay) in [(8, 0), (64, 0), (8, 5), (64, 50)] {
        with_sink(delay, |address| whole_run::print(address, concurrency, delay));
    }
    println!();
}

fn print(size: usize, count: usize, measured: &[Vec<Cost>]) {
    let title = format!("{} kB objects, eight at once", size / 1_000);
    println!("{title:44} {:>10} {:>8} {:>14} {:>8}", "objects/s", "MB/s", "client us/obj", "x limit");
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.cpu.as_secs_f64())) * 1e6 / count as f64;
    let limit = cpu(&measured[0]);
    for (Way { name, .. }, costs) in WAYS.iter().zip(measured) {
        let seconds = median(costs.iter().map(|cost| cost.wall.as_secs_f64()));
        let (objects, megabytes) = (count as f64 / seconds, (count * size) as f64 / 1e6 / seconds);
        println!("{name:44} {objects:10.0} {megabytes:8.0} {:14.1} {:8.1}", cpu(costs), cpu(costs) / limit);
    }
    println!();
}

/// Takes objects until the other process ends.
fn be_the_sink(delay: Duration) {
    let answer = move |_: &sink::Put| {
        if !delay.is_zero() {
            std::thread::sleep(delay);
        }
        200
    };
    println!("{}", sink::Sink::start(answer).address);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Starts a sink that takes so many milliseconds for each object, and ends it afterwards.
fn with_sink(delay: u64, work: impl FnOnce(&str)) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let command = command.args(["sink", &delay.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut sink = command.spawn().unwrap();
    let mut address = String::new();
    BufReader::new(sink.stdout.take().unwrap()).read_line(&mut address).unwrap();
    work(address.trim_end());
    drop(sink.stdin.take());
    sink.wait().unwrap();
}
