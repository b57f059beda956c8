//! What of a live run stands in no scenario, beside its manifest: when it began and how fast its time goes by.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::timetable::{Speed, Timetable};
use crate::clock::{Moment, Time};

/// The file `emission.json`. With the scenario beside it, it says all that decides a live run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The due times.
    pub timetable: Timetable,
    /// The rate as it was asked for.
    pub rate: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    begun: String,
    start: String,
    speed: String,
    rate: Option<String>,
}

const NAME: &str = "emission.json";

impl Record {
    /// The record of a run that begins.
    #[must_use]
    pub const fn new(timetable: Timetable, rate: Option<String>) -> Self {
        Self { timetable, rate }
    }

    /// Reads the record of a run that lists its objects in this folder.
    ///
    /// # Errors
    /// There is none, or it says no such thing.
    pub fn load(dir: &Path) -> io::Result<Self> {
        let document: Document = serde_json::from_slice(&fs::read(dir.join(NAME))?)?;
        let odd = || io::Error::new(io::ErrorKind::InvalidData, format!("`{NAME}` is not what a run wrote"));
        let time = |text: &str| Time::parse(text, Time(0)).ok_or_else(odd);
        let begun = Moment::from(time(&document.begun)?);
        let speed = Speed::parse(&document.speed).ok_or_else(odd)?;
        let timetable = Timetable { start: time(&document.start)?, begun, speed };
        Ok(Self { timetable, rate: document.rate })
    }

    /// Writes it down.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn store(&self, dir: &Path) -> io::Result<()> {
        let Timetable { start, begun, speed } = self.timetable;
        let document = Document {
            begun: begun.time().to_string(),
            start: start.to_string(),
            speed: speed.to_string(),
            rate: self.rate.clone(),
        };
        let text = serde_json::to_string_pretty(&document).expect("the record is made of texts");
        fs::write(dir.join(NAME), text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let speed = Speed::parse("0.5x").unwrap();
        let timetable = Timetable { start: Time(1_772_409_600_000), begun: Moment(1_800_000_000_123_000), speed };
        let record = Record::new(timetable, Some("500/s".to_owned()));
        record.store(dir.path()).unwrap();
        assert_eq!(Record::load(dir.path()).unwrap(), record);
        fs::write(dir.path().join(NAME), "{\"begun\":\"now\",\"start\":\"\",\"speed\":\"1x\"}").unwrap();
        assert!(Record::load(dir.path()).is_err());
    }
}
