//! Organizations, applications and tags, and what stands in one record alone.

use serde_json::{Value, json};

use super::*;

const OTHER: &str = "m-ffffffffffffffffffffffffffffffff";
const APPLICATION: &str = "arn:aws:sso::111122223333:application/ssoins-1111111111111111/apl-2222222222222222";

fn create(id: &str, parameters: Value) -> Value {
    record("CreateOrganization", parameters, json!({"organizationId": id}), None)
}

fn erase(id: &str) -> Value {
    let response = json!({"organizationId": id, "state": "Deleting"});
    let all = json!({"organizationId": id, "deleteDirectory": true, "deleteIdentityCenterApplication": true});
    record("DeleteOrganization", all, response, None)
}

#[test]
fn an_organization_is_not_used_before_it_is_created() {
    let create = || create(ORGANIZATION, json!({"alias": "acme"}));
    for code in ["EntityNotFoundException", "OrganizationStateException"] {
        assert_breach("was used in #1, before", &[failed(code, "DescribeUser", json!({"userId": ANN})), create()]);
    }
    for code in ["OrganizationNotFoundException", "InvalidParameterException"] {
        assert_lawful(&[failed(code, "DescribeUser", json!({"userId": ANN})), create(), ok("ListUsers", json!({}))]);
    }
    assert_breach("was deleted in #2", &[create(), erase(ORGANIZATION), create()]);
    assert_breach("it was there in #1", &[create(), failed("OrganizationNotFoundException", "ListUsers", json!({}))]);
}

#[test]
fn a_request_asked_again_is_answered_again() {
    let asked = create(ORGANIZATION, json!({"alias": "acme", "clientToken": "once"}));
    assert_lawful(&[asked.clone(), asked.clone()]);
    assert_breach("the alias `acme`", &[asked, create(OTHER, json!({"alias": "acme", "clientToken": "twice"}))]);
}

#[test]
fn organizations_share_no_alias_directory_or_domain() {
    let of = |member: &str, value: Value| json!({"alias": "x", member: value});
    let domains = || json!([{"domainName": "A.example"}, {"domainName": "b.example"}]);
    let first = create(ORGANIZATION, json!({"alias": "Acme", "directoryId": "d-1234567890", "domains": domains()}));
    let cases = [
        ("the alias `acme` belongs to", of("alias", json!("acme"))),
        ("the directory `d-1234567890` serves", of("directoryId", json!("d-1234567890"))),
        ("the domain `b.example` belongs to", of("domains", json!([{"domainName": "b.example"}]))),
    ];
    for (says, parameters) in cases {
        assert_breach(says, &[first.clone(), create(OTHER, parameters.clone())]);
        assert_lawful(&[first.clone(), erase(ORGANIZATION), create(OTHER, parameters)]);
    }
    assert_breach("known since #1", &[first.clone(), domain("RegisterMailDomain", "a.example")]);
    let mut elsewhere = create(OTHER, json!({"alias": "acme"}));
    elsewhere["awsRegion"] = json!("eu-west-1");
    assert_lawful(&[first, elsewhere]);
}

// Tags.

fn tags(operation: &str) -> Value {
    let arn = format!("arn:aws:workmail:us-east-1:111122223333:organization/{ORGANIZATION}");
    let mut record = ok(operation, Value::Null);
    record["requestParameters"] = json!({"resourceARN": arn});
    record
}

#[test]
fn tags_belong_to_an_organization_that_lives() {
    for operation in ["TagResource", "UntagResource", "ListTagsForResource"] {
        let mut missing = tags(operation);
        missing["errorCode"] = json!("ResourceNotFoundException");
        assert_breach("was deleted in #1", &[erase(ORGANIZATION), tags(operation)]);
        assert_breach("used in #1, before", &[tags(operation), create(ORGANIZATION, json!({"alias": "acme"}))]);
        assert_breach("it was there in #1", &[ok("ListUsers", json!({})), missing.clone()]);
        assert_breach("was not found in #1", &[missing.clone(), ok("ListUsers", json!({}))]);
        assert_lawful(&[erase(ORGANIZATION), missing]);
    }
    assert_lawful(&[tags("UntagResource"), tags("UntagResource")]);
}

