//! Records of other services, in the forms that real log files have: nothing is found in them.

use serde_json::{Value, json};

use super::pack;
use super::shelf::Shelf;

/// A record with the members that all have, and some others in their places.
fn record(name: [&str; 2], identity: &Value, source: &str, members: &[(&str, Value)]) -> Value {
    let order = [
        "eventVersion",
        "userIdentity",
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "errorCode",
        "errorMessage",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "requestID",
        "eventID",
        "readOnly",
        "resources",
        "eventType",
        "apiVersion",
        "managementEvent",
        "recipientAccountId",
        "sharedEventID",
        "vpcEndpointId",
        "serviceEventDetails",
        "eventCategory",
        "tlsDetails",
        "sessionCredentialFromConsole",
    ];
    let all = json!({
        "eventVersion": "1.08", "userIdentity": identity, "eventTime": "2026-03-02T09:01:00Z", "eventSource": name[0],
        "eventName": name[1], "awsRegion": "us-east-1", "sourceIPAddress": source, "userAgent": source,
        "requestParameters": null, "responseElements": null, "requestID": "6f2c7d3e-54e9-4c3e-9d1e-3b7c86d9d1d4",
        "readOnly": true, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333",
        "eventCategory": "Management"
    });
    let mut made = serde_json::Map::new();
    for name in order {
        let own = members.iter().find(|(member, _)| *member == name).map(|(_, value)| value);
        made.extend(own.or(all.get(name)).map(|value| (name.to_owned(), value.clone())));
    }
    Value::Object(made)
}

fn without(mut record: Value, name: &str) -> Value {
    record.as_object_mut().unwrap().shift_remove(name);
    record
}

fn records() -> Vec<Value> {
    let service = |name: &str| json!({"type": "AWSService", "invokedBy": name});
    let user = json!({
        "type": "IAMUser", "principalId": "AIDAIOSFODNN7EXAMPLE2", "arn": "arn:aws:iam::111122223333:user/jo",
        "accountId": "111122223333", "accessKeyId": "ASIAIOSFODNN7EXAMPLE", "userName": "jo",
        "sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": {
            "creationDate": "2026-03-02T08:00:00Z", "mfaAuthenticated": "true"}}
    });
    let mut for_user = user.clone();
    for_user["invokedBy"] = json!("workmail.us-east-1.amazonaws.com");
    let mut at_sign_in = user.clone();
    at_sign_in.as_object_mut().unwrap().retain(|name, _| !["accessKeyId", "sessionContext"].contains(&name.as_str()));
    let unknown = json!({"type": "IAMUser", "principalId": "AIDAIOSFODNN7EXAMPLE2", "accountId": "111122223333", "accessKeyId": "", "userName": "jo"});
    let key = json!([{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": "arn:aws:kms:us-east-1:111122223333:key/x"}]);
    let shared = ("sharedEventID", json!("0a3b4c5d-1111-4222-8333-444455556666"));
    let sign_in = |answer: &str| {
        [
            ("eventType", json!("AwsConsoleSignIn")),
            ("readOnly", json!(false)),
            ("responseElements", json!({"ConsoleLogin": answer})),
            ("additionalEventData", json!({"MFAUsed": "No"})),
        ]
    };
    let failed = [sign_in("Failure").as_slice(), &[("errorMessage", json!("Failed authentication"))]].concat();
    let encrypt = record(
        ["kms.amazonaws.com", "Encrypt"],
        &service("workmail.us-east-1.amazonaws.com"),
        "workmail.us-east-1.amazonaws.com",
        &[
            ("eventVersion", json!("1.05")),
            ("requestParameters", json!({"keyId": "x"})),
            ("resources", key),
            shared.clone(),
        ],
    );
    vec![
        record(
            ["sts.amazonaws.com", "AssumeRole"],
            &service("lambda.amazonaws.com"),
            "lambda.amazonaws.com",
            &[
                ("requestParameters", json!({"roleArn": "x"})),
                ("responseElements", json!({"credentials": {"sessionToken": "x"}})),
                ("resources", json!([{"accountId": "111122223333", "ARN": "arn:aws:iam::111122223333:role/x"}])),
                shared,
            ],
        ),
        without(without(encrypt, "managementEvent"), "eventCategory"),
        record(
            ["ses.amazonaws.com", "VerifyDomainDkim"],
            &for_user,
            "workmail.us-east-1.amazonaws.com",
            &[("sessionCredentialFromConsole", json!("true"))],
        ),
        record(["kms.amazonaws.com", "GenerateDataKey"], &user, "AWS Internal", &[("eventVersion", json!("1.11"))]),
        without(
            record(["signin.amazonaws.com", "ConsoleLogin"], &at_sign_in, "203.0.113.7", &sign_in("Success")),
            "requestID",
        ),
        without(record(["signin.amazonaws.com", "ConsoleLogin"], &unknown, "2001:db8::7", &failed), "requestID"),
        without(
            record(
                ["ec2.amazonaws.com", "BidEvicted"],
                &json!({"accountId": "111122223333", "invokedBy": "ec2.amazonaws.com"}),
                "ec2.amazonaws.com",
                &[("eventType", json!("AwsServiceEvent")), ("serviceEventDetails", json!({"a": 1}))],
            ),
            "requestID",
        ),
        record(
            ["ses.amazonaws.com", "SendEmail"],
            &user,
            "203.0.113.7",
            &[("managementEvent", json!(false)), ("eventCategory", json!("Data"))],
        ),
    ]
}

#[test]
fn records_of_other_services_break_nothing() {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    let records: Vec<String> = (0_u64..)
        .zip(records())
        .map(|(number, mut record)| {
            let at = record.as_object().unwrap().keys().position(|name| name == "readOnly").unwrap();
            let id = json!(format!("9854bbe6-4362-489c-9c32-{number:012}"));
            record.as_object_mut().unwrap().shift_insert(at, "eventID".to_owned(), id);
            record.to_string()
        })
        .collect();
    let name = key.split_at(key.rfind('/').unwrap()).0.to_owned()
        + "/111122223333_CloudTrail_us-east-1_20260302T2355Z_0123456789abcdef.json.gz";
    shelf.objects = [(name, pack(format!("{{\"Records\":[{}]}}", records.join(",")).as_bytes()))].into();
    let (outcome, findings) = shelf.check();
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{findings:#?}");
    assert_eq!((outcome.records, outcome.unknown.len()), (8, 5));
}
