//! The manifest of a trail: its lines read, some of them changed, and all of them written back at once.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Error;
use crate::clock::Time;
use crate::trail::Fault;

/// A manifest and the place of its trail.
pub(super) struct Manifest {
    path: PathBuf,
    header: Header,
    lines: Vec<Line>,
}

/// What the header says of the trail.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) seed: u64,
    pub(super) scenario: Scenario,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scenario {
    pub(super) trail: Trail,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trail {
    pub(super) bucket: String,
    pub(super) digests: bool,
    pub(super) key_lifetime: String,
    pub(super) signing_key: Option<PathBuf>,
}

/// A line, and what it says of an object.
struct Line {
    text: String,
    object: Option<Object>,
}

/// The members of a line that decide what can happen to its object.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    /// The number of its line, from 0.
    #[serde(skip)]
    pub(super) line: usize,
    kind: String,
    pub(super) key: String,
    #[serde(default)]
    pub(super) log_files: u64,
    delivered_at: String,
    pub(super) faults: Vec<Fault>,
}

impl Object {
    pub(super) fn is_log(&self) -> bool {
        self.kind == "log"
    }

    pub(super) fn delivered_at(&self) -> Time {
        Time::parse(&self.delivered_at, Time(0)).unwrap_or(Time(0))
    }
}

/// Where the files beside a trail lie.
pub(super) const BESIDE: &str = ".mocktrail";

impl Manifest {
    pub(super) fn read(place: &Path) -> Result<Self, Error> {
        let path = place.join(BESIDE).join("manifest.jsonl");
        let text = fs::read_to_string(&path).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Error::NoTrail(place.to_owned()),
            _ => Error::Read { path: path.clone(), cause },
        })?;
        let wrong = |line| Error::Manifest { path: path.clone(), line };
        let mut lines = Vec::new();
        for (number, text) in text.lines().enumerate() {
            let is_object = text.starts_with("{\"type\":\"object\"");
            let read = || serde_json::from_str::<Object>(text).map_err(|_| wrong(number + 1));
            let object = is_object.then(read).transpose()?.map(|object| Object { line: number, ..object });
            lines.push(Line { text: text.to_owned(), object });
        }
        let header = lines.first().and_then(|line| serde_json::from_str(&line.text).ok()).ok_or_else(|| wrong(1))?;
        let footer: Option<Value> = lines.last().and_then(|line| serde_json::from_str(&line.text).ok());
        match footer.filter(|footer| footer["type"] == "footer") {
            None => Err(wrong(lines.len())),
            Some(footer) if footer["interrupted"] == true => Err(Error::Incomplete(place.to_owned())),
            Some(_) => Ok(Self { path, header, lines }),
        }
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.lines.iter().filter_map(|line| line.object.as_ref())
    }

    /// All that the line of an object says.
    pub(super) fn line(&self, object: &Object) -> Value {
        serde_json::from_str(&self.lines[object.line].text).expect("the line was read before")
    }

    /// Replaces the line of an object; the sums of the footer follow.
    pub(super) fn replace(&mut self, object: &Object, line: &Value) {
        let before = self.line(object);
        let last = self.lines.len() - 1;
        let mut footer: Value = serde_json::from_str(&self.lines[last].text).expect("the footer was read before");
        for sum in ["bytes", "rawBytes"] {
            let part = |of: &Value| of[sum].as_i64().unwrap_or(0);
            footer[sum] = json!(part(&footer) + part(line) - part(&before));
        }
        self.lines[object.line].text = line.to_string();
        self.lines[last].text = footer.to_string();
    }

    pub(super) fn write(&self) -> Result<(), Error> {
        let failed = |cause| Error::Write { path: self.path.clone(), cause };
        let folder = self.path.parent().expect("it lies in a folder");
        let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let mut out = BufWriter::new(file);
        let written = self.lines.iter().try_for_each(|line| writeln!(out, "{}", line.text));
        written.map_err(failed)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}
