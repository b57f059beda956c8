//! The real program with every fault: killed, gone on with, read by consumers that share no code with it, right and wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::faults::{deed, key_of, objects_of, times_told};
use super::program::{assert_is_generated, mocktrail, objects, run, wait_for_objects};

/// All 21 kinds, for a run of some thousand events.
const FAULTS: &str = "
[faults]
late = 0.02
duplicate_events = 0.01
hostile_strings = 0.01
unknown_fields = 0.01
version_drift = 0.01
shuffled_objects = 2
delayed_objects = 2
huge_objects = 1
tiny_objects = 2
duplicate_objects = 2
empty_records = 2
empty_objects = 2
truncated_objects = 2
corrupt_objects = 2
malformed_objects = 2
bom_objects = 2
miscoded_objects = 2
stray_objects = 4
duplicate_notifications = 3
missing_notifications = 4
early_notifications = 3
";

/// A folder with a scenario that asks for some faults.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(faults: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("scenario.toml"), format!("seed = 5\n{faults}")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn told(&self) -> String {
        format!("file:{}", self.path("told.jsonl").display())
    }

    fn manifest(&self) -> String {
        fs::read_to_string(self.path("trail/.mocktrail/manifest.jsonl")).unwrap()
    }

    /// How often the queue was told of each object.
    fn times(&self, file: &str) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for body in fs::read_to_string(self.path(file)).unwrap().lines() {
            *times.entry(key_of(body)).or_default() += 1;
        }
        times
    }

    /// What a consumer prints that shares no code with the program.
    fn consume(&self, bug: Option<&str>) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/consumer.py");
        let mut command = Command::new("python3");
        command.arg("-B").arg(script).arg(self.path("trail")).args(bug.into_iter().flat_map(|bug| ["--bug", bug]));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `reconcile` finds in what a consumer has printed, and its exit code.
    fn reconcile(&self, received: &str) -> (Value, i32) {
        fs::write(self.path("received.jsonl"), received).unwrap();
        let (trail, received) = (self.text("trail"), self.text("received.jsonl"));
        let done = run(&["reconcile", &trail, &received, "--id", "record.eventID", "--all", "--json"]);
        let found = serde_json::from_slice(&done.stdout);
        (found.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr))), done.status.code().unwrap())
    }
}

/// The eventIDs in what a consumer has printed, by object.
fn by_key(received: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in received.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let id = line["record"]["eventID"].as_str().unwrap().to_owned();
        ids.entry(line["key"].as_str().unwrap().to_owned()).or_default().insert(id);
    }
    ids
}

