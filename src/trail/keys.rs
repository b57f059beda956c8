//! Where files lie in the bucket.

use crate::clock::Time;
use crate::scenario::Scenario;

/// How the keys of log files end.
pub(super) const LOG_FILE: &str = ".json.gz";

/// How those of things end that lie among them and are none.
pub(super) const STRAYS: &[&str] = &[".json.gz.tmp", ".json.gz.sha256", "_$folder$", ".log.gz"];

/// What the keys of one stream begin with.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Stands before `AWSLogs/`, without slashes at its ends; empty for nothing.
    pub prefix: &'a str,
    /// The id of the AWS organization, for an organization trail.
    pub organization: Option<&'a str>,
    /// 12 digits.
    pub account: &'a str,
    /// The region.
    pub region: &'a str,
}

impl<'a> Place<'a> {
    /// The places of a scenario's streams, in order.
    pub(crate) fn all(scenario: &'a Scenario) -> impl Iterator<Item = Self> {
        scenario.streams().map(|(_, account, region)| Self::new(scenario, account.id.as_str(), region))
    }

    pub(super) fn new(scenario: &'a Scenario, account: &'a str, region: &'a str) -> Self {
        let trail = &scenario.trail;
        Self { prefix: &trail.prefix, organization: trail.organization.as_deref(), account, region }
    }
}

impl Place<'_> {
    /// The key of a log file, without leading slash; all times UTC:
    /// `[prefix/]AWSLogs/[o-id/]<account>/CloudTrail/<region>/<yyyy>/<mm>/<dd>/<account>_CloudTrail_<region>_<yyyymmdd>T<hhmm>Z_<unique>.json.gz`.
    /// Source: `CloudTrail` User Guide, on log file names.
    #[must_use]
    pub fn log_file(&self, slot: Time, unique: &str) -> String {
        self.object(slot, unique, LOG_FILE)
    }

    /// The key of an object among the log files of a slot, which ends in this way.
    pub(super) fn object(&self, slot: Time, unique: &str, end: &str) -> String {
        format!("{}{unique}{end}", self.slot(slot))
    }

    /// What the keys of the log files of one slot begin with.
    #[must_use]
    pub fn slot(&self, slot: Time) -> String {
        let (account, region, t) = (self.account, self.region, slot.civil());
        let (year, month, day) = (t.year, t.month, t.day);
        let name = format!("{account}_CloudTrail_{region}_{year:04}{month:02}{day:02}T{:02}{:02}Z_", t.hour, t.minute);
        format!("{}{year:04}/{month:02}/{day:02}/{name}", self.logs())
    }

    /// The key of a digest file, in the same form:
    /// `…/CloudTrail-Digest/<region>/<yyyy>/<mm>/<dd>/<account>_CloudTrail-Digest_<region>_<trail>_<home region>_<yyyymmdd>T<hhmmss>Z[_backfill].json.gz`.
    #[must_use]
    pub fn digest(&self, end: Time, trail: &str, home_region: &str, backfill: bool) -> String {
        let (account, region, t) = (self.account, self.region, end.civil());
        let (year, month, day) = (t.year, t.month, t.day);
        let stamp = format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", t.hour, t.minute, t.second);
        let name = format!("{account}_CloudTrail-Digest_{region}_{trail}_{home_region}_{stamp}");
        let backfill = if backfill { "_backfill" } else { "" };
        format!("{}{year:04}/{month:02}/{day:02}/{name}{backfill}.json.gz", self.digests())
    }

    /// What the keys of all digest files of the stream begin with.
    #[must_use]
    pub fn digests(&self) -> String {
        format!("{}CloudTrail-Digest/{}/", self.account_root(), self.region)
    }

    /// What the keys of all log files of the stream begin with.
    #[must_use]
    pub fn logs(&self) -> String {
        format!("{}CloudTrail/{}/", self.account_root(), self.region)
    }

    /// What the keys of everything that belongs to the account's trail begin with.
    #[must_use]
    pub fn account_root(&self) -> String {
        let prefix = if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        let organization = self.organization.map_or_else(String::new, |id| format!("{id}/"));
        format!("{prefix}AWSLogs/{organization}{}/", self.account)
    }
}

/// The instant in the name of a digest file.
pub(crate) fn digest_end(key: &str) -> Option<Time> {
    let name = key.rsplit('/').next()?.strip_suffix(".json.gz")?;
    let stamp = name.strip_suffix("_backfill").unwrap_or(name).rsplit('_').next()?;
    let part = |from: usize, to: usize| stamp.get(from..to);
    let (date, clock) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(9, 11)?, part(11, 13)?, part(13, 15)?));
    let text = format!("{}-{}-{}T{}:{}:{}Z", date.0, date.1, date.2, clock.0, clock.1, clock.2);
    (stamp.len() == 16).then(|| Time::parse(&text, Time(0)))?
}

/// The slot and the unique part of a log file's key.
pub(super) fn parse(key: &str) -> Option<(Time, &str)> {
    let name = key.rsplit('/').next()?;
    let name = std::iter::once(&LOG_FILE).chain(STRAYS).find_map(|end| name.strip_suffix(end))?;
    let (front, unique) = name.rsplit_once('_')?;
    let stamp = front.rsplit('_').next()?;
    let digits = |from: usize, to: usize| stamp.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
    let (hour, minute) = (digits(9, 11)?, digits(11, 13)?);
    let time = Time::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:00Z"), Time(0))?;
    (stamp.len() == 14 && stamp.as_bytes()[8] == b'T' && stamp.ends_with('Z')).then_some((time, unique))
}

/// The slot in a log file's key, of any trail.
pub(crate) fn slot_of(key: &str) -> Option<Time> {
    parse(key).map(|(slot, _)| slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_user_guide() {
        let place = Place { prefix: "", organization: None, account: "111122223333", region: "us-east-1" };
        let slot = Time(1_772_442_900_000);
        let key = place.log_file(slot, "Mu0KsOhtH1ar15ZZ");
        assert_eq!(
            key,
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json.gz"
        );
        assert_eq!(parse(&key), Some((slot, "Mu0KsOhtH1ar15ZZ")));
        let place = Place { prefix: "logs/a", organization: Some("o-exampleorgid"), ..place };
        assert!(place.logs().starts_with("logs/a/AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/"));
        assert_eq!(parse("AWSLogs/1/x_20260302T0915_u.json.gz"), None);
    }
}
