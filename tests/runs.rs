//! Whole runs into S3 over HTTP, undisturbed and through faults: what ends up in the bucket is what ends up
//! in a directory, and after any failure the same run goes on to the same end.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(feature = "s3")]

#[path = "support/fault_proxy.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod fault_proxy;
#[path = "support/s3_server.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod s3_server;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fault_proxy::{Fault, FaultProxy, Seen};
use mocktrail::audit::{self, Bucket, PublicKeys, Source};
use mocktrail::delivery::{Destination, Directory, S3, S3Options};
use mocktrail::run::{self, Options, Outcome};
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Scenario, Time, Trail};
use s3_server::{S3Server, files};

const BUCKET: &str = "audit-lab";

fn trail() -> Trail {
    Trail::new(Arc::new(Plan::new(Scenario::new().seed(6).events(9_000)).unwrap()))
}

fn run_to(destination: &dyn Destination, manifest: &Path) -> Result<Outcome, run::Error> {
    let options = Options { threads: 3, manifest_dir: manifest.to_owned(), force: false, signing_key: None };
    run::generate(&trail(), destination, &options, &AtomicBool::new(false), &|_| ())
}

/// The same trail in a directory, and its manifest.
fn in_a_directory() -> (BTreeMap<String, Vec<u8>>, Vec<u8>) {
    let (dir, manifest) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run_to(&Directory::new(dir.path(), false), manifest.path()).unwrap();
    (files(dir.path()), std::fs::read(manifest.path().join("manifest.jsonl")).unwrap())
}

fn through(address: SocketAddr) -> S3 {
    S3::connect(S3Options { prefix: "AWSLogs/".into(), ..s3_server::options(address, BUCKET) }).unwrap()
}

/// Reruns without faults until nothing is missing, and compares bucket and manifest with the directory.
fn assert_completes(server: &S3Server) {
    let manifest = tempfile::tempdir().unwrap();
    let outcome = run_to(&through(server.address()), manifest.path()).unwrap();
    assert!(!outcome.interrupted);
    assert_eq!(outcome.written + outcome.already_there, outcome.totals.objects);
    let (directory, expected_manifest) = in_a_directory();
    assert_eq!(server.objects(BUCKET), directory);
    assert_eq!(std::fs::read(manifest.path().join("manifest.jsonl")).unwrap(), expected_manifest);
}

#[test]
fn a_bucket_holds_what_a_directory_holds() {
    let server = S3Server::with_bucket(BUCKET);
    assert_completes(&server);
    // And once more, where everything lies there already.
    assert_completes(&server);
    let key = server.objects(BUCKET).into_keys().next().unwrap();
    let (_, headers) = server.get(BUCKET, &key);
    assert_eq!((&*headers.content_type, &*headers.content_encoding), ("application/json", "gzip"));
    assert!(headers.metadata.is_empty());
}

/// Runs into a disturbed bucket; gives what the run came to and the lines of its manifest.
fn disturbed(
    server: &S3Server,
    plan: impl Fn(&Seen) -> Fault + Send + Sync + 'static,
) -> (Result<Outcome, run::Error>, Vec<String>) {
    let proxy = FaultProxy::start(server.address(), plan);
    let manifest = tempfile::tempdir().unwrap();
    let outcome = run_to(&through(proxy.address()), manifest.path());
    let lines = std::fs::read_to_string(manifest.path().join("manifest.jsonl")).unwrap_or_default();
    (outcome, lines.lines().map(str::to_owned).collect())
}

#[test]
fn a_run_survives_throttling_and_broken_connections() {
    let server = S3Server::with_bucket(BUCKET);
    let (outcome, _) = disturbed(&server, |seen| match (&*seen.method, seen.tries, seen.earlier % 7) {
        ("PUT", 0, 3) => Fault::answer(503, "SlowDown"),
        ("PUT", 0, 5) => Fault::Reset,
        _ => Fault::Pass,
    });
    assert!(!outcome.unwrap().interrupted);
    assert_completes(&server);
}

