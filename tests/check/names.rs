//! Mistakes in keys: what a file is called, where it lies, and what its records say otherwise.

use super::shelf::Shelf;
use super::{Found, assert_found};

fn renamed(name: &str, change: fn(&str) -> String, found: Found) {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    let bytes = shelf.objects.remove(&key).unwrap();
    let new = change(&key);
    shelf.objects.insert(new.clone(), bytes);
    assert_found(name, &shelf, |finding| &*finding.key == new.as_str(), found);
}

/// The file's name only, its folders only, or both.
fn in_name(key: &str, from: &str, to: &str) -> String {
    let (folders, name) = key.rsplit_once('/').unwrap();
    format!("{folders}/{}", name.replace(from, to))
}

fn in_folders(key: &str, from: &str, to: &str) -> String {
    let (folders, name) = key.rsplit_once('/').unwrap();
    format!("{}/{name}", folders.replace(from, to))
}

#[test]
fn mistakes_in_keys() {
    let cases: [(&str, fn(&str) -> String, Found); 10] = [
        ("a name of its own", |key| in_name(key, "_CloudTrail_", "_Trail_"), ("", "the file name is not of the form")),
        ("no zone", |key| in_name(key, "Z_", "_"), ("", "the file name is not of the form")),
        ("a short end", |key| key.replace(".json", "").replace(".gz", "") + "x.json.gz", ("", "is not of the form")),
        (
            "the folder of another account",
            |key| in_folders(key, "111122223333", "111122223334"),
            ("", "the account in the file name is 111122223333, in the folder 111122223334"),
        ),
        (
            "the folder of another region",
            |key| in_folders(key, "us-east-1", "eu-west-1"),
            ("", "the region in the file name is us-east-1, in the folder eu-west-1"),
        ),
        (
            "the folder of another day",
            |key| in_folders(key, "2026/03/02", "2026/03/09"),
            ("", "in the folder 2026/03/09"),
        ),
        (
            "no folders for the day",
            |key| in_folders(key, "/2026/03/02", ""),
            ("", "the date in the file name is 20260302, in the folder "),
        ),
        (
            "the file of another account",
            |key| key.replace("111122223333", "111122223334"),
            ("/recipientAccountId", "is 111122223333, and the file is of 111122223334"),
        ),
        (
            "the file of another region",
            |key| key.replace("us-east-1", "us-west-2"),
            ("/awsRegion", "is us-east-1, and the file is of us-west-2"),
        ),
        (
            "the file of the day before",
            |key| key.replace("2026/03/02", "2026/03/01").replace("20260302", "20260301"),
            ("/eventTime", "is after 2026-03-01T"),
        ),
    ];
    for (name, change, found) in cases {
        renamed(name, change, found);
    }
}

/// Late files are what happens: they are counted, and are no finding.
#[test]
fn a_late_file_is_no_mistake() {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    let bytes = shelf.objects.remove(&key).unwrap();
    shelf.objects.insert(key.replace("2026/03/02", "2026/03/09").replace("20260302", "20260309"), bytes);
    let (outcome, findings) = shelf.check();
    assert_eq!(findings, []);
    assert!(outcome.late >= 3, "{outcome:?}");
}

#[test]
fn what_is_no_log_file_is_counted_and_left_alone() {
    let mut shelf = Shelf::office();
    for key in ["AWSLogs/111122223333/CloudTrail/", "AWSLogs/111122223333/Config/x.json.gz", "readme.txt"] {
        shelf.objects.insert(key.to_owned(), Vec::new());
    }
    let day = "us-east-1/2026/03/02/111122223333";
    let insight =
        format!("AWSLogs/111122223333/CloudTrail-Insight/{day}_CloudTrail-Insight_us-east-1_20260302T1010Z_x.json.gz");
    shelf.objects.insert(insight, b"?".to_vec());
    let (outcome, findings) = shelf.check();
    assert_eq!(findings, []);
    assert_eq!((outcome.others, outcome.digests, outcome.insights), (3, 0, 1));
}
