//! What `--rate` says: a pace whose levels are events, bytes or objects in a time.

use crate::clock::{HOUR, Span};
use crate::scenario::{Pace, Problem, Scenario, per};
use crate::trail::Trail;

/// A rate as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    text: String,
    /// What its levels count.
    pub(crate) unit: Unit,
}

/// What a level counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Events,
    /// Bytes of log files before compression.
    Raw,
    /// Bytes of log files.
    Gzip,
    Objects,
}

/// How many of what make how many events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) events: u64,
    pub(crate) units: u64,
}

const FORMS: &str = "write `500/s`, `20MB/s`, `5MB/s gzip` or `10 objects/s`; `100/s..2000/s` for a ramp; `100/s for 5m, \
                     2000/s for 10s` for steps that repeat";

impl Asked {
    /// Reads a rate.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let mut units = Vec::new();
        // Read once for its form; what a unit comes to in events is known only with the scenario.
        for level in text.split(',').flat_map(|leg| leg.split(" for ").next().unwrap_or_default().split("..")) {
            units.push(level_of(level.trim())?.1);
        }
        let unit = units.first().copied().unwrap_or(Unit::Events);
        if units.iter().any(|other| *other != unit) {
            return Err(Problem::new(format!("`{text}` mixes units")).hint("write all its rates in one unit"));
        }
        let asked = Self { text: text.to_owned(), unit };
        asked.pace(Measure { events: 1, units: 1 }).map(|_| asked)
    }

    /// The pace in events.
    pub(crate) fn pace(&self, measure: Measure) -> Result<Pace, Problem> {
        Pace::read(&self.text, |level| {
            let (per_hour, _) = level_of(level)?;
            Ok(per_hour * i128::from(measure.events) / i128::from(measure.units.max(1)))
        })
    }

    /// As the user wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// How many in an hour, and of what.
fn level_of(text: &str) -> Result<(i128, Unit), Problem> {
    let read = || {
        let (amount, rest) = text.split_once('/')?;
        let (time, packed) = rest.split_once(' ').map_or((rest, ""), |(time, packed)| (time, packed.trim()));
        let per = per(time)?;
        let end = amount.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(amount.len());
        let (number, name) = (amount[..end].replace('_', ""), amount[end..].trim());
        let number: i128 = number.parse::<u64>().ok()?.into();
        let (factor, unit) = match (name, packed) {
            ("", "") => (1, Unit::Events),
            ("object" | "objects", "") => (1, Unit::Objects),
            (name, "" | "raw") => (size(name)?, Unit::Raw),
            (name, "gzip") => (size(name)?, Unit::Gzip),
            _ => return None,
        };
        Some((number * factor * i128::from(HOUR / per), unit))
    };
    read().ok_or_else(|| Problem::new(format!("`{text}` is not a rate")).hint(FORMS))
}

fn size(name: &str) -> Option<i128> {
    let sizes = [("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let binary = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    sizes.iter().chain(&binary).find(|(unit, _)| *unit == name).map(|(_, bytes)| *bytes)
}

/// How many units a trail's events make, from its first chapter: the same on every machine.
pub(crate) fn measure(trail: &Trail, unit: Unit) -> Measure {
    let chapter = trail.activity.chapter(0, 0);
    let mut encoder = trail.encoder();
    let mut measure = Measure { events: 0, units: 0 };
    for batch in trail.batches(0, &chapter) {
        let file = trail.log_file(0, &chapter, &batch, &mut encoder);
        measure.events += file.records;
        measure.units += match unit {
            Unit::Events => file.records,
            Unit::Objects => 1,
            Unit::Raw => file.raw_bytes,
            Unit::Gzip => file.object.body.len() as u64,
        };
    }
    measure
}

/// A scenario of one full chapter of the same kind, to measure it.
pub(crate) fn specimen(scenario: &Scenario, events: u64, length: Span) -> Scenario {
    let mut specimen = scenario.clone();
    specimen.traffic.events = events.max(1);
    specimen.time.end.0 = specimen.time.start.0 + length.0.max(1);
    specimen.trail.digests.stopped.clear();
    specimen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_every_unit() {
        for (text, unit, per_hour) in [
            ("500/s", Unit::Events, 1_800_000),
            ("20MB/s", Unit::Raw, 72_000_000_000),
            ("20 MB/s raw", Unit::Raw, 72_000_000_000),
            ("5MiB/m gzip", Unit::Gzip, 314_572_800),
            ("10 objects/s", Unit::Objects, 36_000),
            ("1 object/h", Unit::Objects, 1),
        ] {
            let asked = Asked::parse(text).unwrap();
            assert_eq!((asked.unit, level_of(text).unwrap()), (unit, (per_hour, unit)), "{text}");
        }
        let mixed = Asked::parse("1MB/s..2MB/s for 1m, 2MB/s raw for 5s").unwrap();
        let pace = mixed.pace(Measure { events: 1, units: 2_000 }).unwrap();
        assert_eq!(pace.to_string(), "500/s..1000/s for 1m, 1000/s for 5s");
        for text in ["", "fast", "500", "5MB/s zip", "5 XB/s", "500/d", "1/s..1MB/s", "10 files/s", "0/s", "5/s gzip"] {
            assert!(Asked::parse(text).is_err(), "{text}");
        }
    }
}
