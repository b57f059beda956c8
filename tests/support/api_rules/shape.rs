//! Rules about one record alone: what must be null, what a response must carry, and which errors an operation has.

use serde_json::Value;

use super::call::{Call, Service};
use super::facts::{self, Operation};
use super::step::Breaches;

pub(super) fn check(call: &Call, breaches: &mut Breaches) {
    if call.parameters().as_object().is_some_and(serde_json::Map::is_empty) {
        breaches.add(call, "requestParameters is {}, a call without parameters has null");
    }
    match call.error {
        Some(code) => failure(call, code, breaches),
        None => success(call, breaches),
    }
}

fn failure(call: &Call, code: &str, breaches: &mut Breaches) {
    must_be_null(call, "responseElements", call.response(), breaches);
    if call.service == Service::WorkMail && refused_before_parsing(code) {
        must_be_null(call, "requestParameters", call.parameters(), breaches);
    }
    let declares = |operation: &Operation| operation.errors.iter().any(|error| error == code);
    if facts::operation(call.name).is_some_and(|operation| !declares(operation) && !may_hit_every_call(code)) {
        breaches.add(call, format_args!("the operation does not declare the error {code}"));
    }
}

/// Besides refusals, every service has faults of its own.
fn may_hit_every_call(code: &str) -> bool {
    let faults = ["InternalFailure", "InternalServer", "ServiceUnavailable"];
    refused_before_parsing(code) || faults.iter().any(|fault| code.starts_with(fault))
}

fn refused_before_parsing(code: &str) -> bool {
    matches!(code, "AccessDenied" | "AccessDeniedException" | "ThrottlingException")
}

fn success(call: &Call, breaches: &mut Breaches) {
    let operation = facts::operation(call.name);
    let members: Vec<&String> = operation.into_iter().flat_map(Operation::logged_response).collect();
    if members.is_empty() {
        must_be_null(call, "responseElements", call.response(), breaches);
    }
    for member in members.iter().filter(|member| call.response()[member.as_str()].is_null()) {
        breaches.add(call, format_args!("responseElements lacks `{member}`"));
    }
    let needs_organization = operation.is_some_and(|operation| operation.request.contains_key("organizationId"));
    if needs_organization && call.parameter("organizationId").is_none() {
        breaches.add(call, "requestParameters lacks `organizationId`");
    }
}

fn must_be_null(call: &Call, member: &str, value: &Value, breaches: &mut Breaches) {
    if value.is_null() {
        return;
    }
    match call.error {
        Some(code) => breaches.add(call, format_args!("{member} is not null beside the error {code}: {value}")),
        None if call.is_read() => breaches.add(call, format_args!("{member} of a read is not null: {value}")),
        None => breaches.add(call, format_args!("{member} of a call that returns nothing is not null: {value}")),
    }
}
