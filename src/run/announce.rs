//! Notifications of objects that were delivered before, replayed from a manifest.
//!
//! The manifest is read line by line. It does not tell the entity tags of objects, so their bytes are looked at: in
//! the directory beside the manifest, or made again from the scenario in its header. What its faults say of notifications
//! is done as in a live run; only early ones cannot come before objects that are there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Deserialize;
use serde_json::Value;

use super::Stop;
use crate::activity::Chapter;
use crate::clock::{Clock, HOUR, Moment, Span, Time};
use crate::delivery::notify::{Announcer, Notice, Telling, Turn};
use crate::mistake::Mistakes;
use crate::plan::Plan;
use crate::scenario::{Course, Pace, Scenario, Wish};
use crate::template::Catalogue;
use crate::trail::{Batch, Encoder, Fault, Trail};

/// A manifest whose objects are announced.
pub struct Replay {
    lines: BufReader<File>,
    /// Where the objects lie, if they lie in a directory.
    root: Option<PathBuf>,
    made: Made,
}

/// Why a manifest cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It is none.
    #[error("`{}` is no manifest: {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Its scenario is not one of this version.
    #[error(transparent)]
    Scenario(#[from] Mistakes),
}

/// How a replay went.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Objects of the trail, whatever was told of them.
    pub objects: u64,
    /// Digest files, and objects that nobody has the bytes of.
    pub left_out: u64,
    /// How late messages were handed on, in microseconds from their due times.
    pub lateness: Histogram<u64>,
    /// It was stopped before the end.
    pub interrupted: bool,
}

#[derive(Deserialize)]
struct Header {
    scenario: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    r#type: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    delivered_at: String,
    #[serde(default)]
    faults: Vec<Fault>,
}

/// Brings messages on their way, each when it is due.
struct Sequence<'a> {
    announcer: &'a Announcer,
    clock: &'a dyn Clock,
    stop: &'a Stop,
    begun: Moment,
    course: Option<Course>,
    /// Messages so far.
    number: u64,
    /// What is told once more when an object has come that was delivered at this instant or later.
    again: BTreeMap<(Time, u64), Notice>,
    lateness: Histogram<u64>,
}

impl Sequence<'_> {
    /// Tells of an object as it is to be told of; false when it was to stop meanwhile.
    fn tell(&mut self, notice: Notice) -> bool {
        if !self.repeat_until(notice.at) {
            return false;
        }
        match notice.telling {
            Telling::Never => self.announcer.withhold(&notice),
            Telling::Once | Telling::Early => return self.send(&notice, Turn::Usual),
            Telling::Twice(at) => {
                let is_sent = self.send(&notice, Turn::Usual);
                self.again.insert((at, self.number), notice);
                return is_sent;
            }
        }
        true
    }

    /// Tells once more of those whose instant has come; false when it was to stop meanwhile.
    fn repeat_until(&mut self, at: Time) -> bool {
        while let Some(first) = self.again.first_entry().filter(|first| first.key().0 <= at) {
            let notice = first.remove();
            if !self.send(&notice, Turn::Again) {
                return false;
            }
        }
        true
    }

    fn send(&mut self, notice: &Notice, turn: Turn) -> bool {
        let due = self.course.as_ref().map_or(self.begun, |course| nth(self.begun, course, self.number));
        if !wait(self.clock, due, self.stop) {
            return false;
        }
        if self.course.is_some() {
            self.lateness.saturating_record(self.clock.now().since(due).as_micros() as u64);
        }
        self.announcer.announce(notice, turn);
        self.number += 1;
        true
    }
}

