//! `mocktrail check` on a bucket, over HTTP from a real S3 server in the same process.

#![cfg(feature = "s3")]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "support/s3_server.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod s3_server;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::audit::{self, Bucket, Error, Options, Outcome, Source};
use mocktrail::delivery::{Error as Refused, S3};
use mocktrail::{Plan, Scenario, Trail};
use s3_server::S3Server;

const BUCKET: &str = "audit-lab";

/// What a check of the bucket comes to, and what it tells.
fn check(server: &S3Server, bucket: &str, prefix: &str) -> Result<(Outcome, Vec<String>), Error> {
    let s3 = S3::connect(server.options(bucket)).unwrap();
    let sources: [Box<dyn Source>; 1] = [Box::new(Bucket::new(s3, prefix))];
    let mut lines = Vec::new();
    let mut tell = |finding: &audit::Finding| {
        lines.push(finding.to_string());
        Ok(())
    };
    let options = Options { threads: 4, max_findings: 100, public_keys: None };
    let outcome = audit::check(&sources, &options, &AtomicBool::new(false), &mut tell, &|_| ())?;
    Ok((outcome, lines))
}

/// A server with the trail in a bucket, and its keys.
fn with_trail() -> (S3Server, Vec<String>) {
    let server = S3Server::with_bucket(BUCKET);
    let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(4).events(400)).unwrap()));
    let mut keys = Vec::new();
    for file in trail.files() {
        server.plant(BUCKET, &file.object.key, &file.object.body);
        keys.push(file.object.key);
    }
    (server, keys)
}

#[test]
fn a_bucket_is_checked_like_a_directory() {
    let (server, keys) = with_trail();
    let (outcome, lines) = check(&server, BUCKET, "").unwrap();
    assert_eq!((outcome.records, outcome.files, outcome.findings), (400, keys.len() as u64, 0), "{lines:#?}");

    let mut body = server.objects(BUCKET)[&keys[3]].clone();
    body.push(0);
    server.plant(BUCKET, &keys[3], &body);
    let (_, lines) = check(&server, BUCKET, "AWSLogs/111122223333").unwrap();
    let [line] = &lines[..] else { panic!("{lines:#?}") };
    assert!(line.starts_with(&format!("{}: something follows the end of the gzip data", keys[3])), "{line}");
    assert_eq!(check(&server, BUCKET, "AWSLogs/2").unwrap().0.files, 0);
}

#[test]
fn a_bucket_that_is_not_there_cannot_be_read() {
    let server = S3Server::with_bucket(BUCKET);
    let error = check(&server, "another", "").unwrap_err();
    assert!(matches!(error, Error::Source(Refused::BucketMissing { .. })), "{error}");
}
