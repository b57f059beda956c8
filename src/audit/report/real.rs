//! The same figures of a trail that AWS delivered.
//!
//! Source: a public data set of one real account, one region and about an hour: 55 whole log files with 2,900 records,
//! delivered on 10 July 2023 between 11:45 and 12:40 UTC, most of them of services that call each other. It is one
//! hour of one account, not an average of all: what it shows is the manner of trails.

use serde::Serialize;

use super::spread::Summary;

/// What is known of a real trail.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Real {
    /// Where the figures come from.
    pub source: &'static str,
    /// Log files.
    pub files: u64,
    /// Records.
    pub records: u64,
    /// Bytes of text for each record.
    pub raw_bytes_per_record: u64,
    /// Bytes of text for each byte, compressed at gzip's level 6.
    pub gzip_ratio_at_level_six: f64,
    /// Records of a file; the median is that of files.
    pub records_per_file: Summary,
    /// The fewest and the most files in a delivery slot.
    pub files_per_slot: (u64, u64),
    /// Seconds from an event to the time in the name of its file.
    pub lag_seconds: Summary,
    /// Neighbours in a file of which the second is older.
    pub backwards: RealBackwards,
    /// Seconds between the oldest and the newest event of a file.
    pub span_seconds: Summary,
    /// The share of records with an error code.
    pub error_share: f64,
}

/// Neighbours that go backwards in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RealBackwards {
    /// Pairs of records that follow each other in a file.
    pub neighbours: u64,
    /// Pairs among them of which the second is older.
    pub backwards: u64,
    /// Their share.
    pub share: f64,
    /// Of those, the share that is older by one second.
    pub by_one_second: f64,
    /// Of those, the share that is older by at most five seconds.
    pub by_up_to_five_seconds: f64,
    /// The most seconds.
    pub max_seconds: i64,
}

/// The real trail.
pub const REAL: Real = Real {
    source: "public data of one real account: 55 log files of one region and about an hour, July 2023",
    files: 55,
    records: 2_900,
    raw_bytes_per_record: 1_262,
    gzip_ratio_at_level_six: 8.6,
    records_per_file: Summary { min: Some(1), p5: None, median: Some(20), p95: None, max: Some(394) },
    files_per_slot: (1, 12),
    lag_seconds: Summary { min: Some(3), p5: Some(84), median: Some(201), p95: Some(425), max: Some(594) },
    backwards: RealBackwards {
        neighbours: 2_845,
        backwards: 641,
        share: 0.2253,
        by_one_second: 0.5,
        by_up_to_five_seconds: 0.85,
        max_seconds: 29,
    },
    span_seconds: Summary { min: None, p5: None, median: None, p95: None, max: Some(314) },
    error_share: 0.1,
};
