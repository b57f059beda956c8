//! Every command and flag. Types only: what the texts mean is found out later, by the rules that hold in
//! scenario files too, so that all mistakes are reported at once and in the same words.

#![expect(clippy::doc_markdown, reason = "these comments are the help that terminals show as it is")]

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueHint, value_parser};
use clap_complete::Shell;

use super::{help, size};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Makes AWS CloudTrail logs for Amazon WorkMail that never happened: the same seed gives the same bytes.
#[derive(Debug, Parser)]
#[command(name = "mocktrail", version, styles = STYLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, after_help = help::MAIN)]
pub struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Generate(Box<Generate>),
    Emit(Box<Emit>),
    Notify(Notify),
    Serve(Serve),
    Sample(Sample),
    Check(Check),
    Report(Report),
    Reconcile(Reconcile),
    Damage(Damage),
    Manifest(Manifest),
    Actions(Actions),
    Templates(Templates),
    Slots(Slots),
    Identities(Identities),
    Faults(Faults),
    Init(Init),
    Completions(Completions),
    Man(Man),
}

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

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Scenario")]
pub(crate) struct ScenarioArgs {
    /// Scenario file, as `mocktrail init` writes it; flags win over it.
    #[arg(value_name = "SCENARIO", value_hint = ValueHint::FilePath, help_heading = None::<&str>)]
    pub(crate) file: Option<PathBuf>,
    /// What every draw starts from [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<String>,
    /// Exact number of events over all accounts and regions [default: 1_000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) events: Option<String>,
    /// First instant; `now-24h` is relative to now [default: 2026-03-02T00:00:00Z]
    #[arg(long, value_name = "T")]
    pub(crate) start: Option<String>,
    /// Instant at which it ends
    #[arg(long, value_name = "T", conflicts_with = "length")]
    pub(crate) end: Option<String>,
    /// How long it goes on: 90s, 5m, 24h, 7d, 1h30m [default: 24h]
    #[arg(id = "length", long = "for", value_name = "D")]
    pub(crate) length: Option<String>,
    /// Account, 12 digits; repeat for more [default: 111122223333]
    #[arg(long, value_name = "ID")]
    pub(crate) account: Vec<String>,
    /// Region of every account; repeat for more [default: us-east-1]
    #[arg(long, value_name = "R")]
    pub(crate) region: Vec<String>,
    /// The only actions wanted, with weights; repeat for more [default: all, as people use WorkMail]
    #[arg(long, value_name = "NAME[=WEIGHT]")]
    pub(crate) action: Vec<String>,
    /// Share of calls that fail, from 0 to 1 [default: 0.06]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    pub(crate) errors: Option<String>,
    /// How log files are compressed: fast, small, stored [default: fast]
    #[arg(long, value_name = "WAY")]
    pub(crate) gzip: Option<String>,
    /// Make digest files too, with which the trail can be validated
    #[arg(long)]
    pub(crate) digests: bool,
    /// Private key that signs the digests, as a PEM file [default: keys derived from the seed]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) signing_key: Option<PathBuf>,
    /// Folder with templates of your own actions; repeat for more
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) templates: Vec<PathBuf>,
}

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

/// For flags that a command takes only to say why it cannot do that.
fn hide(arg: clap::Arg, hidden: &[&str]) -> clap::Arg {
    if hidden.contains(&arg.get_id().as_str()) { arg.hide(true) } else { arg }
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

/// Damage one object of a trail on purpose, and write down what must be found.
#[derive(Debug, clap::Args)]
#[command(after_help = help::DAMAGE)]
pub(crate) struct Damage {
    /// Directory of a trail that `mocktrail generate` has made
    #[arg(value_name = "TRAIL", required_unless_present = "list", value_hint = ValueHint::DirPath)]
    pub(crate) trail: Option<PathBuf>,
    /// What to do to it, such as log-edited
    #[arg(long, value_name = "KIND", required_unless_present = "list")]
    pub(crate) kind: Option<String>,
    /// List the kinds, and damage nothing
    #[arg(long, conflicts_with_all = ["trail", "kind", "key", "seed", "signing_key"])]
    pub(crate) list: bool,
    /// The object [default: one that the seed draws]
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// What the draw starts from [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<String>,
    /// Private key of the trail, as a PEM file, where it is signed with your own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) signing_key: Option<PathBuf>,
    /// Print what was done as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the actions, with their weights and errors.
#[derive(Debug, clap::Args)]
pub(crate) struct Actions {
    /// Name the errors instead of counting them
    #[arg(long)]
    pub(crate) long: bool,
    /// Folder with templates of your own actions; repeat for more
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) templates: Vec<PathBuf>,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check templates of your own, or write out the built-in ones.
#[derive(Debug, clap::Args)]
#[command(after_help = help::TEMPLATES)]
pub(crate) struct Templates {
    #[command(subcommand)]
    pub(crate) command: TemplatesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TemplatesCommand {
    Check(CheckTemplates),
    Export(ExportTemplates),
}

/// Find everything wrong in folders of templates, and what is surely not meant.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckTemplates {
    /// The folders, as `--templates` takes them
    #[arg(value_name = "DIR", required = true, value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write the built-in templates into a folder, to learn from or to change.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportTemplates {
    /// The folder; it gets a folder for each service
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// Only this service; repeat for more [default: all]
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Vec<String>,
    /// Replace files that hold something else
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// List the slots of templates.
#[derive(Debug, clap::Args)]
pub(crate) struct Slots {
    /// Print one JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// List who calls, and the types of identity.
#[derive(Debug, clap::Args)]
pub(crate) struct Identities {
    /// Print one JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the faults that a trail can have on purpose.
#[derive(Debug, clap::Args)]
#[command(after_help = help::FAULTS)]
pub(crate) struct Faults {
    /// Print one JSON document instead of a list
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write a scenario file to start from.
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The file, which must not exist yet
    #[arg(value_name = "PATH", default_value = "scenario.toml", value_hint = ValueHint::FilePath)]
    pub(crate) path: PathBuf,
}

/// Join the manifests of shards.
#[derive(Debug, clap::Args)]
#[command(after_help = help::MANIFEST)]
pub(crate) struct Manifest {
    #[command(subcommand)]
    pub(crate) command: ManifestCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ManifestCommand {
    Merge(MergeManifests),
}

/// Join the manifests of all shards into that of the run, and make its digests.
#[derive(Debug, clap::Args)]
#[command(after_help = help::MERGE)]
pub(crate) struct MergeManifests {
    /// Manifests of shards, folders of them, or the trail's directory
    #[arg(value_name = "MANIFEST|DIR", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) manifests: Vec<PathBuf>,
    /// Where the shards' log files are, for digests [default: DIR, if it is the trail's directory]
    #[arg(long, value_name = "DEST", value_hint = ValueHint::AnyPath)]
    pub(crate) to: Option<String>,
    /// Where manifest.jsonl and scenario.toml go [default: beside the first manifest]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Replace digests that have other bytes
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Print the summary as one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: S3Access,
}

/// Print the completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = help::COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Print the manual page.
#[derive(Debug, clap::Args)]
#[command(after_help = help::MAN)]
pub(crate) struct Man {
    /// The command whose page is wanted, such as `templates check` [default: the program's page]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}
