//! What the trail is: `DescribeTrails`, `ListTrails`, `GetTrail`, `GetTrailStatus`, `DescribeOrganization`.

use serde_json::{Value, json};

use super::{Fault, seconds};
use crate::clock::Time;
use crate::scenario::Scenario;
use crate::serve::bucket::Bucket;
use crate::trail::slot_of;

/// A trail as its owner would describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    /// The AWS organization, of an organization trail.
    pub(crate) organization: Option<String>,
    /// The account it belongs to.
    pub(crate) account: String,
    pub(crate) home_region: String,
    /// Whether there are digest files.
    pub(crate) validated: bool,
    /// When it began.
    pub(crate) since: Time,
    /// When it last delivered something.
    pub(crate) until: Time,
}

impl Described {
    /// The trail of a scenario; it belongs to the first account.
    pub(crate) fn of(scenario: &Scenario, validated: bool) -> Self {
        let account = &scenario.accounts[0];
        Self {
            name: scenario.trail.name.clone(),
            bucket: scenario.trail.bucket.clone(),
            prefix: scenario.trail.prefix.clone(),
            organization: scenario.trail.organization.clone(),
            account: account.id.to_string(),
            home_region: scenario.trail.digests.home_region.clone(),
            validated,
            since: scenario.time.start,
            until: scenario.time.end,
        }
    }

    /// The trail of files that no scenario is known of: default names, at the place where the first log file lies.
    pub(crate) fn found(bucket: &dyn Bucket, validated: bool) -> Self {
        let mut trail = Self::of(&Scenario::default(), validated);
        let _ = bucket.walk(b"", "", &mut |key| match place(key) {
            Some((prefix, organization, account, region)) => {
                trail.prefix = prefix;
                trail.organization = organization.map(str::to_owned);
                account.clone_into(&mut trail.account);
                region.clone_into(&mut trail.home_region);
                false
            }
            None => true,
        });
        trail
    }

    /// The trail's ARN.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:cloudtrail:{}:{}:trail/{}", self.home_region, self.account, self.name)
    }

    pub(super) fn describe(&self, input: &Value) -> Value {
        let wanted = input["trailNameList"].as_array().filter(|names| !names.is_empty());
        let mine = wanted.is_none_or(|names| names.iter().filter_map(Value::as_str).any(|name| self.is_called(name)));
        let trails = if mine { vec![self.document()] } else { Vec::new() };
        json!({ "trailList": trails })
    }

    pub(super) fn list(&self) -> Value {
        json!({ "Trails": [{ "Name": self.name, "TrailARN": self.arn(), "HomeRegion": self.home_region }] })
    }

    pub(super) fn get(&self, input: &Value) -> Result<Value, Fault> {
        self.find(input)?;
        Ok(json!({ "Trail": self.document() }))
    }

    pub(super) fn status(&self, input: &Value) -> Result<Value, Fault> {
        self.find(input)?;
        let (since, until) = (self.since.floor_second(), self.until.floor_second());
        let mut status = json!({
            "IsLogging": true,
            "StartLoggingTime": seconds(since),
            "TimeLoggingStarted": since.to_string(),
            "TimeLoggingStopped": "",
            "LatestDeliveryTime": seconds(until),
            "LatestDeliveryAttemptTime": until.to_string(),
            "LatestDeliveryAttemptSucceeded": until.to_string(),
            "LatestNotificationAttemptTime": "",
            "LatestNotificationAttemptSucceeded": "",
        });
        if self.validated {
            status["LatestDigestDeliveryTime"] = seconds(until);
        }
        Ok(status)
    }

    pub(super) fn organization(&self) -> Result<Value, Fault> {
        let Some(id) = &self.organization else {
            let message = "Your account is not a member of an organization.";
            return Err(Fault::new("AWSOrganizationsNotInUseException", message));
        };
        let account = &self.account;
        Ok(json!({ "Organization": {
            "Id": id,
            "Arn": format!("arn:aws:organizations::{account}:organization/{id}"),
            "FeatureSet": "ALL",
            "MasterAccountArn": format!("arn:aws:organizations::{account}:account/{id}/{account}"),
            "MasterAccountId": account,
            "MasterAccountEmail": "aws@example.com",
            "AvailablePolicyTypes": [],
        } }))
    }

    fn document(&self) -> Value {
        let mut trail = json!({
            "Name": self.name,
            "S3BucketName": self.bucket,
            "IncludeGlobalServiceEvents": true,
            "IsMultiRegionTrail": true,
            "HomeRegion": self.home_region,
            "TrailARN": self.arn(),
            "LogFileValidationEnabled": self.validated,
            "HasCustomEventSelectors": false,
            "HasInsightSelectors": false,
            "IsOrganizationTrail": self.organization.is_some(),
        });
        if !self.prefix.is_empty() {
            trail["S3KeyPrefix"] = json!(self.prefix);
        }
        trail
    }

    fn is_called(&self, name: &str) -> bool {
        name == self.name || name == self.arn()
    }

    fn find(&self, input: &Value) -> Result<(), Fault> {
        let name = input["Name"].as_str().unwrap_or_default();
        match self.is_called(name) {
            true => Ok(()),
            false => Err(Fault::new(
                "TrailNotFoundException",
                format!("Unknown trail: {name} for the user: {}", self.account),
            )),
        }
    }
}

