//! The scenarios in `examples/` are right, and make what they promise.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use mocktrail::scenario::Wish;
use mocktrail::{Plan, Scenario, Time, Trail};

#[test]
fn every_example_scenario_can_be_planned_and_played() {
    let names = Plan::new(Scenario::default()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let wish = Wish::parse(&file, &text, &names.action_names(), Time(0));
        let scenario = wish.and_then(Wish::resolve).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let events = scenario.traffic.events;
        let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{mistakes}"))));
        assert!(trail.records().take(300).count() == 300 && events >= 300, "{file}");
        seen += 1;
    }
    assert!(seen >= 4);
}
