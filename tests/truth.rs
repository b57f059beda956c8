//! Cause before effect, held by a checker that knows only the API's rules.

#[path = "support/api_rules.rs"]
mod api_rules;

use std::sync::Arc;

use api_rules::ApiRules;
use mocktrail::{Plan, Scenario, Trail};

fn breaches(scenario: Scenario) -> Vec<String> {
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let mut rules = ApiRules::new();
    for record in trail.records() {
        rules.observe(&serde_json::from_str(&record).unwrap());
    }
    rules.finish().breaches
}

#[test]
fn nothing_is_used_before_it_exists_or_after_it_is_gone() {
    for (seed, events) in [(0, 200_000), (7, 40_000), (8, 1_000)] {
        let breaches = breaches(Scenario::new().seed(seed).events(events));
        assert!(breaches.is_empty(), "seed {seed}: {} breaches, such as\n{}", breaches.len(), breaches[..breaches.len().min(20)].join("\n"));
    }
}
