//! A consumer that is right about every fault, and one for each that is wrong about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use mocktrail::scenario::{FAULTS, FaultKind};
use serde_json::Value;

use super::{all, deliver, kinds_of, lines, reconciled, scenario, trail, with};

/// What the consumer prints.
fn consume(place: &Path, bug: Option<&str>) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/consumer.py");
    let mut command = Command::new("python3");
    command.arg("-B").arg(script).arg(place);
    command.args(bug.into_iter().flat_map(|bug| ["--bug", bug]));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The records of each object, as they were received.
fn by_key(received: &str) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in received.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let record = line["record"].take();
        found.entry(line["key"].as_str().unwrap().to_owned()).or_default().push(record);
    }
    found
}

fn id(record: &Value) -> String {
    record["eventID"].as_str().unwrap().to_owned()
}

/// The manifest says of every object how many records are in it, which of them are elsewhere too, and what is hostile.
fn assert_expected(place: &Path, received: &str) {
    let found = by_key(received);
    let lines = lines(place);
    let (mut ids, mut copies) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
    for line in lines.iter().filter(|line| line["type"] == "object") {
        let records = found.get(line["key"].as_str().unwrap()).map_or(&[][..], Vec::as_slice);
        assert_eq!(line["records"], records.len(), "{line}");
        for record in records {
            *ids.entry(id(record)).or_default() += 1;
        }
        let text: String = records.iter().map(ToString::to_string).collect();
        for fault in line["faults"].as_array().unwrap() {
            let canaries = fault["canaries"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let is_whole = records.len() as u64 >= fault["events"].as_u64().unwrap_or(0) && kinds_of(line).len() == 1;
            canaries.filter(|_| is_whole).for_each(|canary| assert!(text.contains(canary), "{canary} in {line}"));
            let also = fault["also"].as_array().into_iter().flatten().map(|id| id.as_str().unwrap().to_owned());
            also.for_each(|id| *copies.entry(id).or_default() += 1);
            if fault.get("copyOf").is_some() {
                for record in records {
                    *copies.entry(id(record)).or_default() += 1;
                }
            }
        }
    }
    let twice: BTreeMap<String, u64> =
        ids.iter().filter(|(_, times)| **times > 1).map(|(id, times)| (id.clone(), times - 1)).collect();
    assert_eq!(twice, copies, "the manifest names all that is delivered twice, and nothing else");
    let footer = lines.last().unwrap();
    assert_eq!(footer["events"], ids.len());
    assert_eq!(footer["records"], ids.values().sum::<u64>());
}

/// Every kind alone, and all of them together.
#[test]
fn a_right_consumer_finds_what_the_manifest_expects() {
    let alone = all().into_iter().map(|kind| vec![kind]);
    for kinds in alone.chain([all()]) {
        let place = tempfile::tempdir().unwrap();
        let outcome = deliver(&trail(scenario(with(&kinds))), None, 2, place.path());
        let received = consume(place.path(), None);
        assert_expected(place.path(), &received);
        let outcome = (reconciled(place.path(), received.clone()), outcome);
        assert_eq!((outcome.0.findings(), outcome.0.expected), (0, outcome.1.totals.events), "{kinds:?}");
        let mut seen = BTreeSet::new();
        let is_new = |line: &&str| seen.insert(id(&serde_json::from_str::<Value>(line).unwrap()["record"]));
        let once: String = received.lines().filter(is_new).map(|line| line.to_owned() + "\n").collect();
        assert_eq!(reconciled(place.path(), once).findings(), 0, "{kinds:?}, each event once");
        let footer = lines(place.path()).pop().unwrap();
        for kind in kinds {
            assert!(footer["deliveryFaults"][kind.about().name].as_u64() >= Some(1), "{kind:?}: {footer}");
        }
    }
}

/// Who is wrong about which fault.
const WRONG: &[(FaultKind, &str)] = &[
    (FaultKind::Late, "drops-old"),
    (FaultKind::DuplicateEvents, "drops-repeated"),
    (FaultKind::HostileStrings, "cleans-texts"),
    (FaultKind::UnknownFields, "knows-all-fields"),
    (FaultKind::VersionDrift, "knows-one-version"),
    (FaultKind::Shuffled, "goes-forward-only"),
    (FaultKind::Delayed, "remembers-last-key"),
    (FaultKind::Huge, "reads-some"),
    (FaultKind::Tiny, "skips-single-records"),
    (FaultKind::DuplicateObjects, "drops-repeated"),
    (FaultKind::EmptyRecords, "dies-of-no-records"),
    (FaultKind::EmptyObjects, "dies-of-empty-object"),
    (FaultKind::Truncated, "all-or-nothing"),
    (FaultKind::Corrupt, "trusts-corrupt"),
    (FaultKind::Malformed, "salvages-json"),
    (FaultKind::Bom, "knows-no-bom"),
    (FaultKind::Miscoded, "trusts-the-name"),
    (FaultKind::Stray, "reads-every-key"),
    (FaultKind::DuplicateNotifications, "reads-again"),
    (FaultKind::MissingNotifications, "waits-to-be-told"),
    (FaultKind::EarlyNotifications, "never-tries-again"),
];

#[test]
fn a_wrong_consumer_is_found_out() {
    assert_eq!(WRONG.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), all(), "one for each kind");
    for (kind, bug) in WRONG {
        let place = tempfile::tempdir().unwrap();
        deliver(&trail(scenario(with(&[*kind]))), None, 2, place.path());
        let outcome = reconciled(place.path(), consume(place.path(), Some(bug)));
        assert!(outcome.findings() > 0, "{bug}");
        // What is lost or doubled in an object with the fault is told beside the fault.
        let name = kind.about().name;
        let has_losses = !matches!(
            kind,
            FaultKind::HostileStrings
                | FaultKind::EmptyRecords
                | FaultKind::EmptyObjects
                | FaultKind::Corrupt
                | FaultKind::Malformed
                | FaultKind::Stray
        );
        if has_losses {
            let sums = outcome.by_fault.get(name);
            assert!(sums.is_some_and(|sums| sums.lost + sums.duplicated > 0), "{bug}: {:?}", outcome.by_fault);
        }
    }
}

/// The page on faults is the table of the program.
#[test]
fn the_page_on_faults_tells_of_all_of_them() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md")).unwrap();
    for about in FAULTS {
        let row = format!("| `{}` | `{}` | {} | {} |", about.key, about.name, about.happens, about.consumer);
        assert!(page.contains(&row), "docs/faults.md lacks the row\n{row}");
    }
}
