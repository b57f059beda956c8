//! Commands that read a trail, or what became of it.

use std::path::PathBuf;

use clap::{ValueHint, value_parser};

use super::S3Access;
use crate::cli::help;

/// Check trails, ours or AWS's own: gzip, JSON, every record, keys, duplicates, digests, the manifest.
#[derive(Debug, clap::Args)]
#[command(after_help = help::CHECK)]
pub(crate) struct Check {
    /// Directory of a trail, log file, or s3://BUCKET[/PREFIX]
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<String>,
    /// Public keys of digests, as ListPublicKeys answers [default: PATH/.mocktrail/public-keys.json]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) public_keys: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) s3: S3Access,
    /// How many findings are shown; all are counted
    #[arg(long, value_name = "N", default_value_t = 1_000, help_heading = "Output")]
    pub(crate) max_findings: usize,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024), help_heading = "Output")]
    pub(crate) threads: Option<u16>,
    /// Print findings and summary as one JSON document on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Look at a trail, ours or AWS's own: its sizes, lags, callers and errors, beside those of a real one.
#[derive(Debug, clap::Args)]
#[command(after_help = help::REPORT)]
pub(crate) struct Report {
    /// Directory of a trail, log file, or s3://BUCKET[/PREFIX]
    #[arg(value_name = "TRAIL", value_hint = ValueHint::AnyPath)]
    pub(crate) trail: String,
    #[command(flatten)]
    pub(crate) s3: S3Access,
    /// Write one page of HTML that needs nothing else
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Print the figures as one JSON document on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024), help_heading = "Output")]
    pub(crate) threads: Option<u16>,
}

/// Hold what a consumer has received against what was delivered: lost, doubled, altered, foreign, late.
#[derive(Debug, clap::Args)]
#[command(after_help = help::RECONCILE)]
pub(crate) struct Reconcile {
    /// The manifest.jsonl of a trail, or the directory of the trail
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::AnyPath)]
    pub(crate) manifest: PathBuf,
    /// Files, directories, s3://BUCKET[/PREFIX], or - for standard input
    #[arg(value_name = "RECEIVED", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) received: Vec<String>,
    /// Where the eventID is: detail.eventID, /detail/eventID, a column [default: found by itself]
    #[arg(long, value_name = "PATH", help_heading = "Received")]
    pub(crate) id: Option<String>,
    /// Where the time of arrival is, in the same form
    #[arg(long, value_name = "PATH", requires = "late_after", help_heading = "Received")]
    pub(crate) arrival: Option<String>,
    /// What arrives later than this after its delivery is late: 90s, 10m
    #[arg(long, value_name = "D", requires = "arrival", help_heading = "Received")]
    pub(crate) late_after: Option<String>,
    /// Compare no records, only eventIDs
    #[arg(long, help_heading = "Received")]
    pub(crate) ids_only: bool,
    /// Where the trail's own templates lie now; repeat for more [default: as the manifest says]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Received")]
    pub(crate) templates: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) s3: S3Access,
    /// How many findings of each kind are shown; all are counted
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Output")]
    pub(crate) max_findings: usize,
    /// Show all findings
    #[arg(long, conflicts_with = "max_findings", help_heading = "Output")]
    pub(crate) all: bool,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024), help_heading = "Output")]
    pub(crate) threads: Option<u16>,
    /// Print the summary and findings as one JSON document on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
