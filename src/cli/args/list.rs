//! Commands that list what there is.

use std::path::PathBuf;

use clap::ValueHint;

use crate::cli::help;

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
