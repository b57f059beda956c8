//! How records look where the scenario or the action wants them to look otherwise.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;

use mocktrail::scenario::Wish;
use mocktrail::{Plan, Time, Trail};
use serde_json::{Value, json};

/// The records of a scenario file with these lines.
fn records(text: &str) -> Vec<Value> {
    let names = Plan::new(mocktrail::Scenario::new()).unwrap();
    let now = Time::parse("2026-03-02T00:00:00Z", Time(0)).unwrap();
    let scenario = Wish::parse("looks.toml", text, &names.action_names(), now)
        .and_then(Wish::resolve)
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    trail.records().map(|record| serde_json::from_str(&record).unwrap()).collect()
}

/// Records of one action.
fn of(action: &str) -> Vec<Value> {
    records(&format!(
        "[traffic]\nevents = 300\nonly = true\nmix = {{ \"{action}\" = 1 }}\n[[account]]\nregions = [\"us-east-1\"]\n"
    ))
}

#[test]
fn redaction_is_a_choice_of_its_own() {
    let create = "[traffic]\nevents = 300\nerrors = 0\nonly = true\nmix = { CreateUser = 1 }\n[records]\n";
    for record in records(&format!("{create}redaction = false\n")) {
        let request = &record["requestParameters"];
        assert_ne!(request["displayName"], "HIDDEN_DUE_TO_SECURITY_REASONS", "{record}");
        assert_eq!((request.get("password"), &record["readOnly"]), (None, &json!(false)), "{record}");
    }
    for record in records(&format!("{create}style = \"2017\"\nredaction = true\n")) {
        assert_eq!(record["requestParameters"]["displayName"], "HIDDEN_DUE_TO_SECURITY_REASONS", "{record}");
        assert_eq!(record.get("readOnly"), None, "{record}");
    }
}

#[test]
fn the_message_flow_is_spelt_as_wanted() {
    let all =
        records("[traffic]\nevents = 500\n[records]\nmessage_flow_source = \"workmailmessageflow.amazonaws.com\"\n");
    let sources = |name| all.iter().filter(|record| record["eventSource"] == name).count();
    assert!(sources("workmailmessageflow.amazonaws.com") > 50);
    assert_eq!(sources("workmailmessageflow.amazonaws.com") + sources("workmail.amazonaws.com"), 500);
}

