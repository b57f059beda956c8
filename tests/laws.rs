//! What holds for every trail, whatever is asked for.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::Directory;
use mocktrail::run::{self, Options};
use mocktrail::scenario::Gzip;
use mocktrail::{LogFile, Plan, Scenario, Trail};
use proptest::prelude::*;
use serde_json::Value;

fn trail(scenario: Scenario) -> Trail {
    Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{mistakes}"))))
}

/// Scenarios of all sizes that a test can afford.
fn scenarios() -> impl Strategy<Value = Scenario> {
    let shape = prop_oneof![Just("office"), Just("flat"), Just("night-batch")];
    let time = (prop_oneof![Just(1_u64), Just(24), Just(24 * 9)], shape);
    let account = (1_u32..4, 1_u32..60, prop_oneof![Just("\"us-west-2\""), Just("\"eu-west-1\", \"us-east-1\"")]);
    let trail = (1_u32..500, 0_u32..5, prop_oneof![Just(""), Just("audit/logs")]);
    let flush = prop_oneof![Just("5m"), Just("1s"), Just("90s"), Just("1h")];
    let pace = prop_oneof![Just(""), Just("pace = \"1/s..9/s for 20m, 0/s for 3m\"\n")];
    (any::<u32>(), 1_u64..12_000, (time, flush, pace), account, trail, 0_u32..30).prop_map(
        |(
            seed,
            events,
            ((hours, shape), flush, pace),
            (organizations, users, regions),
            (per_file, writers, prefix),
            errors,
        )| {
            let text = format!(
                "seed = {seed}\n[time]\nfor = \"{hours}h\"\nshape = \"{shape}\"\n[traffic]\nevents = {events}\n\
                 errors = 0.{errors:02}\n{pace}[[account]]\nid = \"111122223333\"\nregions = [{regions}]\n\
                 organizations = {organizations}\nusers = {users}\n[trail]\nrecords_per_file = {per_file}\n\
                 writers = {writers}\nflush = \"{flush}\"\nprefix = \"{prefix}\"\n"
            );
            mocktrail::scenario::Wish::parse(
                "law.toml",
                &text,
                &[],
                mocktrail::Time::parse("2026-01-01T00:00:00Z", mocktrail::Time(0)).unwrap(),
            )
            .and_then(mocktrail::scenario::Wish::resolve)
            .unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"))
        },
    )
}

/// The records of a file, in order, as they stand in it.
fn records(file: &LogFile) -> Vec<Value> {
    let mut raw = Vec::new();
    flate2::read::GzDecoder::new(&file.object.body[..]).read_to_end(&mut raw).unwrap();
    assert_eq!(raw.len() as u64, file.raw_bytes);
    let mut document: Value = serde_json::from_slice(&raw).unwrap();
    let Value::Array(records) = document["Records"].take() else { panic!("no array") };
    records
}

