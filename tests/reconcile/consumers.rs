//! Consumers with a bug each: it is found, and what it looks like is said.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Delivered, File, id, lines};

fn office() -> Delivered {
    Delivered::new("seed = 5\n[traffic]\nevents = 6_000\nneighbours = 0.2\n[[account]]\nid = \"111122223333\"\n")
}

/// The files as they were delivered, one after the other.
fn in_order(delivered: &Delivered) -> Vec<&File> {
    let mut files: Vec<&File> = delivered.files.iter().collect();
    let time = |file: &File| mocktrail::Time::parse(&file.delivered_at, mocktrail::Time(0)).unwrap();
    files.sort_by_key(|file| time(file));
    files
}

/// Whether something was found, and the only guess begins or goes on so.
fn assert_guess(delivered: &Delivered, received: &str, words: &str) {
    let outcome = delivered.reconcile(received);
    assert!(outcome.findings() > 0, "{words}");
    let [guess] = &outcome.looks_like[..] else { panic!("{words}: {:?}", outcome.looks_like) };
    assert!(guess.contains(words), "{words}: {guess}");
}

#[test]
fn a_right_consumer_has_no_findings_and_no_guess() {
    let delivered = office();
    let outcome = delivered.reconcile(lines(delivered.records()));
    assert_eq!((outcome.findings(), outcome.looks_like, outcome.compared), (0, vec![], 6_000));
}

#[test]
fn one_that_remembers_the_last_key_skips_files_out_of_order() {
    let delivered = Delivered::new("seed = 5\n[traffic]\nevents = 6_000\n[trail]\nwriters = 6\n");
    let mut last = "";
    let mut read = Vec::new();
    for file in in_order(&delivered) {
        if file.key.as_str() > last {
            last = &file.key;
            read.extend(&file.records);
        }
    }
    assert_guess(&delivered, &lines(read), "remembers the last key and skips files that come out of order");
}

/// Every ten minutes it reads what lies behind the last key, and never looks back.
#[test]
fn one_that_lists_from_the_last_key_misses_what_came_meanwhile() {
    let delivered = Delivered::new("seed = 5\n[traffic]\nevents = 6_000\n[trail]\nwriters = 6\n");
    let time = |file: &File| mocktrail::Time::parse(&file.delivered_at, mocktrail::Time(0)).unwrap().0;
    let files = in_order(&delivered);
    let (mut last, mut read, mut poll) = (String::new(), Vec::new(), time(files[0]));
    while poll < time(files[files.len() - 1]) + 600_000 {
        poll += 600_000;
        let new: Vec<&&File> = files.iter().filter(|file| time(file) <= poll && file.key > last).collect();
        read.extend(new.iter().flat_map(|file| &file.records));
        last = new.iter().map(|file| file.key.clone()).chain([last]).max().unwrap();
    }
    assert_guess(&delivered, &lines(read), "lists a bucket now and then, from the last key that it has read");
}

/// Some objects come an hour late.
#[test]
fn one_that_only_goes_forward_in_time_skips_late_files() {
    let mut delivered = office();
    let mut number = 0;
    delivered.change(|mut line| {
        number += 1;
        if line["kind"] == "log" && number % 40 == 0 {
            let time = mocktrail::Time::parse(line["deliveredAt"].as_str().unwrap(), mocktrail::Time(0)).unwrap();
            line["deliveredAt"] = json!(mocktrail::Time(time.0 + 3_600_000).to_string());
        }
        Some(line)
    });
    delivered.files =
        delivered.lines().iter().filter(|line| line["kind"] == "log").map(|line| delivered.read(line)).collect();
    let slot = |file: &File| file.key.rsplit('_').nth(1).unwrap().to_owned();
    let mut latest = String::new();
    let mut read = Vec::new();
    for file in in_order(&delivered) {
        if slot(file) >= latest {
            latest = slot(file);
            read.extend(&file.records);
        }
    }
    assert_guess(&delivered, &lines(read), "only goes forward in time and skips files that come out of order");
}

