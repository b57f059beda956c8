//! Mistakes in the members that all records have.

use serde_json::{Value, json};

use super::{Found, assert_found_in_record, assert_found_in_text_of_record};

type Change = fn(&mut Value);

fn remove(record: &mut Value, name: &str) {
    record.as_object_mut().unwrap().shift_remove(name);
}

#[test]
fn mistakes_in_forms_and_versions() {
    let cases: [(&str, Change, Found); 26] = [
        ("a version to come", |r| r["eventVersion"] = json!("1.99"), ("/eventVersion", "expected one of \"1.0\"")),
        (
            "tlsDetails too early",
            |r| r["eventVersion"] = json!("1.07"),
            ("/tlsDetails", "must not be there (there since eventVersion 1.08)"),
        ),
        (
            "eventCategory too early",
            |r| r["eventVersion"] = json!("1.06"),
            ("/eventCategory", "must not be there (there since eventVersion 1.07)"),
        ),
        (
            "managementEvent too early",
            |r| r["eventVersion"] = json!("1.05"),
            ("/managementEvent", "(there since eventVersion 1.06)"),
        ),
        ("eventID too early", |r| r["eventVersion"] = json!("1.0"), ("/eventID", "(there since eventVersion 1.01)")),
        ("no eventID", |r| remove(r, "eventID"), ("", "member `eventID` is missing")),
        ("no requestID", |r| remove(r, "requestID"), ("", "member `requestID` is missing")),
        ("no responseElements", |r| remove(r, "responseElements"), ("", "member `responseElements` is missing")),
        ("no readOnly", |r| remove(r, "readOnly"), ("", "member `readOnly` is missing")),
        ("a member too many", |r| r["annotation"] = json!("x"), ("/annotation", "unknown member")),
        ("a member misspelt", |r| r["eventId"] = json!("x"), ("/eventId", "unknown member; there is `eventID`")),
        ("a time without zone", |r| r["eventTime"] = json!("2026-03-02T09:00:00"), ("/eventTime", "does not match")),
        (
            "a time with fractions",
            |r| r["eventTime"] = json!("2026-03-02T09:00:00.123Z"),
            ("/eventTime", "does not match"),
        ),
        (
            "a day that is none",
            |r| r["eventTime"] = json!("2026-02-30T00:00:00Z"),
            ("/eventTime", "is no time of the calendar"),
        ),
        (
            "capitals in eventID",
            |r| r["eventID"] = json!("9854BBE6-4362-489C-9C32-56288F5BB890"),
            ("/eventID", "does not match"),
        ),
        (
            "an eventID of version 1",
            |r| r["eventID"] = json!("9854bbe6-4362-189c-9c32-56288f5bb890"),
            ("/eventID", "does not match"),
        ),
        ("an empty requestID", |r| r["requestID"] = json!(""), ("/requestID", "is shorter than 1 characters")),
        ("readOnly as text", |r| r["readOnly"] = json!("true"), ("/readOnly", "expected a boolean, found \"true\"")),
        ("a data event", |r| r["eventCategory"] = json!("Data"), ("/managementEvent", "expected false, found true")),
        (
            "no management event",
            |r| r["managementEvent"] = json!(false),
            ("/managementEvent", "expected true, found false"),
        ),
        (
            "a type of event",
            |r| r["eventType"] = json!("AwsApiCalls"),
            ("/eventType", "expected one of \"AwsApiCall\""),
        ),
        (
            "a boolean session",
            |r| r["sessionCredentialFromConsole"] = json!(true),
            ("/sessionCredentialFromConsole", "expected \"true\", found true"),
        ),
        ("empty tlsDetails", |r| r["tlsDetails"] = json!({}), ("/tlsDetails", "is empty")),
        (
            "a TLS version",
            |r| r["tlsDetails"]["tlsVersion"] = json!("TLS 1.3"),
            ("/tlsDetails/tlsVersion", "expected one of \"TLSv1\""),
        ),
        (
            "a long agent",
            |r| r["userAgent"] = json!("x".repeat(1_025)),
            ("/userAgent", "is longer than 1024 characters"),
        ),
        ("no agent", |r| r["userAgent"] = json!(""), ("/userAgent", "is shorter than 1 characters")),
    ];
    for (name, change, found) in cases {
        assert_found_in_record(name, change, found);
    }
}

#[test]
fn mistakes_in_the_text_of_a_record() {
    let moved = |text: &str| {
        let at = text.find(r#""awsRegion":"us-east-1","#).unwrap();
        let (before, after) = text.split_at(at);
        let (member, after) = after.split_at(r#""awsRegion":"us-east-1","#.len());
        let (head, tail) = before.split_at(before.find(r#""eventTime""#).unwrap());
        format!("{head}{member}{tail}{after}")
    };
    let cases: [(&str, fn(&str) -> String, Found); 5] = [
        ("another order", moved, ("/eventTime", "stands after `awsRegion`; in real files it stands before it")),
        (
            "another order of the identity",
            |text| {
                text.replacen(r#"{"type":"IAMUser","#, "{", 1).replacen(
                    r#""userName":"#,
                    r#""type":"IAMUser","userName":"#,
                    usize::from(text.contains(r#""type":"IAMUser""#)),
                )
            },
            ("/userIdentity/type", "stands after `accessKeyId`"),
        ),
        (
            "a member twice",
            |text| text.replacen(r#""awsRegion""#, r#""awsRegion":"us-east-1","awsRegion""#, 1),
            ("/awsRegion", "stands twice"),
        ),
        (
            "a member twice, deep inside",
            |text| text.replacen(r#""tlsVersion""#, r#""tlsVersion":"TLSv1.2","tlsVersion""#, 1),
            ("/tlsDetails/tlsVersion", "stands twice"),
        ),
        ("no object", |_| "7".to_owned(), ("", "expected an object, found 7")),
    ];
    for (name, change, found) in cases {
        assert_found_in_text_of_record(name, change, found);
    }
}