/// The manifest of a failed run lists what is delivered, and only that; the same run then completes it.
#[test]
fn a_refusal_half_way_is_told_and_the_rerun_completes() {
    let server = S3Server::with_bucket(BUCKET);
    let (outcome, lines) = disturbed(&server, |seen| match (&*seen.method, seen.earlier) {
        ("PUT", 60..) => Fault::answer(403, "AccessDenied"),
        _ => Fault::Pass,
    });
    let run::Error::Delivery { source, done } = outcome.unwrap_err() else { panic!("another error") };
    assert!(source.to_string().contains("403 AccessDenied"), "{source}");
    let delivered = server.objects(BUCKET);
    assert!(!delivered.is_empty() && delivered.len() as u64 == done.objects);
    let listed: Vec<String> = lines[1..lines.len() - 1]
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["key"].as_str().unwrap().to_owned())
        .collect();
    assert!(listed.is_sorted());
    assert!(listed.iter().eq(delivered.keys()), "the manifest lists what is in the bucket");
    assert!(lines.last().unwrap().contains("\"interrupted\":true"));
    assert_completes(&server);
}

/// A run that is asked to stop ends in order and can be taken up again.
#[test]
fn a_stopped_run_can_be_taken_up_again() {
    let server = S3Server::with_bucket(BUCKET);
    let manifest = tempfile::tempdir().unwrap();
    let stop = AtomicBool::new(false);
    let options = Options { threads: 2, manifest_dir: manifest.path().to_owned(), force: false, signing_key: None };
    let watch = |progress: run::Progress| stop.store(progress.objects >= 20, Ordering::Relaxed);
    let outcome = run::generate(&trail(), &through(server.address()), &options, &stop, &watch).unwrap();
    assert!(outcome.interrupted && outcome.totals.objects >= 20);
    assert_eq!(outcome.totals.objects, server.objects(BUCKET).len() as u64);
    assert_completes(&server);
}

/// Where another trail lives, nothing is written.
#[test]
fn another_trail_is_left_alone() {
    let server = S3Server::with_bucket(BUCKET);
    let other = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json.gz";
    server.plant(BUCKET, other, b"real");
    let manifest = tempfile::tempdir().unwrap();
    let error = run_to(&through(server.address()), manifest.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`s3://{BUCKET}` already holds objects that this scenario does not explain, such as `{other}`")
    );
    assert_eq!(server.objects(BUCKET).len(), 1);
}

/// A bucket keeps the metadata of digests, so `check` finds their signatures there, and misses what is gone.
#[test]
fn the_digests_of_a_bucket_can_be_checked() {
    let server = S3Server::with_bucket(BUCKET);
    let text = format!(
        "seed = 6\n[time]\nfor = \"4h\"\n[traffic]\nevents = 60\n[trail]\nbucket = \"{BUCKET}\"\ndigests = true"
    );
    let scenario = Wish::parse("s.toml", &text, &[], Time(0)).and_then(Wish::resolve).unwrap();
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let manifest = tempfile::tempdir().unwrap();
    let options = Options { threads: 2, manifest_dir: manifest.path().into(), force: false, signing_key: None };
    run::generate(&trail, &through(server.address()), &options, &AtomicBool::new(false), &|_| ()).unwrap();
    let keys = std::fs::read_to_string(manifest.path().join("public-keys.json")).unwrap();
    let check = |prefix: &str| {
        let sources: [Box<dyn Source>; 1] = [Box::new(Bucket::new(through(server.address()), prefix))];
        let public_keys = Some(PublicKeys::read(&keys).unwrap());
        let options = audit::Options { threads: 2, max_findings: 9, public_keys };
        let mut told = Vec::new();
        let mut tell = |finding: &audit::Finding| {
            told.push(finding.to_string());
            Ok(())
        };
        let stop = AtomicBool::new(false);
        (audit::check(&sources, &options, &stop, &mut tell, &|_| ()).unwrap(), told)
    };
    let (outcome, told) = check("AWSLogs/");
    assert_eq!(told, [""; 0]);
    assert!(outcome.digests >= 5 && outcome.signatures == outcome.digests, "{outcome:?}");
}
