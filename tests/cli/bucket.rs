//! A bucket that refuses, dies or is interrupted, as the user sees it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::server::Server;
use crate::{err, mocktrail};

/// A run into the bucket of a server, with credentials from a profile called `lab`.
fn into(url: &str, place: &Path, more: &[&str]) -> Command {
    std::fs::write(place.join("config"), "[profile lab]\nregion = eu-west-1\n").unwrap();
    std::fs::write(place.join("keys"), "[lab]\naws_access_key_id = A\naws_secret_access_key = B\n").unwrap();
    let arguments = ["generate", "--to", "s3://audit-lab", "--endpoint-url", url, "--profile", "lab"];
    let mut command = mocktrail(arguments.iter().chain(more).copied());
    command.env("AWS_CONFIG_FILE", place.join("config")).env("AWS_SHARED_CREDENTIALS_FILE", place.join("keys"));
    command.env("HOME", place).env("AWS_EC2_METADATA_DISABLED", "true").current_dir(place);
    command
}

fn lines(output: &Output) -> Vec<&str> {
    err(output).lines().collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long the user waits is what is tested")]
fn a_dead_endpoint_is_told_once_and_soon() {
    let place = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let begun = Instant::now();
    let output = into(&url, place.path(), &[]).output().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    let [error, detail, hint] = lines(&output)[..] else { panic!("{}", err(&output)) };
    assert_eq!(output.status.code(), Some(3));
    assert!(error.starts_with(&format!("error: cannot reach `{url}`: connection refused")), "{error}");
    assert!(detail.starts_with("  gave up after ") && hint.starts_with("hint: look at `--endpoint-url`"));
    assert!(!place.path().join("mocktrail-0").exists(), "the destination is tried before anything is made");
}

#[test]
fn a_refusal_before_the_first_object_names_the_profile() {
    let place = tempfile::tempdir().unwrap();
    let output = into(&Server::refusing().url, place.path(), &[]).output().unwrap();
    assert_eq!(
        (output.status.code(), lines(&output)),
        (
            Some(3),
            vec![
                "error: S3 refused `s3://audit-lab`: 403 InvalidAccessKeyId",
                "  credentials from profile `lab`, region eu-west-1",
                "hint: fix the profile and run the same command again; the same seed gives the same keys and bytes"
            ]
        )
    );
}

/// The same command goes on where the bucket refused.
#[test]
fn a_refusal_in_the_middle_tells_how_far_the_run_came() {
    let place = tempfile::tempdir().unwrap();
    let server = Server::start(Box::new(|before| before < 12));
    let run = |more: &[&str]| {
        let arguments = [&["--concurrency", "1", "--events", "200"], more].concat();
        into(&server.url, place.path(), &arguments).output().unwrap()
    };
    let refused = run(&[]);
    let [error, detail, hint] = lines(&refused)[..] else { panic!("{}", err(&refused)) };
    assert_eq!(refused.status.code(), Some(3));
    assert!(error.starts_with("error: S3 refused `s3://audit-lab/AWSLogs/111122223333/CloudTrail/"), "{error}");
    assert!(error.ends_with(".json.gz`: 403 InvalidAccessKeyId"), "{error}");
    assert!(detail.starts_with("  credentials from profile `lab`, region eu-west-1; 12 of "), "{detail}");
    assert!(detail.ends_with(" log files are delivered") && hint.starts_with("hint: fix the profile"));

    server.ask(Box::new(|_| true));
    let done: Value = serde_json::from_slice(&run(&["--json"]).stdout).unwrap();
    assert_eq!((&done["alreadyThere"], &done["objects"]), (&12.into(), &server.len().into()));
    assert!(place.path().join("mocktrail-0/manifest.jsonl").is_file());
}

/// Ctrl-C ends a run in order: what is delivered is in the manifest, and the same command goes on.
#[test]
fn an_interrupted_run_says_what_is_delivered_and_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let process = Arc::new(AtomicU32::new(0));
    let told = Arc::clone(&process);
    let server = Server::start(Box::new(move |before| {
        let pid = told.load(Ordering::SeqCst);
        if before > 5 && pid > 0 {
            told.store(0, Ordering::SeqCst);
            assert!(Command::new("kill").args(["-INT", &pid.to_string()]).status().unwrap().success());
        }
        true
    }));
    let arguments = ["--concurrency", "1", "--events", "5_000"];
    let child = into(&server.url, place.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    process.store(child.id(), Ordering::SeqCst);
    let output = child.wait_with_output().unwrap();
    let delivered = server.len();
    let [error, detail, hint] = lines(&output)[..] else { panic!("{}", err(&output)) };
    assert_eq!((output.status.code(), error), (Some(4), "error: interrupted"));
    assert!(detail.starts_with(&format!("  {delivered} of ")), "{delivered} {detail}");
    assert_eq!(hint, "hint: run the same command again; what is delivered is skipped");
    let manifest = std::fs::read_to_string(place.path().join("mocktrail-0/manifest.jsonl")).unwrap();
    assert!(manifest.lines().last().unwrap().contains("\"interrupted\":true"));
    assert_eq!(manifest.lines().count(), delivered + 2);

    let done = into(&server.url, place.path(), &[&arguments[2..], &["--json"]].concat()).output().unwrap();
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&done["alreadyThere"], &done["interrupted"]), (&delivered.into(), &false.into()));
    assert_eq!(done["objects"], server.len());
}
