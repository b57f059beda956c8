//! Every command and flag. Types only: what the texts mean is found out later, by the rules that hold in
//! scenario files too, so that all mistakes are reported at once and in the same words.
//!
//! In reading order: `scenario` and `destination` (flags that several commands share), `make`, `live`, `serve`, `audit`,
//! `change`, `templates`, `list`, `start` (the commands).

#![expect(clippy::doc_markdown, reason = "these comments are the help that terminals show as it is")]

mod audit;
mod change;
mod destination;
mod list;
mod live;
mod make;
mod scenario;
mod serve;
mod start;
mod templates;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub(crate) use audit::{Check, Reconcile, Report};
pub(crate) use change::{Damage, Manifest, ManifestCommand, MergeManifests};
pub(crate) use destination::{DestinationArgs, OutputArgs, S3Access, S3Args};
pub(crate) use list::{Actions, Faults, Identities, Slots};
pub(crate) use live::{Emit, Notify, NotifyShape};
pub(crate) use make::{Generate, Sample};
pub(crate) use scenario::ScenarioArgs;
pub(crate) use serve::Serve;
pub(crate) use start::{Completions, Init, Man};
pub(crate) use templates::{CheckTemplates, ExportTemplates, Templates, TemplatesCommand};

use super::help;

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
