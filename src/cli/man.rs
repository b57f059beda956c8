//! `mocktrail man`: the manual pages.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man as Page;

use super::args::{Args, Man};
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use crate::mistake::{Mistake, closest};

pub(crate) fn run(args: &Man, console: &mut Console) -> Result<Exit, Failure> {
    let mut program = Args::command().term_width(0);
    program.build();
    let page = Page::new(page(program, &args.command)?);
    page.source(concat!("mocktrail ", env!("CARGO_PKG_VERSION"))).render(&mut console.out)?;
    Ok(Exit::Done)
}

/// The program, or one of its commands.
fn page(program: Command, names: &[String]) -> Result<Command, Failure> {
    names.iter().try_fold(program, |command, name| match command.find_subcommand(name) {
        Some(inner) => Ok(inner.clone()),
        None => Err(Failure::mistake(unknown(&command, name))),
    })
}

fn unknown(program: &Command, name: &str) -> Mistake {
    let mistake = Mistake::of_file("COMMAND", format!("unknown command `{name}`"));
    match closest(name, program.get_subcommands().map(Command::get_name)) {
        Some(near) => mistake.hint(format!("did you mean `{near}`? `mocktrail --help` lists them all")),
        None => mistake.hint("`mocktrail --help` lists them all"),
    }
}
