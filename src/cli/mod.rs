//! The command line: what users type, what they read, and the exit code.
//!
//! In reading order:
//!
//! * `args`, `help`: every command and flag, and the longer texts of the help
//! * `generate`, `emit`, `notify`, `merge`, `check`, `trail_report`, `reconcile`, `damage`, `serve`, `sample`, `actions`,
//!   `templates`, `slots`, `identities`, `faults`, `init`, `completions`, `man`: one command each
//! * `place`, `misplaced`, `flags`, `size`, `shard`, `request`: where a trail goes, and from arguments to a plan
//! * `sources`: where files to be read lie
//! * `estimate`, `summary`, `figures`, `reconciled`, `table`, `progress`: what is shown
//! * `interrupt`: Ctrl-C
//! * `failure`, `report`, `exit`: what can go wrong, how it is shown, and what the shell gets
//! * `console`: the writers that are handed in

mod actions;
mod args;
mod check;
mod completions;
mod console;
mod damage;
mod emit;
mod estimate;
mod exit;
mod failure;
mod faults;
mod figures;
mod flags;
mod generate;
mod help;
mod identities;
mod init;
mod interrupt;
mod man;
mod merge;
mod misplaced;
mod notify;
mod place;
mod progress;
mod reconcile;
mod reconciled;
mod report;
mod request;
mod sample;
mod serve;
mod shard;
mod size;
mod slots;
mod sources;
mod summary;
mod table;
mod templates;
mod trail_report;

pub use args::Args;
use args::{Command, ManifestCommand};
pub use console::Console;
pub use exit::Exit;
pub use failure::Failure;
pub use report::report;

/// Does what the arguments say. Data goes to `console.out`, everything else to `console.err`.
///
/// # Errors
///
/// Why it could not be done; `report` shows it.
pub fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let done = dispatch(&args.command, console).and_then(|exit| Ok(console.out.flush().map(|()| exit)?));
    match done {
        // Whoever reads has seen enough, as with `head`.
        Err(failure) if failure.is_closed_pipe() => Ok(Exit::Done),
        done => done,
    }
}

fn dispatch(command: &Command, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        Command::Generate(args) => generate::run(args, console),
        Command::Emit(args) => emit::run(args, console),
        Command::Notify(args) => notify::run(args, console),
        Command::Serve(args) => serve::run(args, console),
        Command::Sample(args) => sample::run(args, console),
        Command::Check(args) => check::run(args, console),
        Command::Report(args) => trail_report::run(args, console),
        Command::Reconcile(args) => reconcile::run(args, console),
        Command::Damage(args) => damage::run(args, console),
        Command::Manifest(args) => match &args.command {
            ManifestCommand::Merge(args) => merge::run(args, console),
        },
        Command::Actions(args) => actions::run(args, console),
        Command::Templates(args) => templates::run(&args.command, console),
        Command::Slots(args) => slots::run(args, console),
        Command::Identities(args) => identities::run(args, console),
        Command::Faults(args) => faults::run(args, console),
        Command::Init(args) => init::run(args, console),
        Command::Completions(args) => completions::run(args, console),
        Command::Man(args) => man::run(args, console),
    }
}
