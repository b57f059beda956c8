//! The real program: killed, stopped, gone on with, and asked for its figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

pub(crate) fn mocktrail(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mocktrail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    mocktrail(arguments).output().unwrap()
}

/// All files below a folder but the program's own.
pub(crate) fn objects(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with(".mocktrail") => {}
                true => open.push(path),
                false => drop(files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap())),
            }
        }
    }
    files
}

pub(crate) fn wait_for_objects(child: &mut Child, root: &Path, number: usize) {
    for _ in 0..1_200 {
        assert_eq!(child.try_wait().unwrap(), None, "it goes on");
        if objects(root).len() >= number {
            return;
        }
        thread::sleep(Duration::from_millis(25));
    }
    panic!("no {number} objects within 30 s");
}

/// Compares a trail with what `generate` makes of the scenario beside its manifest.
pub(crate) fn assert_is_generated(root: &Path, beside: &Path) {
    let scenario = root.join(".mocktrail/scenario.toml");
    let made = beside.join("generated");
    let done = run(&["generate", scenario.to_str().unwrap(), "--to", made.to_str().unwrap()]);
    assert!(done.status.success());
    assert_eq!(objects(root), objects(&made));
    let manifest = |root: &Path| fs::read_to_string(root.join(".mocktrail/manifest.jsonl")).unwrap();
    assert_eq!(manifest(root), manifest(&made));
}

