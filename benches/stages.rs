//! What each stage costs on one core, in memory, beside the obvious program and a general compressor.
//!
//! `cargo bench --bench stages` plays a busy day, renders its records, and makes its log files; all variants
//! take turns in every round, so that the ratios hold when the machine's speed drifts. Figures are medians.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints figures")]

#[allow(dead_code, unreachable_pub, reason = "each bench uses a part")]
mod naive;

use std::sync::Arc;
use std::time::Instant;

use libdeflater::{CompressionLvl, Compressor};
use mocktrail::{Plan, Scenario, Trail};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

const ROUNDS: usize = 9;

/// Records in each file, and chapters that are made of the trail.
const RECORDS: u32 = 1_000;
const CHAPTERS: u64 = 6;

/// What a stage did in one round: its nanoseconds, and bytes before and after compression, per event.
type Figures = (f64, f64, f64);

fn main() {
    let mut scenario = Scenario::new().seed(7).events(20_000_000);
    scenario.trail.records_per_file = RECORDS;
    scenario.trail.writers = 1;
    let trail = Trail::new(Arc::new(Plan::new(scenario).expect("the scenario is right")));
    let stages: [(&str, &dyn Fn() -> Figures); 6] = [
        ("play the stories", &|| play(&trail)),
        ("and render records", &|| render(&trail)),
        ("and gzip: log files", &|| log_files(&trail)),
        ("render, libdeflate 1", &|| general(&trail, 1)),
        ("render, libdeflate 6", &|| general(&trail, 6)),
        ("the obvious program", &obvious),
    ];
    let mut rounds = vec![Vec::new(); stages.len()];
    for round in 0..=ROUNDS {
        for (stage, figures) in stages.iter().zip(&mut rounds) {
            let measured = stage.1();
            // The first round warms up.
            if round > 0 {
                figures.push(measured);
            }
        }
    }
    println!("{:22} {:>9} {:>12} {:>7} {:>9}", "one core, in memory", "ns/event", "events/s", "ratio", "x obvious");
    let base = median(rounds.last().expect("there are stages"), |figures| figures.0);
    for (stage, figures) in stages.iter().zip(&rounds) {
        let time = median(figures, |figures| figures.0);
        let (_, raw, gzip) = figures[0];
        let ratio = if gzip > 0.0 { format!("{:.2}", raw / gzip) } else { String::new() };
        println!("{:22} {time:9.0} {:12.0} {ratio:>7} {:9.1}", stage.0, 1e9 / time, base / time);
    }
}

fn median(figures: &[Figures], which: impl Fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(which).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Times some work that returns events, bytes before and bytes after compression.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn timed(work: impl FnOnce() -> (u64, u64, u64)) -> Figures {
    let start = Instant::now();
    let (events, raw, gzip) = work();
    let each = |figure: f64| figure / events as f64;
    (each(start.elapsed().as_nanos() as f64), each(raw as f64), each(gzip as f64))
}

fn play(trail: &Trail) -> Figures {
    timed(|| ((0..CHAPTERS).map(|number| trail.activity.chapter(0, number).events.len() as u64).sum(), 0, 0))
}

fn render(trail: &Trail) -> Figures {
    timed(|| {
        let (mut out, mut events, mut raw) = (Vec::new(), 0, 0);
        for number in 0..CHAPTERS {
            let chapter = trail.activity.chapter(0, number);
            for index in 0..chapter.events.len() {
                trail.record(&mut out, 0, &chapter, index);
            }
            events += chapter.events.len() as u64;
            raw += out.len() as u64;
            out.clear();
        }
        (events, raw, 0)
    })
}

fn log_files(trail: &Trail) -> Figures {
    let mut encoder = trail.encoder();
    timed(|| {
        let (mut events, mut raw, mut gzip) = (0, 0, 0);
        for number in 0..CHAPTERS {
            let chapter = trail.activity.chapter(0, number);
            for batch in trail.batches(0, &chapter) {
                let file = trail.log_file(0, &chapter, &batch, &mut encoder);
                events += file.records;
                raw += file.raw_bytes;
                gzip += file.object.body.len() as u64;
            }
        }
        (events, raw, gzip)
    })
}

/// The same records in files of the same size, through a general compressor.
fn general(trail: &Trail, level: i32) -> Figures {
    let mut compressor = Compressor::new(CompressionLvl::new(level).expect("a level of libdeflate"));
    timed(|| {
        let (mut raw, mut gzip) = (Vec::new(), Vec::new());
        let (mut events, mut before, mut after) = (0, 0, 0);
        for number in 0..CHAPTERS {
            let chapter = trail.activity.chapter(0, number);
            for batch in trail.batches(0, &chapter) {
                raw.clear();
                batch.events.iter().for_each(|index| trail.record(&mut raw, 0, &chapter, *index as usize));
                gzip.resize(compressor.gzip_compress_bound(raw.len()), 0);
                events += batch.events.len() as u64;
                before += raw.len() as u64;
                after += compressor.gzip_compress(&raw, &mut gzip).expect("the bound is enough") as u64;
            }
        }
        (events, before, after)
    })
}

fn obvious() -> Figures {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    timed(|| {
        let file = naive::log_file(&mut rng, RECORDS as usize);
        // The gzip trailer ends with the length before compression.
        let raw = file.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
        (RECORDS.into(), raw.into(), file.len() as u64)
    })
}
