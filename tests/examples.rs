//! The scenarios and templates in `examples/` are right, and make what they promise.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use mocktrail::scenario::{Wish, templates_of};
use mocktrail::{Plan, Scenario, Time, Trail};
use serde_json::Value;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The scenario of a file.
fn scenario(path: &Path) -> Scenario {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).unwrap();
    let templates = Scenario { templates: templates_of(&file, &text), ..Scenario::default() };
    let names = Plan::new(templates).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let wish = Wish::parse(&file, &text, &names.action_names(), Time(0));
    wish.and_then(Wish::resolve).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn trail(scenario: Scenario) -> Trail {
    Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{mistakes}"))))
}

#[test]
fn every_example_scenario_can_be_planned_and_played() {
    let mut seen = 0;
    for entry in fs::read_dir(examples()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let scenario = scenario(&path);
        let events = scenario.traffic.events;
        assert!(trail(scenario).records().take(300).count() == 300 && events >= 300, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 5);
}

#[test]
fn the_example_templates_are_right_and_everything_in_them_is_used() {
    let checked = Command::new(env!("CARGO_BIN_EXE_mocktrail"))
        .args(["templates", "check"])
        .arg(examples().join("templates"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(checked.stderr).unwrap(), "");
    assert_eq!(String::from_utf8(checked.stdout).unwrap(), "secretsmanager: 12 actions, 1 kind, 2 stories, 6 errors\n");
}

/// A service of the user's own keeps the order of cause and effect, too.
#[test]
fn secrets_are_used_only_while_they_are_there() {
    let mut scenario = scenario(&examples().join("second-service.toml"));
    scenario.traffic.events = 60_000;
    let name = |record: &Value| {
        let secret = record["requestParameters"]["secretId"].as_str().or(record["requestParameters"]["name"].as_str());
        // A secret is named by itself or by its ARN.
        secret.map(|secret| match secret.rsplit_once(":secret:") {
            Some((_, rest)) => rest[..rest.len() - "-AbCdEf".len()].to_owned(),
            None => secret.to_owned(),
        })
    };
    let (mut used, mut gone) = (BTreeSet::new(), BTreeSet::new());
    let (mut created, mut restored) = (0, 0);
    for record in trail(scenario).records().map(|record| serde_json::from_str::<Value>(&record).unwrap()) {
        let is_success = record.get("errorCode").is_none() && record["eventSource"] == "secretsmanager.amazonaws.com";
        let Some(name) = name(&record).filter(|_| is_success) else { continue };
        match record["eventName"].as_str().unwrap() {
            "CreateSecret" => {
                assert!(used.insert(name), "{record}");
                created += 1;
            }
            "RestoreSecret" => {
                restored += u32::from(gone.remove(&name));
                used.insert(name);
            }
            action => {
                assert!(!gone.contains(&name), "{record}");
                if action == "DeleteSecret" {
                    gone.insert(name.clone());
                }
                used.insert(name);
            }
        }
    }
    assert!(created > 100 && restored > 20 && gone.len() > 100, "{created} {restored} {}", gone.len());
}
