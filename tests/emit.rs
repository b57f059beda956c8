//! Live runs: the same bytes as a batch, when their time comes, whatever the destination does.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "emit/faults.rs"]
mod faults;
#[cfg(unix)]
#[path = "emit/program.rs"]
mod program;
#[path = "emit/stall.rs"]
mod stall;
#[cfg(unix)]
#[path = "emit/wrong.rs"]
mod wrong;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use mocktrail::delivery::{Delivered, Destination, Error, Memory, Object, Report};
use mocktrail::run::{self, Emitted, Figures, Live, Meter, Options, Record, Speed, Timetable};
use mocktrail::{Clock, Moment, Plan, Scenario, Span, SteadyClock, Time, Trail};

/// So many events of two streams in so many seconds, in files of one second.
fn trail(events: u64, seconds: i64) -> Trail {
    let mut scenario = Scenario::new().seed(events).events(events);
    scenario.time.shape = mocktrail::scenario::Shape::Flat;
    scenario.time.end = Time(scenario.time.start.0 + seconds * 1_000);
    scenario.trail.flush = Span(1_000);
    scenario.accounts[0].regions.push("eu-west-1".into());
    Trail::new(Arc::new(Plan::new(scenario).unwrap()))
}

fn live(trail: &Trail, clock: &SteadyClock, speed: &str, dir: &Path) -> Live {
    let start = trail.plan().scenario.time.start;
    let begun = clock.now().after(Duration::from_millis(300));
    Live {
        record: Record::new(Timetable { start, begun, speed: Speed::parse(speed).unwrap() }, None),
        threads: 2,
        lanes: 4,
        ahead: 64 << 20,
        manifest_dir: dir.to_owned(),
        announcer: None,
        goes_on: false,
        force: false,
    }
}

fn emit(trail: &Trail, destination: &dyn Destination, live: &Live, clock: &SteadyClock) -> (Emitted, Figures) {
    let meter = Meter::default();
    let emitted = run::emit(trail, destination, live, clock, &AtomicBool::new(false), &meter).unwrap();
    (emitted, meter.figures())
}

/// The objects of a batch, and its manifest.
fn batch(trail: &Trail, dir: &Path) -> (BTreeMap<String, Vec<u8>>, String) {
    let memory = Memory::new(false);
    let options = Options { threads: 2, manifest_dir: dir.to_owned(), force: false, signing_key: None };
    run::generate(trail, &memory, &options, &AtomicBool::new(false), &|_| ()).unwrap();
    (bodies(&memory), fs::read_to_string(dir.join("manifest.jsonl")).unwrap())
}

fn bodies(memory: &Memory) -> BTreeMap<String, Vec<u8>> {
    memory.take().into_iter().map(|(key, (body, _))| (key, body)).collect()
}

/// When each object is due, found from the trail alone.
fn due(trail: &Trail, table: &Timetable) -> BTreeMap<String, Moment> {
    let mut due = BTreeMap::new();
    for file in trail.files() {
        due.insert(file.object.key, table.due(file.delivered_at));
    }
    due
}

/// Memory that is there at some times only, and takes down when each object came and when it was through.
struct Moody {
    memory: Memory,
    clock: SteadyClock,
    /// No object gets through from then, until then.
    stall: (Moment, Moment),
    through: Mutex<BTreeMap<String, (Moment, Moment)>>,
}

impl Moody {
    fn new(clock: SteadyClock, stall: (Moment, Moment)) -> Self {
        Self { memory: Memory::new(false), clock, stall, through: Mutex::default() }
    }
}

impl Destination for Moody {
    fn prepare(&self) -> Result<(), Error> {
        self.memory.prepare()
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        self.memory.list(prefix, each)
    }

    fn put(&self, object: Object, report: Report) {
        let (key, came) = (object.key.clone(), self.clock.now());
        if came >= self.stall.0 {
            thread::sleep(self.stall.1.since(came));
        }
        self.memory.put(object, Box::new(|fate| assert!(matches!(fate, Ok(Delivered::Written)))));
        self.through.lock().unwrap().insert(key, (came, self.clock.now()));
        report(Ok(Delivered::Written));
    }

    fn finish(&self) {}

    fn stop(&self) {}

    fn name(&self) -> String {
        "moody".into()
    }
}

/// Objects and manifest are those of a batch, byte for byte, and no object comes before its time.
#[test]
fn a_live_run_is_a_batch_that_waits() {
    let (trail, clock, dir) = (trail(30_000, 60), SteadyClock::start(), tempfile::tempdir().unwrap());
    let live = live(&trail, &clock, "20x", dir.path());
    let moody = Moody::new(clock, (Moment(i64::MAX), Moment(0)));
    let (emitted, figures) = emit(&trail, &moody, &live, &clock);
    let beside = tempfile::tempdir().unwrap();
    let (objects, manifest) = batch(&trail, beside.path());
    assert_eq!(bodies(&moody.memory), objects);
    assert_eq!(fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap(), manifest);
    assert_eq!((emitted.outcome.totals.events, emitted.shortfall.events), (30_000, 0));
    assert_eq!((figures.events, figures.objects as usize, figures.queued_objects), (30_000, objects.len(), 0));
    let through = moody.through.lock().unwrap();
    for (key, due) in due(&trail, &live.record.timetable) {
        assert!(through[&key].0 >= due, "{key}");
    }
    assert!(!dir.path().join("streams.partial").exists());
}

