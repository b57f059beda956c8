//! Live runs of trails in which things go wrong on purpose: the same bytes as a batch, told of as the manifest says.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mocktrail::delivery::Memory;
use mocktrail::delivery::notify::{Announced, Announcer, Channel, Fault, Message, Shape, Voice};
use mocktrail::run::{self, Emitted, Figures, Live, Meter};
use mocktrail::scenario::{FAULTS, FaultKind, Faults, Measure};
use mocktrail::{Clock, LogFile, Moment, Plan, Scenario, Seed, Span, SteadyClock, Time, Trail};
use proptest::prelude::*;
use serde_json::Value;

use super::{Moody, batch, bodies, due, emit, live};

/// Some of each kind.
fn all() -> Faults {
    FAULTS.iter().fold(Faults::default(), |faults, about| match about.measure {
        Measure::Share => faults.with(about.kind, 20_000),
        Measure::Count => faults.with(about.kind, 3),
    })
}

fn trail(events: u64, seconds: i64, flush: i64, faults: Faults) -> Trail {
    let mut scenario = Scenario::new().seed(events).events(events);
    scenario.time.shape = mocktrail::scenario::Shape::Flat;
    scenario.time.end = Time(scenario.time.start.0 + seconds * 1_000);
    scenario.trail.flush = Span(flush);
    scenario.trail.records_per_file = 100;
    scenario.accounts[0].regions.push("eu-west-1".into());
    scenario.faults = faults;
    Trail::new(Arc::new(Plan::new(scenario).unwrap()))
}

/// What a queue was told, and when.
#[derive(Clone)]
struct Queue {
    clock: SteadyClock,
    told: Arc<Mutex<Vec<(String, Moment)>>>,
}

impl Channel for Queue {
    fn name(&self) -> String {
        "queue".into()
    }

    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>> {
        let now = self.clock.now();
        self.told.lock().unwrap().extend(batch.iter().map(|message| (message.body.clone(), now)));
        Vec::new()
    }
}

impl Queue {
    fn new(clock: SteadyClock) -> Self {
        Self { clock, told: Arc::default() }
    }

    fn announcer(&self, shape: Shape) -> Announcer {
        let voice = Voice::new(Seed(7), "audit-lab", "us-east-1", "111122223333", "management-events");
        Announcer::start(voice, shape, vec![Box::new(self.clone())])
    }

    /// When it was told of each object.
    fn times(&self) -> BTreeMap<String, Vec<Moment>> {
        let mut times = BTreeMap::<String, Vec<Moment>>::new();
        for (body, at) in &*self.told.lock().unwrap() {
            times.entry(key_of(body)).or_default().push(*at);
        }
        times
    }
}

/// The key in a notification of any shape.
pub(crate) fn key_of(body: &str) -> String {
    let message: Value = serde_json::from_str(body).unwrap();
    if let Some(inner) = message["Message"].as_str() {
        return key_of(inner);
    }
    let key = [
        &message["Records"][0]["s3"]["object"]["key"],
        &message["s3ObjectKey"][0],
        &message["detail"]["object"]["key"],
    ];
    key.into_iter().find_map(Value::as_str).unwrap().replace("%24", "$")
}

/// The lines of a manifest's objects.
pub(crate) fn objects_of(manifest: &str) -> Vec<Value> {
    let lines = manifest.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == "object").collect()
}

/// What a notifier does about an object, as its line says.
pub(crate) fn deed(line: &Value) -> &str {
    line["faults"].as_array().unwrap().iter().find_map(|fault| fault["notify"].as_str()).unwrap_or("once")
}

/// So often a queue is told of an object.
pub(crate) fn times_told(line: &Value) -> usize {
    match deed(line) {
        "never" => 0,
        "twice" => 2,
        _ => 1,
    }
}

fn told(trail: &Trail, shape: Shape) -> (Moody, Live, Queue, (Emitted, Figures), Announced, String) {
    let (clock, dir) = (SteadyClock::start(), tempfile::tempdir().unwrap());
    let queue = Queue::new(clock);
    let mut live = live(trail, &clock, "20x", dir.path());
    // What is told early is told a second before.
    live.record.timetable.begun = clock.now().after(Duration::from_millis(1_500));
    live.announcer = Some(queue.announcer(shape));
    let moody = Moody::new(clock, (Moment(i64::MAX), Moment(0)));
    let done = emit(trail, &moody, &live, &clock);
    let told = live.announcer.take().unwrap().finish().remove(0);
    let manifest = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
    (moody, live, queue, done, told, manifest)
}

