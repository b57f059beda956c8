//! One table: stage by stage and end to end.

use super::measure::clock::timed;
use super::measure::rounds::{interleaved, median};
use super::variants::{LIBDEFLATE_1, Made, OBVIOUS, RECORDS, Variant, variants};

const ROUNDS: usize = 9;

/// Nanoseconds for each event, and what was made.
type Figure = (f64, Made);

pub(super) fn print() {
    let variants = variants();
    let measured = interleaved(&variants, ROUNDS, |variant| {
        let (made, cost) = timed(&variant.make);
        (cost.cpu.as_nanos() as f64 / made.events as f64, made)
    });
    let of = |name| variants.iter().position(|variant| variant.name == name).expect("a variant of that name");
    let bases = [&measured[of(OBVIOUS)], &measured[of(LIBDEFLATE_1)]];
    println!("one core, in memory, files of {RECORDS} records");
    println!(
        "{:32} {:>9} {:>11} {:>9} {:>7} {:>10} {:>13}",
        "", "ns/event", "events/s", "MB/s raw", "ratio", "x obvious", "x libdeflate1"
    );
    for (variant, figures) in variants.iter().zip(&measured) {
        row(variant, figures, bases);
    }
    println!();
}

fn row(variant: &Variant, figures: &[Figure], bases: [&Vec<Figure>; 2]) {
    let time = median(figures.iter().map(|figure| figure.0));
    let Made { events, raw, gzip } = figures[0].1;
    let speed = if raw > 0 { format!("{:.0}", raw as f64 / events as f64 / time * 1e3) } else { String::new() };
    let ratio = if gzip > 0 { format!("{:.2}", raw as f64 / gzip as f64) } else { String::new() };
    // Pair by pair within a round, so that the machine's drift falls out.
    let [obvious, libdeflate] =
        bases.map(|base| median(base.iter().zip(figures).map(|(base, figure)| base.0 / figure.0)));
    let name = variant.name;
    println!("{name:32} {time:9.0} {:11.0} {speed:>9} {ratio:>7} {obvious:10.1} {libdeflate:13.2}", 1e9 / time);
}