/// The same parameters, in another order.
#[test]
fn parameters_can_be_in_the_order_of_the_alphabet() {
    let [usual, sorted] = ["templates", "alphabetical"]
        .map(|order| records(&format!("[traffic]\nevents = 300\n[records]\nparameter_order = \"{order}\"\n")));
    let is_sorted = |record: &&Value| {
        let names: Vec<&String> =
            record["requestParameters"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
        names.is_sorted()
    };
    assert_eq!(sorted.iter().filter(is_sorted).count(), 300);
    assert!(usual.iter().filter(is_sorted).count() < 300);
    assert_eq!(usual, sorted, "JSON values are equal in any order of members");
}

#[test]
fn the_version_can_follow_the_time() {
    for (start, expected) in
        [("2018-01-01", "1.05"), ("2022-01-01", "1.08"), ("2024-06-01", "1.09"), ("2026-01-01", "1.11")]
    {
        let text =
            format!("[time]\nstart = {start}T00:00:00Z\n[traffic]\nevents = 50\n[records]\nevent_version = \"auto\"\n");
        assert!(records(&text).iter().all(|record| record["eventVersion"] == expected), "{start}");
    }
}

/// A service that acts for itself has no address, no agent and no TLS session but its name, in all regions.
#[test]
fn a_service_that_acts_for_itself_shows_nothing_but_its_name() {
    let host = "workmail.us-east-1.amazonaws.com";
    for record in of("Decrypt") {
        assert_eq!(record["userIdentity"], json!({"type": "AWSService", "invokedBy": host}));
        assert_eq!((&record["sourceIPAddress"], &record["userAgent"]), (&json!(host), &json!(host)));
        assert_eq!((record.get("tlsDetails"), &record["readOnly"]), (None, &json!(true)));
        assert!(record["sharedEventID"].is_string());
        assert_eq!(record["resources"][0]["accountId"], record["recipientAccountId"]);
    }
}

/// A service that goes on calling hides where the caller is, but not who it is.
#[test]
fn a_service_that_calls_on_shows_whose_session_it_has() {
    let host = "workmail.us-east-1.amazonaws.com";
    for record in of("VerifyDomainDkim") {
        assert_eq!(record["userIdentity"]["invokedBy"], host);
        assert!(record["userIdentity"]["arn"].is_string());
        assert_eq!((&record["sourceIPAddress"], record.get("tlsDetails")), (&json!(host), None));
        assert_eq!(record.get("sharedEventID"), None);
        assert_eq!(record["responseElements"]["dkimTokens"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn whoever_signs_in_has_no_key_and_no_request_id() {
    let mut failed = 0;
    for record in of("ConsoleLogin") {
        assert_eq!((record["eventType"].as_str(), record.get("requestID")), (Some("AwsConsoleSignIn"), None));
        if record["responseElements"]["ConsoleLogin"] == "Failure" {
            failed += 1;
            assert_eq!((record.get("errorCode"), &record["errorMessage"]), (None, &json!("Failed authentication")));
            assert_eq!(record["userIdentity"]["accessKeyId"], "");
            continue;
        }
        assert_eq!((record.get("errorMessage"), record["userIdentity"].get("accessKeyId")), (None, None));
        let is_root = record["userIdentity"]["type"] == "Root";
        assert_eq!(record["additionalEventData"]["MFAUsed"], if is_root { "Yes" } else { "No" });
        assert!(record["userAgent"].as_str().unwrap().starts_with("Mozilla/5.0"));
        assert_eq!(record.get("sessionCredentialFromConsole"), None);
    }
    assert!(failed > 0, "some of 300 sign-ins fail");
    for record in of("CheckMfa") {
        assert_eq!((record["userIdentity"].get("arn"), &record["userIdentity"]["accessKeyId"]), (None, &json!("")));
        assert!(["IAMUser", "Root"].contains(&record["userIdentity"]["type"].as_str().unwrap()));
    }
}

/// STS writes no newer version than 1.08, but an older one where all do.
#[test]
fn a_service_can_lag_behind_the_others() {
    let text = "[traffic]\nevents = 400\nonly = true\nmix = { AssumeRoleForExport = 1, Decrypt = 1 }\n[records]\n";
    for (version, of_sts) in [("1.11", "1.08"), ("1.05", "1.05")] {
        let all = records(&format!("{text}event_version = \"{version}\"\n"));
        for record in &all {
            let expected = if record["eventSource"] == "sts.amazonaws.com" { of_sts } else { version };
            assert_eq!(record["eventVersion"], expected);
        }
        assert!(all.iter().any(|record| record["eventSource"] == "sts.amazonaws.com"));
    }
}

/// Values that stand twice in a record are the same; the key's id carries the account.
#[test]
fn a_role_that_a_service_takes_is_one_and_the_same_everywhere() {
    let mut ids = std::collections::BTreeSet::new();
    for record in of("AssumeRoleForExport") {
        let (request, response) = (&record["requestParameters"], &record["responseElements"]);
        let session = request["roleSessionName"].as_str().unwrap();
        let id = response["assumedRoleUser"]["assumedRoleId"].as_str().unwrap();
        assert!(id.ends_with(&format!(":{session}")), "{record}");
        ids.insert(id[..21].to_owned());
        assert_eq!(record["resources"][0]["ARN"], request["roleArn"]);
        assert_eq!((&record["eventName"], &record["eventVersion"]), (&json!("AssumeRole"), &json!("1.08")));
        assert!(response["credentials"]["accessKeyId"].as_str().unwrap().starts_with("ASIARTX3GSDS"), "{record}");
    }
    assert_eq!(ids.len(), 1);
}
