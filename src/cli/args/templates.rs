//! `templates` and its commands.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use crate::cli::help;

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
