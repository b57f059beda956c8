//! Mistakes in what an action asks and answers.

use serde_json::{Value, json};

use super::{Found, assert_found_in_record};

type Change = fn(&mut Value);

/// Changes successful calls of one action.
fn of(record: &mut Value, name: &str, change: impl FnOnce(&mut Value)) {
    if record["eventName"] == name && record.get("errorCode").is_none() {
        change(record);
    }
}

/// Changes calls that failed with one error.
fn failed(record: &mut Value, code: &str, change: impl FnOnce(&mut Value)) {
    if record["errorCode"] == code && record["eventSource"] == "workmail.amazonaws.com" {
        change(record);
    }
}

#[test]
fn mistakes_in_actions() {
    let cases: [(&str, Change, Found); 21] = [
        (
            "a write that reads",
            |r| of(r, "CreateUser", |r| r["readOnly"] = json!(true)),
            ("/readOnly", "expected false, found true"),
        ),
        (
            "a read that writes",
            |r| of(r, "ListUsers", |r| r["readOnly"] = json!(false)),
            ("/readOnly", "expected true, found false"),
        ),
        (
            "no answer",
            |r| of(r, "CreateUser", |r| r["responseElements"] = json!(null)),
            ("/responseElements", "expected an object, found null"),
        ),
        (
            "an answer of no value",
            |r| of(r, "CreateUser", |r| r["responseElements"] = json!({})),
            ("/responseElements", "member `userId` is missing"),
        ),
        (
            "an answer to a read",
            |r| of(r, "DescribeUser", |r| r["responseElements"] = json!({"userId": "a"})),
            ("/responseElements", "expected null, found {"),
        ),
        (
            "an answer to a write",
            |r| of(r, "CreateAlias", |r| r["responseElements"] = json!({})),
            ("/responseElements", "expected null, found {}"),
        ),
        (
            "a password in clear",
            |r| of(r, "ResetPassword", |r| r["requestParameters"]["password"] = json!("hunter2")),
            ("/requestParameters/password", "expected \"HIDDEN_DUE_TO_SECURITY_REASONS\", found \"hunter2\""),
        ),
        (
            "a name in clear",
            |r| of(r, "CreateUser", |r| r["requestParameters"]["displayName"] = json!("Jo Doe")),
            ("/requestParameters/displayName", "found \"Jo Doe\" (the API calls it sensitive)"),
        ),
        (
            "an organization",
            |r| of(r, "ListUsers", |r| r["requestParameters"]["organizationId"] = json!("m-1")),
            ("/requestParameters/organizationId", "\"m-1\" does not match"),
        ),
        (
            "an unknown parameter",
            |r| of(r, "ListUsers", |r| r["requestParameters"]["organizationID"] = json!("x")),
            ("/requestParameters/organizationID", "unknown member; there is `organizationId`"),
        ),
        (
            "a missing parameter",
            |r| {
                of(r, "CreateAlias", |r| {
                    r["requestParameters"] =
                        json!({"organizationId": "m-00000000000000000000000000000000", "entityId": "a"})
                })
            },
            ("/requestParameters", "member `alias` is missing"),
        ),
        (
            "no parameters",
            |r| of(r, "DescribeUser", |r| r["requestParameters"] = json!({})),
            ("/requestParameters", "is empty"),
        ),
        (
            "parameters that are null",
            |r| of(r, "DescribeUser", |r| r["requestParameters"] = json!(null)),
            ("/requestParameters", "expected an object, found null"),
        ),
        (
            "a number out of range",
            |r| of(r, "ListUsers", |r| r["requestParameters"]["maxResults"] = json!(101)),
            ("/requestParameters/maxResults", "101 is more than 100"),
        ),
        (
            "a word of no list",
            |r| of(r, "CreateResource", |r| r["requestParameters"]["type"] = json!("CAR")),
            ("/requestParameters/type", "expected one of \"ROOM\", \"EQUIPMENT\", found \"CAR\""),
        ),
        (
            "a message id",
            |r| of(r, "GetRawMessageContent", |r| r["requestParameters"]["messageId"] = json!("a_b")),
            ("/requestParameters/messageId", "\"a_b\" does not match"),
        ),
        (
            "an error that it cannot have",
            |r| failed(r, "EntityNotFoundException", |r| r["errorCode"] = json!("BucketNotFound")),
            ("/errorCode", "found \"BucketNotFound\""),
        ),
        (
            "a failure with an answer",
            |r| failed(r, "EntityNotFoundException", |r| r["responseElements"] = json!({"a": 1})),
            ("/responseElements", "(a failed call answers with nothing)"),
        ),
        (
            "a refusal with parameters",
            |r| {
                failed(r, "AccessDenied", |r| {
                    r["requestParameters"] = json!({"organizationId": "m-00000000000000000000000000000000"})
                })
            },
            ("/requestParameters", "(a call that is refused unread loses its parameters)"),
        ),
        (
            "a refusal of somebody else",
            |r| {
                failed(r, "AccessDenied", |r| {
                    r["errorMessage"] = json!(r["errorMessage"].as_str().unwrap().replacen("User: ", "User: x", 1))
                })
            },
            ("/errorMessage", "names caller xarn:aws:"),
        ),
        (
            "a refusal of something else",
            |r| {
                failed(r, "AccessDenied", |r| {
                    r["errorMessage"] = json!(r["errorMessage"].as_str().unwrap().replacen(
                        "perform: workmail:",
                        "perform: workmail:x",
                        1
                    ))
                })
            },
            ("/errorMessage", "names action x"),
        ),
    ];
    for (name, change, found) in cases {
        assert_found_in_record(name, change, found);
    }
}

/// What there is no schema for is counted, by service and name.
#[test]
fn unknown_actions_are_counted_and_no_mistake() {
    let mut shelf = super::Shelf::office();
    let (key, _) = shelf.change_a_record(&|text| text.replace("\"CreateUser\"", "\"CreateRobot\"")).unwrap();
    let (outcome, findings) = shelf.check();
    assert_eq!(findings, [], "{key}");
    assert_eq!(outcome.unknown["workmail.amazonaws.com"]["CreateRobot"], 1);
}
