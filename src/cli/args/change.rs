//! Commands that change or complete a trail that is there.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use super::S3Access;
use crate::cli::help;

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