// Applications.

fn application(operation: &str) -> Value {
    let mut record = ok(operation, Value::Null);
    record["requestParameters"] = json!({"applicationArn": APPLICATION});
    record
}

fn made_application() -> Value {
    let mut record = ok("CreateIdentityCenterApplication", Value::Null);
    record["requestParameters"] = json!({"name": "mail"});
    record["responseElements"] = json!({"applicationArn": APPLICATION});
    record
}

fn provider(organization: &str) -> Value {
    let parameters =
        json!({"organizationId": organization, "identityCenterConfiguration": {"applicationArn": APPLICATION}});
    ok("PutIdentityProviderConfiguration", parameters)
}

#[test]
fn a_deleted_application_serves_nobody() {
    let delete = || application("DeleteIdentityCenterApplication");
    assert_breach("was deleted in #2", &[made_application(), delete(), delete()]);
    assert_breach("was deleted in #1", &[delete(), provider(ORGANIZATION)]);
    assert_breach("was used in #1, before", &[provider(OTHER), made_application()]);
    assert_breach("was used in #1, before", &[delete(), made_application()]);
    assert_lawful(&[made_application(), provider(ORGANIZATION), provider(OTHER), delete()]);
    // It went with the organization, or it did not.
    assert_lawful(&[provider(ORGANIZATION), erase(ORGANIZATION), delete()]);
    assert_breach("was deleted in #3", &[provider(ORGANIZATION), erase(ORGANIZATION), delete(), provider(OTHER)]);
}

// One record alone.

#[test]
fn only_declared_errors_occur() {
    let cases = [("ListUsers", "EntityNotFoundException"), ("CreateUser", "AccessDenied"), ("ListTagsForResource", "")];
    for (name, declared_elsewhere) in cases {
        for code in ["LimitExceededException", "NoSuchException", declared_elsewhere] {
            let call = record(name, Value::Null, Value::Null, Some(code));
            match code {
                "AccessDenied" => assert_lawful(&[call]),
                _ => assert_breach(&format!("does not declare the error {code}"), &[call]),
            }
        }
    }
    for code in ["ThrottlingException", "InternalFailure", "ServiceUnavailableException"] {
        assert_lawful(&[record("ListUsers", Value::Null, Value::Null, Some(code))]);
    }
    // What only the console calls has no declared errors.
    assert_lawful(&[failed("LimitExceededException", "SetJournalingRules", json!({}))]);
}

#[test]
fn an_access_is_asked_for_one_caller() {
    let ask = |parameters: Value| ok("GetAccessControlEffect", parameters);
    assert_breach("both `userId` and", &[ask(json!({"userId": ANN, "impersonationRoleId": "r", "action": "EWS"}))]);
    assert_breach("neither `userId` nor", &[ask(json!({"action": "EWS"}))]);
    assert_breach("no access by `IMAP`", &[ask(json!({"impersonationRoleId": "r", "action": "IMAP"}))]);
    assert_lawful(&[ask(json!({"impersonationRoleId": "r", "action": "EWS"})), ask(json!({"userId": ANN}))]);
    assert_lawful(&[failed("InvalidParameterException", "GetAccessControlEffect", json!({"action": "EWS"}))]);
}

#[test]
fn opposites_do_not_stand_together() {
    let rule = |parameters: Value| {
        let mut parameters = parameters;
        parameters["mobileDeviceAccessRuleId"] = json!("r1");
        ok("UpdateMobileDeviceAccessRule", parameters)
    };
    for kind in ["Types", "Models", "OperatingSystems", "UserAgents"] {
        let (one, other) = (format!("device{kind}"), format!("notDevice{kind}"));
        assert_breach(
            &format!("both `{one}` and `{other}`"),
            &[rule(json!({one.clone(): ["a"], other.clone(): ["b"]}))],
        );
        assert_lawful(&[rule(json!({one: ["a"]})), rule(json!({other: ["a"]}))]);
    }
    let providers = json!({"domainName": "a.example", "ewsProvider": {}, "lambdaProvider": {}});
    assert_breach("both `ewsProvider` and", &[ok("CreateAvailabilityConfiguration", providers)]);
}
