//! Cause before effect, held by a checker that knows only the API's rules.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "support/api_rules.rs"]
mod api_rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use api_rules::ApiRules;
use mocktrail::{Plan, Scenario, Trail};

#[track_caller]
fn assert_true_to_the_rules(what: &str, scenario: Scenario) {
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{mistakes}"))));
    let mut rules = ApiRules::new();
    for record in trail.records() {
        rules.observe(&serde_json::from_str(&record).unwrap());
    }
    let breaches = rules.finish().breaches;
    let shown = breaches[..breaches.len().min(10)].join("\n");
    assert!(breaches.is_empty(), "{what}: {} breaches, such as\n{shown}", breaches.len());
}

/// The default office at three sizes, the largest with more than 200 000 events.
#[test]
fn nothing_is_used_before_it_exists_or_after_it_is_gone() {
    for (seed, events) in [(0, 210_000), (7, 40_000), (8, 1_000)] {
        assert_true_to_the_rules(&format!("seed {seed}"), Scenario::new().seed(seed).events(events));
    }
}

/// Organizations in which everyone changes all the time, and very small ones.
#[test]
fn fast_and_tiny_organizations_are_true_too() {
    for (users, organizations, hires) in [(1, 1, 8), (3, 2, 300), (40, 3, 2_000), (500, 1, 100)] {
        let mut scenario = Scenario::new().seed(u64::from(users)).events(30_000);
        scenario.accounts[0].users = users;
        scenario.accounts[0].organizations = organizations;
        scenario.accounts[0].groups = 1 + users / 10;
        scenario.accounts[0].resources = 1 + users / 20;
        for action in
            ["CreateUser", "RegisterToWorkMail", "DeregisterFromWorkMail", "DeleteUser", "AssociateMemberToGroup"]
        {
            scenario.traffic.mix.insert(action.to_owned(), hires * 1_000);
        }
        assert_true_to_the_rules(&format!("{users} users in each of {organizations}"), scenario);
    }
}

/// Each action alone: what it needs is taken to exist from before.
#[test]
fn every_action_alone_is_true() {
    let plan = Plan::new(Scenario::new()).unwrap();
    let names: Vec<String> = plan.action_names().iter().map(ToString::to_string).collect();
    assert!(names.len() > 40);
    for name in names {
        let mut scenario = Scenario::new().seed(1).events(400);
        scenario.traffic.only = true;
        scenario.traffic.mix = BTreeMap::from([(name.clone(), 1_000)]);
        scenario.traffic.errors_ppm = 200_000;
        assert_true_to_the_rules(&name, scenario);
    }
}

/// A mix from which one action of a story is missing plays no half stories.
#[test]
fn stories_that_miss_an_action_are_not_played() {
    for missing in ["RegisterToWorkMail", "DeleteUser", "DeleteAlias", "AssociateMemberToGroup", "DescribeUser"] {
        let mut scenario = Scenario::new().seed(4).events(12_000);
        scenario.traffic.mix.insert(missing.to_owned(), 0);
        assert_true_to_the_rules(&format!("without {missing}"), scenario);
    }
}