/// With every kind of fault, objects and manifest are those of a batch, and none comes before its time. Consumers are told
/// as the manifest says: once, twice, never, or before the object is there.
#[test]
fn with_every_fault_a_live_run_is_a_batch_that_waits() {
    let trail = trail(12_000, 60, 1_000, all());
    let (moody, live, queue, (emitted, figures), told, manifest) = told(&trail, Shape::S3);
    let beside = tempfile::tempdir().unwrap();
    let (objects, expected) = batch(&trail, beside.path());
    assert_eq!(manifest, expected);
    assert_eq!(bodies(&moody.memory), objects);
    assert_eq!(figures.events, emitted.outcome.totals.events);
    let footer: Value = serde_json::from_str(manifest.lines().last().unwrap()).unwrap();
    for about in FAULTS {
        assert!(footer["deliveryFaults"][about.name].as_u64() >= Some(1), "{}: {footer}", about.name);
    }
    let (through, times) = (moody.through.lock().unwrap(), queue.times());
    let table = &live.record.timetable;
    for (key, due) in due(&trail, table) {
        assert!(through[&key].0 >= due, "{key}");
    }
    for line in objects_of(&manifest) {
        let key = line["key"].as_str().unwrap();
        let (put, times) = (through[key], times.get(key).map_or(&[][..], Vec::as_slice));
        assert_eq!(times.len(), times_told(&line), "{line}");
        match deed(&line) {
            "early" => assert!(times[0] < put.0, "{line}"),
            "twice" => {
                let again = line["faults"][0]["deliveredAgain"][0].as_str().unwrap();
                assert!(times[0] >= put.0 && times[1] >= table.due(Time::parse(again, Time(0)).unwrap()), "{line}");
            }
            _ => assert!(times.iter().all(|told| *told >= put.0), "{line}"),
        }
    }
    let count = |name: &str| footer["deliveryFaults"][name].as_u64().unwrap();
    let (twice, never) = (count("duplicate-notification"), count("missing-notification"));
    assert_eq!((told.repeated, told.withheld, told.early), (twice, never, count("early-notification")));
    assert_eq!((told.sent, told.left_out), (emitted.outcome.totals.objects + twice - never, 0));
}

/// Stopped while something was to be told once more: that is counted, and the run that goes on tells the rest, each thing once.
#[test]
fn a_run_that_goes_on_tells_what_was_left() {
    let faults = [FaultKind::DuplicateNotifications, FaultKind::MissingNotifications, FaultKind::EarlyNotifications];
    let trail = trail(3_000, 600, 60_000, faults.iter().fold(Faults::default(), |all, kind| all.with(*kind, 5)));
    let (clock, dir, memory) = (SteadyClock::start(), tempfile::tempdir().unwrap(), Memory::new(false));
    let queue = Queue::new(clock);
    let twice: Vec<String> = trail.files().filter(told_twice).map(|file| file.object.key).collect();
    let mut live = live(&trail, &clock, "40x", dir.path());
    live.announcer = Some(queue.announcer(Shape::S3));
    let (stop, meter) = (AtomicBool::new(false), Meter::default());
    let stopped = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The second time is due after twelve seconds of the trail, which are 300 ms.
            while !twice.iter().any(|key| queue.times().contains_key(key)) {
                std::thread::sleep(Duration::from_millis(5));
            }
            stop.store(true, Ordering::Relaxed);
        });
        run::emit(&trail, &memory, &live, &clock, &stop, &meter).unwrap()
    });
    let before = live.announcer.take().unwrap().finish().remove(0);
    assert!(stopped.is_interrupted() && stopped.shortfall.notifications >= 1, "{:?}", stopped.shortfall);
    live.announcer = Some(queue.announcer(Shape::S3));
    live.goes_on = true;
    let (emitted, _) = emit(&trail, &memory, &live, &clock);
    let after = live.announcer.take().unwrap().finish().remove(0);
    assert!(!emitted.is_interrupted());
    let (times, manifest) = (queue.times(), fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap());
    for line in objects_of(&manifest) {
        assert_eq!(times.get(line["key"].as_str().unwrap()).map_or(0, Vec::len), times_told(&line), "{line}");
    }
    let sums = [before.repeated + after.repeated, before.withheld + after.withheld, before.early + after.early];
    assert_eq!(sums, [twice.len() as u64, 5, 5]);
    assert_eq!(before.sent + after.sent, emitted.outcome.totals.objects + twice.len() as u64 - 5);
}

