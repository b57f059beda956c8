//! Trails without mistakes, in which nothing may be found.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use mocktrail::Scenario;
use mocktrail::audit::{self, Folder, Options, Source};

use super::shelf::{Shelf, scenario};

fn assert_clean(what: &str, shelf: &Shelf, records: u64) {
    let (outcome, findings) = shelf.check();
    let findings: Vec<String> = findings.iter().take(10).map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{what}: {findings:#?}");
    assert_eq!((outcome.findings, outcome.records), (0, records), "{what}");
    assert_eq!((outcome.files, outcome.late), (shelf.objects.len() as u64, 0), "{what}");
    assert!(outcome.unknown.is_empty(), "{what}: {:?}", outcome.unknown);
}

#[test]
fn default_trails_of_several_seeds() {
    for seed in 0..8 {
        assert_clean(&format!("seed {seed}"), &Shelf::of(Scenario::new().seed(seed).events(2_000)), 2_000);
    }
}

#[test]
fn trails_of_many_kinds() {
    for text in [
        "[traffic]\nevents = 2_000\nerrors = 0.9",
        "[traffic]\nevents = 2_000\nerrors = 0",
        "[time]\nshape = \"flat\"\nfor = \"1h\"\n[traffic]\nevents = 2_000",
        "[time]\nstart = 2017-12-12T00:00:00Z\n[traffic]\nevents = 2_000\n[records]\nstyle = \"2017\"",
        "[traffic]\nevents = 2_000\nerrors = 0.9\n[records]\nstyle = \"2017\"",
        "[traffic]\nevents = 2_000\n[records]\ntls_details = false",
        "[traffic]\nevents = 2_000\n[trail]\nprefix = \"a/b\"\norganization = \"o-exampleorgid\"\n[[account]]\nid = \"111122223333\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n[[account]]\nid = \"000000000042\"\nregions = [\"us-west-2\"]\norganizations = 3",
    ] {
        assert_clean(text, &Shelf::of(scenario(text).unwrap()), 2_000);
    }
}

/// Versions that a scenario cannot ask for are left out.
#[test]
fn trails_of_every_event_version() {
    let mut seen = 0;
    for version in 0..=11 {
        let version = if version == 0 { "1.0".to_owned() } else { format!("1.{version:02}") };
        let text = format!("[traffic]\nevents = 1_000\nerrors = 0.2\n[records]\nevent_version = \"{version}\"");
        if let Ok(scenario) = scenario(&text) {
            assert_clean(&text, &Shelf::of(scenario), 1_000);
            seen += 1;
        }
    }
    assert!(seen >= 7, "{seen}");
}

#[test]
fn a_manifest_agrees_with_its_trail() {
    let shelf = Shelf::with_manifest();
    assert_clean("with manifest", &shelf, 300);
    assert!(shelf.check().0.manifest);
}

/// They are not gzipped, and have a line for each record.
#[test]
fn the_golden_trees() {
    for name in ["office", "organization-trail", "year-2017"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
        let sources: [Box<dyn Source>; 1] = [Box::new(Folder::new(root))];
        let options = Options { threads: 1, max_findings: 10, public_keys: None };
        let mut tell = |finding: &audit::Finding| panic!("{finding}");
        let outcome = audit::check(&sources, &options, &AtomicBool::new(false), &mut tell, &|_| ()).unwrap();
        assert!(outcome.records >= 12 && outcome.findings == 0 && outcome.others >= 2, "{name}: {outcome:?}");
    }
}

/// The same findings in the same order, whoever looks.
#[test]
fn the_number_of_threads_changes_nothing() {
    let mut shelf = Shelf::office();
    for (number, bytes) in shelf.objects.values_mut().enumerate() {
        if number % 3 == 0 {
            bytes.push(0);
        }
    }
    let with = |threads| shelf.check_with(&Options { threads, max_findings: usize::MAX, public_keys: None });
    assert!(with(1).1.len() > 10);
    assert_eq!(with(1), with(8));
}

#[test]
fn all_findings_are_counted_and_some_are_told() {
    let mut shelf = Shelf::office();
    shelf.objects.values_mut().for_each(|bytes| bytes.push(0));
    let (outcome, findings) = shelf.check_with(&Options { threads: 2, max_findings: 5, public_keys: None });
    assert_eq!((outcome.findings, findings.len()), (shelf.objects.len() as u64, 5));
}
