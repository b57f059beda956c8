//! One log file, read and counted.

use super::level_six;
use super::tally::Tally;
use crate::audit::Error;
use crate::audit::content::{Broken, Content};
use crate::audit::document::Document;
use crate::audit::item::Item;
use crate::audit::manifest::Listed;
use crate::audit::place::Place;
use crate::audit::record::Record;
use crate::clock::{SECOND, Time};
use crate::schema::Tape;

/// A file on its way.
struct Reading<'a> {
    place: Option<Place<'a>>,
    delivered_at: Option<Time>,
    before: Option<Time>,
    tally: Tally,
}

/// Counts what is in a file. Damage ends it, and what came before counts.
pub(super) fn read(item: &Item, sampled: bool) -> Result<Tally, Error> {
    let path = item.source.place(&item.key);
    let delivered_at = item.listed.as_ref().and_then(Listed::delivered_at);
    let tally = Tally { files: 1, bytes: item.size, ..Tally::default() };
    let mut reading = Reading { place: Place::read(&path).0, delivered_at, before: None, tally };
    let done = reading.content(item)?;
    match done {
        Ok(()) => {}
        Err(Broken::Damaged(_)) => reading.tally.damaged = 1,
        Err(Broken::Unreadable(cause)) => return Err(Error::Read { place: path, cause }),
    }
    if sampled && reading.tally.damaged == 0 {
        reading.tally.sample = level_six::sizes(item.source.read(&item.key)?);
    }
    reading.end();
    Ok(reading.tally)
}

impl Reading<'_> {
    fn content(&mut self, item: &Item) -> Result<Result<(), Broken>, Error> {
        let reader = item.source.read(&item.key)?;
        Ok(Content::open(reader).and_then(|content| {
            let mut document = Document::new(content);
            let read = document.read(&mut |tape| self.record(&tape));
            self.tally.raw_bytes = document.content.raw_bytes;
            read.map(drop)
        }))
    }

    fn record(&mut self, tape: &Tape) {
        let record = Record::new(tape.value());
        self.tally.add_names(&record);
        let Some(time) = record.event_time.and_then(|text| Time::parse(text, Time(0))) else { return };
        self.tally.add_time(time, self.place, self.delivered_at);
        if let Some(before) = self.before.replace(time) {
            self.tally.neighbours += 1;
            if time < before {
                self.tally.backwards.add((before.0 - time.0) / SECOND);
            }
        }
    }

    /// Counts what is known only behind the last record.
    fn end(&mut self) {
        let tally = &mut self.tally;
        if tally.records == 0 {
            tally.damaged = 1;
            return;
        }
        tally.file_bytes.add(tally.bytes as i64);
        tally.records_per_file.add(tally.records as i64);
        if let (Some(first), Some(last)) = (tally.first, tally.last) {
            tally.spans.add((last.0 - first.0) / SECOND);
        }
        if let Some(place) = self.place {
            tally.slots.insert((place.account.into(), place.region.into(), place.slot.0), 1);
        }
    }
}
