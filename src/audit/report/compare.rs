//! The figures of a trail beside those of the real one, in words: one table for single figures, one for spreads.

use indicatif::{DecimalBytes, HumanCount};

use super::figures::{Figures, share};
use super::real::REAL;
use super::spread::Summary;

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// Of this trail; `-` where there is none.
    pub here: String,
    /// Of the real one; empty where it is not known.
    pub real: String,
}

/// The spread of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadRow {
    /// What it is.
    pub name: &'static str,
    /// Of this trail.
    pub here: Summary,
    /// Of the real one, where it is known.
    pub real: Option<Summary>,
}

/// All single figures.
#[must_use]
pub fn rows(figures: &Figures) -> Vec<Row> {
    let row = |name, here: Option<String>, real: &str| Row {
        name,
        here: here.unwrap_or_else(|| "-".to_owned()),
        real: real.to_owned(),
    };
    let backwards = &figures.backwards;
    vec![
        row("records", Some(count(figures.records)), &count(REAL.records)),
        row("different events", Some(count(figures.events)), ""),
        row("log files", Some(count(figures.files)), &count(REAL.files)),
        row("size as stored", Some(bytes(figures.bytes)), ""),
        row("size of the text", Some(bytes(figures.raw_bytes)), ""),
        row(
            "bytes of text per record",
            figures.raw_bytes_per_record.map(|bytes| count(bytes.round() as u64)),
            &count(REAL.raw_bytes_per_record),
        ),
        row("gzip ratio as stored", figures.gzip_ratio.map(decimal), ""),
        row(
            "gzip ratio at level 6",
            figures.gzip_ratio_at_level_six.map(decimal),
            &decimal(REAL.gzip_ratio_at_level_six),
        ),
        row("files per slot", files_per_slot(figures), &range(REAL.files_per_slot.0, REAL.files_per_slot.1)),
        row("neighbours going back in time", backwards.share.map(percent), &percent(REAL.backwards.share)),
        row("- of these, by 1 second", backwards.by_one_second.map(percent), &percent(REAL.backwards.by_one_second)),
        row(
            "- of these, by up to 5 seconds",
            backwards.by_up_to_five_seconds.map(percent),
            &percent(REAL.backwards.by_up_to_five_seconds),
        ),
        row(
            "- by at most",
            backwards.max_seconds.map(|seconds| format!("{seconds} s")),
            &format!("{} s", REAL.backwards.max_seconds),
        ),
        row("calls that failed", figures.errors.share.map(percent), &percent(REAL.error_share)),
        row("different identities", Some(distinct(&figures.identities)), ""),
        row("different addresses", Some(distinct(&figures.addresses)), ""),
        row("different user agents", Some(distinct(&figures.user_agents)), ""),
    ]
}

/// All spreads.
#[must_use]
pub fn spreads(figures: &Figures) -> Vec<SpreadRow> {
    [
        ("records per file", figures.records_per_file, Some(REAL.records_per_file)),
        ("bytes per file", figures.file_bytes, None),
        ("span of a file, s", figures.span_seconds, Some(REAL.span_seconds)),
        ("lag to file name, s", figures.lag_seconds, Some(REAL.lag_seconds)),
        ("lag to delivery, s", figures.delivery_seconds, None),
    ]
    .into_iter()
    .filter_map(|(name, here, real)| Some(SpreadRow { name, here: here?, real }))
    .collect()
}

/// From here on, slots with so many files and more are told together.
const MANY: u64 = 13;

/// The delivery slots by their number of files, in words.
#[must_use]
pub fn slots(figures: &Figures) -> Vec<(String, u64)> {
    let (few, many): (Vec<_>, Vec<_>) = figures.files_per_slot.iter().partition(|(files, _)| **files < MANY);
    let few = few.into_iter().map(|(files, slots)| (count(*files), *slots));
    let many: u64 = many.into_iter().map(|(_, slots)| slots).sum();
    few.chain((many > 0).then(|| (format!("{MANY} and more"), many))).collect()
}

fn files_per_slot(figures: &Figures) -> Option<String> {
    Some(range(*figures.files_per_slot.first_key_value()?.0, *figures.files_per_slot.last_key_value()?.0))
}

fn range(least: u64, most: u64) -> String {
    if least == most { count(least) } else { format!("{} to {}", count(least), count(most)) }
}

fn distinct(ranking: &super::Ranking) -> String {
    let least = if ranking.beyond > 0 { "over " } else { "" };
    format!("{least}{}", count(ranking.distinct))
}

/// `1,234,567`
pub(super) fn count(number: u64) -> String {
    HumanCount(number).to_string()
}

fn bytes(number: u64) -> String {
    DecimalBytes(number).to_string()
}

fn decimal(number: f64) -> String {
    format!("{number:.1}")
}

/// How much of a whole this is: `12.5 %`.
#[must_use]
pub fn part_of(part: u64, whole: u64) -> String {
    percent(share(part, whole).unwrap_or_default())
}

/// `12.5 %`
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
