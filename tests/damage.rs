//! `mocktrail damage` does what it says and writes it down, and `mocktrail check` finds it.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use mocktrail::damage::{self, Damaged, Kind, Wanted};
use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mocktrail");

fn mocktrail(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn path(place: &TempDir) -> &str {
    place.path().to_str().unwrap()
}

/// A trail of twelve hours.
fn made() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let done =
        mocktrail(&["generate", "--seed", "3", "--events", "400", "--for", "12h", "--digests", "--to", path(&place)]);
    assert!(done.status.success(), "{}", out(&done));
    place
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy(&path, &copied) } else { fs::copy(path, copied).map(drop).unwrap() }
    }
}

fn copied(trail: &TempDir) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    copy(trail.path(), place.path());
    place
}

fn wanted(place: &TempDir, kind: Kind, seed: u64) -> Wanted<'_> {
    Wanted { place: place.path(), kind, key: None, seed, signing_key: None }
}

fn manifest(place: &TempDir) -> Vec<Value> {
    let text = fs::read_to_string(place.path().join(".mocktrail/manifest.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The line of an object.
fn line(place: &TempDir, key: &str) -> Value {
    manifest(place).into_iter().find(|line| line["key"] == key).unwrap()
}

fn check(place: &TempDir) -> (Option<i32>, Vec<Value>) {
    let done = mocktrail(&["check", "--json", path(place)]);
    let document: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{}", out(&done)));
    (done.status.code(), document["shown"].as_array().unwrap().clone())
}

/// What `check` says of the damage, and what the validator will.
#[test]
fn every_kind_is_written_down_and_found() {
    let trail = made();
    assert_eq!(check(&trail), (Some(0), Vec::new()));
    for (kind, found, verdict) in [
        (Kind::LogEdited, "is not as it was when", Some("Log file\ts3://B/KEY\tINVALID: hash value doesn't match")),
        (Kind::LogDeleted, "is listed in the manifest and not there", Some("Log file\ts3://B/KEY\tINVALID: not found")),
        (Kind::LogTruncated, "ends within the gzip", Some("Log file\ts3://B/KEY\tINVALID: hash value doesn't match")),
        (
            Kind::LogTrailingBytes,
            "something follows the end of the gzip data",
            Some("Log file\ts3://B/KEY\tINVALID: unexpected data after end of compressed stream"),
        ),
        (Kind::LogNotGzip, "is not gzip", Some("Log file\ts3://B/KEY\tINVALID: invalid format")),
        (
            Kind::DigestEdited,
            "the signature is wrong",
            Some("Digest file\ts3://B/KEY\tINVALID: signature verification failed"),
        ),
        (
            Kind::DigestDeleted,
            "is listed in the manifest and not there",
            Some("Digest file\ts3://B/KEY\tINVALID: not found"),
        ),
        (
            Kind::DigestMoved,
            "the digest has been moved from there",
            Some("Digest file\ts3://B/KEY\tINVALID: has been moved from its original location"),
        ),
        (
            Kind::DigestMetadataMissing,
            "has no `signature` in its metadata",
            Some("Digest file\ts3://B/KEY\tINVALID: signature verification failed"),
        ),
        (
            Kind::DigestUnknownKey,
            "no public key has the fingerprint",
            Some("Digest file\ts3://B/KEY\tINVALID: public key not found in region us-east-1 for fingerprint "),
        ),
        (
            Kind::DigestGap,
            "is listed in the manifest and not there",
            Some("Digest file\ts3://B/KEY\tINVALID: not found"),
        ),
        (Kind::DigestWrongPreviousSignature, "is not the signature of the previous digest", None),
    ] {
        let place = copied(&trail);
        let done = damage::damage(&wanted(&place, kind, 1)).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        let Damaged { key, expect, .. } = &done[0];
        let verdict = verdict.map(|verdict| verdict.replace('B', "amzn-s3-demo-bucket").replace("KEY", key));
        assert_eq!(expect.last().is_some(), verdict.is_some(), "{kind:?}: {expect:?}");
        assert!(expect.last().is_none_or(|line| line.starts_with(&verdict.unwrap())), "{kind:?}: {expect:?}");
        for damaged in &done {
            let line = line(&place, &damaged.key);
            assert_eq!(line["faults"], serde_json::json!([{"kind": kind.name()}]));
            assert_eq!(line["expect"], serde_json::json!(damaged.expect));
            let there = fs::read(place.path().join(&damaged.key)).ok().map(|bytes| bytes.len() as u64);
            assert!(there.is_none_or(|bytes| line["bytes"] == bytes), "{kind:?}");
        }
        let (code, findings) = check(&place);
        assert_eq!(code, Some(1), "{kind:?}");
        let says = |finding: &&Value| finding["message"].as_str().unwrap().contains(found);
        assert!(findings.iter().filter(|finding| finding["key"] == **key).any(|f| says(&f)), "{kind:?}: {findings:#?}");
        assert!(!findings.iter().any(|finding| finding["key"] == "manifest.jsonl"), "{kind:?}: {findings:#?}");
    }
}

/// A gap takes three hours; a validator that walks back misses the newest of them only.
#[test]
fn a_gap_is_three_hours_long() {
    let place = made();
    let done = damage::damage(&wanted(&place, Kind::DigestGap, 5)).unwrap();
    assert_eq!(done.iter().map(|damaged| damaged.expect.len()).collect::<Vec<_>>(), [1, 0, 0]);
    assert!(done.iter().all(|damaged| !place.path().join(&damaged.key).exists()));
    assert!(done.is_sorted_by(|a, b| a.key > b.key));
}

#[test]
fn the_same_seed_damages_the_same_object_in_the_same_way() {
    let trail = made();
    for kind in [Kind::LogEdited, Kind::DigestUnknownKey] {
        let places = [copied(&trail), copied(&trail), copied(&trail)];
        let done: Vec<_> = places
            .iter()
            .zip([7, 7, 8])
            .map(|(place, seed)| damage::damage(&wanted(place, kind, seed)).unwrap())
            .collect();
        assert_eq!(done[0], done[1]);
        assert_ne!(done[0], done[2]);
        assert_eq!(manifest(&places[0]), manifest(&places[1]));
        let bytes = |place: &TempDir| fs::read(place.path().join(&done[0][0].key)).unwrap();
        assert_eq!(bytes(&places[0]), bytes(&places[1]));
        assert_ne!(bytes(&places[0]), bytes(&trail));
    }
}

/// One after the other, until nothing is left that the validator would tell apart.
#[test]
fn kinds_can_be_combined_and_no_object_is_damaged_twice() {
    let place = made();
    let first = damage::damage(&wanted(&place, Kind::LogTruncated, 1)).unwrap().remove(0).key;
    let mut keys = vec![first.clone()];
    while let Ok(done) = damage::damage(&wanted(&place, Kind::DigestEdited, 1)) {
        keys.extend(done.into_iter().map(|damaged| damaged.key));
    }
    assert!(keys.len() > 1);
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
    let again = Wanted { key: Some(&first), ..wanted(&place, Kind::LogEdited, 1) };
    let error = damage::damage(&again).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("`{first}` cannot be damaged by `log-edited`: it is damaged already, by `log-truncated`")
    );
    let lines = manifest(&place);
    let (footer, objects) = lines.split_last().unwrap();
    for sum in ["bytes", "rawBytes"] {
        let all: u64 = objects[1..].iter().map(|line| line[sum].as_u64().unwrap()).sum();
        assert_eq!(footer[sum], all, "{sum}");
    }
}

#[test]
fn what_cannot_be_damaged_is_refused_in_words() {
    let empty = tempfile::tempdir().unwrap();
    let trail = made();
    let log =
        manifest(&trail).into_iter().find(|line| line["kind"] == "log").unwrap()["key"].as_str().unwrap().to_owned();
    let first = manifest(&trail).into_iter().find(|line| line["kind"] == "digest").unwrap();
    let first = first["key"].as_str().unwrap();
    for (place, arguments, words) in [
        (&empty, vec!["--kind", "log-edited"], "is no trail that `mocktrail generate` has made"),
        (&trail, vec!["--kind", "log-edit"], "unknown kind of damage `log-edit`\nhint: did you mean `log-edited`?"),
        (
            &trail,
            vec!["--kind", "digest-edited", "--key", &log],
            "cannot be damaged by `digest-edited`: it is no digest",
        ),
        (&trail, vec!["--kind", "log-edited", "--key", "x"], "the manifest does not list it"),
        (&trail, vec!["--kind", "digest-gap", "--key", first], "it takes 3 digests before this one in its chain"),
        (&trail, vec!["--kind", "digest-edited", "--key", first], "it lists no log file"),
    ] {
        let before = place.path().join(".mocktrail").exists().then(|| manifest(place));
        let done = mocktrail(&[&["damage", path(place)], &arguments[..]].concat());
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {}", out(&done));
        assert!(out(&done).contains(words), "{arguments:?}: {}", out(&done));
        assert_eq!(before, place.path().join(".mocktrail").exists().then(|| manifest(place)));
    }
}