impl Replay {
    /// Opens a manifest.
    ///
    /// # Errors
    /// It cannot be read, or has no header that this version understands.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let unreadable = |cause| Unreadable::Io { path: path.to_owned(), cause };
        let odd = |what: &dyn ToString| Unreadable::Form { path: path.to_owned(), what: what.to_string() };
        let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut first = String::new();
        lines.read_line(&mut first).map_err(unreadable)?;
        let header: Header = serde_json::from_str(&first).map_err(|error| odd(&error))?;
        let scenario = scenario_of(&header.scenario)?;
        let folder = path.parent().filter(|folder| folder.ends_with(".mocktrail"));
        let root = folder.and_then(Path::parent).map(Path::to_owned);
        Ok(Self { lines, root, made: Made::new(Arc::new(Plan::new(scenario)?)) })
    }

    /// What the trail was made from.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.made.trail.plan().scenario
    }

    /// Announces every object but digests, as fast as it goes or at a pace: then each message is due at a moment that is
    /// fixed beforehand, and a slow target makes the others late, never fewer.
    ///
    /// # Errors
    /// The manifest cannot be read to its end.
    pub fn announce(
        mut self,
        announcer: &Announcer,
        pace: Option<&Pace>,
        clock: &dyn Clock,
        stop: &Stop,
    ) -> io::Result<Replayed> {
        let course = pace.map(|pace| Course::new(pace, Span(HOUR)));
        let lateness = Histogram::new(3).expect("three digits are valid");
        let (begun, again) = (clock.now(), BTreeMap::new());
        let mut sequence = Sequence { announcer, clock, stop, begun, course, number: 0, again, lateness };
        let (mut objects, mut left_out, mut goes_on) = (0, 0, true);
        let mut text = String::new();
        while goes_on && self.lines.read_line(&mut text)? > 0 {
            let line: Line = serde_json::from_str(&text)?;
            text.clear();
            if line.r#type != "object" {
                continue;
            }
            match self.notice(&line, announcer.shape().has_etag()) {
                None => left_out += 1,
                Some(notice) => {
                    goes_on = sequence.tell(notice);
                    objects += u64::from(goes_on);
                }
            }
        }
        let interrupted = !(goes_on && sequence.repeat_until(Time(i64::MAX)));
        Ok(Replayed { objects, left_out, lateness: sequence.lateness, interrupted })
    }

    fn notice(&mut self, line: &Line, with_etag: bool) -> Option<Notice> {
        let is_stray = line.kind == "stray";
        let at = Time::parse(&line.delivered_at, Time(0)).filter(|_| is_stray || line.kind == "log")?;
        let body = match with_etag {
            true => self.body(&line.key)?,
            false => Vec::new(),
        };
        Some(Notice::new(&line.key, &body, at).with_faults(is_stray, &line.faults))
    }

    fn body(&mut self, key: &str) -> Option<Vec<u8>> {
        let stored = self.root.as_ref().and_then(|root| fs::read(root.join(key)).ok());
        stored.or_else(|| self.made.body(key))
    }
}

/// When the so-manieth message is due.
fn nth(begun: Moment, course: &Course, number: u64) -> Moment {
    let passed = course.after(u128::from(number) * 2 * HOUR as u128);
    Moment(begun.0.saturating_add(passed.saturating_mul(1_000)))
}

/// Waits until a moment; false when it was to stop meanwhile.
fn wait(clock: &dyn Clock, due: Moment, stop: &Stop) -> bool {
    while !stop.load(Ordering::Relaxed) {
        match due.since(clock.now()) {
            Duration::ZERO => return true,
            left => thread::sleep(left.min(Duration::from_millis(50))),
        }
    }
    false
}

/// The scenario of a manifest's header. Its templates lie where they lay then, seen from where the program runs.
fn scenario_of(json: &Value) -> Result<Scenario, Mistakes> {
    let text = crate::scenario::toml_of(json);
    let catalogue = Catalogue::load(&crate::scenario::templates_of("", &text))?;
    Wish::parse("", &text, &catalogue.names(), Time(0))?.resolve()
}

/// The log files of the chapters that were asked for last.
struct Made {
    trail: Trail,
    encoder: Encoder,
    chapters: BTreeMap<(usize, u64), (Chapter, BTreeMap<String, Batch>)>,
}

impl Made {
    /// Keys come in order, and few chapters share a slot.
    const KEPT: usize = 16;

    fn new(plan: Arc<Plan>) -> Self {
        let trail = Trail::new(plan);
        Self { encoder: trail.encoder(), trail, chapters: BTreeMap::new() }
    }

    fn body(&mut self, key: &str) -> Option<Vec<u8>> {
        let (stream, number) = self.trail.chapter_of(key)?;
        if number >= self.trail.activity.chapters(stream) {
            return None;
        }
        if self.chapters.len() >= Self::KEPT && !self.chapters.contains_key(&(stream, number)) {
            self.chapters.pop_first();
        }
        let trail = &self.trail;
        let (chapter, batches) = self.chapters.entry((stream, number)).or_insert_with(|| {
            let chapter = trail.activity.chapter(stream, number);
            let batches = trail.batches(stream, &chapter);
            (chapter, batches.into_iter().map(|batch| (trail.key(stream, &batch), batch)).collect())
        });
        let file = trail.log_file(stream, chapter, batches.get(key)?, &mut self.encoder);
        Some(file.object.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hundredth message at 10/s is due after exactly ten seconds, and the millionth after a day and some.
    #[test]
    fn messages_are_due_by_their_number() {
        let course = Course::new(&Pace::parse("10/s").unwrap(), Span(HOUR));
        for (number, micros) in [(0, 0), (1, 100_000), (100, 10_000_000), (1_000_000, 100_000_000_000)] {
            assert_eq!(nth(Moment(7), &course, number), Moment(7 + micros));
        }
        let bursts = Course::new(&Pace::parse("5/s for 1s, 0/s for 9s").unwrap(), Span(HOUR));
        let due: Vec<i64> = (0..12).map(|number| nth(Moment(0), &bursts, number).0 / 1_000).collect();
        assert_eq!(due, [0, 200, 400, 600, 800, 10_000, 10_200, 10_400, 10_600, 10_800, 20_000, 20_200]);
    }
}
