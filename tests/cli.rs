//! What users type and read: transcripts in `cli/*.trycmd`, and beside them what no transcript can show.
//!
//! `TRYCMD=overwrite cargo test --test cli` accepts what the commands say now.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests fail, or say why they are skipped")]

#[cfg(all(unix, feature = "s3"))]
#[path = "cli/bucket.rs"]
mod bucket;
#[cfg(target_os = "linux")]
#[path = "cli/disk.rs"]
mod disk;
#[cfg(all(unix, feature = "s3"))]
#[path = "cli/server.rs"]
mod server;
#[path = "cli/streams.rs"]
mod streams;
#[cfg(target_os = "linux")]
#[path = "cli/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mocktrail");

/// Every transcript, at the usual width and in a narrow terminal.
#[test]
fn the_transcripts_are_what_commands_say() {
    for (columns, cases) in [("100", "tests/cli/*.trycmd"), ("60", "tests/cli/narrow/*.trycmd")] {
        trycmd::TestCases::new()
            .register_bin("mocktrail", Path::new(PROGRAM))
            .env("COLUMNS", columns)
            .env("NO_COLOR", "1")
            .case(cases);
    }
}

/// The program with these arguments, and with nothing of the environment that could have a say.
fn mocktrail<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(PROGRAM);
    let has_a_say = |name: &str| name.starts_with("AWS_") || name.starts_with("CLICOLOR") || name == "NO_COLOR";
    for (name, _) in std::env::vars().filter(|(name, _)| has_a_say(name)) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

fn out(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}