fn instant(value: &Value) -> i64 {
    mocktrail::Time::parse(value.as_str().unwrap(), mocktrail::Time(0)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Exactly the events asked for; each in one file; ids unique and readable; times inside the window;
    /// delivered after they happened; keys ascending.
    #[test]
    fn every_event_is_delivered_once_in_time_and_place(scenario in scenarios()) {
        let trail = trail(scenario.clone());
        let plan = trail.plan();
        let mut seen = BTreeSet::new();
        let mut keys: Vec<String> = Vec::new();
        for file in trail.files() {
            let stream = (0..plan.streams.len()).find(|s| file.object.key.starts_with(&trail.place(*s).logs())).unwrap();
            prop_assert!(!keys.last().is_some_and(|last| last.starts_with(&trail.place(stream).logs()) && *last >= file.object.key));
            keys.push(file.object.key.clone());
            let records = records(&file);
            prop_assert_eq!(records.len() as u64, file.records);
            prop_assert!(file.records <= u64::from(scenario.trail.records_per_file));
            for record in records {
                let id = record["eventID"].as_str().unwrap().parse().unwrap();
                let (of, ordinal) = plan.seal.open(id).unwrap();
                prop_assert_eq!(usize::from(of), stream);
                prop_assert!(seen.insert((of, ordinal)));
                let time = instant(&record["eventTime"]);
                prop_assert!(time >= scenario.time.start.floor_second().0 && time < scenario.time.end.0);
                prop_assert!(time < file.delivered_at.0 && file.first_event.floor_second().0 <= time);
                prop_assert_eq!(record["awsRegion"].as_str(), Some(&*plan.streams[stream].region));
            }
        }
        prop_assert_eq!(seen.len() as u64, scenario.traffic.events);
        for stream in &plan.streams {
            let ordinals = seen.iter().filter(|(of, _)| *of == stream.number).map(|(_, ordinal)| *ordinal);
            prop_assert!(ordinals.eq(0..stream.events));
        }
    }

    /// Event times ascend with their ordinals.
    #[test]
    fn records_come_in_the_order_in_which_things_happened(scenario in scenarios()) {
        let trail = trail(scenario);
        let mut last = (0, 0);
        for record in trail.records() {
            let record: Value = serde_json::from_str(&record).unwrap();
            let (stream, ordinal) = trail.plan().seal.open(record["eventID"].as_str().unwrap().parse().unwrap()).unwrap();
            let time = instant(&record["eventTime"]);
            prop_assert!(ordinal == 0 || time >= last.1, "{ordinal}: {time} after {}", last.1);
            last = (stream, time);
        }
    }

    /// However a trail is compressed, its files hold the same text, and say so in the manifest.
    #[test]
    fn compression_changes_no_text(scenario in scenarios()) {
        let files = |gzip| {
            let mut scenario = scenario.clone();
            scenario.trail.gzip = gzip;
            scenario.trail.digests.on = true;
            trail(scenario).files().collect::<Vec<LogFile>>()
        };
        let [fast, small, stored] = [Gzip::Fast, Gzip::Small, Gzip::Stored].map(files);
        for other in [&small, &stored] {
            prop_assert_eq!(fast.len(), other.len());
            for (a, b) in fast.iter().zip(other) {
                prop_assert_eq!(records(a), records(b));
                prop_assert_eq!((&a.object.key, a.raw_sha256, a.raw_crc32), (&b.object.key, b.raw_sha256, b.raw_crc32));
            }
        }
        let size = |files: &[LogFile]| files.iter().map(|file| file.object.body.len()).sum::<usize>();
        prop_assert!(size(&small) < size(&fast) && size(&fast) < size(&stored));
    }

    /// A file made alone, from nothing but its key, equals the file of the full run.
    #[test]
    fn any_file_can_be_made_alone(scenario in scenarios()) {
        let trail = trail(scenario.clone());
        let all: BTreeMap<String, LogFile> = trail.files().map(|file| (file.object.key.clone(), file)).collect();
        for key in all.keys().rev().step_by(all.len().div_ceil(6)) {
            let alone = self::trail(scenario.clone());
            let (stream, number) = alone.chapter_of(key).unwrap();
            let chapter = alone.activity.chapter(stream, number);
            let batch = alone.batches(stream, &chapter).into_iter().find(|b| alone.key(stream, b) == *key).unwrap();
            let file = alone.log_file(stream, &chapter, &batch, &mut alone.encoder());
            prop_assert_eq!(&file.object.body, &all[key].object.body);
            prop_assert_eq!(file.delivered_at, all[key].delivered_at);
        }
    }
}

/// Everything below a directory, by path.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir_here) = open.pop() {
        for entry in fs::read_dir(dir_here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(dir).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn generate(scenario: &Scenario, threads: usize, dir: &Path) -> run::Outcome {
    let trail = trail(scenario.clone());
    let options = Options { threads, manifest_dir: dir.join(".mocktrail"), force: false, signing_key: None };
    let destination = Directory::new(dir, false);
    run::generate(&trail, &destination, &options, &AtomicBool::new(false), &|_| ()).unwrap()
}

/// Threads decide nothing: trees, manifests included, are equal byte for byte. And a second run changes nothing.
#[test]
fn any_number_of_threads_writes_the_same_tree() {
    let scenario = Scenario::new().seed(3).events(30_000);
    let one = tempfile::tempdir().unwrap();
    let outcome = generate(&scenario, 1, one.path());
    assert_eq!(outcome.totals.events, 30_000);
    assert_eq!((outcome.written, outcome.already_there), (outcome.totals.objects, 0));
    let expected = tree(one.path());
    assert_eq!(expected.len() as u64, outcome.totals.objects + 2);
    for threads in [2, 8] {
        let other = tempfile::tempdir().unwrap();
        generate(&scenario, threads, other.path());
        assert_eq!(tree(other.path()), expected, "{threads} threads");
    }
    let again = generate(&scenario, 4, one.path());
    assert_eq!((again.written, again.already_there), (0, outcome.totals.objects));
    assert_eq!(tree(one.path()), expected);
}

/// Another seed gives another trail.
#[test]
fn the_seed_decides_the_trail() {
    let first = |seed| trail(Scenario::new().seed(seed).events(50)).records().next().unwrap();
    assert_eq!(first(1), first(1));
    assert_ne!(first(1), first(2));
}

/// A built-in template with another optional member, and a further action that never happens by itself,
/// change nothing but that member.
#[test]
fn a_new_member_or_action_shifts_nothing_else() {
    let plain = Scenario::new().seed(5).events(6_000);
    let folder = tempfile::tempdir().unwrap();
    let workmail = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/workmail");
    fs::copy(workmail.join("service.json"), folder.path().join("service.json")).unwrap();
    let template = fs::read_to_string(workmail.join("ListUsers.json")).unwrap();
    let more = template.replacen("\"organizationId\"", "\"brandNew\": \"{{hex 8}}\", \"organizationId\"", 1).replacen(
        "\"optional\": {",
        "\"optional\": {\"brandNew\": 0.5, ",
        1,
    );
    fs::write(folder.path().join("ListUsers.json"), more).unwrap();
    let action =
        r#"{"eventName": "AaaNeverHappens", "readOnly": true, "weight": 0, "requestParameters": {"x": "{{uuid}}"}}"#;
    fs::write(folder.path().join("AaaNeverHappens.json"), action).unwrap();
    let mut changed = plain.clone();
    changed.templates = vec![folder.path().to_owned()];

    let mut with_member = 0;
    for (before, after) in trail(plain).records().zip(trail(changed).records()) {
        let mut after: Value = serde_json::from_str(&after).unwrap();
        if let Some(parameters) = after["requestParameters"].as_object_mut() {
            with_member += u32::from(parameters.shift_remove("brandNew").is_some());
        }
        assert_eq!(before, after.to_string());
    }
    assert!(with_member > 50, "the new member occurs: {with_member}");
}

/// Only the actions asked for, and exactly as many events.
#[test]
fn single_actions_can_be_asked_for() {
    let mut scenario = Scenario::new().seed(2).events(700);
    scenario.traffic.only = true;
    scenario.traffic.mix = [("CreateUser".to_owned(), 3_000), ("CreateAlias".to_owned(), 1_000)].into();
    let mut counts = BTreeMap::new();
    for record in trail(scenario).records() {
        let record: Value = serde_json::from_str(&record).unwrap();
        *counts.entry(record["eventName"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert_eq!(counts.values().sum::<i32>(), 700);
    assert_eq!(counts.len(), 2);
    assert!((counts["CreateUser"] - 525_i32).abs() < 12, "{counts:?}");
}

/// A dry run is right to within 10 % where it estimates, and exact where it need not.
#[test]
fn estimates_are_close() {
    for (events, days) in [(5_000, 1), (300_000, 7)] {
        let mut scenario = Scenario::new().seed(9).events(events);
        scenario.time.end.0 = scenario.time.start.0 + days * 86_400_000;
        let trail = trail(scenario);
        let estimate = run::estimate(&trail);
        let (mut objects, mut raw_bytes, mut bytes) = (0, 0, 0);
        let mut keys: Vec<String> = Vec::new();
        for file in trail.files() {
            objects += 1;
            raw_bytes += file.raw_bytes;
            bytes += file.object.body.len() as u64;
            keys.push(file.object.key);
        }
        let close =
            |estimated: u64, real: u64| estimated.abs_diff(real) * if estimate.exact { u64::MAX } else { 10 } <= real;
        assert!(close(estimate.objects, objects), "{events}: {} objects, {objects} in truth", estimate.objects);
        assert!(
            close(estimate.raw_bytes, raw_bytes) && close(estimate.bytes, bytes),
            "{estimate:?} {raw_bytes} {bytes}"
        );
        assert_eq!((&estimate.first_key, &estimate.last_key), (&keys[0], keys.last().unwrap()));
        assert_eq!(estimate.exact, events < 100_000);
    }
}