/// A destination that stalls for a second: all due times stay where they were, all objects come, the pool keeps to its
/// bound, and the histogram says of each object how late it was; to the millisecond where time is simulated.
#[test]
fn a_stalling_destination_makes_objects_late_and_never_fewer() {
    let (trail, clock, dir) = (trail(20_000, 4), SteadyClock::start(), tempfile::tempdir().unwrap());
    let mut live = live(&trail, &clock, "1x", dir.path());
    live.ahead = 256 << 10;
    let begun = live.record.timetable.begun;
    let stall = (begun.after(Duration::from_millis(1_500)), begun.after(Duration::from_millis(2_500)));
    let moody = Moody::new(clock, stall);
    let (emitted, figures) = emit(&trail, &moody, &live, &clock);
    assert_eq!((emitted.outcome.totals.events, emitted.outcome.interrupted), (20_000, false));
    let due = due(&trail, &live.record.timetable);
    let through = moody.through.lock().unwrap();
    assert_eq!(through.keys().collect::<Vec<_>>(), due.keys().collect::<Vec<_>>());
    // Offered is what was due, and it is so at every moment, stall or not: by each half second as by the trail.
    let table = &live.record.timetable;
    let offered: Vec<u64> =
        (0..=8).map(|half| table.offered(&trail, begun.after(Duration::from_millis(500 * half)))).collect();
    assert!(offered.windows(2).all(|pair| (pair[1] - pair[0]).abs_diff(2_500) <= 4), "{offered:?}");
    let total = &figures.lateness.total;
    assert_eq!(total.len(), due.len() as u64);
    let mut late: Vec<Duration> = due.iter().map(|(key, due)| through[key].1.since(*due)).collect();
    late.sort();
    let number = u32::try_from(late.len()).unwrap();
    for (rank, late) in (1..=number).zip(&late) {
        let told = total.value_at_quantile(f64::from(rank) / f64::from(number)) as i64;
        let seen = late.as_micros() as i64;
        // Told is later than seen, by as long as a busy machine lets the teller wait.
        assert!((-1_000..200_000).contains(&(told - seen)), "{rank}: {told} told, {seen} seen");
    }
    assert!((900_000..4_000_000).contains(&total.max()), "{}", total.max());
    // Whoever waited did so for a lane or for room, not for the maker.
    assert!(figures.lateness.queue.max() > 400_000 && figures.lateness.put.max() > 900_000);
    let largest = 2 * 4_096 * 400;
    assert!(figures.peak_bytes < (256 << 10) + largest, "{}", figures.peak_bytes);
    assert!(figures.full > 0, "the pool was full");
}

/// Slow streams are made bit by bit: what is due only much later does not fill the memory.
#[test]
fn what_is_due_later_is_put_off_when_memory_is_short() {
    let (trail, clock, dir) = (trail(4_000, 600), SteadyClock::start(), tempfile::tempdir().unwrap());
    let mut live = live(&trail, &clock, "100x", dir.path());
    live.ahead = 40_000;
    let memory = Memory::new(false);
    let (emitted, figures) = emit(&trail, &memory, &live, &clock);
    let beside = tempfile::tempdir().unwrap();
    assert_eq!(bodies(&memory), batch(&trail, beside.path()).0);
    assert_eq!(emitted.outcome.totals.events, 4_000);
    // Five seconds ahead are 500 of the trail: the bound gives way to what is due soon, and to nothing else.
    assert!(
        figures.peak_bytes < emitted.outcome.totals.bytes,
        "{} of {}",
        figures.peak_bytes,
        emitted.outcome.totals.bytes
    );
}

/// When generation is too slow it is told apart from a slow destination.
#[test]
fn a_rate_that_cannot_be_made_is_the_makers_fault() {
    let (trail, clock, dir) = (trail(400_000, 1), SteadyClock::start(), tempfile::tempdir().unwrap());
    let mut live = live(&trail, &clock, "100x", dir.path());
    live.threads = 1;
    let memory = Memory::new(false);
    let (_, figures) = emit(&trail, &memory, &live, &clock);
    let [generation, total] =
        [&figures.lateness.generation, &figures.lateness.total].map(|part| part.value_at_quantile(0.9));
    assert!(generation > total * 3 / 4 && total > 50_000, "{generation} of {total} µs");
}

/// A run that is stopped says what was due and is missing: delivered and missing are all that was due.
#[test]
fn a_stopped_run_counts_what_is_missing() {
    let (trail, clock, dir) = (trail(20_000, 6), SteadyClock::start(), tempfile::tempdir().unwrap());
    let mut live = live(&trail, &clock, "1x", dir.path());
    live.ahead = 64 << 10;
    let begun = live.record.timetable.begun;
    let stall = (begun.after(Duration::from_secs(1)), begun.after(Duration::from_millis(2_600)));
    let moody = Moody::new(clock, stall);
    let (stop, meter) = (AtomicBool::new(false), Meter::default());
    let emitted = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(begun.after(Duration::from_secs(2)).since(clock.now()));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        run::emit(&trail, &moody, &live, &clock, &stop, &meter).unwrap()
    });
    assert!(emitted.outcome.interrupted && emitted.shortfall.exact);
    let was_due: u64 = trail
        .files()
        .filter(|file| live.record.timetable.due(file.delivered_at) <= emitted.ended)
        .map(|file| file.records)
        .sum();
    assert_eq!(emitted.outcome.totals.events + emitted.shortfall.events, was_due);
    assert!(emitted.shortfall.events > 1_000);
    let manifest = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
    assert_eq!(manifest.lines().count() as u64, emitted.outcome.totals.objects + 2);
    assert!(manifest.lines().last().unwrap().contains("\"interrupted\":true"));
}
