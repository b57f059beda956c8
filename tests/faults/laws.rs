//! Laws that hold for any mix of faults.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use mocktrail::run::{Merge, MergeOptions};
use mocktrail::scenario::{FAULTS, Faults, Measure};
use mocktrail::{Scenario, Shard, Time};
use proptest::prelude::*;
use serde_json::Value;

use super::{deliver, kinds_of, lines, trail};

prop_compose! {
    fn faults()(much in prop::collection::vec((0..4_u8, 0..100_u32), FAULTS.len())) -> Faults {
        FAULTS.iter().zip(much).fold(Faults::default(), |faults, (about, (chance, much))| match about.measure {
            _ if chance > 0 => faults,
            Measure::Share => faults.with(about.kind, much * 3_000),
            Measure::Count => faults.with(about.kind, much / 4),
        })
    }
}

prop_compose! {
    fn scenarios()(
        seed in 0..1_000_u64,
        events in 200..14_000_u64,
        hours in 1..40_i64,
        per_file in 1..60_u32,
        digests: bool,
        two: bool,
        faults in faults(),
    ) -> Scenario {
        let mut scenario = Scenario::new().seed(seed).events(events);
        scenario.time.end = Time(scenario.time.start.0 + (hours + 3) * 3_600_000);
        scenario.trail.records_per_file = per_file * 5;
        scenario.trail.digests.on = digests;
        if two {
            scenario.accounts[0].regions.push("eu-west-1".to_owned());
        }
        scenario.faults = faults;
        scenario
    }
}

/// Every file below a directory but the manifests of shards.
fn files(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![place.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(place).unwrap().display().to_string();
            match path.is_dir() {
                true => open.push(path),
                false if name.contains("/manifest-") => {}
                false => drop(files.insert(name, fs::read(path).unwrap())),
            }
        }
    }
    files
}

fn assert_same(ours: &BTreeMap<String, Vec<u8>>, others: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(ours.keys().collect::<Vec<_>>(), others.keys().collect::<Vec<_>>());
    for (name, bytes) in ours {
        assert!(*bytes == others[name], "{name} differs");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Any number of threads, and any split into shards, makes the same files and the same manifest; a run over what
    /// lies there already writes nothing.
    #[test]
    fn threads_shards_and_resumed_runs_make_the_same_bytes(scenario in scenarios(), shards in 1..5_u32) {
        let trail = trail(scenario);
        let (one, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        deliver(&trail, None, 1, one.path());
        let expected = files(one.path());
        let again = deliver(&trail, None, 4, one.path());
        prop_assert_eq!(again.written, 0);
        assert_same(&files(one.path()), &expected);
        for number in 1..=shards {
            deliver(&trail, Shard::new(number, shards), 2, parts.path());
        }
        let merge = Merge::read(&[parts.path().to_owned()]).unwrap();
        let options = MergeOptions { manifest_dir: merge.folder().to_owned(), signing_key: None };
        let directory = mocktrail::delivery::Directory::new(parts.path(), false);
        merge.join(&options, Some(&directory), &std::sync::atomic::AtomicBool::new(false), &|_| ()).unwrap();
        assert_same(&files(parts.path()), &expected);
    }

    /// Every event lies in one file, but for those whose file is spoilt and those that are said to come twice; keys
    /// ascend, there are no more faults than were asked for, and nothing is delivered before it happens.
    #[test]
    fn events_are_where_the_manifest_says(scenario in scenarios()) {
        let place = tempfile::tempdir().unwrap();
        let trail = trail(scenario.clone());
        let outcome = deliver(&trail, None, 2, place.path());
        let lines = lines(place.path());
        let objects: Vec<&Value> = lines.iter().filter(|line| line["type"] == "object").collect();
        let keys: BTreeSet<&str> = objects.iter().map(|line| line["key"].as_str().unwrap()).collect();
        prop_assert_eq!(keys.len(), objects.len());
        let mut home = BTreeMap::new();
        for stream in 0..trail.plan().streams.len() {
            for number in 0..trail.activity.chapters(stream) {
                let chapter = trail.activity.chapter(stream, number);
                for contents in trail.contents(stream, &chapter) {
                    let copy = objects.iter().find(|line| line["key"] == contents.key.as_str()).unwrap();
                    let is_copy = copy["faults"].as_array().unwrap().iter().any(|fault| fault.get("copyOf").is_some());
                    for ordinal in contents.ordinals.iter().filter(|_| !is_copy) {
                        prop_assert!(home.insert((stream, *ordinal), contents.key.clone()).is_none());
                        let event = &chapter.events[(*ordinal - chapter.events[0].ordinal) as usize];
                        prop_assert!(event.time <= contents.delivered_at, "{}", contents.key);
                    }
                }
            }
        }
        prop_assert_eq!(home.len() as u64, scenario.traffic.events);
        let spoilt = |line: &&&Value| kinds_of(line).iter().any(|kind| {
            ["empty-object", "truncated-object", "corrupt-object", "malformed-object"].contains(kind)
        });
        if objects.iter().filter(spoilt).count() == 0 {
            prop_assert_eq!(outcome.totals.events, scenario.traffic.events);
        }
        let footer = lines.last().unwrap();
        for about in FAULTS.iter().filter(|about| about.measure == Measure::Count) {
            let told = footer["deliveryFaults"][about.name].as_u64().unwrap_or(0);
            prop_assert!(told <= u64::from(scenario.faults.of(about.kind)), "{}: {}", about.key, footer);
        }
    }
}
