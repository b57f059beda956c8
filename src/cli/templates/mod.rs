//! `mocktrail templates`: the built-in templates and the user's own.

mod check;
mod export;

use super::args::TemplatesCommand;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;

pub(crate) fn run(command: &TemplatesCommand, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        TemplatesCommand::Check(args) => check::run(args, console),
        TemplatesCommand::Export(args) => export::run(args, console),
    }
}
