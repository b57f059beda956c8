//! Digests do not depend on how a run went: threads, reruns, interruptions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mocktrail::delivery::{Destination, Directory, Error, Object, Report};
use mocktrail::run::{self, Options};
use mocktrail::{Plan, Trail};

use super::sealed::Sealed;
use super::{make, scenario};

const SCENARIO: &str = "seed = 12\n[traffic]\nevents = 9_000\n[[account]]\nid = \"111122223333\"\n\
    regions = [\"us-east-1\", \"eu-west-1\"]\n[trail]\ndigests = true\nbackfill = 0.05\nkey_lifetime = \"12h\"\n";

/// Every file below a directory, the ones beside the trail included.
fn files(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![place.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(place).unwrap().display().to_string(), fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Ends a run when so many objects are delivered; how many they were in the end.
fn interrupt(place: &Path, objects: u64) -> u64 {
    let trail = Trail::new(Arc::new(Plan::new(scenario(SCENARIO)).unwrap()));
    let options = Options { threads: 2, manifest_dir: place.join(".mocktrail"), force: false, signing_key: None };
    let stop = AtomicBool::new(false);
    let watch = |progress: run::Progress| stop.store(progress.objects >= objects, Ordering::Relaxed);
    let outcome = run::generate(&trail, &Directory::new(place, false), &options, &stop, &watch).unwrap();
    assert!(outcome.interrupted, "{objects}");
    outcome.totals.objects
}

/// A directory in which the run is told to end as soon as the last stream's first digest comes.
struct EndsAtDigest<'a>(Directory, &'a AtomicBool);

impl Destination for EndsAtDigest<'_> {
    fn prepare(&self) -> Result<(), Error> {
        self.0.prepare()
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        self.0.list(prefix, each)
    }

    fn put(&self, object: Object, report: Report) {
        if object.key.contains("/CloudTrail-Digest/eu-west-1/") {
            self.1.store(true, Ordering::Relaxed);
        }
        self.0.put(object, report);
    }

    fn finish(&self) {
        self.0.finish();
    }

    fn stop(&self) {
        self.0.stop();
    }

    fn name(&self) -> String {
        self.0.name()
    }
}

/// All log files are there, but not all digests: that is no finished run, and the next one finishes it.
#[test]
fn a_run_that_ends_among_its_last_digests_says_so() {
    let (place, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let trail = Trail::new(Arc::new(Plan::new(scenario(SCENARIO)).unwrap()));
    let manifest_dir = place.path().join(".mocktrail");
    let options = Options { threads: 2, manifest_dir, force: false, signing_key: None };
    let stop = AtomicBool::new(false);
    let destination = EndsAtDigest(Directory::new(place.path(), false), &stop);
    let outcome = run::generate(&trail, &destination, &options, &stop, &|_| ()).unwrap();
    assert!(outcome.interrupted && outcome.totals.events == 9_000, "{outcome:?}");
    make(SCENARIO, place.path(), 2, None).unwrap();
    make(SCENARIO, whole.path(), 2, None).unwrap();
    assert_eq!(files(place.path()), files(whole.path()));
}

#[test]
fn threads_reruns_and_interruptions_change_no_byte() {
    let place = tempfile::tempdir().unwrap();
    let whole = make(SCENARIO, place.path(), 1, None).unwrap();
    Sealed::read(place.path()).hold_to_the_laws();
    let expected = files(place.path());

    let again = make(SCENARIO, place.path(), 2, None).unwrap();
    assert_eq!((again.written, again.already_there), (0, whole.totals.objects));
    assert_eq!(files(place.path()), expected);

    let many = tempfile::tempdir().unwrap();
    make(SCENARIO, many.path(), 8, None).unwrap();
    assert_eq!(files(many.path()), expected);

    // In the log files of the first stream, in its digests, in the last stream, and just before the end.
    let all = whole.totals.objects;
    for objects in [5, all / 3, all / 2, all * 2 / 3, all - 60] {
        let broken = tempfile::tempdir().unwrap();
        let delivered = interrupt(broken.path(), objects);
        assert!((objects..all).contains(&delivered), "{delivered} of {all} after {objects}");
        let rest = make(SCENARIO, broken.path(), 2, None).unwrap();
        assert_eq!(rest.already_there, delivered);
        assert_eq!(files(broken.path()), expected, "after {objects} of {all}");
    }
}
