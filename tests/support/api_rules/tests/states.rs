//! One minimal breach per state rule, beside its lawful neighbours.

use serde_json::json;

use super::super::{ApiRules, Options};
use super::*;

// Lives.

#[test]
fn an_id_cannot_be_used_before_it_is_created() {
    assert_breach("was used in #1, before", &[describe(ANN), user(ANN, "ann")]);
    assert_breach("was used in #1, before", &[user(ANN, "ann"), user(ANN, "bea")]);
    assert_breach("was used in #1, before", &[describe("an-odd-form-of-id"), user("an-odd-form-of-id", "ann")]);
    assert_lawful(&[failed("EntityNotFoundException", "DescribeUser", json!({"userId": ANN})), user(ANN, "ann")]);
}

#[test]
fn a_name_cannot_be_used_before_it_is_given() {
    assert_breach("taken: it was already in use in #1", &[describe("ann"), user(ANN, "ann")]);
    // Somebody unknown was deleted between, and may have had the name.
    assert_lawful(&[describe("ann"), delete(BOB), user(ANN, "ann")]);
}

#[test]
fn an_address_cannot_be_used_before_it_is_given() {
    let early = [user(ANN, "ann"), describe("ann@a.example"), register(ANN, "ann@a.example")];
    assert_breach("already in use in #2", &early);
    assert_lawful(&[describe("ann@a.example"), register(ANN, "ann@a.example")]);
}

#[test]
fn a_deleted_entity_is_used_by_none_of_its_identifiers() {
    let life =
        [user(ANN, "ann"), register(ANN, "ann@a.example"), alias(ANN, "a@a.example"), deregister(ANN), delete(ANN)];
    for name in [ANN, "ann", "ANN", "ann@a.example", "a@a.example"] {
        for operation in ["DescribeUser", "UpdateUser", "ResetPassword", "DeleteUser"] {
            let after = [&life[..], &[ok(operation, json!({"userId": name}))]].concat();
            assert_breach("#5", &after);
        }
    }
    assert_breach("was deleted in #1", &[delete(BOB), delete(BOB)]);
    assert_breach("names nobody since #1", &[delete("bob"), delete("bob")]);
}

#[test]
fn a_name_and_an_address_may_be_given_anew() {
    assert_lawful(&[
        user(ANN, "ann"),
        register(ANN, "ann@a.example"),
        deregister(ANN),
        delete(ANN),
        user(BOB, "ann"),
        register(BOB, "ann@a.example"),
        describe("ann"),
        describe("ann@a.example"),
    ]);
}

#[test]
fn a_name_has_one_living_holder() {
    assert_breach("the name `Ann` is taken", &[user(ANN, "ann"), group(STAFF, "Ann")]);
    let renamed = |name: &str| ok("UpdateResource", json!({"resourceId": ROOM, "name": name}));
    assert_breach("the name `ann` is taken", &[user(ANN, "ann"), room(ROOM, "blue"), renamed("ann")]);
    assert_lawful(&[room(ROOM, "blue"), renamed("blue"), renamed("red"), user(ANN, "blue")]);
}

#[test]
fn a_call_about_users_cannot_serve_a_group() {
    assert_breach("is not a user", &[group(STAFF, "staff"), describe(STAFF)]);
    assert_breach("is not a user or group", &[room(ROOM, "blue"), join(STAFF, ROOM)]);
    assert_breach("is not a user", &[ok("DescribeGroup", json!({"groupId": STAFF})), describe(STAFF)]);
}

// States.

#[test]
fn an_enabled_entity_cannot_be_deleted() {
    assert_breach("is ENABLED", &[user(ANN, "ann"), register(ANN, "ann@a.example"), delete("ann@a.example")]);
    assert_breach("is ENABLED", &[alias(BOB, "b@a.example"), delete(BOB)]);
    let refused = failed("EntityStateException", "DeleteUser", json!({"userId": BOB}));
    assert_breach("is ENABLED", &[describe(BOB), refused, delete(BOB)]);
    assert_lawful(&[describe(BOB), delete(BOB)]);
}

