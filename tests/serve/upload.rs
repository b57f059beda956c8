//! The endpoint as a test bucket: the program's own S3 destination writes into it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::{Credentials, Destination, Error, S3, S3Options};
use mocktrail::run::{self, Options as RunOptions};
use mocktrail::serve::{Keys, Served, Server};
use mocktrail::{Plan, Scenario, Trail};

use super::{everything, start, trail};

fn destination(server: &Server, bucket: &str, secret: &str) -> S3 {
    let keys = Keys::default();
    let mut options = S3Options::new(bucket);
    options.endpoint_url = Some(format!("http://{}", server.address()));
    options.region = Some("us-east-1".into());
    options.create_bucket = true;
    options.credentials = Credentials::Keys { access_key_id: keys.access_key, secret_access_key: secret.to_owned() };
    S3::connect(options).unwrap()
}

fn deliver(trail: &Trail, destination: &dyn Destination) -> Result<run::Outcome, run::Error> {
    let manifest = tempfile::tempdir().unwrap();
    let options = RunOptions { threads: 2, manifest_dir: manifest.path().to_owned(), force: false, signing_key: None };
    run::generate(trail, destination, &options, &AtomicBool::new(false), &|_| ())
}

/// What is put is there: in the directory, with its headers, and in buckets that are made for it.
#[test]
fn a_trail_can_be_written_into_it() {
    let place = tempfile::tempdir().unwrap();
    let server = start(Served::directory(place.path(), None).unwrap(), true);
    let secret = Keys::default().secret_key;
    for bucket in ["amzn-s3-demo-bucket", "another-bucket"] {
        let outcome = deliver(&trail(800), &destination(&server, bucket, &secret)).unwrap();
        assert_eq!(outcome.written, trail(800).files().count() as u64);
        let again = deliver(&trail(800), &destination(&server, bucket, &secret)).unwrap();
        assert_eq!((again.written, again.already_there), (0, outcome.written));
        let other = Trail::new(Arc::new(Plan::new(Scenario::new().seed(8).events(800)).unwrap()));
        assert!(matches!(deliver(&other, &destination(&server, bucket, &secret)), Err(run::Error::Foreign { .. })));
    }
    let files = everything(&server, 1_000);
    assert!(trail(800).files().all(|file| files[&file.object.key] == file.object.body));
    assert_eq!(files.len(), trail(800).files().count());
}

/// A wrong secret, and a bucket that nobody can write to.
#[test]
fn refusals_have_the_names_that_sdks_know() {
    let server = start(Served::scenario(trail(10), None, 1 << 20).unwrap(), false);
    for (secret, code) in [("wrong", "SignatureDoesNotMatch"), (&*Keys::default().secret_key, "AccessDenied")] {
        let other = Trail::new(Arc::new(Plan::new(Scenario::new().events(3)).unwrap()));
        let destination = destination(&server, "amzn-s3-demo-bucket", secret);
        let options = RunOptions {
            threads: 1,
            manifest_dir: tempfile::tempdir().unwrap().keep(),
            force: true,
            signing_key: None,
        };
        let error = run::generate(&other, &destination, &options, &AtomicBool::new(false), &|_| ()).unwrap_err();
        let run::Error::Delivery { source: Error::Refused { status, code: given, .. }, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((status, given.as_str()), (403, code));
    }
}
