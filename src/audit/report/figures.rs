//! The figures of a trail, as programs read them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::names::Ranking;
use super::spread::Summary;
use super::tally::Tally;
use crate::clock::{HOUR, Time};

/// What a trail is like. Everything by the clock is in UTC.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Log files read.
    pub files: u64,
    /// Files among them that cannot be read to their end, or hold no records.
    pub damaged_files: u64,
    /// Records in them.
    pub records: u64,
    /// Different eventIDs.
    pub events: u64,
    /// The oldest event, as `2026-03-02T09:14:05Z`.
    pub first_event_time: Option<String>,
    /// The newest event.
    pub last_event_time: Option<String>,
    /// Bytes of the files.
    pub bytes: u64,
    /// Bytes of their text.
    pub raw_bytes: u64,
    /// Bytes of text for each record.
    pub raw_bytes_per_record: Option<f64>,
    /// Bytes of text for each byte that is stored.
    pub gzip_ratio: Option<f64>,
    /// The same, if files are compressed with gzip's level 6; found with some of the files.
    pub gzip_ratio_at_level_six: Option<f64>,
    /// Bytes of text in those files.
    pub compressed_again: u64,
    /// Bytes of a file as it is stored.
    pub file_bytes: Option<Summary>,
    /// Records of a file.
    pub records_per_file: Option<Summary>,
    /// Delivery slots of an account and region, by the number of files in them.
    pub files_per_slot: BTreeMap<u64, u64>,
    /// Seconds from an event to the time in the name of its file.
    pub lag_seconds: Option<Summary>,
    /// Records by that lag, in steps of `LAG_STEP` seconds; the last holds all beyond.
    pub lag_histogram: Vec<u64>,
    /// Seconds from an event to the delivery of its file, where a manifest tells.
    pub delivery_seconds: Option<Summary>,
    /// Neighbours in a file of which the second is older.
    pub backwards: Backwards,
    /// Seconds between the oldest and the newest event of a file.
    pub span_seconds: Option<Summary>,
    /// Records of calls that failed.
    pub errors: Errors,
    /// Event sources, without `.amazonaws.com`.
    pub services: Ranking,
    /// Names of events.
    pub actions: Ranking,
    /// Types of identity.
    pub identity_types: Ranking,
    /// Regions.
    pub regions: Ranking,
    /// Who called: users, roles (whatever their sessions) and services.
    pub identities: Ranking,
    /// Where they called from.
    pub addresses: Ranking,
    /// What they called with.
    pub user_agents: Ranking,
    /// Records by hour of the week: Monday to Sunday, midnight to eleven at night.
    pub hours_of_week: [[u64; 24]; 7],
    /// Hours with records, in order.
    pub hours: Vec<Hour>,
    /// Reading was stopped before its end.
    pub interrupted: bool,
}

/// Neighbours that go backwards in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Backwards {
    /// Pairs of records that follow each other in a file.
    pub neighbours: u64,
    /// Pairs among them of which the second is older.
    pub backwards: u64,
    /// Their share.
    pub share: Option<f64>,
    /// Of those, the share that is older by one second.
    pub by_one_second: Option<f64>,
    /// Of those, the share that is older by at most five seconds.
    pub by_up_to_five_seconds: Option<f64>,
    /// The most seconds.
    pub max_seconds: Option<i64>,
}

/// Calls that failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Errors {
    /// Records with an error code.
    pub records: u64,
    /// Their share.
    pub share: Option<f64>,
    /// The codes.
    pub codes: Ranking,
}

/// One hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hour {
    /// When it begins.
    pub hour: String,
    /// The hours since 1970.
    #[serde(skip)]
    pub number: i64,
    /// Records of events in it.
    pub records: u64,
}

/// The width of a step in the histogram of lags, in seconds.
pub(super) const LAG_STEP: i64 = 20;
/// How many steps there are: up to ten minutes, and beyond.
const LAG_STEPS: usize = 31;

/// So many names of open-ended kinds are kept.
const MOST: usize = 100;

impl Figures {
    pub(super) fn of(tally: Tally, interrupted: bool) -> Self {
        let (again, packed) = tally.sample;
        Self {
            files: tally.files,
            damaged_files: tally.damaged,
            records: tally.records,
            first_event_time: tally.first.map(|time| time.to_string()),
            last_event_time: tally.last.map(|time| time.to_string()),
            bytes: tally.bytes,
            raw_bytes: tally.raw_bytes,
            raw_bytes_per_record: share(tally.raw_bytes, tally.records),
            gzip_ratio: share(tally.raw_bytes, tally.bytes),
            gzip_ratio_at_level_six: share(again, packed),
            compressed_again: again,
            file_bytes: tally.file_bytes.summary(),
            records_per_file: tally.records_per_file.summary(),
            files_per_slot: files_per_slot(&tally),
            lag_seconds: tally.lag.summary(),
            lag_histogram: lag_histogram(&tally),
            delivery_seconds: tally.delivery.summary(),
            backwards: backwards(&tally),
            span_seconds: tally.spans.summary(),
            errors: Errors {
                records: tally.failed,
                share: share(tally.failed, tally.records),
                codes: tally.codes.ranking(MOST),
            },
            services: tally.services.ranking(MOST),
            actions: tally.actions.ranking(usize::MAX),
            identity_types: tally.identity_types.ranking(MOST),
            regions: tally.regions.ranking(MOST),
            identities: tally.identities.ranking(MOST),
            addresses: tally.addresses.ranking(MOST),
            user_agents: tally.agents.ranking(MOST),
            hours_of_week: hours_of_week(&tally),
            hours: tally.hours.iter().map(|(number, records)| Hour::of(*number, *records)).collect(),
            events: tally.event_ids.distinct(),
            interrupted,
        }
    }
}

impl Hour {
    fn of(number: i64, records: u64) -> Self {
        Self { hour: Time(number * HOUR).to_string(), number, records }
    }
}

/// One number by another, rounded to four digits behind the point: nobody compares more.
#[expect(clippy::cast_precision_loss, reason = "so much is rounded away anyhow")]
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

fn files_per_slot(tally: &Tally) -> BTreeMap<u64, u64> {
    let mut slots = BTreeMap::new();
    tally.slots.values().for_each(|files| *slots.entry(*files).or_default() += 1);
    slots
}

fn lag_histogram(tally: &Tally) -> Vec<u64> {
    let mut steps = vec![0; LAG_STEPS];
    for (seconds, records) in tally.lag.counts() {
        steps[(seconds.max(0) / LAG_STEP).min(LAG_STEPS as i64 - 1) as usize] += records;
    }
    steps
}

fn backwards(tally: &Tally) -> Backwards {
    let all = tally.backwards.all();
    Backwards {
        neighbours: tally.neighbours,
        backwards: all,
        share: share(all, tally.neighbours),
        by_one_second: share(tally.backwards.up_to(1), all),
        by_up_to_five_seconds: share(tally.backwards.up_to(5), all),
        max_seconds: tally.backwards.summary().and_then(|summary| summary.max),
    }
}

/// 1970 began on a Thursday.
fn hours_of_week(tally: &Tally) -> [[u64; 24]; 7] {
    let mut week = [[0; 24]; 7];
    for (hour, records) in &tally.hours {
        let hour = (hour + 3 * 24).rem_euclid(7 * 24) as usize;
        week[hour / 24][hour % 24] += records;
    }
    week
}
