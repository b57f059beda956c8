//! Mistakes in who called, and from where.

use serde_json::{Value, json};

use super::{Found, assert_found_in_record};

type Change = fn(&mut Value);

/// Changes records of one type of identity.
fn of(record: &mut Value, kind: &str, change: impl FnOnce(&mut Value)) {
    if record["userIdentity"]["type"] == kind {
        change(&mut record["userIdentity"]);
    }
}

#[test]
fn mistakes_in_identities() {
    let cases: [(&str, Change, Found); 24] = [
        (
            "an unknown type",
            |r| r["userIdentity"]["type"] = json!("User"),
            ("/userIdentity/type", "expected one of \"Root\""),
        ),
        ("a member too many", |r| r["userIdentity"]["email"] = json!("x"), ("/userIdentity/email", "unknown member")),
        (
            "a name of a session",
            |r| of(r, "AssumedRole", |i| i["userName"] = json!("x")),
            ("/userIdentity/userName", "must not be there (a session of a role)"),
        ),
        (
            "the arn of another account",
            |r| of(r, "IAMUser", |i| i["arn"] = json!(i["arn"].as_str().unwrap().replace("1111", "2222"))),
            ("/userIdentity/arn", "is of account 222222223333, and accountId is 111122223333"),
        ),
        (
            "another account",
            |r| of(r, "Root", |i| i["accountId"] = json!("111122223334")),
            ("/userIdentity/principalId", "is 111122223333; that of the root user is its account, 111122223334"),
        ),
        (
            "the key of another account",
            |r| of(r, "IAMUser", |i| i["accessKeyId"] = json!("AKIATFQR7NSCQ2222222")),
            ("/userIdentity/accessKeyId", "belongs to account 218007301253, and accountId is 111122223333"),
        ),
        (
            "the id of another account",
            |r| of(r, "IAMUser", |i| i["principalId"] = json!("AIDATFQR7NSC7ABCDEFGH")),
            ("/userIdentity/principalId", "belongs to account 218007301253"),
        ),
        (
            "a key that is none",
            |r| of(r, "IAMUser", |i| i["accessKeyId"] = json!("AKIA123")),
            ("/userIdentity/accessKeyId", "does not match"),
        ),
        (
            "an id that is none",
            |r| of(r, "IAMUser", |i| i["principalId"] = json!("AROARTX3GSDST3DZD2MCU")),
            ("/userIdentity/principalId", "does not match ^AIDA"),
        ),
        (
            "another user name",
            |r| of(r, "IAMUser", |i| i["userName"] = json!("somebody")),
            ("/userIdentity/userName", "is somebody, and arn ends with "),
        ),
        (
            "no user name",
            |r| {
                of(r, "IAMUser", |i| {
                    i.as_object_mut().unwrap().shift_remove("userName");
                })
            },
            ("/userIdentity", "member `userName` is missing"),
        ),
        (
            "a temporary key without session",
            |r| {
                of(r, "IAMUser", |i| {
                    if i.get("sessionContext").is_none() {
                        i["accessKeyId"] = json!(i["accessKeyId"].as_str().unwrap().replace("AKIA", "ASIA"))
                    }
                })
            },
            ("/userIdentity/accessKeyId", "there is no sessionContext"),
        ),
        (
            "a long-lived key of a role",
            |r| {
                of(r, "AssumedRole", |i| {
                    i["accessKeyId"] = json!(i["accessKeyId"].as_str().unwrap().replace("ASIA", "AKIA"))
                })
            },
            ("/userIdentity/accessKeyId", "does not match ^ASIA"),
        ),
        (
            "a session without issuer",
            |r| {
                of(r, "AssumedRole", |i| {
                    i["sessionContext"].as_object_mut().unwrap().shift_remove("sessionIssuer");
                })
            },
            ("/userIdentity/sessionContext", "member `sessionIssuer` is missing"),
        ),
        (
            "another session",
            |r| {
                of(r, "AssumedRole", |i| {
                    i["principalId"] = json!(format!("{}:other", &i["principalId"].as_str().unwrap()[..21]))
                })
            },
            ("/userIdentity/principalId", "names session other, and arn names "),
        ),
        (
            "another role",
            |r| of(r, "AssumedRole", |i| i["sessionContext"]["sessionIssuer"]["userName"] = json!("other")),
            ("/userIdentity/sessionContext/sessionIssuer/userName", "is other, and the session is one of "),
        ),
        (
            "another role's id",
            |r| {
                of(r, "AssumedRole", |i| {
                    i["sessionContext"]["sessionIssuer"]["principalId"] = json!("AROAIOSFODNN7EXAMPLE2")
                })
            },
            (
                "/userIdentity/sessionContext/sessionIssuer/principalId",
                "is AROAIOSFODNN7EXAMPLE2, and the session is one of AROA",
            ),
        ),
        (
            "a boolean for MFA",
            |r| of(r, "AssumedRole", |i| i["sessionContext"]["attributes"]["mfaAuthenticated"] = json!(false)),
            (
                "/userIdentity/sessionContext/attributes/mfaAuthenticated",
                "expected one of \"true\", \"false\", found false",
            ),
        ),
        (
            "a session that begins later",
            |r| {
                of(r, "AssumedRole", |i| {
                    i["sessionContext"]["attributes"]["creationDate"] = json!("2026-03-05T00:00:00Z")
                })
            },
            (
                "/userIdentity/sessionContext/attributes/creationDate",
                "the session began at 2026-03-05T00:00:00Z, after eventTime ",
            ),
        ),
        (
            "a service with a name",
            |r| of(r, "IAMUser", |i| i["type"] = json!("AWSService")),
            ("/userIdentity/arn", "must not be there (a service has no more than type and invokedBy)"),
        ),
        (
            "an address that is none",
            |r| r["sourceIPAddress"] = json!("203.0.113.300"),
            ("/sourceIPAddress", "203.0.113.300 is neither an address nor a service"),
        ),
        (
            "TLS inside AWS",
            |r| r["sourceIPAddress"] = json!("workmail.us-east-1.amazonaws.com"),
            ("/tlsDetails", "must not be there: workmail.us-east-1.amazonaws.com made the call"),
        ),
        (
            "a call by a service from an address",
            |r| r["userIdentity"]["invokedBy"] = json!("workmail.us-east-1.amazonaws.com"),
            ("/sourceIPAddress", "and the call was made by workmail.us-east-1.amazonaws.com"),
        ),
        (
            "the host of another region",
            |r| r["tlsDetails"]["clientProvidedHostHeader"] = json!("workmail.eu-west-1.amazonaws.com"),
            ("/tlsDetails/clientProvidedHostHeader", "is no endpoint of us-east-1"),
        ),
    ];
    for (name, change, found) in cases {
        assert_found_in_record(name, change, found);
    }
}
