//! Cause before effect, held by a checker that knows only the API's rules.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "support/api_rules.rs"]
mod api_rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use api_rules::ApiRules;
use api_rules::facts::facts;
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

/// The default office at three sizes, more than a million events in all.
#[test]
fn nothing_is_used_before_it_exists_or_after_it_is_gone() {
    for (seed, events) in [(0, 350_000), (1, 350_000), (2, 350_000), (7, 40_000), (8, 1_000)] {
        assert_true_to_the_rules(&format!("seed {seed}"), Scenario::new().seed(seed).events(events));
    }
}

/// More than a day, in which jobs grow old, and several accounts and regions.
#[test]
fn long_and_wide_trails_are_true_too() {
    let mut scenario = Scenario::new().seed(11).events(100_000);
    scenario.time.end.0 = scenario.time.start.0 + 12 * 86_400_000;
    scenario.accounts[0].organizations = 4;
    scenario.accounts[0].users = 60;
    scenario.accounts[0].regions = vec!["us-east-1".to_owned(), "eu-west-1".to_owned()];
    assert_true_to_the_rules("twelve days in two regions", scenario);
}

/// Roles, jobs, rules and configurations that come and go all the time, in small organizations.
#[test]
fn settings_that_change_all_the_time_are_true_too() {
    let plan = Plan::new(Scenario::new()).unwrap();
    let is_setting = |name: &&str| {
        let words =
            ["Impersonation", "Export", "Mobile", "Availability", "Monitoring", "Identity", "Retention", "Token"];
        words.iter().any(|word| name.contains(word))
    };
    for (users, organizations) in [(2, 1), (20, 3)] {
        let mut scenario = Scenario::new().seed(u64::from(users)).events(60_000);
        scenario.accounts[0].users = users;
        scenario.accounts[0].organizations = organizations;
        scenario.traffic.errors_ppm = 100_000;
        for name in plan.action_names().into_iter().filter(is_setting) {
            scenario.traffic.mix.insert(name.to_owned(), 20_000);
        }
        assert_true_to_the_rules(&format!("settings of {users} users in each of {organizations}"), scenario);
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

/// What the rules above would say of a trail in which effects come before their causes.
#[test]
fn a_trail_played_backwards_is_found_out() {
    let mut scenario = Scenario::new().seed(5).events(60_000);
    for name in BACKWARDS.iter().chain(&["DeregisterFromWorkMail", "DeleteUser"]) {
        let weight = if *name == "CreateOrganization" { 500 } else { 20_000 };
        scenario.traffic.mix.insert((*name).to_owned(), weight);
    }
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let mut rules = ApiRules::new();
    for record in trail.records().collect::<Vec<String>>().iter().rev() {
        rules.observe(&serde_json::from_str(record).unwrap());
    }
    let blamed = |name: &&str| rules.breaches().iter().any(|breach| breach.contains(&format!(" {name}: ")));
    let unseen: Vec<&str> = BACKWARDS.into_iter().filter(|name| !blamed(name)).collect();
    assert_eq!(unseen, [""; 0], "in {} breaches", rules.breaches().len());
}

/// Calls that cannot follow, or cannot come before, what they do in a trail.
const BACKWARDS: [&str; 13] = [
    "CreateUser",
    "CreateOrganization",
    "RegisterToWorkMail",
    "CreateAlias",
    "AssociateMemberToGroup",
    "CreateImpersonationRole",
    "AssumeImpersonationRole",
    "CreateMobileDeviceAccessRule",
    "UpdateMobileDeviceAccessRule",
    "StartMailboxExportJob",
    "CreateAvailabilityConfiguration",
    "TestAvailabilityConfiguration",
    "CreateIdentityCenterApplication",
];

/// Each action alone: what it needs is taken to exist from before.
#[test]
fn every_action_alone_is_true() {
    for name in facts().operations.keys() {
        for (events, errors_ppm) in [(300, 0), (1_000, 200_000)] {
            let mut scenario = Scenario::new().seed(1).events(events);
            scenario.traffic.only = true;
            scenario.traffic.mix = BTreeMap::from([(name.clone(), 1_000)]);
            scenario.traffic.errors_ppm = errors_ppm;
            assert_true_to_the_rules(name, scenario);
        }
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
