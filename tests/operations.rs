//! Every operation of the API, proven one by one against the facts of its model: nothing here lists an operation.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "support/facts.rs"]
mod facts;
#[path = "support/model.rs"]
mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use facts::{Operation, facts};
use mocktrail::{Plan, Scenario, Trail};
use model::Reading;
use serde_json::Value;

/// Codes that no operation declares and every one can answer.
const REFUSALS: [&str; 2] = ["AccessDenied", "ThrottlingException"];

fn operations() -> impl Iterator<Item = (&'static str, &'static Operation)> {
    facts().operations.iter().map(|(name, operation)| (name.as_str(), operation))
}

/// So many calls of one action, failing in this share of a million.
fn calls(name: &str, seed: u64, events: u64, errors_ppm: u32) -> Trail {
    let mut scenario = Scenario::new().seed(seed).events(events);
    scenario.traffic.only = true;
    scenario.traffic.mix = BTreeMap::from([(name.to_owned(), 1_000)]);
    scenario.traffic.errors_ppm = errors_ppm;
    Trail::new(Arc::new(Plan::new(scenario).unwrap_or_else(|mistakes| panic!("{name}: {mistakes}"))))
}

fn records(trail: &Trail) -> impl Iterator<Item = Value> {
    trail.records().map(|record| serde_json::from_str(&record).unwrap())
}

/// What the program prints.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mocktrail")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// All mistakes at once.
fn assert_none(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "{} mistakes\n{}", mistakes.len(), mistakes.join("\n"));
}

/// The names of things that one set has and the other has not.
fn differences<'a>(found: &BTreeSet<&'a str>, expected: &BTreeSet<&'a str>) -> Option<String> {
    let missing: Vec<&&str> = expected.difference(found).collect();
    let unknown: Vec<&&str> = found.difference(expected).collect();
    (found != expected).then(|| format!("missing {missing:?}, unknown {unknown:?}"))
}

/// The built-in templates are those of the 94 operations, each with its source, its access and its errors.
#[test]
fn every_operation_has_a_template() {
    let listed: Vec<Value> = serde_json::from_str(&run(&["actions", "--json"])).unwrap();
    let services: BTreeSet<&str> = facts().services.values().map(|service| &*service.event_source).collect();
    let is_ours = |action: &&Value| services.contains(action["eventSource"].as_str().unwrap());
    let listed: BTreeMap<&str, &Value> =
        listed.iter().filter(is_ours).map(|action| (action["name"].as_str().unwrap(), action)).collect();
    let names = operations().map(|(name, _)| name).collect();
    let mut mistakes: Vec<String> = differences(&listed.keys().copied().collect(), &names).into_iter().collect();
    for (name, operation) in operations() {
        let Some(action) = listed.get(name) else { continue };
        if action["readOnly"] != operation.read_only
            || action["eventSource"] != facts().services[&operation.service].event_source
        {
            mistakes.push(format!("{name}: {action}"));
        }
        let found = action["errors"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        mistakes
            .extend(differences(&found, &codes(operation)).map(|difference| format!("{name}: errors {difference}")));
    }
    assert_eq!(names.len(), 94);
    assert_none(&mistakes);
}

fn codes(operation: &'static Operation) -> BTreeSet<&'static str> {
    operation.errors.iter().map(String::as_str).chain(REFUSALS).collect()
}

/// Members, patterns, words, limits and placeholders are those of the model, and every member that a call may have
/// is there in some call.
#[test]
fn a_success_is_what_the_model_says() {
    let mut mistakes = Vec::new();
    for (name, operation) in operations() {
        let mut asked = Reading::default();
        let all = model::all_members(&operation.request);
        for seed in 0..4 {
            for record in records(&calls(name, seed, 1_500, 0)) {
                asked.read("", &record["requestParameters"], &operation.request, &operation.required);
                mistakes.extend(wrong_answer(name, operation, &record));
            }
            if seed > 0 && asked.met.is_superset(&all) {
                break;
            }
        }
        mistakes.extend(asked.problems.iter().map(|problem| format!("{name}: {problem}")));
        mistakes.extend(all.difference(&asked.met).map(|member| format!("{name}: `{member}` never occurs")));
    }
    assert_none(&mistakes);
}

/// SDKs fill it by themselves, anew for every call, so it is there nearly always and never twice.
#[test]
fn an_idempotency_token_is_used_once() {
    let with_token = operations().filter_map(|(name, operation)| Some((name, operation.idempotency_token.as_ref()?)));
    let mut proven = 0;
    for (name, member) in with_token {
        let asked: Vec<Value> = records(&calls(name, 3, 400, 0)).collect();
        let tokens: Vec<&str> =
            asked.iter().filter_map(|record| record["requestParameters"][member].as_str()).collect();
        assert!(tokens.len() > 360, "{name}: {} of 400 calls have a token", tokens.len());
        assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), tokens.len(), "{name}");
        proven += 1;
    }
    assert_eq!(proven, 9);
}

/// What a successful call says beside its request.
fn wrong_answer(name: &str, operation: &Operation, record: &Value) -> BTreeSet<String> {
    let mut answer = Reading::default();
    let response = &record["responseElements"];
    if operation.response_logged {
        let members: Vec<String> = operation.response.keys().cloned().collect();
        answer.read("responseElements", response, &operation.response, &members);
    }
    let source = &facts().services[&operation.service].event_source;
    let is_right = record["eventName"] == name
        && record["eventSource"] == **source
        && record["readOnly"] == operation.read_only
        && record.get("errorCode").is_none()
        && response.is_object() == operation.response_logged
        && !record["requestParameters"].as_object().is_some_and(serde_json::Map::is_empty);
    if !is_right {
        answer.problems.insert(format!("not the success it should be: {record}"));
    }
    answer.problems.into_iter().map(|problem| format!("{name}: {problem}")).collect()
}

