//! The lines of one shard's manifest, in order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use serde::Deserialize;

use super::error::{Fault, MergeError};
use super::head::Head;
use crate::trail::{self, Totals};

/// So much of a manifest is in memory.
const WINDOW: usize = 64 * 1024;

/// A manifest, at the line of one log file.
pub(super) struct Lines {
    reader: BufReader<Reopened>,
    /// The line with its end.
    pub(super) text: String,
    /// Which stream its log file belongs to.
    pub(super) stream: usize,
    /// The key of its log file.
    pub(super) key: String,
    /// What it adds to the sums.
    pub(super) totals: Totals,
    /// What goes wrong with its log file on purpose.
    pub(super) faults: Vec<trail::Fault>,
    number: u64,
    events: u64,
}

/// What a line says, as far as it is needed.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Line<'a> {
    r#type: &'a str,
    kind: &'a str,
    #[serde(borrow)]
    key: Cow<'a, str>,
    bytes: u64,
    raw_bytes: u64,
    records: u64,
    events: u64,
    faults: Vec<trail::Fault>,
}

impl Lines {
    /// The manifest at its first log file; nothing when it has none. `roots` are what the keys of each stream begin with.
    pub(super) fn open(head: &Head, roots: &[String]) -> Result<Option<Self>, MergeError> {
        let file = Reopened { path: head.path.clone(), offset: head.header.len() as u64 + 1 };
        let mut lines = Self {
            reader: BufReader::with_capacity(WINDOW, file),
            text: String::new(),
            stream: 0,
            key: String::new(),
            totals: Totals::default(),
            faults: Vec::new(),
            number: 1,
            events: 0,
        };
        Ok(lines.advance(roots)?.then_some(lines))
    }

    /// Goes to the next line; false when there is none.
    pub(super) fn advance(&mut self, roots: &[String]) -> Result<bool, MergeError> {
        self.text.clear();
        self.number += 1;
        let read = self.reader.read_line(&mut self.text);
        read.map_err(|cause| MergeError::Read { path: self.path(), cause })?;
        let Ok(line) = serde_json::from_str::<Line>(&self.text) else { return Err(self.wrong(Fault::NoLogFile)) };
        match (line.r#type, line.kind) {
            ("object", "log" | "stray") => {}
            ("footer", _) => return self.end(line.events),
            _ => return Err(self.wrong(Fault::NoLogFile)),
        }
        let (objects, records) = (1, line.records);
        let events = records - trail::Fault::copies(&line.faults, records).min(records);
        self.totals = Totals { objects, digests: 0, events, records, raw_bytes: line.raw_bytes, bytes: line.bytes };
        self.events += events;
        self.faults = line.faults;
        self.key.clear();
        self.key.push_str(&line.key);
        let later = roots[self.stream..].iter().position(|root| self.key.starts_with(root.as_str()));
        self.stream += later.ok_or_else(|| self.wrong(Fault::Elsewhere))?;
        Ok(true)
    }

    /// Holds that the footer counts what was read.
    fn end(&self, told: u64) -> Result<bool, MergeError> {
        match told == self.events {
            true => Ok(false),
            false => Err(MergeError::Sums { path: self.path(), told, what: "its lines have", events: self.events }),
        }
    }

    /// What is wrong with the line that was read last.
    pub(super) fn wrong(&self, fault: Fault) -> MergeError {
        MergeError::Line { path: self.path(), line: self.number, fault }
    }

    fn path(&self) -> PathBuf {
        self.reader.get_ref().path.clone()
    }

    fn place(&self) -> (usize, &str) {
        (self.stream, &self.key)
    }
}

impl Ord for Lines {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}

impl PartialOrd for Lines {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Lines {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Lines {}

/// A file that is open only while it is read: there may be more shards than a process may have open files.
struct Reopened {
    path: PathBuf,
    offset: u64,
}

impl Read for Reopened {
    fn read(&mut self, window: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.read(window)?;
        self.offset += read as u64;
        Ok(read)
    }
}
