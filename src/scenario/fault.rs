//! The faults that a trail can have on purpose: their keys in `[faults]`, their names in the manifest, what they look
//! like and what a good consumer makes of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Records;
use super::asked::Asked;
use super::choice::{EVENT_VERSIONS, Style};
use super::number::share_ppm;
use super::problem::Problem;
use super::section::Section;
use super::value::{number, whole};
use crate::mistake::Mistake;

/// How a fault is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A share of all events.
    Share,
    /// A number of objects.
    Count,
}

macro_rules! kinds {
    ($($kind:ident $measure:ident $key:literal $name:literal $happens:literal $consumer:literal;)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FaultKind { $(#[doc = $happens] $kind,)* }

        /// All kinds, in the order in which they are listed.
        pub const FAULTS: &[FaultAbout] = &[$(FaultAbout {
            kind: FaultKind::$kind,
            measure: Measure::$measure,
            key: $key,
            name: $name,
            happens: $happens,
            consumer: $consumer,
        },)*];

        /// The keys of `[faults]`.
        pub(super) const KEYS: &[&str] = &[$($key,)*];
    };
}

/// What there is to know of a kind of fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultAbout {
    /// Which one it is.
    pub kind: FaultKind,
    /// How it is measured.
    pub measure: Measure,
    /// Its key in `[faults]`.
    pub key: &'static str,
    /// Its name in the manifest.
    pub name: &'static str,
    /// What AWS, networks or people do.
    pub happens: &'static str,
    /// What a good consumer does.
    pub consumer: &'static str,
}

kinds! {
    Late Share "late" "late-event"
        "CloudTrail writes a record into a file 5 to 30 minutes later than the others of its time"
        "takes the time from the record, not from the key, and accepts old times";
    DuplicateEvents Share "duplicate_events" "duplicate-event"
        "CloudTrail delivers at least once: the same eventID stands in a second file"
        "knows events by their eventID and keeps one";
    HostileStrings Share "hostile_strings" "hostile-string"
        "callers choose their user agent, and write quotes, control characters, formulas or lookups into it"
        "keeps the text as it is, escapes it where it is shown, and never runs it";
    UnknownFields Share "unknown_fields" "unknown-field"
        "CloudTrail adds members to records without notice"
        "keeps or ignores what it does not know, and loads the rest";
    VersionDrift Share "version_drift" "version-drift"
        "records of several eventVersions stand in one file while AWS rolls a new one out"
        "reads each record by its own eventVersion";
    Shuffled Count "shuffled_objects" "shuffled-object"
        "records of a file stand in no order of time"
        "sorts by eventTime where order matters";
    Delayed Count "delayed_objects" "delayed-object"
        "a file is put 5 to 15 minutes after its time, behind files with later names"
        "goes by what is new in the bucket, not by the last key";
    Huge Count "huge_objects" "huge-object"
        "a backlog of thousands of records comes in one file"
        "reads a file piece by piece, and sets no limit to its records";
    Tiny Count "tiny_objects" "tiny-object"
        "a record comes in a file of its own"
        "reads many small files side by side";
    DuplicateObjects Count "duplicate_objects" "duplicate-object"
        "all records of a file come again in a file with another key"
        "knows events by their eventID, for a key never comes twice";
    EmptyRecords Count "empty_records" "empty-records"
        "a file holds a list without records"
        "goes on with the next file";
    EmptyObjects Count "empty_objects" "empty-object"
        "an upload or a copy leaves an object of 0 bytes"
        "sets the object aside, says so, and goes on";
    Truncated Count "truncated_objects" "truncated-object"
        "a copy breaks off in the middle of the gzip bytes"
        "takes the whole records before the cut, and says that the rest is missing";
    Corrupt Count "corrupt_objects" "corrupt-object"
        "bytes in the middle of the gzip are others"
        "checks the sum at the end, takes nothing of the file, and says so";
    Malformed Count "malformed_objects" "malformed-object"
        "the gzip is sound, and what is in it is no JSON"
        "takes nothing of the file, says so, and goes on";
    Bom Count "bom_objects" "byte-order-mark"
        "a tool has put a byte order mark in front of the JSON"
        "skips the three bytes";
    Miscoded Count "miscoded_objects" "wrong-encoding"
        "the object is plain JSON, though its name and its Content-Encoding say gzip"
        "looks at the first two bytes before unpacking";
    Stray Count "stray_objects" "stray-object"
        "other things lie among the log files: uploads under way, folder markers, sums, logs of other services"
        "reads keys of the form of log files and nothing else";
    DuplicateNotifications Count "duplicate_notifications" "duplicate-notification"
        "a queue delivers the message about an object twice"
        "reads the object once, or knows events by their eventID";
    MissingNotifications Count "missing_notifications" "missing-notification"
        "the message about an object never comes"
        "lists the bucket now and then, and reads what it has not seen";
    EarlyNotifications Count "early_notifications" "early-notification"
        "the message about an object comes before the object can be read"
        "tries again when the object is not there yet";
}

impl FaultKind {
    /// What there is to know of it.
    #[must_use]
    pub fn about(self) -> &'static FaultAbout {
        &FAULTS[self as usize]
    }
}

