//! Whether the cost of an event grows: with the length of a run, and with the place in it.

use std::sync::Arc;

use mocktrail::{Plan, Scenario, Trail};

use super::measure::clock::timed;
use super::measure::rounds::{interleaved, median};
use super::variants::{RECORDS, busy_day, chapters};

const ROUNDS: usize = 5;

/// Events of a day in runs of different lengths: all have files of the same size.
const RATE: u64 = 20_000_000;

/// Events in a chapter, about; only chapters are made alone.
const CHAPTER: u64 = 4_096;

/// Whole runs of more and more events.
pub(super) fn print_lengths(large: bool) {
    println!("whole runs, one core, in memory: ns/event");
    let lengths = [10_000, 100_000, 1_000_000];
    let trails: Vec<(u64, Trail)> = lengths.map(|events| (events, run_of(events))).into();
    // A short run is repeated until it takes as long as a long one.
    let repeat = |events: u64| 1_000_000 / events;
    let measured = interleaved(&trails, ROUNDS, |(events, trail)| {
        timed(|| (0..repeat(*events)).map(|_| all(trail)).sum::<u64>()).1.cpu.as_nanos() as f64
    });
    for ((events, _), times) in trails.iter().zip(&measured) {
        println!("{events:>12} events {:9.0}", median(times.iter().copied()) / (repeat(*events) * events) as f64);
    }
    for events in [10_000_000, 100_000_000].into_iter().filter(|_| large) {
        let time = timed(|| all(&run_of(events))).1.cpu.as_nanos() as f64;
        println!("{events:>12} events {:9.0}  (once)", time / events as f64);
    }
    println!();
}

fn all(trail: &Trail) -> u64 {
    chapters(trail, 0..trail.activity.chapters(0)).events
}

/// A run of the same traffic, longer or shorter.
fn run_of(events: u64) -> Trail {
    let mut scenario = Scenario::new().seed(7).events(events);
    let day = scenario.time.end.0 - scenario.time.start.0;
    scenario.time.end.0 = scenario.time.start.0 + day * events as i64 / RATE as i64;
    scenario.time.shape = mocktrail::scenario::Shape::Flat;
    scenario.trail.records_per_file = RECORDS;
    scenario.trail.writers = 1;
    Trail::new(Arc::new(Plan::new(scenario).expect("the scenario is right")))
}

/// A few chapters here and there in a run of more than ten million objects.
pub(super) fn print_places() {
    println!("a few chapters at some place of a run, one core, in memory: ns/event");
    let trail = busy_day(|scenario| {
        scenario.traffic.events = 600 * RATE;
        scenario.time.end.0 += 599 * (scenario.time.end.0 - scenario.time.start.0);
    });
    let places = [0, 1_000_000, 10_000_000];
    let measured = interleaved(&places, ROUNDS, |object| {
        let first = object * u64::from(RECORDS) / CHAPTER;
        let (made, cost) = timed(|| chapters(&trail, first..first + 12));
        cost.cpu.as_nanos() as f64 / made.events as f64
    });
    for (object, times) in places.iter().zip(&measured) {
        println!("from object {object:>10} {:9.0}", median(times.iter().copied()));
    }
    println!();
}
