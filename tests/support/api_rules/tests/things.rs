//! Roles, jobs, rules, overrides, configurations and tokens: one minimal breach per rule, beside lawful neighbours.

use serde_json::{Value, json};

use super::*;

const ROLE: &str = "crm-role";

/// A kind of thing: how to make or put one (if calls can), use it, remove it, and what tells of its absence.
struct Cycle {
    make: Option<Value>,
    put: bool,
    uses: Vec<Value>,
    remove: Value,
    absence: &'static str,
}

fn made(name: &str, member: &str, id: &str) -> Value {
    record(name, json!({"name": "n"}), json!({member: id}), None)
}

fn refused(call: &Value, code: &str) -> Value {
    let mut call = call.clone();
    call["errorCode"] = json!(code);
    call["responseElements"] = Value::Null;
    call
}

fn role() -> Value {
    json!({"impersonationRoleId": ROLE})
}

fn assume() -> Value {
    record("AssumeImpersonationRole", role(), json!({"token": "t", "expiresIn": 900}), None)
}

fn of_device(verb: &str) -> Value {
    ok(&format!("{verb}MobileDeviceAccessOverride"), json!({"userId": ANN, "deviceId": "D1"}))
}

/// A key of one member, and the calls that put, use and remove what it means.
fn by_calls(key: &Value, make: Option<&str>, uses: &[&str], remove: &str, absence: &'static str) -> Cycle {
    Cycle {
        make: make.map(|name| ok(name, key.clone())),
        put: make.is_some_and(|name| name.starts_with("Put")),
        uses: uses.iter().map(|name| ok(name, key.clone())).collect(),
        remove: ok(remove, key.clone()),
        absence,
    }
}

fn cycles() -> Vec<Cycle> {
    let (nothing, found, entity) = (json!({}), "ResourceNotFoundException", "EntityNotFoundException");
    let domain = json!({"domainName": "partner.example"});
    let rule = json!({"mobileDeviceAccessRuleId": "r1"});
    vec![
        Cycle {
            make: Some(made("CreateImpersonationRole", "impersonationRoleId", ROLE)),
            put: false,
            uses: vec![
                assume(),
                ok("GetImpersonationRole", role()),
                ok("UpdateImpersonationRole", role()),
                ok("GetImpersonationRoleEffect", json!({"impersonationRoleId": ROLE, "targetUser": BOB})),
                ok("GetAccessControlEffect", json!({"impersonationRoleId": ROLE, "action": "EWS"})),
                ok("PutAccessControlRule", json!({"name": "a", "notImpersonationRoleIds": [ROLE]})),
            ],
            remove: ok("DeleteImpersonationRole", role()),
            absence: found,
        },
        Cycle {
            make: Some(made("CreateMobileDeviceAccessRule", "mobileDeviceAccessRuleId", "r1")),
            ..by_calls(&rule, None, &["UpdateMobileDeviceAccessRule"], "DeleteMobileDeviceAccessRule", entity)
        },
        Cycle {
            make: Some(of_device("Put")),
            put: true,
            uses: vec![of_device("Get")],
            remove: of_device("Delete"),
            absence: found,
        },
        by_calls(
            &domain,
            Some("CreateAvailabilityConfiguration"),
            &["UpdateAvailabilityConfiguration", "TestAvailabilityConfiguration"],
            "DeleteAvailabilityConfiguration",
            found,
        ),
        by_calls(
            &nothing,
            Some("PutEmailMonitoringConfiguration"),
            &["DescribeEmailMonitoringConfiguration"],
            "DeleteEmailMonitoringConfiguration",
            found,
        ),
        by_calls(
            &nothing,
            Some("PutIdentityProviderConfiguration"),
            &["DescribeIdentityProviderConfiguration"],
            "DeleteIdentityProviderConfiguration",
            found,
        ),
        by_calls(
            &json!({"id": "p1"}),
            Some("PutRetentionPolicy"),
            &["GetDefaultRetentionPolicy"],
            "DeleteRetentionPolicy",
            entity,
        ),
        by_calls(
            &json!({"personalAccessTokenId": "t1"}),
            None,
            &["GetPersonalAccessTokenMetadata"],
            "DeletePersonalAccessToken",
            found,
        ),
    ]
}

/// The records that make the thing be there: by its creation, or by its first use.
fn beginnings(cycle: &Cycle) -> Vec<Value> {
    let policy_needs_its_id = cycle.remove["eventName"] == "DeleteRetentionPolicy";
    let uses = cycle.uses.iter().filter(|_| !policy_needs_its_id);
    uses.chain(&cycle.make).cloned().collect()
}