fn told_twice(file: &LogFile) -> bool {
    file.faults.iter().any(|fault| fault.notify.as_deref() == Some("twice"))
}

/// `CloudTrail`'s own messages are of log files only; S3 tells of whatever is put.
#[test]
fn cloudtrail_tells_of_log_files_only() {
    let trail = trail(2_000, 10, 1_000, Faults::default().with(FaultKind::Stray, 8));
    let (_, _, queue, (emitted, _), told, manifest) = told(&trail, Shape::CloudTrailSns);
    let logs = objects_of(&manifest).into_iter().filter(|line| line["kind"] == "log");
    let logs: Vec<String> = logs.map(|line| line["key"].as_str().unwrap().to_owned()).collect();
    assert_eq!(queue.times().into_keys().collect::<Vec<_>>().len(), logs.len());
    assert!(logs.iter().all(|key| queue.times().contains_key(key)));
    assert_eq!((told.sent, told.left_out), (logs.len() as u64, 8));
    assert_eq!(emitted.outcome.totals.objects, told.sent + told.left_out);
}

prop_compose! {
    fn faults()(much in prop::collection::vec((0..3_u8, 0..100_u32), FAULTS.len())) -> Faults {
        FAULTS.iter().zip(much).fold(Faults::default(), |faults, (about, (chance, much))| match about.measure {
            _ if chance > 0 => faults,
            Measure::Share => faults.with(about.kind, much * 3_000),
            Measure::Count => faults.with(about.kind, much / 4),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Whatever goes wrong, in slots of whatever length and with little memory: the objects and the manifest are those of
    /// a batch.
    #[test]
    fn any_faults_are_those_of_a_batch(
        events in 200..9_000_u64,
        flush in prop::sample::select(vec![1_000, 10_000, 300_000]),
        ahead in prop::sample::select(vec![20_000, 64 << 20]),
        faults in faults(),
    ) {
        let trail = trail(events, 3_000, flush, faults);
        let (clock, dir, beside) = (SteadyClock::start(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut live = live(&trail, &clock, "6000x", dir.path());
        live.ahead = ahead;
        let memory = Memory::new(false);
        let (emitted, figures) = emit(&trail, &memory, &live, &clock);
        let (objects, expected) = batch(&trail, beside.path());
        let manifest = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
        prop_assert_eq!(manifest, expected);
        prop_assert_eq!(bodies(&memory), objects);
        prop_assert_eq!(figures.events, emitted.outcome.totals.events);
    }
}

/// A delayed file is put behind files with later names, at the time that the manifest says.
#[test]
fn delayed_files_come_behind_those_of_later_names() {
    let trail = trail(3_000, 30, 1_000, Faults::default().with(FaultKind::Delayed, 6).with(FaultKind::Late, 50_000));
    let (moody, _, queue, _, _, manifest) = told(&trail, Shape::EventBridge);
    let (through, times) = (moody.through.lock().unwrap(), queue.times());
    let delayed =
        objects_of(&manifest).into_iter().filter(|line| line["faults"].to_string().contains("delayed-object"));
    let delayed: Vec<String> = delayed.map(|line| line["key"].as_str().unwrap().to_owned()).collect();
    assert!(delayed.len() >= 4);
    for key in &delayed {
        let (place, (put, _)) = (&key[..key.rfind('/').unwrap()], through[key]);
        let later = through.iter().filter(|(other, _)| *other > key && other.starts_with(place));
        assert!(later.map(|(_, (came, _))| *came).min().is_some_and(|earliest| earliest < put), "{key}");
        assert!(times[key].iter().all(|told| *told >= put), "told when it is there: {key}");
    }
}
