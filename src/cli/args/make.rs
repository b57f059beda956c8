//! Commands that make log files and records.

use std::path::PathBuf;

use clap::{ValueHint, value_parser};

use super::{DestinationArgs, OutputArgs, S3Args, ScenarioArgs};
use crate::cli::help;

/// Make the log files of a window of time, in a directory, a bucket or as JSON lines.
#[derive(Debug, clap::Args)]
#[command(after_help = help::GENERATE)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    #[command(flatten)]
    pub(crate) s3: S3Args,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Show records of one action, as a JSON array.
#[derive(Debug, clap::Args)]
#[command(after_help = help::SAMPLE)]
pub(crate) struct Sample {
    /// The action, such as CreateUser; `mocktrail actions` lists them all
    #[arg(value_name = "ACTION")]
    pub(crate) action: String,
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) count: u32,
    /// The one type of identity that calls; `mocktrail identities` lists them
    #[arg(long, value_name = "TYPE")]
    pub(crate) identity: Option<String>,
    /// Failed calls only, with this error code; `mocktrail actions --long` lists them
    #[arg(long, value_name = "CODE")]
    pub(crate) error: Option<String>,
    /// What every draw starts from [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<String>,
    /// Which years' habits the records follow: current or 2017 [default: current]
    #[arg(long, value_name = "STYLE")]
    pub(crate) style: Option<String>,
    /// Folder with templates of your own actions; repeat for more
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) templates: Vec<PathBuf>,
}