/// The keys in a file of S3's events, with how often each of them came.
fn announced(path: &Path) -> BTreeMap<String, usize> {
    let mut keys = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        *keys.entry(event["Records"][0]["s3"]["object"]["key"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    keys
}

/// Killed in the middle and gone on with: the trail and its manifest are whole, and every object was announced.
#[test]
fn a_killed_run_goes_on_where_it_was() {
    let place = tempfile::tempdir().unwrap();
    let (root, told) = (place.path().join("trail"), place.path().join("told.jsonl"));
    let (to, notify) = (root.to_str().unwrap(), format!("file:{}", told.display()));
    let arguments = ["emit", "--rate", "400/s", "--flush", "1s", "--for", "6s", "--to", to, "--notify", &notify];
    let mut child = mocktrail(&arguments).spawn().unwrap();
    wait_for_objects(&mut child, &root, 20);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!root.join(".mocktrail/manifest.jsonl").exists(), "a killed run leaves no manifest");
    let before = objects(&root).len() as u64;
    // What begins anew would lie beside what is there.
    let anew = run(&["emit", "--rate", "1/s", "--for", "1s", "--to", to]);
    assert_eq!(anew.status.code(), Some(3), "{}", String::from_utf8_lossy(&anew.stderr));
    let done = run(&["emit", "--resume", "--to", to, "--notify", &notify, "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&report["events"], &report["interrupted"]), (&2_400.into(), &false.into()));
    assert_eq!(report["alreadyThere"], before);
    assert_eq!(report["written"].as_u64().unwrap() + before, report["objects"].as_u64().unwrap());
    assert_is_generated(&root, place.path());
    let told = announced(&told);
    let keys: BTreeSet<String> = objects(&root).keys().map(|key| key.to_str().unwrap().to_owned()).collect();
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), keys);
    assert!(told.values().filter(|times| **times > 1).count() <= 16, "only what was on its way may come twice");
}

fn terminate(child: &Child) {
    let done = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(done.success());
}

/// A request to end completes the manifest; the run can be gone on with, and its figures can be scraped.
#[test]
fn a_stopped_run_is_in_order_and_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("trail");
    let to = root.to_str().unwrap();
    let arguments = ["emit", "--rate", "100/s..500/s for 2s, 0/s for 1s", "--flush", "1s", "--for", "5s", "--to", to];
    let mut child = mocktrail(&arguments).args(["--metrics", "127.0.0.1:0", "--json"]).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("metrics at http://").unwrap().strip_suffix("/metrics").unwrap();
    wait_for_objects(&mut child, &root, 10);
    let metrics = get(address, "/metrics");
    assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n") && get(address, "/").starts_with("HTTP/1.1 404"));
    for name in ["offered_events_total", "delivered_objects_total", "pool_bytes"] {
        assert!(value(&metrics, &format!("mocktrail_{name}")) > 0.0, "{name}");
    }
    let buckets = "mocktrail_lateness_seconds_bucket{part=\"total\",le=\"+Inf\"}";
    assert!(value(&metrics, buckets) >= 10.0);
    terminate(&child);
    let done = child.wait_with_output().unwrap();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(done.status.code(), Some(4), "{rest}");
    assert!(rest.contains("--resume"), "{rest}");
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&report["interrupted"], &report["shortfall"]["exact"]), (&true.into(), &true.into()));
    assert_eq!(run(&["check", to]).status.code(), Some(0));
    assert_eq!(run(&["emit", "--resume", "--to", to]).status.code(), Some(0));
    assert_is_generated(&root, place.path());
    let scenario = fs::read_to_string(root.join(".mocktrail/scenario.toml")).unwrap();
    assert!(scenario.contains("events = 1200\npace = \"100/s..500/s for 2s, 0/s for 1s\"\n"), "{scenario}");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn value(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Notifications of a trail that lies there are those of the run that delivered it, with and without its files.
#[test]
fn notifications_are_replayed_from_the_manifest() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("trail");
    let to = root.to_str().unwrap();
    let file = |name: &str| format!("file:{}", place.path().join(name).display());
    let (live, batch, alone) = (file("live"), file("batch"), file("alone"));
    let done = run(&["emit", "--rate", "300/s", "--flush", "1s", "--for", "2s", "--to", to, "--notify", &live]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let done = run(&["notify", to, "--to", &batch, "--rate", "500/s", "--json"]);
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(report["objects"], objects(&root).len());
    let manifest = place.path().join("manifest.jsonl");
    fs::copy(root.join(".mocktrail/manifest.jsonl"), &manifest).unwrap();
    assert!(run(&["notify", manifest.to_str().unwrap(), "--to", &alone]).status.success());
    let lines = |name: &str| {
        let text = fs::read_to_string(place.path().join(name)).unwrap();
        text.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(lines("live"), lines("batch"));
    assert_eq!(lines("live"), lines("alone"));
    let test = file("test");
    assert!(run(&["notify", to, "--to", &test, "--notify-shape", "cloudtrail-sns", "--notify-test"]).status.success());
    let told = fs::read_to_string(place.path().join("test")).unwrap();
    assert!(told.lines().next().unwrap().contains("\"Message\":\"CloudTrail validation message.\""));
    assert_eq!(told.lines().count(), objects(&root).len() + 1);
}

/// What cannot be asked for is said in words, before anything is made.
#[test]
fn mistakes_are_told_at_once() {
    let place = tempfile::tempdir().unwrap();
    let to = place.path().join("trail");
    let to = to.to_str().unwrap();
    for (arguments, told) in [
        (vec!["emit", "--to", to], "--rate: how fast is not said"),
        (vec!["emit", "--rate", "fast", "--to", to], "--rate: `fast` is not a rate"),
        (
            vec!["emit", "--rate", "1/s", "--flush", "1ms", "--to", to],
            "--flush: `flush` must be from 1s to 1h, found 1ms",
        ),
        (vec!["emit", "--rate", "1/s", "--speed", "0x", "--to", to], "--speed: `0x` is not a speed"),
        (vec!["emit", "--rate", "1/s", "--end", "now", "--to", to], "--end: `emit` begins now"),
        (vec!["emit", "--rate", "1/s", "--digests", "--to", to], "--digests: `emit` makes log files only"),
        (vec!["emit", "--rate", "1/s", "--to", "-"], "--to: `emit` delivers files"),
        (vec!["emit", "--rate", "1/s", "--to", to, "--notify", "me"], "--notify: `me` is no target of notifications"),
        (vec!["emit", "--rate", "1/s", "--to", to, "--notify-test"], "--notify-shape: nobody is told of anything"),
        (vec!["emit", "--resume", "--to", to], "no live run to go on with in"),
        (vec!["notify", to, "--to", "file:x"], "cannot read"),
    ] {
        let done = run(&arguments);
        let text = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{text}");
        assert!(text.contains(told), "{text}");
    }
    assert!(!Path::new(to).exists());
}

/// What a run writes down names templates as it sees them itself, for whoever reads it from wherever.
#[test]
fn a_recorded_scenario_finds_its_templates_from_anywhere() {
    let (place, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let templates = place.path().join("mine");
    for (path, bytes) in objects(&examples.join("templates")) {
        fs::create_dir_all(templates.join(&path).parent().unwrap()).unwrap();
        fs::write(templates.join(&path), bytes).unwrap();
    }
    let emit = ["emit", "--events", "40", "--for", "1s", "--flush", "1s", "--templates", "mine", "--to", "trail"];
    let done = mocktrail(&emit).current_dir(&place).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let trail = place.path().join("trail");
    let scenario = trail.join(".mocktrail/scenario.toml");
    assert!(fs::read_to_string(&scenario).unwrap().contains("templates = [\"../../mine\"]"));
    let (trail, scenario) = (trail.to_str().unwrap(), scenario.to_str().unwrap());
    for again in [&["emit", "--resume", "--to", trail][..], &["generate", scenario, "--to", "made"]] {
        let done = mocktrail(again).current_dir(&elsewhere).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(objects(Path::new(trail)), objects(&elsewhere.path().join("made")));
}
