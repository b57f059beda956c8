//! `mocktrail completions`: what a shell needs to complete our commands and flags.

use clap::CommandFactory as _;

use super::args::{Args, Completions};
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;

pub(crate) fn run(args: &Completions, console: &mut Console) -> Result<Exit, Failure> {
    // By way of memory: the generator panics when a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "mocktrail", &mut script);
    console.out.write_all(&script)?;
    Ok(Exit::Done)
}