/// The most objects of a kind.
const MOST: i128 = 10_000_000;

/// How much of each kind a trail has; what is not there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(BTreeMap<FaultKind, u32>);

impl Faults {
    /// How much of a kind there is: millionths of all events, or a number of objects.
    #[must_use]
    pub fn of(&self, kind: FaultKind) -> u32 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// These faults and so much of one more kind.
    #[must_use]
    pub fn with(mut self, kind: FaultKind, much: u32) -> Self {
        self.0.insert(kind, much);
        self.0.retain(|_, much| *much > 0);
        self
    }

    /// The trail is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `[faults]` with all of its keys; nothing where there are none.
    pub(super) fn to_json(&self) -> Option<Value> {
        let value = |about: &FaultAbout| match about.measure {
            Measure::Share => json!(f64::from(self.of(about.kind)) / 1e6),
            Measure::Count => json!(self.of(about.kind)),
        };
        let all = FAULTS.iter().map(|about| (about.key.to_owned(), value(about)));
        (!self.is_empty()).then(|| Value::Object(all.collect::<Map<_, _>>()))
    }
}

/// What `[faults]` asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultWish(BTreeMap<FaultKind, Asked<u32>>);

impl FaultWish {
    pub(super) fn read(section: &Section) -> Self {
        let read = |about: &FaultAbout| match about.measure {
            Measure::Share => section.get(about.key, |value| share_ppm(about.key, number(value)?)),
            Measure::Count => section.get(about.key, |value| count(about.key, whole(value).map_err(no_share)?)),
        };
        Self(FAULTS.iter().filter_map(|about| Some((about.kind, read(about)?))).collect())
    }

    pub(super) fn overlay(self, flags: Self) -> Self {
        Self(self.0.into_iter().chain(flags.0).collect())
    }

    pub(super) fn resolve(&self) -> Faults {
        let some = |(kind, asked): (&FaultKind, &Asked<u32>)| (asked.value > 0).then_some((*kind, asked.value));
        Faults(self.0.iter().filter_map(some).collect())
    }

    /// More objects of a kind than events to fill them.
    pub(super) fn conflicts(&self, events: u64) -> Vec<Mistake> {
        let counts = self.0.iter().filter(|(kind, _)| kind.about().measure == Measure::Count);
        let mistake = |(kind, asked): (&FaultKind, &Asked<u32>)| {
            let (key, count) = (kind.about().key, asked.value);
            let problem =
                Problem::new(format!("`{key}` asks for {count} objects, more than there are events, {events}"));
            asked.mistake(problem.hint("ask for fewer, or for more `events` in `[traffic]`"))
        };
        counts.filter(|(_, asked)| u64::from(asked.value) > events).map(mistake).collect()
    }
}

impl FaultWish {
    /// Other eventVersions in a trail that has the oldest already.
    pub(super) fn drift_conflict(&self, records: &Records) -> Option<Mistake> {
        let asked = self.0.get(&FaultKind::VersionDrift).filter(|asked| asked.value > 0)?;
        let is_oldest = match &records.event_version {
            Some(version) => version == EVENT_VERSIONS[0],
            None => records.style == Style::Y2017,
        };
        let problem = Problem::new("`version_drift` needs records newer than eventVersion 1.05, which is the oldest");
        is_oldest
            .then(|| asked.mistake(problem.hint("leave it out, or ask for a later `event_version` in `[records]`")))
    }
}

fn count(key: &str, number: i128) -> Result<u32, Problem> {
    let inside = (0..=MOST).contains(&number);
    let outside = || Problem::new(format!("`{key}` must be from 0 to {MOST}, found {number}"));
    u32::try_from(number).ok().filter(|_| inside).ok_or_else(outside)
}

fn no_share(problem: Problem) -> Problem {
    problem.hint("it is a number of objects, not a share")
}
