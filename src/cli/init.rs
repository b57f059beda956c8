//! `mocktrail init`: a scenario file to start from.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use super::args::Init;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use crate::scenario::STARTER;

pub(crate) fn run(args: &Init, console: &mut Console) -> Result<Exit, Failure> {
    let path = args.path.display();
    write_new(&args.path).map_err(|cause| failed(&args.path, cause))?;
    console.say(&format!("wrote `{path}`; next: `mocktrail generate {path}`"));
    Ok(Exit::Done)
}

/// Writes the file unless there is one.
fn write_new(path: &Path) -> io::Result<()> {
    File::create_new(path)?.write_all(STARTER.as_bytes())
}

fn failed(path: &Path, cause: io::Error) -> Failure {
    let path = path.to_owned();
    match cause.kind() {
        io::ErrorKind::AlreadyExists => Failure::Exists { path },
        _ => Failure::Unwritable { path, cause },
    }
}