/// So many calls `mocktrail sample --error` looks through for one record.
const SAMPLED: u64 = 50_200;

/// Each declared error, and each refusal, is among the calls that `mocktrail sample --error` looks through; all of
/// them have the form that errors have.
#[test]
fn every_declared_error_can_be_seen() {
    let mut mistakes = Vec::new();
    for (name, operation) in operations() {
        let mut unseen = codes(operation);
        for (ordinal, record) in records(&calls(name, 0, SAMPLED, 1_000_000)).enumerate() {
            let code = record["errorCode"].as_str().unwrap_or("none");
            unseen.remove(code);
            mistakes.extend(wrong_failure(name, operation, &record).map(|what| format!("{name} {code}: {what}")));
            if unseen.is_empty() && ordinal > 500 {
                break;
            }
        }
        mistakes.extend(unseen.iter().map(|code| format!("{name}: {code} is never seen")));
    }
    mistakes.dedup();
    assert_none(&mistakes);
}

/// No answer; and no parameters either where the service refuses a call before it reads them.
fn wrong_failure(name: &str, operation: &'static Operation, record: &Value) -> Option<String> {
    let (code, parameters) = (record["errorCode"].as_str()?, &record["requestParameters"]);
    if !codes(operation).contains(code) || record["errorMessage"].as_str().is_none_or(str::is_empty) {
        return Some(format!("not declared, or without a message: {record}"));
    }
    if !record["responseElements"].is_null() || record["readOnly"] != operation.read_only {
        return Some(format!("not the failure it should be: {record}"));
    }
    if code == "AccessDenied" && !names_what_was_denied(name, operation, record) {
        return Some(format!("another action or resource: {}", record["errorMessage"]));
    }
    if REFUSALS.contains(&code) && operation.service == "workmail" {
        return (!parameters.is_null()).then(|| format!("parameters beside a refusal: {parameters}"));
    }
    let mut asked = Reading { lenient: code == "InvalidParameterException", ..Reading::default() };
    asked.read("", parameters, &operation.request, &operation.required);
    asked.problems.pop_first()
}

/// The caller, the action, and the resource of the kind that the action is granted on.
fn names_what_was_denied(name: &str, operation: &Operation, record: &Value) -> bool {
    let text = |member: &Value| member.as_str().unwrap().to_owned();
    let (message, region, account) =
        (text(&record["errorMessage"]), text(&record["awsRegion"]), text(&record["recipientAccountId"]));
    let place = format!("arn:aws:{}:{region}:{account}:", operation.service);
    let resource = match operation.resource.as_deref() {
        None => "*".to_owned(),
        Some("organization") => format!("{place}organization/m-"),
        Some(_) => format!("{place}message/m-"),
    };
    let start = format!("User: {} ", record["userIdentity"]["arn"].as_str().unwrap());
    let denied = format!("is not authorized to perform: {}:{name} on resource: {resource}", operation.service);
    message.starts_with(&(start + &denied))
}

/// The program finds by name what the law above has found, for one error of each operation.
#[test]
fn the_program_prints_a_sample_of_every_operation() {
    for (number, (name, operation)) in operations().enumerate() {
        let code = &operation.errors[number % operation.errors.len()];
        let seed = number.to_string();
        let printed: Vec<Value> =
            serde_json::from_str(&run(&["sample", name, "--error", code, "--seed", &seed])).unwrap();
        let found: Vec<_> = printed.iter().map(|record| (&record["eventName"], &record["errorCode"])).collect();
        assert_eq!(found, [(&Value::from(name), &Value::from(code.as_str()))]);
        let printed: Vec<Value> = serde_json::from_str(&run(&["sample", name, "--count", "3"])).unwrap();
        assert_eq!(printed.iter().filter(|record| record["eventName"] == name).count(), 3);
    }
}

/// Alone, an action is generated as often as asked for, and brings nothing else along.
#[test]
fn every_operation_can_be_generated_alone() {
    for (name, _) in operations() {
        let printed = run(&["generate", "--action", name, "--events", "300", "--to", "-"]);
        let names: Vec<Value> =
            printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["eventName"].take()).collect();
        assert_eq!(names, vec![Value::from(name); 300]);
    }
}

/// Rare ones too.
#[test]
fn every_operation_occurs_in_ordinary_traffic() {
    let trail = Trail::new(Arc::new(Plan::new(Scenario::new().events(200_000)).unwrap()));
    let mut unseen: BTreeSet<&str> = operations().map(|(name, _)| name).collect();
    for record in trail.records() {
        let (_, rest) = record.split_once("\"eventName\":\"").unwrap();
        unseen.remove(rest.split_once('"').unwrap().0);
        if unseen.is_empty() {
            return;
        }
    }
    panic!("never seen: {unseen:?}");
}

#[test]
fn every_operation_has_a_schema() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let file = |name: &str, operation: &Operation| format!("{}/{name}.json", operation.service);
    let files: Vec<String> = operations().map(|(name, operation)| file(name, operation)).collect();
    assert_none(&files.into_iter().filter(|file| !schemas.join(file).is_file()).collect::<Vec<_>>());
}
