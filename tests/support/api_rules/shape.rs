//! Rules about one record alone: what must be null, and what a response must carry.

use serde_json::Value;

use super::call::{Call, Service};
use super::step::Breaches;

/// Operations without an organization in their request.
const WITHOUT_ORGANIZATION: [&str; 7] = [
    "CreateOrganization",
    "ListOrganizations",
    "CreateIdentityCenterApplication",
    "DeleteIdentityCenterApplication",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
];

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
}

fn refused_before_parsing(code: &str) -> bool {
    matches!(code, "AccessDenied" | "AccessDeniedException" | "ThrottlingException")
}

fn success(call: &Call, breaches: &mut Breaches) {
    let members = response_members(call.name);
    if members.is_empty() {
        must_be_null(call, "responseElements", call.response(), breaches);
    }
    for member in members.iter().filter(|member| call.response()[**member].is_null()) {
        breaches.add(call, format_args!("responseElements lacks `{member}`"));
    }
    let needs_organization = call.service == Service::WorkMail && !WITHOUT_ORGANIZATION.contains(&call.name);
    if needs_organization && call.organization().is_none() {
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

/// What a successful write returns; all other operations log null.
fn response_members(operation: &str) -> &'static [&'static str] {
    match operation {
        "CreateOrganization" => &["organizationId"],
        "DeleteOrganization" => &["organizationId", "state"],
        "CreateUser" => &["userId"],
        "CreateGroup" => &["groupId"],
        "CreateResource" => &["resourceId"],
        "CreateImpersonationRole" => &["impersonationRoleId"],
        "AssumeImpersonationRole" => &["token", "expiresIn"],
        "CreateMobileDeviceAccessRule" => &["mobileDeviceAccessRuleId"],
        "CreateIdentityCenterApplication" => &["applicationArn"],
        "StartMailboxExportJob" => &["jobId"],
        _ => &[],
    }
}
