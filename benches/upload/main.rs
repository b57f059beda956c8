//! What it costs a client to put objects: the processor time of this process for each, against a server in another
//! process that throws everything away.
//!
//! `cargo bench --bench upload` puts objects of three sizes in every way there is, eight at once: over bare sockets,
//! which is the limit; with the AWS SDK, signed and checked in several ways; and as mocktrail does it.
//! All ways take turns in every round. Figures are medians.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]
#![allow(clippy::unwrap_used, reason = "a bench ends when something is wrong")]

#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
#[path = "../../tests/support/sink.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod sink;
mod ways;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use measure::clock::Cost;
use measure::rounds::{interleaved, median};
use ways::{Server, WAYS, Way};

const ROUNDS: usize = 5;

/// Sizes of objects, and how many of them make a round.
const SIZES: [(usize, usize); 3] = [(22_000, 4_000), (50_000, 3_000), (1_000_000, 200)];

fn main() {
    if std::env::args().nth(1).as_deref() == Some("sink") {
        return be_the_sink();
    }
    println!("{}\n", measure::machine::heading("cargo bench --bench upload"));
    let mut sink = spawn_sink();
    let server = Server::new(&first_line(&mut sink));
    for (size, count) in SIZES {
        let measured = interleaved(&WAYS, ROUNDS, |way| (way.put)(&server, size, count));
        print(size, count, &measured);
    }
    drop(sink.stdin.take());
    sink.wait().unwrap();
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
fn be_the_sink() {
    println!("{}", sink::Sink::start(|_| 200).address);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn spawn_sink() -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("sink").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
