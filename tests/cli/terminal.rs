//! A terminal of 60 columns, by way of `script`, where that is installed.

use std::process::Command;

use crate::PROGRAM;

/// What a terminal of 60 columns gets to see of a command.
fn on_terminal(arguments: &str) -> Option<String> {
    let place = tempfile::tempdir().unwrap();
    let line = format!("stty cols 60 rows 24; {PROGRAM} {arguments}");
    let mut command = Command::new("script");
    let output = command.args(["-qec", &line, "/dev/null"]).current_dir(&place).env("TERM", "xterm").output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_terminal_shows_a_bar_that_fits_and_is_taken_away() {
    let Some(shown) = on_terminal("generate --events 20_000") else { return eprintln!("skipped: no `script` here") };
    let frames: Vec<&str> = shown.split(['\r', '\n']).filter(|line| line.contains(" files, ")).collect();
    assert!(!frames.is_empty(), "{shown:?}");
    let (first, summary) = (frames[0].rsplit_once('[').unwrap().1, shown.lines().rev().take(3).last().unwrap());
    assert!(first.ends_with(" left") && first.contains(" events, "), "{first}");
    assert!(summary.contains("20,000 events in "), "{shown:?}");
}

#[test]
fn tables_fit_the_terminal() {
    let Some(shown) = on_terminal("slots") else { return eprintln!("skipped: no `script` here") };
    assert!(shown.lines().all(|line| line.chars().count() <= 60) && shown.lines().count() > 20, "{shown}");
}