#[test]
fn one_that_drops_the_last_record_of_files() {
    let delivered = office();
    let read = delivered.files.iter().flat_map(|file| &file.records[..file.records.len() - 1]);
    assert_guess(&delivered, &lines(read), "drops the last record of a file");
}

#[test]
fn one_that_reads_the_first_records_of_files() {
    let delivered = office();
    let read = delivered.files.iter().flat_map(|file| file.records.iter().take(7));
    assert_guess(&delivered, &lines(read), "reads 7 records of a file at most");
}

fn without_twins(delivered: &Delivered, key: impl Fn(&Value) -> String) -> String {
    let mut seen = BTreeSet::new();
    lines(delivered.records().filter(|record| seen.insert(key(record))))
}

#[test]
fn one_that_takes_records_with_the_same_request_for_one() {
    let delivered = office();
    let received = without_twins(&delivered, |record| record["requestID"].to_string());
    assert_guess(&delivered, &received, "takes records with the same requestID for one event");
}

#[test]
fn one_that_drops_the_second_of_a_pair() {
    let delivered = office();
    let received = without_twins(&delivered, |record| format!("{} {}", record["eventTime"], record["userIdentity"]));
    assert_guess(&delivered, &received, "takes records with the same eventTime and userIdentity for one event");
}

fn cut(value: &mut Value, most: usize) {
    match value {
        Value::String(text) if text.len() > most => text.truncate(most),
        Value::Array(items) => items.iter_mut().for_each(|item| cut(item, most)),
        Value::Object(members) => members.values_mut().for_each(|member| cut(member, most)),
        _ => {}
    }
}

#[test]
fn one_that_cuts_long_fields() {
    let delivered = office();
    let mut records: Vec<Value> = delivered.records().cloned().collect();
    records.iter_mut().for_each(|record| cut(record, 64));
    assert_guess(&delivered, &lines(&records), "a text cut to 64 characters");
}

#[test]
fn one_that_cuts_long_messages() {
    let delivered = office();
    let message = |record: &Value| {
        let mut text = record.to_string();
        text.truncate(1_500);
        json!({"message": text}).to_string() + "\n"
    };
    let received: String = delivered.records().map(message).collect();
    let outcome = delivered.reconcile(received);
    assert!(outcome.sums.altered > 0);
    assert!(outcome.looks_like.iter().any(|guess| guess.contains("cuts long messages")), "{:?}", outcome.looks_like);
}