/// Killed in the middle and gone on with: the trail is that of a batch, every object is told of as its line says, a right
/// consumer has lost nothing, and what a wrong one loses is named beside the fault.
#[test]
fn a_killed_run_with_every_fault_is_reconciled_to_the_event() {
    let place = Place::new(FAULTS);
    let (scenario, to, told) = (place.text("scenario.toml"), place.text("trail"), place.told());
    let asked = ["emit", &scenario, "--rate", "600/s", "--flush", "1s", "--for", "8s", "--to", &to, "--notify", &told];
    let mut child = mocktrail(&asked).spawn().unwrap();
    wait_for_objects(&mut child, &place.path("trail"), 30);
    child.kill().unwrap();
    child.wait().unwrap();
    let before = objects(&place.path("trail")).len();
    let done = run(&["emit", "--resume", "--to", &to, "--notify", &told, "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(report["alreadyThere"].as_u64().unwrap() >= before as u64 && report["written"].as_u64().unwrap() > 20);
    assert_is_generated(&place.path("trail"), place.folder.path());
    let (lines, times) = (objects_of(&place.manifest()), place.times("told.jsonl"));
    for line in &lines {
        let (times, expected) = (times.get(line["key"].as_str().unwrap()).copied().unwrap_or(0), times_told(line));
        // What was on its way when the run was killed may be told once more.
        assert!(times == expected || (expected > 0 && times == expected + 1), "told {times} times: {line}");
    }
    let expected: usize = lines.iter().map(times_told).sum();
    assert!(times.values().sum::<usize>() <= expected + 16, "only what was on its way is told again");
    assert_right_and_wrong(&place);
}

/// A right consumer has everything; who is wrong in one way misses what the manifest says of that fault.
fn assert_right_and_wrong(place: &Place) {
    let received = place.consume(None);
    let (found, code) = place.reconcile(&received);
    assert_eq!((code, &found["lost"], &found["duplicated"], &found["altered"]), (0, &0.into(), &0.into(), &0.into()));
    for (bug, fault) in [
        ("all-or-nothing", "truncated-object"),
        ("knows-no-bom", "byte-order-mark"),
        ("trusts-the-name", "wrong-encoding"),
        ("remembers-last-key", "delayed-object"),
        ("knows-all-fields", "unknown-field"),
        ("skips-single-records", "tiny-object"),
        ("never-tries-again", "early-notification"),
    ] {
        let (found, code) = place.reconcile(&place.consume(Some(bug)));
        assert_eq!(code, 1, "{bug}");
        assert!(found["byFault"][fault]["lost"].as_u64() >= Some(1), "{bug}: {}", found["byFault"]);
    }
    let listed = by_key(&received);
    let times = place.times("told.jsonl");
    let only_told: String =
        received.lines().filter(|line| times.contains_key(key(line))).map(|line| line.to_owned() + "\n").collect();
    let (found, code) = place.reconcile(&only_told);
    // Lost are the events of objects that nobody told of, unless they stand in another object too.
    let elsewhere: BTreeSet<&String> =
        listed.iter().filter(|(key, _)| times.contains_key(*key)).flat_map(|(_, ids)| ids).collect();
    let lines = objects_of(&place.manifest());
    let untold = lines.iter().filter(|line| deed(line) == "never").map(|line| line["key"].as_str().unwrap());
    let lost: BTreeSet<&String> =
        untold.flat_map(|key| listed.get(key).into_iter().flatten()).filter(|id| !elsewhere.contains(id)).collect();
    assert!(!lost.is_empty());
    assert_eq!((code, &found["lost"]), (1, &lost.len().into()));
    let named: BTreeSet<&str> =
        found["lostEvents"].as_array().unwrap().iter().map(|event| event["eventID"].as_str().unwrap()).collect();
    assert_eq!(named, lost.iter().map(|id| id.as_str()).collect());
    assert_eq!(found["byFault"]["missing-notification"]["lost"], lost.len(), "{}", found["byFault"]);
}

fn key(line: &str) -> &str {
    line.split('"').nth(3).unwrap()
}

/// Late, doubled and delayed, in slots of a second: a right consumer has everything, and no event is told twice but as the
/// manifest says. Replaying the notifications tells the same as the run did.
#[test]
fn late_doubled_and_delayed_files_in_slots_of_a_second() {
    let place = Place::new(
        "[faults]\nlate = 0.05\nduplicate_events = 0.02\nduplicate_objects = 3\ndelayed_objects = 3\nduplicate_notifications = 2\nmissing_notifications = 2\nearly_notifications = 2\nstray_objects = 2\n",
    );
    let (scenario, to, told) = (place.text("scenario.toml"), place.text("trail"), place.told());
    let asked = ["emit", &scenario, "--rate", "500/s", "--flush", "1s", "--for", "5s", "--to", &to, "--notify", &told];
    let done = mocktrail(&asked).arg("--json").output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_is_generated(&place.path("trail"), place.folder.path());
    let (found, code) = place.reconcile(&place.consume(None));
    assert_eq!((code, &found["lost"], &found["foreign"]), (0, &0.into(), &0.into()), "{found}");
    let (counts, objects) = (&report["notifications"][0], &report["objects"]);
    let of = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!((of("repeated"), of("withheld"), of("early"), of("leftOut")), (2, 2, 2, 0), "{counts}");
    assert_eq!(of("sent"), objects.as_u64().unwrap() + 2 - 2);
    assert_told(&place, "told.jsonl");
    let again = format!("file:{}", place.path("again.jsonl").display());
    let done = run(&["notify", &to, "--to", &again, "--rate", "1000/s", "--json"]);
    let replayed: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_told(&place, "again.jsonl");
    let sorted = |name: &str| {
        let text = fs::read_to_string(place.path(name)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted("told.jsonl"), sorted("again.jsonl"));
    let counts = &replayed["notifications"][0];
    assert_eq!(
        (&replayed["objects"], &counts["repeated"], &counts["withheld"], &counts["early"]),
        (objects, &2.into(), &2.into(), &0.into())
    );
    let logs = format!("file:{}", place.path("logs.jsonl").display());
    let done = run(&["notify", &to, "--to", &logs, "--notify-shape", "cloudtrail-sns"]);
    let text = String::from_utf8_lossy(&done.stderr);
    assert!(text.contains("on purpose: 2 repeated, 2 withheld, 2 left out"), "{text}");
    let lines = fs::read_to_string(place.path("logs.jsonl")).unwrap().lines().count() as u64;
    assert_eq!(lines, objects.as_u64().unwrap() - 2);
}

/// Every object is told of as often as its line says.
fn assert_told(place: &Place, file: &str) {
    let times = place.times(file);
    for line in objects_of(&place.manifest()) {
        assert_eq!(times.get(line["key"].as_str().unwrap()).copied().unwrap_or(0), times_told(&line), "{line}");
    }
}