#[test]
fn what_was_removed_is_not_there_until_it_is_made_again() {
    for cycle in cycles() {
        for begin in beginnings(&cycle) {
            for after in &cycle.uses {
                let removed = [begin.clone(), cycle.remove.clone(), after.clone()];
                assert_breach("is not there since #2", &removed);
                assert_lawful(&[begin.clone(), cycle.remove.clone(), refused(after, cycle.absence)]);
            }
        }
        let Some(make) = cycle.make.as_ref().filter(|make| make["responseElements"].is_null()) else { continue };
        assert_lawful(&[make.clone(), cycle.remove.clone(), make.clone(), cycle.uses[0].clone()]);
    }
}

/// Removing twice declares no error.
#[test]
fn what_is_not_there_may_be_removed() {
    for cycle in cycles() {
        assert_lawful(&[cycle.remove.clone(), cycle.remove.clone()]);
        let missing = refused(&cycle.uses[0], cycle.absence);
        assert_breach("is not there since #2", &[describe(ANN), missing, cycle.uses[0].clone()]);
    }
}

#[test]
fn what_is_there_is_found() {
    for cycle in cycles() {
        for begin in beginnings(&cycle) {
            for after in &cycle.uses {
                assert_breach("is there, known since #1", &[begin.clone(), refused(after, cycle.absence)]);
            }
        }
        for after in &cycle.uses {
            assert_lawful(&[refused(after, cycle.absence), refused(after, cycle.absence)]);
        }
    }
}

#[test]
fn what_is_made_was_not_there_before() {
    for cycle in cycles().into_iter().filter(|cycle| !cycle.put) {
        let Some(make) = cycle.make else { continue };
        let (earlier, says) = match make["responseElements"].is_null() {
            true => (cycle.uses[0].clone(), "is there, known since #1"),
            false => (cycle.uses[0].clone(), "was used in #1, before this created it"),
        };
        assert_breach(says, &[earlier, make.clone()]);
        assert_breach(&says.replace("#1", "#2"), &[cycle.remove.clone(), make.clone(), make]);
    }
}

#[test]
fn a_new_organization_has_none_of_them() {
    let create = || record("CreateOrganization", json!({"alias": "a"}), json!({"organizationId": ORGANIZATION}), None);
    let unseen = ["GetDefaultRetentionPolicy", "GetPersonalAccessTokenMetadata", "GetMobileDeviceAccessOverride"];
    for after in cycles().into_iter().flat_map(|cycle| cycle.uses) {
        match unseen.contains(&after["eventName"].as_str().expect("records have names")) {
            true => assert_lawful(&[create(), after]),
            false => assert_breach("is not there since #1", &[create(), after]),
        }
    }
    let taken =
        failed("NameAvailabilityException", "CreateAvailabilityConfiguration", json!({"domainName": "x.example"}));
    assert_breach("is not there since #1", &[create(), taken.clone()]);
    assert_lawful(&[taken]);
}

// Jobs.

fn export(job: &str, mailbox: &str, time: &str) -> Value {
    at(time, record("StartMailboxExportJob", json!({"entityId": mailbox}), json!({"jobId": job}), None))
}

fn at(time: &str, mut record: Value) -> Value {
    record["eventTime"] = json!(time);
    record
}

fn job(operation: &str, job: &str) -> Value {
    ok(&format!("{operation}MailboxExportJob"), json!({"jobId": job}))
}

const NOON: &str = "2026-03-02T12:00:00Z";

#[test]
fn a_job_is_used_after_its_start_and_cancelled_once() {
    let (start, look, cancel) = (export("j1", BOB, NOON), job("Describe", "j1"), job("Cancel", "j1"));
    assert_breach("was used in #1, before", &[look.clone(), start.clone()]);
    assert_breach("already cancelled in #2", &[start.clone(), cancel.clone(), cancel.clone()]);
    assert_lawful(&[start.clone(), look.clone(), cancel.clone(), look]);
    // An SDK that asks again is answered again.
    let mut again = cancel;
    again["requestParameters"]["clientToken"] = json!("once");
    assert_lawful(&[start, again.clone(), again]);
}

#[test]
fn a_job_is_found_for_a_week_and_cancelled_while_it_runs() {
    let missing = |operation: &str, time: &str| at(time, refused(&job(operation, "j1"), "EntityNotFoundException"));
    let start = export("j1", BOB, NOON);
    assert_breach("is there, known since #1", &[start.clone(), missing("Describe", "2026-03-09T11:59:59Z")]);
    assert_lawful(&[start.clone(), missing("Describe", "2026-03-09T12:00:00Z")]);
    assert_lawful(&[start, missing("Cancel", NOON), job("Describe", "j1")]);
    assert_lawful(&[job("Describe", "j1"), missing("Describe", NOON)]);
}

