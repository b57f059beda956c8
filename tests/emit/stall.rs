//! Open loop: a destination that stalls makes objects late by exactly as long as it takes, and never fewer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hdrhistogram::Histogram;
use mocktrail::delivery::{Destination, Error, Object, Report};
use mocktrail::run::{self, Meter};
use mocktrail::{Clock, Moment, SteadyClock};

use super::{Moody, due, live, trail};

thread_local! {
    /// What this thread's clock said last.
    static SAID: Cell<Moment> = const { Cell::new(Moment(0)) };
    /// What this thread has just put.
    static PUT: RefCell<Option<(String, Moment)>> = const { RefCell::new(None) };
}

/// A clock that notes for each object what it said last before the put and first after it, to the thread that put it.
struct Noting {
    clock: SteadyClock,
    /// When the delivery of each object began and ended.
    noted: Mutex<BTreeMap<String, (Moment, Moment)>>,
}

impl Clock for Noting {
    fn now(&self) -> Moment {
        let now = self.clock.now();
        SAID.set(now);
        if let Some((key, taken)) = PUT.take() {
            self.noted.lock().unwrap().insert(key, (taken, now));
        }
        now
    }
}

/// A destination that tells the clock of its thread what it has taken.
struct Told(Moody);

impl Destination for Told {
    fn prepare(&self) -> Result<(), Error> {
        self.0.prepare()
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        self.0.list(prefix, each)
    }

    fn put(&self, object: Object, report: Report) {
        let put = (object.key.clone(), SAID.get());
        self.0.put(object, report);
        PUT.set(Some(put));
    }

    fn finish(&self) {}

    fn stop(&self) {}

    fn name(&self) -> String {
        self.0.name()
    }
}

/// The values of a histogram, ascending.
fn values(histogram: &Histogram<u64>) -> Vec<u64> {
    let recorded = histogram.iter_recorded();
    recorded.flat_map(|step| vec![step.value_iterated_to(); step.count_at_value() as usize]).collect()
}

/// Holds a histogram against what was seen, rank by rank: each value lies in its millisecond.
fn assert_same(histogram: &Histogram<u64>, mut seen: Vec<u64>) {
    seen.sort_unstable();
    let told = values(histogram);
    assert_eq!(told.len(), seen.len());
    for (told, seen) in told.iter().zip(&seen) {
        assert!(told >= seen && told - seen < 1_000, "{told} µs told, {seen} µs seen");
    }
}

/// Nothing gets through for five seconds. All objects come all the same; due times are those that the trail has had from the
/// beginning; and the histograms say of each object how late it was, counted from there.
#[test]
fn a_stall_of_five_seconds_is_told_to_the_millisecond() {
    let (trail, dir) = (trail(18_000, 9), tempfile::tempdir().unwrap());
    let clock = Noting { clock: SteadyClock::start(), noted: Mutex::default() };
    let live = live(&trail, &clock.clock, "1x", dir.path());
    let begun = live.record.timetable.begun;
    let at = |millis| begun.after(Duration::from_millis(millis));
    let told = Told(Moody::new(clock.clock, (at(3_000), at(8_000))));
    let (meter, offered) = (Meter::default(), Mutex::new(Vec::new()));
    let over = AtomicBool::new(false);
    let emitted = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let now = clock.clock.now();
                offered.lock().unwrap().push((
                    now.since(begun),
                    live.record.timetable.offered(&trail, now),
                    meter.figures().events,
                ));
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        let emitted = run::emit(&trail, &told, &live, &clock, &AtomicBool::new(false), &meter).unwrap();
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        emitted
    });
    let figures = meter.figures();
    assert_eq!((emitted.outcome.totals.events, emitted.shortfall.events, figures.events), (18_000, 0, 18_000));
    let (due, noted) = (due(&trail, &live.record.timetable), clock.noted.lock().unwrap());
    assert_eq!(noted.keys().collect::<Vec<_>>(), due.keys().collect::<Vec<_>>());
    let late = |(key, due): (&String, &Moment)| noted[key].1.since(*due).as_micros() as u64;
    assert_same(&figures.lateness.total, due.iter().map(late).collect());
    let put = |(key, due): (&String, &Moment)| noted[key].1.since(noted[key].0.max(*due)).as_micros() as u64;
    assert_same(&figures.lateness.put, due.iter().map(put).collect());
    // Who was due in the stall waited for its end; a tenth or so of all objects a second.
    let stalled = due.iter().filter(|(_, due)| (at(3_000)..at(7_000)).contains(due));
    assert!(stalled.clone().count() > 20);
    stalled.for_each(|(key, _)| assert!(noted[key].1 >= at(8_000), "{key}"));
    assert_constant(&offered.into_inner().unwrap());
}

/// Two thousand events a second are offered at all times, also while nothing is delivered.
fn assert_constant(samples: &[(Duration, u64, u64)]) {
    for (passed, offered, _) in samples {
        let expected = 2 * passed.as_millis().min(9_000) as u64;
        assert!(offered.abs_diff(expected) <= 6, "{offered} offered after {passed:?}");
    }
    let in_stall = |delivered: &[(Duration, u64, u64)]| {
        let inside = |passed: Duration| (Duration::from_secs(4)..Duration::from_secs(7)).contains(&passed);
        delivered.iter().filter(|(passed, ..)| inside(*passed)).map(|(.., events)| *events).collect::<Vec<_>>()
    };
    let delivered = in_stall(samples);
    assert!(delivered.len() > 5 && delivered.iter().all(|events| *events == delivered[0]), "nothing gets through");
}
