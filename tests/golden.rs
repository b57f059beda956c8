//! The output format, byte for byte, before compression.
//!
//! Four small scenarios lie here with everything that they make; larger ones with a hash. An intended change
//! is accepted with `SNAPSHOTS=overwrite` and shows in the diff.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::Memory;
use mocktrail::run::{self, Options};
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Scenario, Time, Trail};
use sha2::{Digest, Sha256};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn overwrites() -> bool {
    std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite")
}

/// Every file of a scenario by its key, with a line per record, and the complete scenario.
fn output(scenario: &Path) -> BTreeMap<PathBuf, String> {
    let text = fs::read_to_string(scenario).unwrap();
    let plan = Plan::new(Scenario::default()).unwrap();
    let scenario = Wish::parse("scenario.toml", &text, &plan.action_names(), Time(0)).and_then(Wish::resolve).unwrap();
    let complete = scenario.to_toml();
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let files = trail.files().map(|file| {
        let mut raw = String::new();
        flate2::read::GzDecoder::new(&file.object.body[..]).read_to_string(&mut raw).unwrap();
        // Log files hold no line ends, so this can be undone.
        let lines = raw
            .replace("[{\"eventVersion\"", "[\n{\"eventVersion\"")
            .replace("},{\"eventVersion\"", "},\n{\"eventVersion\"");
        (PathBuf::from(file.object.key.trim_end_matches(".gz")), lines + "\n")
    });
    let complete = (PathBuf::from("complete.toml"), complete);
    files.chain([complete]).chain(seals(&trail)).collect()
}

/// Digests with a line per member, and the public keys; nothing of a trail that has none.
fn seals(trail: &Trail) -> Vec<(PathBuf, String)> {
    if !trail.plan().scenario.trail.digests.on {
        return Vec::new();
    }
    let (memory, beside) = (Memory::new(false), tempfile::tempdir().unwrap());
    let options = Options { threads: 1, manifest_dir: beside.path().to_owned(), force: false, signing_key: None };
    run::generate(trail, &memory, &options, &AtomicBool::new(false), &|_| ()).unwrap();
    let keys = fs::read_to_string(beside.path().join("public-keys.json")).unwrap();
    let digests = memory.take().into_iter().filter(|(key, _)| key.contains("/CloudTrail-Digest/"));
    let digests = digests.map(|(key, (body, _))| {
        let mut raw = String::new();
        flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut raw).unwrap();
        // No text in a digest holds this, so it can be undone.
        (PathBuf::from(key.trim_end_matches(".gz")), raw.replace(",\"", ",\n\"") + "\n")
    });
    digests.chain([(PathBuf::from("public-keys.json"), keys)]).collect()
}

/// All files below a folder but the scenario itself.
fn stored(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != "scenario.toml" {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

fn assert_golden(name: &str) {
    let folder = golden().join(name);
    let made = output(&folder.join("scenario.toml"));
    let before = stored(&folder);
    if overwrites() {
        for path in before.keys() {
            fs::remove_file(folder.join(path)).unwrap();
        }
        for (path, text) in &made {
            fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
            fs::write(folder.join(path), text).unwrap();
        }
        return;
    }
    assert_eq!(made.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "the files of {name}");
    for (path, text) in &made {
        let expected = &before[path];
        let line = text.lines().zip(expected.lines()).find(|(made, expected)| made != expected);
        assert!(text == expected, "{name}/{} differs, first in\n{line:#?}", path.display());
    }
}

#[test]
fn a_quiet_office() {
    assert_golden("office");
}

#[test]
fn an_organization_trail_with_many_errors() {
    assert_golden("organization-trail");
}

#[test]
fn a_chain_of_digests() {
    assert_golden("digests");
}

#[test]
fn the_style_of_2017() {
    assert_golden("year-2017");
}

/// Larger trails, by the hash of all their keys and raw bytes.
#[test]
fn larger_trails_keep_their_hashes() {
    let hash = |scenario: Scenario| {
        let mut hash = Sha256::new();
        for file in Trail::new(Arc::new(Plan::new(scenario).unwrap())).files() {
            let mut raw = Vec::new();
            flate2::read::GzDecoder::new(&file.object.body[..]).read_to_end(&mut raw).unwrap();
            hash.update(&file.object.key);
            hash.update(raw);
        }
        hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    };
    let lines = [("default", Scenario::new()), ("seed 7, 20 000 events", Scenario::new().seed(7).events(20_000))]
        .map(|(name, scenario)| format!("{} {name}\n", hash(scenario)))
        .concat();
    let file = golden().join("hashes.txt");
    if overwrites() {
        fs::write(&file, &lines).unwrap();
    }
    assert_eq!(lines, fs::read_to_string(file).unwrap());
}
