//! The tests: what breaks the state rules, what an error may claim, and long lawful trails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ApiRules;
use super::honest_account::HonestAccount;
use super::honest_service::HonestService;

#[path = "tests/accounts.rs"]
mod accounts;
#[path = "tests/errors.rs"]
mod errors;
#[path = "tests/states.rs"]
mod states;
#[path = "tests/things.rs"]
mod things;

const ORGANIZATION: &str = "m-0123456789abcdef0123456789abcdef";
const ANN: &str = "11111111-1111-4111-8111-111111111111";
const BOB: &str = "22222222-2222-4222-8222-222222222222";
const STAFF: &str = "33333333-3333-4333-8333-333333333333";
const ROOM: &str = "r-44444444444444444444444444444444";

fn record(name: &str, mut parameters: Value, response: Value, error: Option<&str>) -> Value {
    let without_organization = ["CreateOrganization", "ListOrganizations"].contains(&name);
    if parameters.is_object() && !without_organization && parameters["organizationId"].is_null() {
        parameters["organizationId"] = json!(ORGANIZATION);
    }
    let mut record = json!({
        "eventTime": "2026-03-02T10:00:00Z", "eventSource": "workmail.amazonaws.com", "eventName": name,
        "awsRegion": "us-east-1", "requestParameters": parameters, "recipientAccountId": "111122223333",
    });
    record["responseElements"] = response;
    if let Some(code) = error {
        record["errorCode"] = json!(code);
    }
    record
}

fn ok(name: &str, parameters: Value) -> Value {
    record(name, parameters, Value::Null, None)
}

fn failed(code: &str, name: &str, parameters: Value) -> Value {
    record(name, parameters, Value::Null, Some(code))
}

fn user(id: &str, name: &str) -> Value {
    record("CreateUser", json!({"name": name}), json!({"userId": id}), None)
}

fn group(id: &str, name: &str) -> Value {
    record("CreateGroup", json!({"name": name}), json!({"groupId": id}), None)
}

fn room(id: &str, name: &str) -> Value {
    record("CreateResource", json!({"name": name}), json!({"resourceId": id}), None)
}

fn delete(id: &str) -> Value {
    ok("DeleteUser", json!({"userId": id}))
}

fn describe(id: &str) -> Value {
    ok("DescribeUser", json!({"userId": id}))
}

fn register(id: &str, email: &str) -> Value {
    ok("RegisterToWorkMail", json!({"entityId": id, "email": email}))
}

fn deregister(id: &str) -> Value {
    ok("DeregisterFromWorkMail", json!({"entityId": id}))
}

fn new_primary(id: &str, email: &str) -> Value {
    ok("UpdatePrimaryEmailAddress", json!({"entityId": id, "email": email}))
}

fn alias(id: &str, alias: &str) -> Value {
    ok("CreateAlias", json!({"entityId": id, "alias": alias}))
}

fn no_alias(id: &str, alias: &str) -> Value {
    ok("DeleteAlias", json!({"entityId": id, "alias": alias}))
}

fn join(group: &str, member: &str) -> Value {
    ok("AssociateMemberToGroup", json!({"groupId": group, "memberId": member}))
}

fn leave(group: &str, member: &str) -> Value {
    ok("DisassociateMemberFromGroup", json!({"groupId": group, "memberId": member}))
}

fn permit(mailbox: &str, grantee: &str) -> Value {
    ok("PutMailboxPermissions", json!({"entityId": mailbox, "granteeId": grantee, "permissionValues": ["FULL_ACCESS"]}))
}

fn domain(operation: &str, name: &str) -> Value {
    ok(operation, json!({"domainName": name}))
}

fn message(operation: &str, time: &str, error: Option<&str>) -> Value {
    let mut record = record(operation, Value::Null, Value::Null, error);
    record["eventSource"] = json!("workmailMessageFlow.amazonaws.com");
    record["requestParameters"] = json!({"messageId": "m1"});
    record["eventTime"] = json!(time);
    record
}

fn observe_all(rules: &mut ApiRules, records: &[Value]) {
    for record in records {
        rules.observe(record);
    }
}

fn breaches(records: &[Value]) -> Vec<String> {
    let mut rules = ApiRules::new();
    observe_all(&mut rules, records);
    rules.finish().breaches
}

fn assert_lawful(records: &[Value]) {
    assert_eq!(breaches(records), Vec::<String>::new());
}

/// The last record breaks exactly one rule, and the sentence about it says this; without it all is well.
fn assert_breach(says: &str, records: &[Value]) {
    let (last, before) = records.split_last().expect("a case has records");
    assert_lawful(before);
    let start = format!("{} {}: ", records.len(), last["eventName"].as_str().expect("records have names"));
    match breaches(records).as_slice() {
        [one] => assert!(one.starts_with(&start) && one.contains(says), "expected `{start}…{says}…`, got `{one}`"),
        found => panic!("expected one breach saying `{says}`, got {found:?}"),
    }
}

