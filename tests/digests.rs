//! Digest files: what must hold between them, the log files and the manifest, in every kind of trail.
//!
//! `sealed` reads a trail and holds it to the laws; `keys` has the user's keys, `runs` threads, reruns and
//! interruptions.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "digests/keys.rs"]
mod keys;
#[path = "digests/runs.rs"]
mod runs;
#[path = "digests/sealed.rs"]
mod sealed;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::Directory;
use mocktrail::run::{self, Options};
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Scenario, Time, Trail};
use sealed::Sealed;

/// The scenario of a file.
fn scenario(text: &str) -> Scenario {
    let wish = Wish::parse("scenario.toml", text, &[], Time(0)).and_then(Wish::resolve);
    wish.unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// Makes a trail below a directory.
fn make(text: &str, place: &Path, threads: usize, signing_key: Option<String>) -> Result<run::Outcome, run::Error> {
    let trail = Trail::new(Arc::new(Plan::new(scenario(text)).unwrap()));
    let options = Options { threads, manifest_dir: place.join(".mocktrail"), force: false, signing_key };
    run::generate(&trail, &Directory::new(place, false), &options, &AtomicBool::new(false), &|_| ())
}

/// The trail of a scenario, held to all laws.
fn sealed(text: &str) -> Sealed {
    let place = tempfile::tempdir().unwrap();
    make(text, place.path(), 2, None).unwrap();
    let sealed = Sealed::read(place.path());
    sealed.hold_to_the_laws();
    sealed
}

#[test]
fn a_day_of_an_account_is_sealed() {
    let sealed = sealed("seed = 7\n[traffic]\nevents = 600\n[trail]\ndigests = true\n");
    let ends = sealed.ends("us-east-1", false);
    // The hour before the start, and each of 24; the last files come minutes after the last hour.
    assert_eq!(ends.len(), 26);
    assert_eq!(ends[0].to_string(), "2026-03-02T00:00:00Z");
    assert_eq!(ends[25].to_string(), "2026-03-03T01:00:00Z");
    assert!(sealed.ends("us-east-1", true).is_empty());
    assert_eq!(sealed.keys.len(), 1);
}

/// The digests of hours in which nothing was delivered are there and list nothing.
#[test]
fn hours_and_streams_without_events_have_digests() {
    let sealed = sealed(
        "seed = 2\n[traffic]\nevents = 3\n[[account]]\nid = \"111122223333\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n\
         [[account]]\nid = \"444455556666\"\nregions = [\"us-west-2\", \"eu-west-1\"]\n[trail]\ndigests = true\n",
    );
    assert!(sealed.streams_without_log_files() > 0, "the test needs a stream without events");
    for stream in sealed.streams() {
        assert!(sealed.of_stream(&stream).count() >= 25, "{stream:?}");
    }
    assert_eq!(sealed.fingerprints().len(), 3, "one for each region");
}

#[test]
fn a_window_that_begins_within_an_hour_keeps_its_minute() {
    let sealed = sealed(
        "seed = 3\n[time]\nstart = 2026-03-02T07:41:21Z\nfor = \"5h\"\n[traffic]\nevents = 200\n[trail]\ndigests = true\n",
    );
    let ends = sealed.ends("us-east-1", false);
    assert!(ends.iter().all(|end| end.to_string().ends_with(":41:21Z")), "{ends:?}");
    assert_eq!(ends[0].to_string(), "2026-03-02T07:41:21Z");
}

#[test]
fn a_chain_begins_again_after_a_stop() {
    let sealed = sealed(
        "seed = 4\n[traffic]\nevents = 900\n[trail]\ndigests = true\n\
         stopped = [\"2026-03-02T06:30:00Z/2026-03-02T09:10:00Z\", \"2026-03-02T15:00:00Z/2026-03-02T17:00:00Z\"]\n",
    );
    let starts: Vec<String> = sealed.starts("us-east-1", false).iter().map(ToString::to_string).collect();
    assert_eq!(starts, ["2026-03-02T00:00:00Z", "2026-03-02T09:10:00Z", "2026-03-02T17:00:00Z"]);
    let ends = sealed.ends("us-east-1", false);
    assert!(ends.iter().any(|end| end.to_string() == "2026-03-02T07:00:00Z"), "the hour of the stop has a digest");
    assert!(!ends.iter().any(|end| end.to_string() == "2026-03-02T08:00:00Z"), "the rest has none");
}

#[test]
fn log_files_that_missed_their_digest_have_a_chain_of_their_own() {
    let sealed = sealed(
        "seed = 5\n[traffic]\nevents = 2_000\n[trail]\ndigests = true\nbackfill = 0.1\nprefix = \"audit/logs\"\n",
    );
    let backfill = sealed.ends("us-east-1", true);
    assert!((3..25).contains(&backfill.len()), "{}", backfill.len());
    assert_eq!(sealed.starts("us-east-1", true), backfill[..1]);
}

/// Keys are replaced while the trail goes on, each digest names one that is valid, and the chain goes on.
#[test]
fn keys_are_replaced_within_the_window() {
    let sealed = sealed("seed = 6\n[traffic]\nevents = 300\n[trail]\ndigests = true\nkey_lifetime = \"6h\"\n");
    let used = sealed.fingerprints();
    assert!((4..=10).contains(&used.len()), "{used:?}");
    assert_eq!(sealed.starts("us-east-1", false).len(), 1);
}

#[test]
fn an_organization_trail_of_two_accounts_is_sealed() {
    let sealed = sealed(
        "seed = 8\n[traffic]\nevents = 800\n[[account]]\nid = \"111122223333\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n\
         [[account]]\nid = \"444455556666\"\nregions = [\"eu-west-1\"]\n\
         [trail]\ndigests = true\norganization = \"o-exampleorgid\"\nhome_region = \"eu-west-1\"\nname = \"org_trail\"\n\
         bucket = \"org-logs\"\n",
    );
    assert_eq!(sealed.streams().len(), 3);
    let inside = |key: &String| key.starts_with("AWSLogs/o-exampleorgid/") && key.contains("_org_trail_eu-west-1_");
    assert!(sealed.digests.keys().all(inside));
    assert!(sealed.digests.values().all(|digest| digest.text("digestS3Bucket") == "org-logs"));
}
