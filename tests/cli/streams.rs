//! Which stream carries what, and what happens when one of them ends.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::{err, mocktrail, out};

/// A file to start from asks for the default scenario, and is never written over another.
#[test]
fn a_scenario_file_to_start_from_is_written_once() {
    let place = tempfile::tempdir().unwrap();
    let init = || mocktrail(["init"]).current_dir(&place).output().unwrap();
    assert_eq!((init().status.code(), init().status.code()), (Some(0), Some(2)));
    let written = std::fs::read_to_string(place.path().join("scenario.toml")).unwrap();
    assert_eq!(written, include_str!("../../src/scenario/starter.toml"));
}

/// Data goes to stdout, words to stderr.
#[test]
fn the_summary_goes_to_stderr_and_json_to_stdout() {
    let place = tempfile::tempdir().unwrap();
    let words = mocktrail(["generate", "--events", "50"]).current_dir(&place).output().unwrap();
    assert_eq!((words.status.code(), out(&words)), (Some(0), ""));
    assert!(err(&words).starts_with("50 events in "), "{}", err(&words));

    let json = mocktrail(["generate", "--events", "50", "--json"]).current_dir(&place).output().unwrap();
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((json.status.code(), err(&json)), (Some(0), ""));
    assert_eq!((&document["events"], &document["written"]), (&50.into(), &0.into()));
    assert!(document["alreadyThere"].as_u64() == document["objects"].as_u64());
    assert!(place.path().join(document["manifest"].as_str().unwrap()).is_file());
    assert!(place.path().join("trail").join(document["lastKey"].as_str().unwrap()).is_file());
}

/// The estimate is what was asked for, hence data.
#[test]
fn a_dry_run_goes_to_stdout_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let output = mocktrail(["generate", "--dry-run"]).current_dir(&place).output().unwrap();
    assert_eq!((output.status.code(), err(&output)), (Some(0), ""));
    assert!(out(&output).ends_with("\nnothing was written\n"));
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 0);
}

/// A small run is estimated by making it: the same figures.
#[test]
fn a_dry_run_of_a_small_trail_is_exact() {
    let place = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| -> Value {
        let arguments = ["generate", "--seed", "3", "--json"].iter().chain(more).copied();
        let output = mocktrail(arguments).current_dir(&place).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (estimate, outcome) = (run(&["--dry-run"]), run(&[]));
    assert_eq!(estimate["exact"], true);
    for name in ["events", "objects", "rawBytes", "bytes", "firstKey", "lastKey"] {
        assert_eq!(estimate[name], outcome[name], "{name}");
    }
}

#[test]
fn records_are_json_lines_of_exactly_the_events() {
    let output = mocktrail(["generate", "--events", "300", "--to", "-"]).output().unwrap();
    assert_eq!((output.status.code(), err(&output)), (Some(0), ""));
    let records: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 300);
    assert!(records.iter().all(|record| record["eventID"].is_string()));
}

#[test]
fn a_sample_is_a_json_array_of_one_action() {
    let output = mocktrail(["sample", "DeleteUser", "--count", "5", "--error", "AccessDenied"]).output().unwrap();
    let records: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(records.len(), 5);
    for record in records {
        assert_eq!((&record["eventName"], &record["errorCode"]), (&"DeleteUser".into(), &"AccessDenied".into()));
    }
}

/// As with `head`: whoever reads has seen enough, and that is no error.
#[test]
fn a_closed_pipe_ends_quietly() {
    let arguments = ["generate", "--events", "100_000", "--to", "-"];
    let mut child = mocktrail(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with("{\"eventVersion\":"));
    assert_eq!((output.status.code(), err(&output)), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure() {
    for arguments in [&["generate", "--to", "-"] as &[_], &["actions"], &["man"], &["completions", "zsh"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = mocktrail(arguments.iter().copied()).stdout(full).output().unwrap();
        let words = "error: cannot write to standard output: no space left on device (os error 28)\n";
        assert_eq!((output.status.code(), err(&output)), (Some(3), words), "{arguments:?}");
    }
}

/// The pipe is full and nobody reads, so the run waits in its middle for the signal.
#[cfg(unix)]
#[test]
fn an_interrupted_listing_ends_in_order() {
    let arguments = ["generate", "--events", "100_000", "--to", "-"];
    let mut child = mocktrail(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(err(&output), "error: interrupted\nhint: the same command prints the same records again\n");
    assert!(rest.ends_with("}\n") && rest.lines().count() < 99_999, "whole records, but not all");
}

/// Nobody reads, so the first signal alone cannot end the run.
#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_at_once() {
    let arguments = ["generate", "--events", "100_000", "--to", "-"];
    let mut child = mocktrail(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    let pid = child.id().to_string();
    while child.try_wait().unwrap().is_none() {
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), err(&output)), (Some(4), ""));
}

#[test]
fn the_word_error_is_red_where_colours_are_wanted() {
    let arguments = ["generate", "--events", "0"];
    let plain = mocktrail(arguments).output().unwrap();
    assert!(err(&plain).starts_with("error: --events"));
    let red = mocktrail(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(err(&red).starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m --events"));
    let refused = mocktrail(arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(err(&refused).starts_with("error: --events"), "{}", err(&refused));
}

/// The window of a relative scenario is written down as instants: the resolved file makes the same trail.
#[test]
fn a_relative_window_is_kept_with_the_trail() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| -> Value {
        let arguments = ["generate", "--json"].iter().chain(arguments).copied();
        let output = mocktrail(arguments).current_dir(&place).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let first = run(&["--start", "now-2h", "--for", "1h", "--events", "40"]);
    let again = run(&["trail/.mocktrail/scenario.toml", "--to", "again"]);
    for name in ["objects", "bytes", "firstKey", "lastKey"] {
        assert_eq!(first[name], again[name], "{name}");
    }
}
