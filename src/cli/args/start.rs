//! Commands that help to begin: a scenario file, completions, manual pages.

use std::path::PathBuf;

use clap::ValueHint;
use clap_complete::Shell;

use crate::cli::help;

/// Write a scenario file to start from.
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The file, which must not exist yet
    #[arg(value_name = "PATH", default_value = "scenario.toml", value_hint = ValueHint::FilePath)]
    pub(crate) path: PathBuf,
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