#[test]
fn organizations_are_separate_worlds() {
    let elsewhere = |mut record: Value, key: &str, value: &str| {
        record[key] = json!(value);
        record
    };
    assert_lawful(&[
        user(ANN, "ann"),
        delete(ANN),
        elsewhere(describe(ANN), "awsRegion", "eu-west-1"),
        elsewhere(describe("ann"), "recipientAccountId", "444455556666"),
        ok("DescribeUser", json!({"userId": ANN, "organizationId": "m-other"})),
    ]);
}

#[test]
fn the_summary_counts_what_was_seen() {
    let mut rules = ApiRules::new();
    let records = [user(ANN, "ann"), describe(ANN), describe(ANN), json!({"eventSource": "s3.amazonaws.com"})];
    observe_all(&mut rules, &records);
    rules.observe(&record("CreateUser", Value::Null, Value::Null, Some("AccessDenied")));
    let summary = rules.finish();
    assert_eq!((summary.events, summary.ignored), (4, 1));
    assert_eq!(
        summary.successes.into_iter().collect::<Vec<_>>(),
        [("CreateUser".into(), 1), ("DescribeUser".into(), 2)]
    );
    assert_eq!(summary.errors.into_iter().collect::<Vec<_>>(), [("AccessDenied".into(), 1)]);
}

/// No false alarm: whatever the undocumented details are, a service that keeps the rules is never accused.
#[test]
fn an_honest_service_breaks_no_rule() {
    let mut seen = BTreeSet::new();
    for seed in 1..=24 {
        let mut service = HonestService::new(seed);
        seen.extend(assert_honest(seed, || service.next_record()));
    }
    assert_eq!(seen.len(), 62 + 10, "the service tries too little: {seen:?}");
}

#[test]
fn an_honest_account_breaks_no_rule() {
    let mut seen = BTreeSet::new();
    for seed in 1..=24 {
        let mut account = HonestAccount::new(seed);
        seen.extend(assert_honest(seed, || account.next_record()));
    }
    assert_eq!(seen.len(), 70 + 13, "the account tries too little: {seen:?}");
}

fn assert_honest(seed: u64, mut next_record: impl FnMut() -> Value) -> Vec<String> {
    let mut rules = ApiRules::new();
    for _ in 0..3_000 {
        rules.observe(&next_record());
    }
    let summary = rules.finish();
    assert_eq!(summary.breaches, Vec::<String>::new(), "seed {seed}");
    summary.successes.into_keys().chain(summary.errors.into_keys()).collect()
}

/// Now and then the answer is turned round: what was not found is served, what was served is not found. What is
/// known tells many of these lies at once.
#[test]
fn a_lying_service_is_found_out() {
    let (mut lies, mut found_at_once) = (0, 0);
    for seed in 1..=24 {
        let mut service = HonestService::new(seed);
        let mut rules = ApiRules::new();
        for number in 0..3_000 {
            let mut record = service.next_record();
            let turned = number > 1_000 && number % 12 == 0 && turn_round(&mut record);
            let before = rules.breaches().len();
            rules.observe(&record);
            lies += usize::from(turned);
            found_at_once += usize::from(turned && rules.breaches().len() > before);
        }
    }
    assert!(lies > 200 && found_at_once * 3 > lies * 2, "{found_at_once} of {lies} lies were found at once");
}

/// Turns an answer about something other than an entity round, if there is one that can be.
fn turn_round(record: &mut Value) -> bool {
    const ABOUT_SETTINGS: [&str; 8] = [
        "AssumeImpersonationRole",
        "GetImpersonationRole",
        "UpdateAvailabilityConfiguration",
        "TestAvailabilityConfiguration",
        "DescribeEmailMonitoringConfiguration",
        "DescribeIdentityProviderConfiguration",
        "GetPersonalAccessTokenMetadata",
        "GetMobileDeviceAccessOverride",
    ];
    let can_lie = ABOUT_SETTINGS.iter().any(|name| record["eventName"] == *name);
    let not_found = "ResourceNotFoundException";
    match record["errorCode"].as_str() {
        _ if !can_lie => return false,
        None => {
            record["errorCode"] = json!(not_found);
            record["responseElements"] = Value::Null;
        }
        Some(code) if code == not_found => {
            record["errorCode"] = Value::Null;
            if record["eventName"] == "AssumeImpersonationRole" {
                record["responseElements"] = json!({"token": "t", "expiresIn": 900});
            }
        }
        Some(_) => return false,
    }
    true
}
