//! Manifests with faults: what a right reader finds is expected, and nothing else.

use serde_json::{Value, json};

use super::{Delivered, id, lines};

fn day() -> Delivered {
    Delivered::new("seed = 9\n[traffic]\nevents = 1_500\n")
}

/// Changes the line of a file.
fn with_line(delivered: &Delivered, key: &str, change: impl Fn(&mut Value)) {
    delivered.change(|mut line| {
        if line["key"] == key {
            change(&mut line);
        }
        Some(line)
    });
}

/// A file with several records.
fn full(delivered: &Delivered) -> usize {
    delivered.files.iter().position(|file| file.records.len() > 3).unwrap()
}

#[test]
fn of_an_object_cut_short_the_first_records_are_expected() {
    let delivered = day();
    let file = &delivered.files[full(&delivered)];
    with_line(&delivered, &file.key, |line| {
        line["records"] = json!(2);
        line["faults"] = json!([{"kind": "truncated-gzip"}]);
    });
    let gone: Vec<&str> = file.records[2..].iter().map(id).collect();
    let received = lines(delivered.records().filter(|record| !gone.contains(&id(record))));
    let outcome = delivered.reconcile(received.clone());
    assert_eq!((outcome.findings(), outcome.expected), (0, 1_500 - gone.len() as u64));

    let outcome = delivered.reconcile(received + &lines([&file.records[2]]));
    assert_eq!((outcome.foreign, outcome.findings()), (1, 1), "what no object holds is foreign");
}

#[test]
fn what_was_delivered_twice_may_come_twice_or_once() {
    let delivered = day();
    let file = &delivered.files[full(&delivered)];
    with_line(&delivered, &file.key, |line| {
        line["faults"] = json!([{"kind": "duplicate-object", "deliveredAgain": ["2026-03-02T01:00:00Z"]}]);
    });
    let once = lines(delivered.records());
    let again = lines(&file.records);
    assert_eq!(delivered.reconcile(once.clone()).findings(), 0);
    assert_eq!(delivered.reconcile(once.clone() + &again).findings(), 0);
    let outcome = delivered.reconcile(once + &again + &again);
    assert_eq!((outcome.sums.duplicated, outcome.surplus), (file.records.len() as u64, file.records.len() as u64));
    assert!(outcome.duplicated_events.iter().all(|copies| (copies.received, copies.delivered) == (3, 2)));
    assert_eq!(outcome.by_fault["duplicate-object"], outcome.sums);
}

/// An event is moved from one object to another, and a third one holds a copy of it.
#[test]
fn events_are_expected_where_faults_have_put_them() {
    let delivered = day();
    let moved = &delivered.files[full(&delivered)];
    let event = id(&moved.records[1]).to_owned();
    let (late, copy) = (&delivered.files[90].key, &delivered.files[91].key);
    let more = |line: &mut Value, fault: &str| {
        line["records"] = json!(line["records"].as_u64().unwrap() + 1);
        line["faults"] = json!([{"kind": fault, "also": [event]}]);
    };
    with_line(&delivered, &moved.key, |line| {
        line["records"] = json!(moved.records.len() - 1);
        line["faults"] = json!([{"kind": "late-events", "without": [event]}]);
    });
    with_line(&delivered, late, |line| more(line, "late-events"));
    assert_eq!(delivered.reconcile(lines(delivered.records())).findings(), 0);

    let outcome = delivered.reconcile(lines(delivered.records().filter(|record| id(record) != event)));
    assert_eq!((outcome.sums.lost, &outcome.lost_events[0].key), (1, late));

    with_line(&delivered, copy, |line| more(line, "duplicate-events"));
    let twice = lines(delivered.records().chain([&moved.records[1]]));
    assert_eq!(delivered.reconcile(twice.clone()).findings(), 0);
    assert_eq!(delivered.reconcile(twice + &lines([&moved.records[1]])).sums.duplicated, 1);
}

#[test]
fn an_object_under_a_key_of_its_own_can_be_a_copy() {
    let delivered = day();
    let file = &delivered.files[full(&delivered)];
    let mut copy = None;
    delivered.change(|line| {
        if line["key"] == file.key.as_str() {
            copy = Some(line.clone());
        }
        Some(line)
    });
    let mut copy = copy.unwrap();
    copy["key"] = json!(file.key.replace(".json.gz", "-copy.json.gz"));
    copy["faults"] = json!([{"kind": "duplicate-object", "copyOf": file.key}]);
    let mut lines_of = vec![];
    delivered.change(|line| {
        lines_of.push(line.clone());
        Some(line)
    });
    lines_of.insert(1, copy);
    let text: String = lines_of.iter().map(|line| line.to_string() + "\n").collect();
    std::fs::write(delivered.manifest(), text).unwrap();
    let twice = lines(delivered.records().chain(&file.records));
    assert_eq!(delivered.reconcile(twice).findings(), 0);
}

#[test]
fn mistakes_in_a_manifest_are_told_with_their_line() {
    let delivered = day();
    let (first, second) = (delivered.files[0].key.clone(), delivered.files[1].key.clone());
    let said = |delivered: &Delivered| {
        let error = delivered.with("", &super::options()).unwrap_err().to_string();
        error.replace(&delivered.manifest().display().to_string(), "manifest.jsonl")
    };
    with_line(&delivered, &second, |line| line["faults"] = json!([{"kind": "x", "also": ["nobody"]}]));
    assert_eq!(said(&delivered), "manifest.jsonl:3: `nobody` is the eventID of no event of the trail");
    let other = first.replace("T0", "T1");
    with_line(&delivered, &first, |line| line["key"] = json!(other));
    assert_eq!(said(&delivered), format!("manifest.jsonl:2: the scenario of the manifest makes no object `{other}`"));
    std::fs::write(delivered.manifest(), "{\"type\":\"header\"\n").unwrap();
    assert!(said(&delivered).starts_with("manifest.jsonl:1: is no header: "));
}
