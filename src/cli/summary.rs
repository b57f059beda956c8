//! What a run came to: in plain words, or as one JSON document.

use std::fmt::Write as _;
use std::time::Duration;

use indicatif::{DecimalBytes, HumanCount};
use serde_json::{Value, json};

use crate::run::Outcome;
use crate::scenario::Scenario;
use crate::shard::Shard;

/// A finished run.
pub(crate) struct Summary<'a> {
    pub(crate) outcome: &'a Outcome,
    pub(crate) scenario: &'a Scenario,
    /// Where the files are.
    pub(crate) place: String,
    pub(crate) took: Duration,
    /// The shard that it made, and the command that joins it with the others.
    pub(crate) shard: Option<(Shard, String)>,
}

/// What a run has made, and where it lies.
pub(crate) fn made(outcome: &Outcome, place: &str) -> String {
    let totals = &outcome.totals;
    format!(
        "{} in {}, {} ({} before gzip)\nin `{place}`, listed in `{}`\n",
        things(totals.events, "event"),
        files(totals.objects, totals.digests, ""),
        bytes(totals.bytes),
        bytes(totals.raw_bytes),
        outcome.manifest.display()
    )
}

impl Summary<'_> {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = made(self.outcome, &self.place);
        if self.outcome.already_there > 0 {
            let _ = writeln!(text, "{}", self.already_there());
        }
        let _ = write!(text, "{}, {} events/s", seconds(self.took), count(self.rate()));
        if let Some((shard, command)) = &self.shard {
            let then = if self.scenario.trail.digests.on { "join them and make the digests" } else { "join them" };
            let (index, count) = (shard.index(), shard.count());
            let _ = write!(text, "\nthis is shard {index} of {count}; when all are done, {then}:\n  {command}");
        }
        text
    }

    /// For programs.
    pub(crate) fn document(&self) -> Value {
        let Outcome { totals, keys, .. } = self.outcome;
        let (first, last) = keys.clone().unzip();
        let document = json!({
            "seed": self.scenario.seed,
            "destination": self.place,
            "manifest": self.outcome.manifest.to_string_lossy(),
            "events": totals.events,
            "records": totals.records,
            "objects": totals.objects,
            "digests": totals.digests,
            "written": self.outcome.written,
            "alreadyThere": self.outcome.already_there,
            "rawBytes": totals.raw_bytes,
            "bytes": totals.bytes,
            "firstKey": first,
            "lastKey": last,
            "interrupted": self.outcome.interrupted,
            "seconds": self.took.as_secs_f64(),
            "eventsPerSecond": self.rate(),
        });
        of_shard(self.shard.as_ref().map(|(shard, _)| *shard), document)
    }

    fn already_there(&self) -> String {
        match (self.outcome.already_there, self.outcome.written) {
            (1, _) => "1 file was there already".to_owned(),
            (there, 0) => format!("all {} files were there already", count(there)),
            (there, _) => format!("{} files were there already", count(there)),
        }
    }

    fn rate(&self) -> u64 {
        let nanoseconds = self.took.as_nanos().max(1);
        let rate = u128::from(self.outcome.totals.events) * 1_000_000_000 / nanoseconds;
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

/// A document that says, where only a shard is meant, which one.
pub(crate) fn of_shard(shard: Option<Shard>, mut document: Value) -> Value {
    if let Some(shard) = shard {
        document["shard"] = json!(shard);
    }
    document
}

/// A number with its digits grouped: `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    HumanCount(number).to_string()
}

/// So many of something: `1 event`, `1,000 events`.
pub(crate) fn things(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// So many objects, some of them digests: `508 log files and 100 digest files`.
pub(crate) fn files(objects: u64, digests: u64, about: &str) -> String {
    let log_files = about.to_owned() + &things(objects - digests, "log file");
    match digests {
        0 => log_files,
        digests => format!("{log_files} and {about}{}", things(digests, "digest file")),
    }
}

/// A size: `310.15 kB`.
pub(crate) fn bytes(number: u64) -> String {
    DecimalBytes(number).to_string()
}

/// A length of time: `0.04 s`, `12.3 s`, `1 min 23 s`, `2 h 3 min`.
pub(crate) fn seconds(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.2} s", took.as_secs_f64()),
        10..60 => format!("{:.1} s", took.as_secs_f64()),
        whole @ 60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        whole => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::Totals;

    fn text(already_there: u64, written: u64) -> String {
        let totals =
            Totals { objects: 3, digests: 0, events: 1_200, records: 1_200, raw_bytes: 1_900_000_000, bytes: 42 };
        let outcome = Outcome {
            totals,
            written,
            already_there,
            keys: None,
            manifest: "out/.mocktrail/manifest.jsonl".into(),
            interrupted: false,
        };
        let (place, took) = ("out".to_owned(), Duration::from_millis(400));
        Summary { outcome: &outcome, scenario: &Scenario::default(), place, took, shard: None }.text()
    }

    #[test]
    fn a_run_is_summed_up_in_plain_words() {
        assert_eq!(
            text(0, 3),
            "1,200 events in 3 log files, 42 B (1.90 GB before gzip)\n\
             in `out`, listed in `out/.mocktrail/manifest.jsonl`\n\
             0.40 s, 3,000 events/s"
        );
        for (already_there, written, line) in [
            (1, 0, "1 file was there already"),
            (1, 2, "1 file was there already"),
            (2, 1, "2 files were there already"),
            (3, 0, "all 3 files were there already"),
        ] {
            assert_eq!(text(already_there, written).lines().nth(2), Some(line));
        }
    }

    #[test]
    fn digests_are_told_apart() {
        for (objects, digests, text) in [
            (608, 100, "508 log files and 100 digest files"),
            (2, 1, "1 log file and 1 digest file"),
            (168, 0, "168 log files"),
        ] {
            assert_eq!(files(objects, digests, ""), text);
        }
        assert_eq!(files(608, 100, "about "), "about 508 log files and about 100 digest files");
    }

    #[test]
    fn lengths_of_time_are_as_fine_as_they_are_long() {
        for (milliseconds, shown) in
            [(40, "0.04 s"), (12_340, "12.3 s"), (83_000, "1 min 23 s"), (7_380_000, "2 h 3 min")]
        {
            assert_eq!(seconds(Duration::from_millis(milliseconds)), shown);
        }
    }
}
