//! The program: parse, run, print the error, give the exit code.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use clap::Parser;
use mocktrail::cli::{self, Args, Console};

fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut err = anstream::stderr();
    let exit = match cli::run(&args, &mut Console::new(&mut out, &mut err)) {
        Ok(exit) => exit,
        Err(failure) => cli::report(&failure, &mut err),
    };
    exit.into()
}
