//! A disk that is full: a tiny file system of our own, where the system lets us have one.

use std::process::{Command, Output};

use crate::{PROGRAM, err};

/// Runs the shell text `$script` in a name space with an empty file system of `size` at `$2`; `$1` is the program.
fn on_small_disk(size: &str, script: &str) -> Option<Output> {
    let place = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={size} none \"$2\" || exit 99\n{script}");
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", &mount, "sh", PROGRAM]).arg(place.path());
    let output = command.output().ok()?;
    let is_refused = output.status.code() == Some(99) || err(&output).starts_with("unshare:");
    (!is_refused).then_some(output)
}

#[test]
fn a_full_disk_is_reported_and_leaves_no_partial_file() {
    let script =
        "\"$1\" generate --events 20_000 --to \"$2\"; code=$?; find \"$2\" -path '*partial*' -type f >&2; exit $code";
    let Some(output) = on_small_disk("600k", script) else {
        eprintln!("skipped: this system lets us have no file system of our own");
        return;
    };
    let words = err(&output);
    let lines: Vec<&str> = words.lines().collect();
    assert_eq!((output.status.code(), lines.len()), (Some(3), 3), "{words}");
    assert!(lines[0].starts_with("error: cannot write `"), "{words}");
    assert!(lines[0].ends_with(".json.gz`: no space left on device (os error 28)"), "{words}");
    assert!(lines[1].contains(" log files written ("), "{words}");
    assert!(lines[1].ends_with(" missing; the unfinished file was removed"), "{words}");
    assert_eq!(lines[2], "hint: free space and run the same command again");
}
