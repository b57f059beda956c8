//! What is added up while records are read: of one file, and of all of them.

use std::collections::BTreeMap;

use super::names::Names;
use super::spread::Spread;
use crate::audit::place::Place;
use crate::audit::record::Record;
use crate::audit::twins::{Fingerprints, fingerprint};
use crate::clock::{HOUR, SECOND, Time};

/// Everything that was counted so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) files: u64,
    /// Files that cannot be read to their end, or hold no records.
    pub(super) damaged: u64,
    pub(super) records: u64,
    pub(super) bytes: u64,
    pub(super) raw_bytes: u64,
    /// Of some files: bytes before gzip, and after it at level 6.
    pub(super) sample: (u64, u64),
    pub(super) event_ids: Fingerprints,
    pub(super) file_bytes: Spread,
    pub(super) records_per_file: Spread,
    /// Files by account, region and slot.
    pub(super) slots: BTreeMap<(Box<str>, Box<str>, i64), u64>,
    /// Seconds from an event to the time in the file's name.
    pub(super) lag: Spread,
    /// Seconds from an event to the delivery that the manifest tells.
    pub(super) delivery: Spread,
    /// Pairs of records that follow each other in a file.
    pub(super) neighbours: u64,
    /// Seconds by which the second of them is older.
    pub(super) backwards: Spread,
    /// Seconds between the oldest and the newest event of a file.
    pub(super) spans: Spread,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
    /// Records by hours since 1970.
    pub(super) hours: BTreeMap<i64, u64>,
    pub(super) failed: u64,
    pub(super) codes: Names,
    pub(super) services: Names,
    pub(super) actions: Names,
    pub(super) identity_types: Names,
    pub(super) regions: Names,
    pub(super) identities: Names,
    pub(super) addresses: Names,
    pub(super) agents: Names,
}

/// Late records are rare and can be years late: beyond an hour, minutes are fine enough.
const FINE: i64 = 3_600;

impl Tally {
    /// Counts who called what from where, and what came of it.
    pub(super) fn add_names(&mut self, record: &Record) {
        self.records += 1;
        let add = |names: &mut Names, name: Option<&str>| names.add(name.unwrap_or("none"));
        let service = record.event_source.map(|source| source.strip_suffix(".amazonaws.com").unwrap_or(source));
        add(&mut self.services, service);
        add(&mut self.actions, record.event_name);
        add(&mut self.regions, record.region);
        add(&mut self.addresses, record.address);
        add(&mut self.agents, record.agent);
        add(&mut self.identity_types, record.of_identity("type"));
        self.identities.add(&identity(record));
        if let Some(code) = record.error_code {
            self.failed += 1;
            self.codes.add(code);
        }
        self.event_ids.extend(record.event_id.map(fingerprint).as_slice());
    }

    /// Counts when it happened, and how long it took to arrive.
    pub(super) fn add_time(&mut self, time: Time, place: Option<Place>, delivered_at: Option<Time>) {
        *self.hours.entry(time.0.div_euclid(HOUR)).or_default() += 1;
        self.first = self.first.into_iter().chain([time]).min();
        self.last = self.last.into_iter().chain([time]).max();
        let waited = |until: Time| coarse((until.0 - time.0).div_euclid(SECOND));
        if let Some(place) = place {
            self.lag.add(waited(place.slot));
        }
        if let Some(delivered_at) = delivered_at {
            self.delivery.add(waited(delivered_at));
        }
    }

    /// Adds what another file came to.
    pub(super) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.damaged += other.damaged;
        self.records += other.records;
        self.bytes += other.bytes;
        self.raw_bytes += other.raw_bytes;
        self.sample = (self.sample.0 + other.sample.0, self.sample.1 + other.sample.1);
        self.neighbours += other.neighbours;
        self.failed += other.failed;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        self.event_ids.join(&other.event_ids);
        other.slots.into_iter().for_each(|(slot, files)| *self.slots.entry(slot).or_default() += files);
        other.hours.into_iter().for_each(|(hour, records)| *self.hours.entry(hour).or_default() += records);
        for (mine, theirs) in [
            (&mut self.file_bytes, &other.file_bytes),
            (&mut self.records_per_file, &other.records_per_file),
            (&mut self.lag, &other.lag),
            (&mut self.delivery, &other.delivery),
            (&mut self.backwards, &other.backwards),
            (&mut self.spans, &other.spans),
        ] {
            mine.merge(theirs);
        }
        for (mine, theirs) in [
            (&mut self.codes, &other.codes),
            (&mut self.services, &other.services),
            (&mut self.actions, &other.actions),
            (&mut self.identity_types, &other.identity_types),
            (&mut self.regions, &other.regions),
            (&mut self.identities, &other.identities),
            (&mut self.addresses, &other.addresses),
            (&mut self.agents, &other.agents),
        ] {
            mine.merge(theirs);
        }
    }
}

const fn coarse(seconds: i64) -> i64 {
    if seconds < FINE { seconds } else { seconds / 60 * 60 }
}

/// Who called: the role or user behind a session, else the nearest thing to a name that there is.
fn identity(record: &Record) -> String {
    let within = |path: &[&str]| {
        let mut names = path.iter();
        let first = record.identity?.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))?.text()
    };
    let paths: [&[&str]; 8] = [
        &["sessionContext", "sessionIssuer", "arn"],
        &["arn"],
        &["onBehalfOf", "userId"],
        &["invokedBy"],
        &["userName"],
        &["principalId"],
        &["accountId"],
        &["type"],
    ];
    paths.into_iter().find_map(within).unwrap_or("none").to_owned()
}
