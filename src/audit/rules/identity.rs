//! Who called: the members of `userIdentity` speak of one and the same.

use super::add;
use crate::audit::record::Record;
use crate::schema::{Breaches, Value};

pub(super) fn check(record: &Record, breaches: &mut Breaches) {
    let [kind, arn, account] = ["type", "arn", "accountId"].map(|name| record.of_identity(name));
    if let (Some(arn), Some(account)) = (arn, account) {
        let told = arn.split(':').nth(4).unwrap_or_default();
        if told != account {
            add(breaches, &["userIdentity", "arn"], || format!("is of account {told}, and accountId is {account}"));
        }
    }
    match kind {
        Some("Root") => root(record, breaches),
        Some("IAMUser") => user(record, breaches),
        Some("AssumedRole") => session(record, breaches),
        _ => {}
    }
}

fn root(record: &Record, breaches: &mut Breaches) {
    let [principal, account] = ["principalId", "accountId"].map(|name| record.of_identity(name));
    if let (Some(principal), Some(account)) = (principal, account)
        && principal != account
    {
        let what = || format!("is {principal}; that of the root user is its account, {account}");
        add(breaches, &["userIdentity", "principalId"], what);
    }
}

fn user(record: &Record, breaches: &mut Breaches) {
    let [arn, name, key] = ["arn", "userName", "accessKeyId"].map(|name| record.of_identity(name));
    if let (Some(arn), Some(name)) = (arn, name)
        && last(arn) != name
    {
        add(breaches, &["userIdentity", "userName"], || format!("is {name}, and arn ends with {}", last(arn)));
    }
    let has_session = record.identity.is_some_and(|identity| identity.get("sessionContext").is_some());
    if key.is_some_and(|key| key.starts_with("AKIA")) && has_session {
        let what = || "a long-lived key has no session".to_owned();
        add(breaches, &["userIdentity", "sessionContext"], what);
    }
    if key.is_some_and(|key| key.starts_with("ASIA")) && !has_session {
        let what = || "a temporary key belongs to a session, and there is no sessionContext".to_owned();
        add(breaches, &["userIdentity", "accessKeyId"], what);
    }
}

fn session(record: &Record, breaches: &mut Breaches) {
    let [arn, principal, account] = ["arn", "principalId", "accountId"].map(|name| record.of_identity(name));
    let (Some(arn), Some((role_id, name))) = (arn, principal.and_then(|id| id.split_once(':'))) else { return };
    let mut parts = arn.split('/').skip(1);
    let (role, session) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if session != name {
        let what = || format!("names session {name}, and arn names {session}");
        add(breaches, &["userIdentity", "principalId"], what);
    }
    let issuer = record.identity.and_then(|identity| identity.get("sessionContext")?.get("sessionIssuer"));
    if let Some(issuer) = issuer {
        issued(
            issuer,
            [("principalId", role_id), ("userName", role), ("accountId", account.unwrap_or_default())],
            breaches,
        );
    }
}

/// The role behind a session is the one that its identity names.
fn issued(issuer: Value, expected: [(&str, &str); 3], breaches: &mut Breaches) {
    let text = |name: &str| issuer.get(name).and_then(Value::text);
    for (name, expected) in expected {
        if let Some(told) = text(name).filter(|told| *told != expected) {
            let what = || format!("is {told}, and the session is one of {expected}");
            add(breaches, &["userIdentity", "sessionContext", "sessionIssuer", name], what);
        }
    }
    if let (Some(arn), Some(name)) = (text("arn"), text("userName"))
        && last(arn) != name
    {
        let what = || format!("ends with {}, and userName is {name}", last(arn));
        add(breaches, &["userIdentity", "sessionContext", "sessionIssuer", "arn"], what);
    }
}

fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}
