//! Errors the state does not explain, messages in flight, and shapes.

use serde_json::{Value, json};

use super::*;

// Errors.

#[test]
fn a_living_entity_is_found() {
    let missing = |name: &str, parameters: Value| failed("EntityNotFoundException", name, parameters);
    let ann = || json!({"userId": ANN});
    assert_breach("lives", &[user(ANN, "ann"), missing("DescribeUser", ann())]);
    assert_breach("lives", &[user(ANN, "ann"), missing("DescribeUser", json!({"userId": "ann"}))]);
    assert_breach("lives", &[alias(ANN, "a@a.example"), missing("DescribeEntity", json!({"email": "a@a.example"}))]);
    assert_breach("was not found in #1", &[missing("DescribeUser", ann()), describe(ANN)]);
    let pair = json!({"groupId": STAFF, "memberId": ANN});
    assert_lawful(&[user(ANN, "ann"), missing("AssociateMemberToGroup", pair.clone())]);
    assert_breach("lives", &[user(ANN, "ann"), group(STAFF, "staff"), missing("AssociateMemberToGroup", pair.clone())]);
    // Not in the group, no mailbox, another kind, deleted.
    assert_lawful(&[user(ANN, "ann"), group(STAFF, "staff"), missing("DisassociateMemberFromGroup", pair)]);
    assert_lawful(&[user(ANN, "ann"), missing("GetMailboxDetails", ann())]);
    assert_lawful(&[user(ANN, "ann"), missing("DescribeGroup", json!({"groupId": ANN}))]);
    assert_lawful(&[user(ANN, "ann"), delete(ANN), missing("DescribeUser", ann())]);
}

#[test]
fn a_state_error_needs_a_wrong_state() {
    let refused = |name: &str, parameters: Value| failed("EntityStateException", name, parameters);
    let (born, enabled) = (user(ANN, "ann"), register(ANN, "ann@a.example"));
    let by_user = || json!({"userId": ANN});
    let by_entity = || json!({"entityId": ANN, "email": "x@a.example", "alias": "x@a.example"});
    assert_breach("is DISABLED", &[born.clone(), refused("DeleteUser", by_user())]);
    assert_breach("is DISABLED", &[born.clone(), refused("RegisterToWorkMail", by_entity())]);
    for name in ["RegisterToWorkMail", "DeregisterFromWorkMail", "CreateAlias"] {
        assert_breach("is ENABLED", &[enabled.clone(), refused(name, by_entity())]);
    }
    assert_breach("is ENABLED", &[enabled.clone(), refused("ResetPassword", by_user())]);
    assert_breach("is ENABLED", &[join(STAFF, ANN), refused("AssociateMemberToGroup", pair_of(STAFF, ANN))]);
    assert_lawful(&[enabled.clone(), refused("DeleteUser", by_user())]);
    assert_lawful(&[enabled, refused("AssociateMemberToGroup", pair_of(STAFF, ANN))]);
    assert_lawful(&[born.clone(), refused("CreateAlias", by_entity()), refused("ResetPassword", by_user())]);
    assert_lawful(&[born, delete(ANN), refused("RegisterToWorkMail", by_entity())]);
}

fn pair_of(group: &str, member: &str) -> Value {
    json!({"groupId": group, "memberId": member})
}

#[test]
fn already_registered_means_enabled() {
    let refused = failed("EntityAlreadyRegisteredException", "RegisterToWorkMail", json!({"entityId": ANN}));
    assert_breach("is DISABLED", &[user(ANN, "ann"), refused.clone()]);
    assert_breach("was deleted in #1", &[delete(ANN), refused.clone()]);
    assert_lawful(&[register(ANN, "ann@a.example"), refused.clone(), describe(BOB)]);
    assert_lawful(&[describe(ANN), refused]);
}

#[test]
fn a_free_address_is_not_in_use() {
    let refused = |name: &str, key: &str| {
        failed("EmailAddressInUseException", name, json!({"entityId": BOB, key: "ann@a.example"}))
    };
    for (name, key) in [("RegisterToWorkMail", "email"), ("CreateAlias", "alias")] {
        let given_back = [alias(ANN, "ann@a.example"), no_alias(ANN, "ann@a.example"), refused(name, key)];
        assert_breach("is free since #2", &given_back);
        let freed = [register(ANN, "ann@a.example"), deregister(ANN), delete(ANN), refused(name, key)];
        assert_breach("is free since #3", &freed);
        assert_lawful(&[register(ANN, "ann@a.example"), deregister(ANN), refused(name, key)]);
        assert_lawful(&[refused(name, key)]);
    }
}

