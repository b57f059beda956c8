//! `mocktrail emit`: a trail as its time comes.
//!
//! * `rate`, `request`: from arguments to a plan and its due times
//! * `status`: the line on a terminal
//! * `report`: what it came to, for people and programs
//! * `metrics`, `scrape`: the figures for Prometheus, and the listener that gives them

mod metrics;
mod rate;
mod report;
mod request;
mod scrape;
mod status;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use self::report::Report;
pub(crate) use self::report::in_ms;
use self::request::Request;
use self::scrape::Listener;
use self::status::Status;
use super::args::Emit;
use super::console::Console;
use super::exit::Exit;
use super::failure::{Failure, objects};
use super::interrupt;
use super::notify::unfinished;
use crate::clock::SteadyClock;
use crate::delivery::notify::{Announced, Announcer};
use crate::run::{self, Emitted, Live, Meter};
use crate::trail::Trail;

/// Objects put at once, when the user does not say.
const LANES: usize = 8;

pub(crate) fn run(args: &Emit, console: &mut Console) -> Result<Exit, Failure> {
    let Request { plan, place, store, manifest_dir, record, wanted } = Request::read(args)?;
    let trail = Trail::new(Arc::new(plan));
    let scenario = &trail.plan().scenario;
    let destination = store.open(scenario, args.destination.overwrite, &args.s3)?;
    let listener = args.metrics.map(Listener::bind).transpose()?;
    if let Some(listener) = &listener {
        console.say(&format!("metrics at http://{}/metrics", listener.address()));
    }
    let run =
        Report { trail: &trail, place: place.name(scenario), record: record.clone(), clock: &SteadyClock::start() };
    let announcer = match wanted.is_nobody() {
        true => None,
        false => Some(wanted.announcer(scenario, &args.s3.access, &args.notify_shape)?),
    };
    let mut live = Live {
        record,
        announcer,
        goes_on: args.resume,
        threads: args.threads.map_or_else(cores, usize::from),
        lanes: args.s3.concurrency.map_or(LANES, usize::from),
        ahead: args.ahead,
        manifest_dir,
        force: args.destination.force,
    };
    let (stop, meter) = (interrupt::watch(), Meter::default());
    let over = AtomicBool::new(false);
    let done = thread::scope(|scope| {
        if let Some(listener) = &listener {
            scope.spawn(|| listener.answer(&over, &|| metrics::text(&run, &meter.figures(), &so_far(&live))));
        }
        scope.spawn(|| Status::new().follow(&over, stop, &run, &meter));
        let _over = Over(&over);
        run::emit(&trail, &*destination, &live, run.clock, stop, &meter)
    });
    if let Some(announcer) = live.announcer.as_ref().filter(|_| stop.load(Ordering::Relaxed)) {
        announcer.hurry();
    }
    let told = live.announcer.take().map(Announcer::finish).unwrap_or_default();
    let emitted = done.map_err(|error| Failure::of_run(error, run::estimate(&trail)))?;
    let figures = meter.figures();
    match args.json {
        true => console.json(&run.document(&emitted, &figures, &told))?,
        false => console.say(&run.text(&emitted, &figures, &told)),
    }
    unfinished(&told)?;
    finish(&trail, &emitted)
}

/// Ends those who look on when the run ends, however it does.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What became of notifications so far.
fn so_far(live: &Live) -> Vec<Announced> {
    live.announcer.as_ref().map(Announcer::announced).unwrap_or_default()
}

fn finish(trail: &Trail, emitted: &Emitted) -> Result<Exit, Failure> {
    if !emitted.is_interrupted() {
        return Ok(Exit::Done);
    }
    let all = Some(objects(&run::estimate(trail)));
    Err(Failure::Stopped { delivered: emitted.outcome.totals.objects, all })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
