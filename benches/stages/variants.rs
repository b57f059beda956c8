//! What is measured: the generator's stages, general compressors behind its renderer, and the obvious program.

use std::cell::RefCell;
use std::sync::Arc;

use libdeflater::{CompressionLvl, Compressor};
use mocktrail::scenario::Gzip;
use mocktrail::{Plan, Scenario, Trail};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use zlib_rs::{Deflate, DeflateFlush};

use super::naive;

/// Records in each file, and chapters that are made of the trail: so many that the first, for which memory is fetched and
/// nothing is in the cache, do not count.
pub(super) const RECORDS: u32 = 1_000;
const CHAPTERS: u64 = 24;

/// What came out of some work: events, and bytes before and after compression.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made {
    pub(super) events: u64,
    pub(super) raw: u64,
    pub(super) gzip: u64,
}

/// Something to measure.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) make: Box<dyn Fn() -> Made>,
}

/// A way in which the generator compresses: what the scenario says for it.
type Mode = (&'static str, fn(&mut Scenario));

/// All ways there are. Each gives a row to the table.
pub(super) const MODES: [Mode; 2] = [
    ("mocktrail, gzip small", |scenario| scenario.trail.gzip = Gzip::Small),
    ("mocktrail: finished log files", |_| ()),
];

/// The row that others are compared with.
pub(super) const OBVIOUS: &str = "the obvious program";
pub(super) const LIBDEFLATE_1: &str = "render, libdeflate 1";

/// All variants, from the slowest to the generator itself.
pub(super) fn variants() -> Vec<Variant> {
    let trail = Arc::new(busy_day(|_| ()));
    let mut variants = vec![
        Variant { name: OBVIOUS, make: Box::new(obvious) },
        stage("play the stories", &trail, play),
        stage("and render records", &trail, render),
        libdeflate("render, libdeflate 6", &trail, 6),
        libdeflate(LIBDEFLATE_1, &trail, 1),
        zlib_rs("render, zlib-rs 1", &trail),
    ];
    variants.extend(MODES.map(|(name, mode)| stage(name, &Arc::new(busy_day(mode)), log_files)));
    variants
}

/// A trail of so many events a day that every file is full.
pub(super) fn busy_day(mode: fn(&mut Scenario)) -> Trail {
    let mut scenario = Scenario::new().seed(7).events(20_000_000);
    scenario.trail.records_per_file = RECORDS;
    scenario.trail.writers = 1;
    mode(&mut scenario);
    Trail::new(Arc::new(Plan::new(scenario).expect("the scenario is right")))
}

fn stage(name: &'static str, trail: &Arc<Trail>, make: fn(&Trail) -> Made) -> Variant {
    let trail = Arc::clone(trail);
    Variant { name, make: Box::new(move || make(&trail)) }
}

fn play(trail: &Trail) -> Made {
    let (mut player, mut made) = (trail.activity.player(), Made::default());
    for number in 0..CHAPTERS {
        let chapter = player.chapter(0, number);
        made.events += chapter.events.len() as u64;
        player.take_back(chapter);
    }
    made
}

fn render(trail: &Trail) -> Made {
    let (mut player, mut out, mut made) = (trail.activity.player(), Vec::new(), Made::default());
    for number in 0..CHAPTERS {
        let chapter = player.chapter(0, number);
        for index in 0..chapter.events.len() {
            trail.record(&mut out, 0, &chapter, index);
        }
        made.events += chapter.events.len() as u64;
        made.raw += out.len() as u64;
        out.clear();
        player.take_back(chapter);
    }
    made
}

fn log_files(trail: &Trail) -> Made {
    chapters(trail, 0..CHAPTERS)
}

/// The finished log files of some chapters.
pub(super) fn chapters(trail: &Trail, numbers: impl Iterator<Item = u64>) -> Made {
    let (mut player, mut encoder, mut made) = (trail.activity.player(), trail.encoder(), Made::default());
    for number in numbers {
        let chapter = player.chapter(0, number);
        for batch in trail.batches(0, &chapter) {
            let file = trail.log_file(0, &chapter, &batch, &mut encoder);
            made.events += file.records;
            made.raw += file.raw_bytes;
            made.gzip += file.object.body.len() as u64;
        }
        player.take_back(chapter);
    }
    made
}

fn libdeflate(name: &'static str, trail: &Arc<Trail>, level: i32) -> Variant {
    let compressor = RefCell::new(Compressor::new(CompressionLvl::new(level).expect("a level of libdeflate")));
    let trail = Arc::clone(trail);
    let make = move || {
        general(&trail, &mut |raw, gzip| {
            let mut compressor = compressor.borrow_mut();
            gzip.resize(compressor.gzip_compress_bound(raw.len()), 0);
            compressor.gzip_compress(raw, gzip).expect("the bound is enough")
        })
    };
    Variant { name, make: Box::new(make) }
}

fn zlib_rs(name: &'static str, trail: &Arc<Trail>) -> Variant {
    let deflate = RefCell::new(Deflate::new(1, false, 15));
    let trail = Arc::clone(trail);
    let make = move || {
        general(&trail, &mut |raw, gzip| {
            let mut deflate = deflate.borrow_mut();
            deflate.reset();
            gzip.resize(raw.len() + 1_024, 0);
            deflate.compress(raw, gzip, DeflateFlush::Finish).expect("the buffer is large enough");
            // A gzip member needs a sum of what is in it, too, and 18 bytes around it.
            std::hint::black_box(crc32fast::hash(raw));
            deflate.total_out() as usize + 18
        })
    };
    Variant { name, make: Box::new(make) }
}

/// The same records in files of the same size, through a general compressor.
fn general(trail: &Trail, compress: &mut dyn FnMut(&[u8], &mut Vec<u8>) -> usize) -> Made {
    let (mut player, mut raw, mut gzip, mut made) = (trail.activity.player(), Vec::new(), Vec::new(), Made::default());
    for number in 0..CHAPTERS {
        let chapter = player.chapter(0, number);
        for batch in trail.batches(0, &chapter) {
            raw.clear();
            batch.events.iter().for_each(|index| trail.record(&mut raw, 0, &chapter, *index as usize));
            made.events += batch.events.len() as u64;
            made.raw += raw.len() as u64;
            made.gzip += compress(&raw, &mut gzip) as u64;
        }
        player.take_back(chapter);
    }
    made
}

fn obvious() -> Made {
    let file = naive::log_file(&mut ChaCha8Rng::seed_from_u64(7), RECORDS as usize);
    // The gzip trailer ends with the length before compression.
    let raw = file.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    Made { events: RECORDS.into(), raw: raw.into(), gzip: file.len() as u64 }
}