#[test]
fn a_mailbox_is_exported_once_a_day() {
    let (ann, addressed) = (user(ANN, "ann"), register(ANN, "ann@a.example"));
    let (first, early, late) = (export("j1", ANN, NOON), "2026-03-03T11:59:59Z", "2026-03-03T12:00:00Z");
    assert_breach("was exported in #1, 23 hours earlier", &[first.clone(), export("j2", ANN, early)]);
    let by_address = [ann, addressed, first.clone(), export("j2", "ann@a.example", early)];
    assert_breach("was exported in #3", &by_address);
    assert_lawful(&[first.clone(), export("j2", ANN, late), export("j3", BOB, late)]);
    let limit = failed("LimitExceededException", "StartMailboxExportJob", json!({"entityId": ANN}));
    assert_lawful(&[first, limit]);
}

/// Only jobs that are cancelled later are known to have run.
#[test]
fn ten_jobs_run_at_once() {
    let mailbox = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    let starts = |count: usize| (0..count).map(move |number| export(&format!("j{number}"), &mailbox(number), NOON));
    let cancels = |count: usize| (0..count).map(|number| job("Cancel", &format!("j{number}")));
    assert_lawful(&starts(40).chain(cancels(10)).collect::<Vec<_>>());
    assert_breach("11 export jobs ran at once", &starts(11).chain(cancels(11)).collect::<Vec<_>>());
    assert_lawful(&(0..30).flat_map(|n| [starts(30).nth(n), cancels(30).nth(n)]).flatten().collect::<Vec<_>>());
}

// Overrides.

#[test]
fn a_new_user_has_no_overrides() {
    assert_breach("is not there since #1", &[user(ANN, "ann"), of_device("Get")]);
    assert_lawful(&[user(ANN, "ann"), of_device("Put"), of_device("Get")]);
}

#[test]
fn an_override_may_be_lost_with_the_registration() {
    let missing = refused(&of_device("Get"), "ResourceNotFoundException");
    assert_lawful(&[of_device("Put"), deregister(ANN), missing.clone()]);
    assert_lawful(&[user(ANN, "ann"), of_device("Put"), deregister("bob"), of_device("Get")]);
    assert_breach("is there", &[user(ANN, "ann"), of_device("Put"), deregister("bob"), missing.clone()]);
    // Somebody unknown was called, and may have been this user.
    let mut of_somebody = of_device("Delete");
    of_somebody["requestParameters"]["userId"] = json!("bob");
    assert_lawful(&[of_device("Put"), of_somebody.clone(), missing]);
    assert_lawful(&[of_device("Put"), of_somebody, of_device("Get")]);
}

// Who is named.

/// All calls that name a user in a member that is not needed, or in a list.
fn naming(user: &str) -> Vec<Value> {
    let rules = |list: &str| json!({"rules": [{"effect": "ALLOW"}, {list: [BOB, user]}], "impersonationRoleId": ROLE});
    vec![
        ok("GetAccessControlEffect", json!({"userId": user})),
        ok("ListPersonalAccessTokens", json!({"userId": user})),
        ok("ListMobileDeviceAccessOverrides", json!({"userId": user})),
        ok("GetMobileDeviceAccessOverride", json!({"userId": user, "deviceId": "D1"})),
        ok("DeleteMobileDeviceAccessOverride", json!({"userId": user, "deviceId": "D1"})),
        ok("GetImpersonationRoleEffect", json!({"targetUser": user})),
        ok("PutAccessControlRule", json!({"userIds": [BOB, user]})),
        ok("PutAccessControlRule", json!({"notUserIds": [user]})),
        ok("UpdateImpersonationRole", rules("targetUsers")),
        ok("UpdateImpersonationRole", rules("notTargetUsers")),
        export("j1", user, NOON),
    ]
}

#[test]
fn a_deleted_user_is_named_nowhere() {
    for call in naming(ANN) {
        assert_breach("was deleted in #1", &[delete(ANN), call.clone()]);
        assert_lawful(&[describe(ANN), call.clone()]);
        assert_breach("is not a user or resource", &[group(ANN, "staff"), call]);
    }
    assert_breach("names nobody since #1", &[delete("ann"), ok("GetAccessControlEffect", json!({"userId": "ann"}))]);
}

#[test]
fn users_with_a_mailbox_are_found_wherever_they_are_named() {
    for call in naming(ANN) {
        let (missing, name) = (refused(&call, "EntityNotFoundException"), call["eventName"].clone());
        let (ann, bob) = (register(ANN, "ann@a.example"), register(BOB, "bob@a.example"));
        assert_breach("lives", &[alias(ANN, "a@a.example"), describe(ANN), bob, describe(BOB), missing.clone()]);
        assert_lawful(&[deregister(ANN), delete(ANN), missing.clone()]);
        if name != "UpdateImpersonationRole"
            && name != "ListPersonalAccessTokens"
            && name != "GetImpersonationRoleEffect"
        {
            assert_lawful(&[ann, describe(ANN), deregister(ANN), describe(ANN), missing]);
        }
    }
}
