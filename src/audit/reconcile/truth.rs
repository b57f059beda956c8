//! What was delivered: the objects of a manifest and the events in them.
//!
//! Where all log files of the trail are delivered and no fault moves an event, every ordinal is expected once and nothing
//! has to be played. Else each line says which of the events that the scenario puts into the object are there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;
use uuid::Uuid;

use super::header;
use super::kinds::Kinds;
use super::layouts::Layouts;
use super::marks::{Counts, Page, first};
use super::{Error, Step};
use crate::activity::CHAPTER;
use crate::audit::Progress;
use crate::clock::Time;
use crate::trail::{Contents, Fault, Trail};

/// A header has some hundred bytes for each stream.
const LONGEST_HEADER: u64 = 64 * 1024 * 1024;

/// An event: the number of its stream, and its ordinal.
pub(super) type At = (u16, u64);

/// What a consumer ought to have received.
pub(super) struct Truth {
    pub(super) path: PathBuf,
    pub(super) trail: Trail,
    /// How often each event was delivered, by stream; `None` when each was once.
    delivered: Option<Vec<Counts>>,
    /// Objects whose time of delivery is another than the scenario's.
    times: BTreeMap<String, Time>,
    /// The faults of the objects that have some.
    pub(super) faults: Kinds,
    /// Where events lie that are not where the scenario puts them.
    pub(super) moved: BTreeMap<At, String>,
    /// Log files delivered.
    pub(super) objects: u64,
    /// Distinct events delivered.
    pub(super) events: u64,
    /// The manifest says that the run ended early, or has no end.
    pub(super) interrupted: bool,
}

/// A line of the manifest, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Line {
    r#type: String,
    kind: String,
    pub(super) key: String,
    records: u64,
    pub(super) delivered_at: String,
    pub(super) faults: Vec<Fault>,
    interrupted: bool,
}

/// A manifest, open behind its header, and the header.
fn open(path: &Path) -> Result<(impl BufRead, String), Error> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(unreadable(path))?);
    let mut header = Vec::new();
    // Whatever else was named by mistake need not have lines at all.
    reader.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut header).map_err(unreadable(path))?;
    Ok((reader, String::from_utf8_lossy(&header).into_owned()))
}

/// Who is told how far the manifest is read, and may stop that.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) stop: &'a AtomicBool,
    pub(super) progress: &'a dyn Fn(Step),
}

/// So often is it told.
const LINES_AT_ONCE: u64 = 64;

impl Watch<'_> {
    /// Tells of so many bytes and objects; true when reading is to stop.
    fn stops(self, bytes: u64, all_bytes: u64, line: u64) -> bool {
        if line.is_multiple_of(LINES_AT_ONCE) {
            (self.progress)(Step::Manifest(Progress { bytes, all_bytes, files: line }));
        }
        self.stop.load(Ordering::Relaxed)
    }
}

/// Calls `each` with every line behind the header and its number.
fn lines(path: &Path, watch: Option<Watch>, each: &mut dyn FnMut(Line, u64) -> Result<(), Error>) -> Result<(), Error> {
    let all_bytes = path.metadata().map_or(0, |file| file.len());
    let (mut reader, header) = open(path)?;
    let (mut text, mut bytes) = (String::new(), header.len() as u64);
    for number in 2.. {
        bytes += text.len() as u64;
        if watch.is_some_and(|watch| watch.stops(bytes, all_bytes, number)) {
            break;
        }
        text.clear();
        if reader.read_line(&mut text).map_err(unreadable(path))? == 0 {
            break;
        }
        let line = serde_json::from_str(&text).map_err(|error| Error::Manifest {
            path: path.to_owned(),
            line: number,
            what: format!("is no line of a manifest: {error}"),
        })?;
        each(line, number)?;
    }
    Ok(())
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let place = path.display().to_string();
    move |cause| Error::Unreadable { place: place.clone(), cause }
}

