//! A trail as its time comes: live is batch that waits.
//!
//! What is delivered follows from the scenario alone, as in a batch, and so does when: the [`Timetable`] maps the
//! delivery of each file to the clock before anything begins. The destination has no say in it: a slow one makes
//! objects late, never fewer, and lateness is measured from the due time. In reading order:
//!
//! * `timetable`: when things are due
//! * `agenda`: which chapter is to be made next
//! * `pool`: finished objects that wait, in bounded memory
//! * `crew`: the threads that make files and put them; `herald` tells consumers of them
//! * `lateness`, `meter`: how late objects were, and all other figures
//! * `ledger`: what was delivered, in the order of the manifest
//! * `record`: what is written down so that a run can be gone on with
//! * `shortfall`: what was due and is not delivered when a run is stopped

mod agenda;
mod crew;
mod herald;
mod lateness;
mod ledger;
mod meter;
mod pool;
mod record;
mod shortfall;
mod timetable;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use self::crew::{Crew, Message};
pub use self::lateness::{Lateness, Parts, Passage};
use self::ledger::Ledger;
pub use self::meter::{Figures, Meter};
pub use self::record::Record;
pub use self::shortfall::Shortfall;
pub use self::timetable::{Speed, Timetable};
use super::manifest::ManifestFile;
use super::{Error, Outcome, Progress, Stop};
use crate::clock::{Clock, Moment};
use crate::delivery::notify::Announcer;
use crate::delivery::{self, Destination};
use crate::trail::Trail;

/// How often it is written down how full the pool is.
const GLANCE: Duration = Duration::from_millis(100);

/// How a live run goes about it. Of all this, no byte depends on anything.
pub struct Live {
    /// When things are due, and what was asked for.
    pub record: Record,
    /// Threads that make files; at least 1.
    pub threads: usize,
    /// Objects put at once; at least 1.
    pub lanes: usize,
    /// Bytes of finished objects that are kept in memory, about.
    pub ahead: usize,
    /// Where `manifest.jsonl` and `scenario.toml` go.
    pub manifest_dir: PathBuf,
    /// Who is told of objects that have come.
    pub announcer: Option<Announcer>,
    /// The run was begun before: what it told of then is not told again.
    pub goes_on: bool,
    /// Write although objects lie there that the plan does not explain.
    pub force: bool,
}

/// What a live run came to.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// As of any run.
    pub outcome: Outcome,
    /// What was due when it ended and is not delivered.
    pub shortfall: Shortfall,
    /// When it ended.
    pub ended: Moment,
}

impl Emitted {
    /// Whether there was more to be delivered, or to be told.
    #[must_use]
    pub const fn is_interrupted(&self) -> bool {
        self.outcome.interrupted || self.shortfall.notifications > 0
    }
}

impl Timetable {
    /// The events that have happened in a trail up to a moment, by its calendar.
    #[must_use]
    pub fn offered(&self, trail: &Trail, moment: Moment) -> u64 {
        let at = self.at(moment);
        (0..trail.plan().streams.len()).map(|stream| trail.activity.stream(stream).calendar.ordinal(at)).sum()
    }
}

