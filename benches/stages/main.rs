//! What each stage costs on one core, in memory, beside the obvious program and general compressors; and whether the
//! cost of an event grows with the length of a run or the place in it.
//!
//! `cargo bench --bench stages [-- --large]`; all variants take turns in every round, so that the ratios hold when
//! the machine's speed drifts. Figures are medians, of processor time where the system tells it.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]

mod flat;
#[path = "../measure/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod measure;
#[path = "../naive/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod naive;
mod table;
mod variants;

fn main() {
    println!("{}\n", measure::machine::heading("cargo bench --bench stages"));
    table::print();
    flat::print_lengths(std::env::args().any(|argument| argument == "--large"));
    flat::print_places();
}