impl Truth {
    /// Reads a manifest. `timed` says that times of delivery are needed, and `templates` where the folders lie now.
    pub(super) fn read(path: &Path, templates: &[PathBuf], timed: bool, watch: Watch) -> Result<Self, Error> {
        let trail = header::trail(path, &open(path)?.1, templates)?;
        let (mut objects, mut records, mut first_key, mut moves, mut ended) = (0, 0, None, false, None);
        let mut faults = Kinds::default();
        lines(path, Some(watch), &mut |line, number| {
            match line.r#type.as_str() {
                "object" if line.kind == "log" => {
                    objects += 1;
                    records += line.records;
                    faults.add(&line.key, &line.faults);
                    let is_moved = line.faults.iter().any(Fault::moves_events);
                    moves |= is_moved;
                    if !is_moved && first_key.is_none() {
                        first_key = Some((line.key, number));
                    }
                }
                "footer" => ended = Some(line.interrupted),
                _ => {}
            }
            Ok(())
        })?;
        let events = trail.plan().streams.iter().map(|stream| stream.events).sum();
        let mut truth = Self {
            path: path.to_owned(),
            trail,
            delivered: None,
            times: BTreeMap::new(),
            faults,
            moved: BTreeMap::new(),
            objects,
            events,
            interrupted: ended != Some(false),
        };
        if let Some((key, number)) = first_key {
            // If templates have changed, nothing else would tell.
            truth.known(&mut Layouts::default(), &key, number)?;
        }
        if truth.interrupted || moves || records != events || timed {
            truth.go_through(watch)?;
        }
        Ok(truth)
    }

    /// Counts the events of every object.
    fn go_through(&mut self, watch: Watch) -> Result<(), Error> {
        let streams = self.trail.plan().streams.len();
        let (mut counts, mut layouts) = (vec![Counts::default(); streams], Layouts::default());
        let path = self.path.clone();
        lines(&path, Some(watch), &mut |line, number| {
            if line.r#type != "object" || line.kind != "log" {
                return Ok(());
            }
            let found = self.contents(&mut layouts, &line, number)?;
            let times = 1 + line.faults.iter().map(|fault| fault.delivered_again.len()).sum::<usize>();
            for (stream, ordinal) in std::iter::repeat_n(found, times).flatten() {
                counts[usize::from(stream)].add(ordinal);
            }
            Ok(())
        })?;
        self.events = (0..streams)
            .flat_map(|stream| (0..self.trail.activity.chapters(stream)).map(move |chapter| (stream, chapter)))
            .map(|(stream, chapter)| super::marks::ones(&counts[stream].seen(chapter as usize)))
            .sum();
        self.delivered = Some(counts);
        Ok(())
    }

    /// The events that a right reader finds in an object.
    fn contents(&mut self, layouts: &mut Layouts, line: &Line, number: u64) -> Result<Vec<At>, Error> {
        let copied = line.faults.iter().find_map(|fault| fault.copy_of.as_deref());
        let adds = line.faults.iter().any(|fault| !fault.also.is_empty());
        let own = layouts.of(&self.trail, copied.unwrap_or(&line.key));
        // What lies under a key of no file of the trail holds only what is said to be in it.
        let (stream, contents) = match own {
            Some(own) => own,
            None if line.records == 0 || (adds && copied.is_none()) => (0, nothing(&line.key)),
            None => return Err(self.unknown(copied.unwrap_or(&line.key), number)),
        };
        self.note_time(&contents, line, number)?;
        let gone: BTreeSet<At> = self.events_of(line, number, |fault| &fault.without)?.into_iter().collect();
        let more = self.events_of(line, number, |fault| &fault.also)?;
        self.moved.extend(more.iter().map(|at| (*at, line.key.clone())));
        let stream = u16::try_from(stream).expect("a scenario has at most 65 536 streams");
        let own = contents.ordinals.iter().map(|ordinal| (stream, *ordinal)).filter(|at| !gone.contains(at));
        Ok(own.chain(more).take(line.records as usize).collect())
    }

    fn note_time(&mut self, contents: &Contents, line: &Line, number: u64) -> Result<(), Error> {
        let time = Time::parse(&line.delivered_at, Time(0));
        let time = time.ok_or_else(|| self.wrong(number, format!("`{}` is no time", line.delivered_at)))?;
        if contents.key != line.key || contents.delivered_at != time {
            self.times.insert(line.key.clone(), time);
        }
        Ok(())
    }

    /// The events that faults name by their ids.
    fn events_of(&self, line: &Line, number: u64, ids: fn(&Fault) -> &Vec<String>) -> Result<Vec<At>, Error> {
        let open = |id: &String| Uuid::try_parse(id).ok().and_then(|id| self.trail.plan().seal.open(id));
        let wrong = |id: &String| self.wrong(number, format!("`{id}` is the eventID of no event of the trail"));
        let event = |id: &String| open(id).filter(|at| self.has(*at)).ok_or_else(|| wrong(id));
        line.faults.iter().flat_map(ids).map(event).collect()
    }

    fn known(&self, layouts: &mut Layouts, key: &str, number: u64) -> Result<(), Error> {
        match layouts.of(&self.trail, key) {
            Some(_) => Ok(()),
            None => Err(self.unknown(key, number)),
        }
    }

    fn unknown(&self, key: &str, line: u64) -> Error {
        Error::UnknownObject { path: self.path.clone(), line, key: key.to_owned() }
    }

    fn wrong(&self, line: u64, what: String) -> Error {
        Error::Manifest { path: self.path.clone(), line, what }
    }

    /// Whether the trail has such an event, delivered or not.
    pub(super) fn has(&self, (stream, ordinal): At) -> bool {
        self.trail.plan().streams.get(usize::from(stream)).is_some_and(|stream| ordinal < stream.events)
    }

    /// How often an event was delivered.
    pub(super) fn delivered(&self, (stream, ordinal): At) -> u64 {
        match &self.delivered {
            Some(counts) => counts[usize::from(stream)].get(ordinal),
            None => 1,
        }
    }

    /// The events of a chapter that were delivered.
    pub(super) fn expected(&self, stream: usize, chapter: u64) -> Page {
        let (from, to) = self.trail.activity.ordinals(stream, chapter);
        match &self.delivered {
            Some(counts) => counts[stream].seen((from / CHAPTER) as usize),
            None => first(to - from),
        }
    }

    /// When an object was delivered, the first time.
    pub(super) fn time_of(&self, contents: &Contents) -> Time {
        self.times.get(&contents.key).copied().unwrap_or(contents.delivered_at)
    }

    /// The log files in the order of the manifest, each with its key, when it was delivered, and how many records a right
    /// reader finds in it.
    pub(super) fn log_files(&self, each: &mut dyn FnMut(&str, Time, u64)) -> Result<(), Error> {
        lines(&self.path, None, &mut |line, _| {
            let time = Time::parse(&line.delivered_at, Time(0));
            if let (true, Some(time)) = (line.kind == "log", time) {
                each(&line.key, time, line.records);
            }
            Ok(())
        })
    }
}

fn nothing(key: &str) -> Contents {
    Contents { key: key.to_owned(), delivered_at: Time(0), ordinals: Vec::new(), again: Vec::new() }
}