/// Delivers every file of a trail when it is due, until all are delivered or `stop` is set: then what is under way is
/// finished and the manifest lists what is delivered. The same call later goes on from there.
///
/// # Errors
/// What the destination or the manifest fails with.
pub fn emit(
    trail: &Trail,
    destination: &dyn Destination,
    live: &Live,
    clock: &dyn Clock,
    stop: &Stop,
    meter: &Meter,
) -> Result<Emitted, Error> {
    destination.prepare().map_err(|source| Error::Delivery { source, done: Progress::default() })?;
    if !live.force {
        super::foreign::refuse(trail, &trail.part(None), None, destination)?;
    }
    let manifest = ManifestFile::create(&trail.plan().scenario, None, &live.manifest_dir)?;
    let noted = live.record.store(&live.manifest_dir);
    noted.map_err(|source| Error::Manifest { path: live.manifest_dir.clone(), source })?;
    if let Some(announcer) = &live.announcer {
        let begun = announcer.begin(Some((&live.manifest_dir, live.goes_on)));
        begun.map_err(|source| Error::Manifest { path: live.manifest_dir.clone(), source })?;
    }
    let ledger = Ledger::new(trail, manifest, live.manifest_dir.join("streams.partial"))?;
    let crew = Crew::new(trail, destination, live, clock, stop, meter);
    let (send, receive) = channel();
    thread::scope(|scope| {
        for _ in 0..live.threads.max(1) {
            let (crew, send) = (&crew, send.clone());
            scope.spawn(move || crew.make_all(&send));
        }
        for _ in 0..live.lanes.max(1) {
            let (crew, send) = (&crew, send.clone());
            scope.spawn(move || crew.put_all(&send));
        }
        if live.announcer.is_some() {
            scope.spawn(|| crew.tell_all());
        }
        drop(send);
        let (next_look, failure) = (clock.now(), None);
        Collector { crew: &crew, destination, clock, meter, ledger, next_look, failure, stopped: 0 }.collect(&receive)
    })
    .map(|(outcome, stopped)| {
        let ended = clock.now();
        let shortfall = match outcome.interrupted {
            true => shortfall::of(trail, &live.record.timetable, &crew, ended).and(stopped),
            false => Shortfall::default(),
        };
        let shortfall = Shortfall { notifications: crew.herald.left(), ..shortfall };
        Emitted { outcome, shortfall, ended }
    })
}

/// Takes down what happens.
struct Collector<'a> {
    crew: &'a Crew<'a>,
    destination: &'a dyn Destination,
    clock: &'a dyn Clock,
    meter: &'a Meter,
    ledger: Ledger<'a>,
    /// When the pool is looked at again.
    next_look: Moment,
    failure: Option<Error>,
    /// Events in objects that were due and under way when the run ended.
    stopped: u64,
}

impl Collector<'_> {
    /// Takes messages until all threads have ended.
    fn collect(mut self, receive: &Receiver<Message>) -> Result<(Outcome, u64), Error> {
        loop {
            match receive.recv_timeout(Duration::from_millis(50)) {
                Ok(message) => {
                    let taken = self.take(message);
                    self.note(taken);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.clock.now() >= self.next_look {
                self.crew.look();
                self.next_look = self.clock.now().after(GLANCE);
            }
            if self.crew.ended() {
                self.destination.stop();
            }
        }
        self.destination.finish();
        self.crew.look();
        self.end()
    }

    fn take(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Made { stream, chapter, files } => self.ledger.expect(stream, chapter, files),
            Message::Fate { fate: Err(delivery::Error::Stopped), line, .. } => {
                self.stopped += line.events();
                Ok(())
            }
            Message::Fate { fate: Err(source), .. } => Err(Error::Delivery { source, done: self.ledger.progress }),
            Message::Fate { fate: Ok(delivered), id, slot, line, passage } => {
                self.meter.delivered(&line, delivered, &passage);
                self.ledger.delivered(id, slot, *line)
            }
        }
    }

    /// The first failure ends the run.
    fn note(&mut self, taken: Result<(), Error>) {
        if let Err(error) = taken {
            self.crew.fail();
            self.failure.get_or_insert(error);
        }
    }

    fn end(self) -> Result<(Outcome, u64), Error> {
        let (progress, figures) = (self.ledger.progress, self.meter.figures());
        let finished = self.ledger.finish();
        match self.failure {
            Some(Error::Delivery { source, .. }) => return Err(Error::Delivery { source, done: progress }),
            Some(error) => return Err(error),
            None => {}
        }
        let (finished, complete) = finished?;
        let outcome = Outcome {
            totals: finished.totals,
            written: figures.written,
            already_there: figures.already_there,
            keys: finished.keys,
            manifest: finished.path,
            interrupted: !complete,
        };
        Ok((outcome, self.stopped))
    }
}
