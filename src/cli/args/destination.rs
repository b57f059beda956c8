//! Where a trail goes, how a bucket is reached, and what is said about it.

use std::path::PathBuf;

use clap::{ValueHint, value_parser};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Destination")]
pub(crate) struct DestinationArgs {
    /// Directory, s3://BUCKET[/PREFIX], or - for JSON lines on standard output
    #[arg(long, value_name = "DEST", default_value = "trail", value_hint = ValueHint::AnyPath)]
    pub(crate) to: String,
    /// Replace objects that have other bytes
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Write beside objects that this scenario does not explain
    #[arg(long)]
    pub(crate) force: bool,
    /// Where manifest.jsonl and scenario.toml go [default: DEST/.mocktrail; ./mocktrail-SEED for S3]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) manifest_dir: Option<PathBuf>,
}

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "S3")]
pub(crate) struct S3Args {
    #[command(flatten)]
    pub(crate) access: S3Access,
    /// Objects under way at once [default: 8]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    pub(crate) concurrency: Option<u16>,
    /// Make the bucket if it does not exist
    #[arg(long)]
    pub(crate) create_bucket: bool,
}

/// How to reach a bucket.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "S3")]
pub(crate) struct S3Access {
    /// Another server than AWS: http://127.0.0.1:9000
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) endpoint_url: Option<String>,
    /// Profile of the AWS configuration files [default: as the AWS environment says]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region of the bucket [default: as the AWS environment and files say, else us-east-1]
    #[arg(long, value_name = "REGION")]
    pub(crate) region_of_bucket: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Worker threads; they change no byte [default: one per core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Make only shard I of N, from 1 to N; `auto` asks the scheduler
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the summary as one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