/// Prefix, organization, account and region in a log file's key.
fn place(key: &str) -> Option<(String, Option<&str>, &str, &str)> {
    slot_of(key)?;
    let parts: Vec<&str> = key.split('/').collect();
    let root = parts.iter().position(|part| *part == "AWSLogs")?;
    let (organization, rest) = match &parts[root + 1..] {
        [organization, rest @ ..] if organization.starts_with("o-") => (Some(*organization), rest),
        rest => (None, rest),
    };
    match rest {
        [account, "CloudTrail", region, ..] => Some((parts[..root].join("/"), organization, account, region)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::memory::Memory;
    use crate::trail::{Headers, Object};

    #[test]
    fn a_trail_without_a_scenario_is_where_its_files_are() {
        let bucket = Memory::default();
        let name = "444455556666_CloudTrail_eu-west-1_20260302T0005Z_7MQ5MhlfBTWELUZU.json.gz";
        let log = format!("a/b/AWSLogs/o-exampleorgid/444455556666/CloudTrail/eu-west-1/2026/03/02/{name}");
        assert_eq!(Described::found(&bucket, true), Described::of(&Scenario::default(), true));
        for key in ["a/a", "a/AWSLogs/x", &log] {
            bucket
                .put(
                    Object { key: key.to_owned(), body: Vec::new(), sha256: None, headers: Headers::default() },
                    Time(0),
                )
                .unwrap();
        }
        let trail = Described::found(&bucket, false);
        assert_eq!(trail.arn(), "arn:aws:cloudtrail:eu-west-1:444455556666:trail/management-events");
        assert_eq!((&*trail.prefix, trail.organization.as_deref()), ("a/b", Some("o-exampleorgid")));
    }

    #[test]
    fn the_trail_is_known_by_name_and_arn_and_no_other_is() {
        let trail = Described::of(&Scenario::default(), false);
        assert_eq!(trail.arn(), "arn:aws:cloudtrail:us-east-1:111122223333:trail/management-events");
        for name in ["management-events", &trail.arn()] {
            assert_eq!(trail.describe(&json!({ "trailNameList": [name] })), trail.describe(&json!({})));
            assert_eq!(
                trail.get(&json!({ "Name": name })).unwrap()["Trail"],
                trail.describe(&json!({}))["trailList"][0]
            );
        }
        assert_eq!(trail.describe(&json!({ "trailNameList": ["other"] })), json!({ "trailList": [] }));
        assert_eq!(trail.status(&json!({ "Name": "other" })).unwrap_err().kind, "TrailNotFoundException");
        assert_eq!(trail.organization().unwrap_err().kind, "AWSOrganizationsNotInUseException");
    }
}