#[test]
fn a_free_name_is_available() {
    let refused = failed("NameAvailabilityException", "CreateUser", json!({"name": "ann"}));
    assert_breach("is free since #2", &[user(ANN, "ann"), delete(ANN), refused.clone()]);
    assert_lawful(&[refused.clone(), user(ANN, "ann"), refused.clone()]);
    assert_lawful(&[user(ANN, "ann"), delete(ANN), group(STAFF, "ann"), refused]);
}

#[test]
fn a_registered_domain_is_found_and_a_deregistered_one_has_no_state() {
    let missing = |name: &str, parameters: Value| failed("MailDomainNotFoundException", name, parameters);
    let come = || domain("RegisterMailDomain", "a.example");
    let email = || json!({"entityId": ANN, "email": "ann@a.example"});
    assert_breach("known since #1", &[come(), missing("GetMailDomain", json!({"domainName": "a.example"}))]);
    assert_breach("known since #1", &[come(), missing("RegisterToWorkMail", email())]);
    let go = || domain("DeregisterMailDomain", "a.example");
    assert_lawful(&[come(), go(), missing("RegisterToWorkMail", email())]);
    let unverified = failed("MailDomainStateException", "RegisterToWorkMail", email());
    assert_lawful(&[come(), unverified.clone()]);
    assert_breach("deregistered in #1", &[go(), unverified]);
}

// Message flow.

#[test]
fn a_message_can_be_read_for_a_day() {
    let read = |time: &str| message("GetRawMessageContent", time, None);
    let write = |time: &str| message("PutRawMessageContent", time, None);
    let (first, last) = ("2026-02-28T23:59:59Z", "2026-03-01T23:59:59Z");
    assert_lawful(&[read(first), read(last), write(last)]);
    assert_breach("first read in #1, 24 hours", &[read(first), read("2026-03-02T00:00:00Z")]);
    assert_breach("first read in #1, 24 hours", &[read(first), write("2026-03-02T00:00:00Z")]);
}

#[test]
fn a_frozen_message_stays_frozen() {
    let write = |error| message("PutRawMessageContent", "2026-03-02T10:00:00Z", error);
    assert_breach("was frozen in #1", &[write(Some("MessageFrozen")), write(None)]);
    assert_lawful(&[write(Some("MessageRejected")), write(None), write(Some("MessageFrozen"))]);
}

// Shapes.

#[test]
fn nulls_stand_where_nothing_was_read_or_returned() {
    let null = || Value::Null;
    let answer = || json!({"userId": ANN});
    let denied = |code| record("CreateUser", json!({"name": "ann"}), null(), Some(code));
    assert_breach("beside the error", &[record("CreateUser", json!({}), answer(), Some("NameAvailabilityException"))]);
    assert_breach("requestParameters is not null", &[denied("AccessDenied")]);
    assert_breach("requestParameters is not null", &[denied("ThrottlingException")]);
    assert_breach("of a read", &[record("DescribeUser", answer(), answer(), None)]);
    assert_breach("returns nothing", &[record("UpdateUser", answer(), answer(), None)]);
    assert_breach("is {}", &[record("ListOrganizations", json!({}), null(), None)]);
    assert_lawful(&[record("CreateUser", null(), null(), Some("AccessDenied")), denied("InvalidParameterException")]);
    assert_lawful(&[message("GetRawMessageContent", "2026-03-02T10:00:00Z", Some("AccessDenied"))]);
}

#[test]
fn a_success_carries_what_it_needs_and_what_it_returns() {
    let writes = [
        ("CreateUser", "userId"),
        ("CreateGroup", "groupId"),
        ("CreateResource", "resourceId"),
        ("CreateOrganization", "organizationId"),
        ("CreateImpersonationRole", "impersonationRoleId"),
        ("CreateMobileDeviceAccessRule", "mobileDeviceAccessRuleId"),
        ("StartMailboxExportJob", "jobId"),
    ];
    for (name, member) in writes {
        let without = record(name, json!({"name": "n", "entityId": ANN}), Value::Null, None);
        assert_breach(&format!("responseElements lacks `{member}`"), &[without]);
    }
    assert_breach("requestParameters lacks `userId`", &[ok("DescribeUser", json!({}))]);
    assert_breach("requestParameters lacks `organizationId`", &[ok("ListUsers", Value::Null)]);
}
