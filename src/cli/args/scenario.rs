//! What a trail is made from: a scenario file, and flags that win over it.

use std::path::PathBuf;

use clap::ValueHint;

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
