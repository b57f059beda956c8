//! `mocktrail check` finds every planted mistake where it was planted, and nothing in trails without any.
//!
//! `clean` has the trails without mistakes, `neighbours` records of other services, `digests` chains of digests. `bytes`,
//! `names`, `records`, `identities`, `actions` and `trails` are tables: one change each, and what must be found.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "long tables of small changes"
)]

#[path = "check/actions.rs"]
mod actions;
#[path = "check/bytes.rs"]
mod bytes;
#[path = "check/clean.rs"]
mod clean;
#[path = "check/digests.rs"]
mod digests;
#[path = "check/identities.rs"]
mod identities;
#[path = "support/shelf.rs"]
mod memory;
#[path = "check/names.rs"]
mod names;
#[path = "check/neighbours.rs"]
mod neighbours;
#[path = "check/records.rs"]
mod records;
#[path = "check/shelf.rs"]
mod shelf;
#[path = "check/trails.rs"]
mod trails;

use std::io::{Read, Write};

use mocktrail::audit::Finding;
use serde_json::Value;
use shelf::Shelf;

/// What must be found: a pointer and a part of the message.
type Found = (&'static str, &'static str);

/// The text of a gzipped file.
fn unpack(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

/// One mistake in one object of the trail.
fn assert_found_in_object(name: &str, change: impl FnOnce(&mut Vec<u8>), (pointer, words): Found) {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    change(shelf.objects.get_mut(&key).unwrap());
    assert_found(name, &shelf, |finding| &*finding.key == key.as_str() && finding.record.is_none(), (pointer, words));
}

/// One mistake in the text of one log file.
fn assert_found_in_text(name: &str, change: impl FnOnce(&str) -> String, found: Found) {
    assert_found_in_object(name, |bytes| *bytes = pack(change(&unpack(bytes)).as_bytes()), found);
}

/// One mistake in one record: the first that `change` has changed.
fn assert_found_in_record(name: &str, change: impl Fn(&mut Value), found: Found) {
    assert_found_in_text_of_record(
        name,
        |text| {
            let mut record: Value = serde_json::from_str(text).unwrap();
            change(&mut record);
            record.to_string()
        },
        found,
    );
}

/// One mistake in the text of one record.
fn assert_found_in_text_of_record(name: &str, change: impl Fn(&str) -> String, found: Found) {
    let mut shelf = Shelf::office();
    let (key, index) = shelf.change_a_record(&change).unwrap_or_else(|| panic!("{name}: no record can be changed so"));
    assert_found(name, &shelf, |finding| &*finding.key == key.as_str() && finding.record == Some(index), found);
}

/// The mistake is found, where it is, and nothing is found elsewhere.
fn assert_found(name: &str, shelf: &Shelf, is_there: impl Fn(&Finding) -> bool, (pointer, words): Found) {
    let (outcome, findings) = shelf.check();
    let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let found = findings.iter().any(|finding| finding.pointer == pointer && finding.message.contains(words));
    assert!(found, "{name}: expected `{pointer}: …{words}…`, found {all:#?}");
    assert!(findings.iter().all(is_there), "{name}: found elsewhere, too: {all:#?}");
    assert_eq!(outcome.findings, findings.len() as u64, "{name}");
}