#[test]
fn a_disabled_entity_cannot_be_deregistered() {
    assert_breach("is DISABLED", &[user(ANN, "ann"), deregister(ANN)]);
    assert_breach("is DISABLED", &[deregister(BOB), deregister(BOB)]);
}

#[test]
fn an_enabled_entity_cannot_be_registered_under_another_address() {
    assert_breach("is ENABLED with `ann@a.example`", &[register(ANN, "ann@a.example"), register(ANN, "b@a.example")]);
    assert_lawful(&[register(ANN, "ann@a.example"), register(ANN, "Ann@a.example")]);
}

#[test]
fn calls_that_need_an_enabled_entity_refuse_a_disabled_one() {
    let grant = |entity: &str| ok("AssociateDelegateToResource", json!({"resourceId": ROOM, "entityId": entity}));
    let calls = [
        alias(ANN, "a@a.example"),
        no_alias(ANN, "a@a.example"),
        new_primary(ANN, "a@a.example"),
        join(STAFF, ANN),
        permit(ANN, BOB),
        permit(BOB, ANN),
        grant(ANN),
    ];
    for call in calls {
        assert_breach(&format!("user `{ANN}` is DISABLED"), &[describe(ANN), deregister(ANN), call]);
    }
    assert_breach("resource `r-4444", &[room(ROOM, "blue"), grant(BOB)]);
}

#[test]
fn an_unknown_name_may_be_anyone_met_before() {
    assert_lawful(&[register(BOB, "bob@a.example"), deregister("bob"), delete(BOB)]);
    assert_lawful(&[register(BOB, "bob@a.example"), delete("bob"), register(ANN, "bob@a.example")]);
    assert_lawful(&[join(STAFF, BOB), leave("staff", "bob"), join(STAFF, BOB)]);
    assert_lawful(&[register(BOB, "b@a.example"), new_primary("bob", "c@a.example"), register(BOB, "c@a.example")]);
    // But not someone whose name is known.
    assert_breach(
        "is ENABLED",
        &[user(ANN, "ann"), register(ANN, "a@a.example"), describe("bob"), deregister("bob"), delete(ANN)],
    );
}

// Links.

#[test]
fn what_is_together_is_not_joined_and_what_is_apart_is_not_parted() {
    assert_breach("already linked", &[join(STAFF, BOB), join(STAFF, BOB)]);
    assert_breach("not linked", &[leave(STAFF, BOB), leave(STAFF, BOB)]);
    assert_breach("not linked", &[user(ANN, "ann"), leave(STAFF, ANN)]);
    let revoke = ok("DeleteMailboxPermissions", json!({"entityId": BOB, "granteeId": ANN}));
    assert_lawful(&[permit(BOB, ANN), permit(BOB, ANN), revoke.clone()]);
    assert_breach("not linked", &[permit(BOB, ANN), revoke.clone(), revoke]);
    assert_lawful(&[join(STAFF, BOB), deregister(BOB), register(BOB, "b@a.example"), join(STAFF, BOB)]);
}

#[test]
fn the_rule_about_links_can_be_switched_off() {
    let mut rules = ApiRules::with(Options { links: false });
    observe_all(&mut rules, &[join(STAFF, BOB), join(STAFF, BOB)]);
    assert_eq!(rules.breaches(), [""; 0]);
}

// Addresses.

#[test]
fn an_address_in_use_is_not_given_again() {
    let gives = [register(BOB, "Ann@a.example"), new_primary(BOB, "ann@a.example"), alias(BOB, "ann@a.example")];
    for give in gives {
        assert_breach("is in use", &[register(ANN, "ann@a.example"), give.clone()]);
        assert_breach("is in use", &[alias(ANN, "ann@a.example"), give.clone()]);
        assert_breach("is in use", &[register(ANN, "ann@a.example"), new_primary(ANN, "a@a.example"), give]);
    }
    assert_breach("is in use", &[alias(ANN, "ann@a.example"), alias(ANN, "ann@a.example")]);
    assert_breach("is in use", &[describe("ann@a.example"), alias(ANN, "ann@a.example")]);
    assert_lawful(&[alias(ANN, "a@a.example"), new_primary(ANN, "a@a.example"), no_alias(ANN, "b@a.example")]);
}

