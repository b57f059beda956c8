//! `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueHint;

use crate::cli::{help, size};

/// Serve a trail as an S3 bucket on this machine, with CloudTrail's calls about it.
#[derive(Debug, clap::Args)]
#[command(after_help = help::SERVE)]
pub(crate) struct Serve {
    /// Directory with a trail, or a scenario file whose files are made as they are read
    #[arg(value_name = "DIR|SCENARIO", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    pub(crate) listen: SocketAddr,
    /// The access key that callers sign with [default: one from AWS's documents]
    #[arg(long, value_name = "KEY", requires = "secret_key")]
    pub(crate) access_key: Option<String>,
    /// Its secret, which is never shown
    #[arg(long, value_name = "SECRET", env = "MOCKTRAIL_SECRET_KEY", hide_env_values = true, requires = "access_key")]
    pub(crate) secret_key: Option<String>,
    /// Answer requests without a signature too
    #[arg(long)]
    pub(crate) anonymous: bool,
    /// How much of the files made from a scenario is kept: 64MiB, 1GiB
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size::parse)]
    pub(crate) cache: usize,
    /// Print address and keys as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a line for every answer to standard error
    #[arg(short, long)]
    pub(crate) verbose: bool,
}