#[test]
fn one_that_leaves_out_nulls_or_writes_numbers_as_texts() {
    let delivered = office();
    let mut records: Vec<Value> = delivered.records().cloned().collect();
    for record in &mut records {
        record.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    assert_guess(&delivered, &lines(&records), "members left out that were null");
    let mut records: Vec<Value> = delivered.records().cloned().collect();
    records.iter_mut().for_each(|record| record["readOnly"] = json!(record["readOnly"].to_string()));
    assert_guess(&delivered, &lines(&records), "numbers or truth values written as texts");
}

#[test]
fn one_that_drops_its_last_batch_and_one_that_was_away() {
    let delivered = office();
    let files = in_order(&delivered);
    let read = |files: &[&File]| lines(files.iter().flat_map(|file| &file.records));
    assert_guess(&delivered, &read(&files[..files.len() - 5]), "dropped its last batch");
    assert_guess(&delivered, &read(&files[9..]), "began too late");
    assert_guess(&delivered, &read(&[&files[..20], &files[31..]].concat()), "was away and did not catch up");
}

/// Says in the manifest that files have a fault, and no records where they are empty by it.
fn befall(delivered: &Delivered, files: &[&File], fault: &str) {
    let keys: BTreeSet<&str> = files.iter().map(|file| file.key.as_str()).collect();
    delivered.change(|mut line| {
        if keys.contains(line["key"].as_str().unwrap_or_default()) {
            line["faults"] = json!([{"kind": fault}]);
            if fault == "empty-object" {
                line["records"] = json!(0);
            }
        }
        Some(line)
    });
}

#[test]
fn one_that_dies_of_an_empty_object() {
    for place in [0, 60] {
        let delivered = office();
        let files = in_order(&delivered);
        befall(&delivered, &[files[place], files[90]], "empty-object");
        let read = lines(files[..place].iter().flat_map(|file| &file.records));
        assert_guess(&delivered, &read, "has the fault empty-object: looks like a consumer that dies of it");
    }
}

/// What a consumer has got over once is not what it dies of.
#[test]
fn a_fault_that_was_read_before_is_no_cause() {
    let delivered = office();
    let files = in_order(&delivered);
    befall(&delivered, &[files[10], files[60]], "hostile-string");
    let read = lines(files[..=60].iter().flat_map(|file| &file.records));
    assert_guess(&delivered, &read, "was received: looks like a consumer that ended, or dropped its last batch");
}

#[test]
fn what_the_fault_of_an_object_explains_is_no_time_away() {
    let delivered = office();
    let files = in_order(&delivered);
    befall(&delivered, &[files[60]], "truncated-object");
    let read = files.iter().filter(|file| file.key != files[60].key).flat_map(|file| &file.records);
    assert_guess(&delivered, &lines(read), "lost events lie in objects with the fault truncated-object");
}

#[test]
fn one_that_reads_some_objects_twice() {
    let delivered = office();
    let twice = delivered.files.iter().step_by(20).chain(&delivered.files).flat_map(|file| &file.records);
    assert_guess(&delivered, &lines(twice), "read these objects again");
}

/// Losses without a pattern are told without a guess.
#[test]
fn nothing_is_guessed_of_random_losses() {
    let delivered = office();
    let is_kept = |record: &&Value| !id(record).starts_with("00");
    let outcome = delivered.reconcile(lines(delivered.records().filter(is_kept)));
    assert!(outcome.sums.lost > 5);
    assert_eq!(outcome.looks_like, [""; 0]);
}

/// A batch is of records, so the last one begins in the middle of a file.
#[test]
fn one_that_drops_the_records_of_its_last_batch() {
    let delivered = office();
    let records: Vec<&Value> = in_order(&delivered).iter().flat_map(|file| &file.records).collect();
    let last = in_order(&delivered).last().unwrap().records.len();
    assert!(last > 4, "the file can lose a part");
    for dropped in [last - 1, last + 400] {
        let kept = records[..records.len() - dropped].iter().copied();
        assert_guess(&delivered, &lines(kept), "dropped its last batch");
    }
}

/// Objects are put side by side, and a consumer may meet two of them the other way round.
#[test]
fn the_order_of_objects_that_come_together_does_not_matter() {
    let delivered = office();
    let mut files = in_order(&delivered);
    let time = |file: &File| mocktrail::Time::parse(&file.delivered_at, mocktrail::Time(0)).unwrap().0;
    let near = files.windows(2).position(|pair| time(pair[1]) - time(pair[0]) < 30_000).expect("two come together");
    files.swap(near, near + 1);
    let read = lines(files[..=near].iter().flat_map(|file| &file.records));
    assert_guess(&delivered, &read, "dropped its last batch");
}

#[test]
fn one_that_leaves_some_kind_of_record_out() {
    let delivered = office();
    let without =
        |is_left_out: &dyn Fn(&Value) -> bool| lines(delivered.records().filter(|record| !is_left_out(record)));
    let of_services = without(&|record| record["userIdentity"]["invokedBy"].is_string());
    assert_guess(&delivered, &of_services, "leaves out the second record of a call");
    let failed = without(&|record| record["errorCode"].is_string());
    assert_guess(&delivered, &failed, "one with errorCode, and no received one is");
    let reads = without(&|record| record["readOnly"] == true);
    assert_guess(&delivered, &reads, "one whose readOnly is true, and no received one is");
}
