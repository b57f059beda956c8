//! Commands that work as time passes: `emit` and `notify`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ValueHint, value_parser};

use super::{DestinationArgs, S3Access, S3Args, ScenarioArgs};
use crate::cli::{help, size};

/// Deliver a trail as its time comes, at a rate that waits for nobody.
#[derive(Debug, clap::Args)]
#[command(after_help = help::EMIT)]
#[command(mut_args(|arg| hide(arg, &["end", "digests", "signing_key"])))]
#[command(mut_arg("start", |arg| arg.help("First instant, with --speed only [default: now]")))]
#[command(mut_arg("length", |arg| arg.help("How long it goes on, on the wall clock: 90s, 5m, 24h [default: until it is stopped]")))]
#[command(mut_arg("events", |arg| arg.help("Exact number of events within --for, instead of --rate")))]
#[command(mut_arg("to", |arg| arg.help("Directory or s3://BUCKET[/PREFIX]")))]
pub(crate) struct Emit {
    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,
    /// How fast: 500/s, 20MB/s, 5MB/s gzip, 10 objects/s; a ramp 100/s..2000/s; steps 100/s for 5m, 2000/s for 10s
    #[arg(long, value_name = "R", help_heading = "Pace", conflicts_with = "events")]
    pub(crate) rate: Option<String>,
    /// How long a delivery slot is: 1s for load [default: 5m, as CloudTrail's]
    #[arg(long, value_name = "D", help_heading = "Pace")]
    pub(crate) flush: Option<String>,
    /// Play the scenario's own time so many times as fast: 60x [default: event times are now]
    #[arg(long, value_name = "X", help_heading = "Pace")]
    pub(crate) speed: Option<String>,
    /// Go on with the run that was begun at DEST; due times stay as they were
    #[arg(long, help_heading = "Pace", conflicts_with_all = ["file", "rate", "flush", "speed", "events", "start", "end", "length", "account", "region", "action", "errors", "templates"])]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    #[command(flatten)]
    pub(crate) s3: S3Args,
    /// Tell somebody of each file: sqs:URL, sns:ARN or file:PATH; repeat for more
    #[arg(long, value_name = "N", help_heading = "Notifications")]
    pub(crate) notify: Vec<String>,
    #[command(flatten)]
    pub(crate) notify_shape: NotifyShape,
    /// How much of finished files waits in memory: 64MiB, 1GiB
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size::parse, help_heading = "Output")]
    pub(crate) ahead: usize,
    /// Give figures to Prometheus here; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", help_heading = "Output")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Worker threads; they change no byte [default: one per core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024), help_heading = "Output")]
    pub(crate) threads: Option<u16>,
    /// Print the report as one JSON document on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// For flags that a command takes only to say why it cannot do that.
fn hide(arg: clap::Arg, hidden: &[&str]) -> clap::Arg {
    if hidden.contains(&arg.get_id().as_str()) { arg.hide(true) } else { arg }
}

/// The form of notifications.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Notifications")]
pub(crate) struct NotifyShape {
    /// Their form: s3, s3-sns, cloudtrail-sns or eventbridge [default: s3]
    #[arg(long, value_name = "SHAPE")]
    pub(crate) notify_shape: Option<String>,
    /// Send first what AWS sends when notifications are set up
    #[arg(long)]
    pub(crate) notify_test: bool,
}

/// Send the notifications of log files that are delivered already.
#[derive(Debug, clap::Args)]
#[command(after_help = help::NOTIFY)]
pub(crate) struct Notify {
    /// Manifest of a trail, or the directory of one
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::AnyPath)]
    pub(crate) manifest: PathBuf,
    /// Who is told: sqs:URL, sns:ARN or file:PATH; repeat for more
    #[arg(long, value_name = "N", required = true)]
    pub(crate) to: Vec<String>,
    /// How fast: 200/s, 10/s..500/s for 1m, 500/s for 5m [default: as fast as it goes]
    #[arg(long, value_name = "R")]
    pub(crate) rate: Option<String>,
    #[command(flatten)]
    pub(crate) shape: NotifyShape,
    #[command(flatten)]
    pub(crate) s3: S3Access,
    /// Print the report as one JSON document on standard output
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