#[test]
fn only_an_alias_of_the_entity_can_be_deleted() {
    assert_breach("nobody holds it since #1", &[no_alias(ANN, "a@a.example"), no_alias(ANN, "a@a.example")]);
    assert_breach("the primary address", &[register(ANN, "a@a.example"), no_alias(ANN, "a@a.example")]);
    assert_breach("it was last entity", &[alias(ANN, "a@a.example"), no_alias(BOB, "a@a.example")]);
    let born = [user(ANN, "ann"), register(ANN, "ann@a.example"), no_alias(ANN, "a@a.example")];
    assert_breach("never given to it", &born);
}

// Mail domains.

#[test]
fn a_domain_is_registered_once_and_deregistered_once() {
    let (come, go) = (domain("RegisterMailDomain", "a.example"), domain("DeregisterMailDomain", "a.example"));
    assert_breach("known since #1", &[come.clone(), come.clone()]);
    assert_breach("known since #1", &[alias(ANN, "a@a.example"), come.clone()]);
    assert_breach("already deregistered in #2", &[come.clone(), go.clone(), go.clone()]);
    assert_breach("the test domain", &[domain("DeregisterMailDomain", "acme.awsapps.com")]);
    assert_breach("still has the address `ann@a.example`", &[register(ANN, "ann@a.example"), go.clone()]);
    assert_lawful(&[register(ANN, "ann@a.example"), deregister(ANN), go, come]);
}

#[test]
fn a_domain_serves_one_organization() {
    let come = domain("RegisterMailDomain", "a.example");
    let elsewhere = |key: &str, value: &str| {
        let mut record = come.clone();
        match key {
            "organizationId" => record["requestParameters"][key] = json!(value),
            _ => record[key] = json!(value),
        }
        record
    };
    assert_breach("belongs to the organization `m-0123", &[come.clone(), elsewhere("organizationId", "m-other")]);
    assert_lawful(&[come.clone(), elsewhere("awsRegion", "eu-west-1")]);
    assert_lawful(&[come.clone(), elsewhere("recipientAccountId", "444455556666")]);
}

#[test]
fn nothing_works_on_a_deregistered_domain() {
    let calls = [
        domain("UpdateDefaultMailDomain", "a.example"),
        domain("GetMailDomain", "a.example"),
        register(ANN, "ann@a.example"),
        new_primary(ANN, "ann@a.example"),
        alias(ANN, "ann@a.example"),
        ok("DescribeEntity", json!({"email": "ann@a.example"})),
    ];
    for call in calls {
        assert_breach("deregistered in #1", &[domain("DeregisterMailDomain", "a.example"), call]);
    }
}

// Organizations.

#[test]
fn an_organization_is_used_only_while_it_lives() {
    let create = record("CreateOrganization", json!({"alias": "acme"}), json!({"organizationId": ORGANIZATION}), None);
    let response = json!({"organizationId": ORGANIZATION, "state": "Deleting"});
    let delete = record("DeleteOrganization", json!({"deleteDirectory": true}), response, None);
    let look = ok("DescribeOrganization", json!({}));
    assert_breach("used in #1, before", &[ok("ListUsers", json!({})), create.clone()]);
    assert_breach("was deleted in #2", &[create.clone(), delete.clone(), ok("ListUsers", json!({}))]);
    assert_breach("was deleted in #1", &[delete.clone(), delete.clone()]);
    assert_breach("forceDelete is not set", &[user(ANN, "ann"), register(ANN, "a@a.example"), delete.clone()]);
    assert_lawful(&[create, delete, look]);
}

#[test]
fn an_organization_that_lives_is_found() {
    let missing = failed("OrganizationNotFoundException", "ListUsers", json!({}));
    let look = ok("DescribeOrganization", json!({}));
    assert_breach("it was there in #1", &[look.clone(), missing.clone()]);
    assert_breach("was not found in #1", &[missing.clone(), look.clone()]);
    let mut other = look;
    other["awsRegion"] = json!("eu-west-1");
    assert_lawful(&[missing, other]);
}
