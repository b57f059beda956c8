//! What the key of an object says: its stream and, of a digest, its chain and the end of its hour.

use crate::clock::{MINUTE, Time};
use crate::trail::digest_end;

/// The name of a digest file, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) home_region: &'a str,
    pub(super) end: Time,
    pub(super) is_backfill: bool,
}

impl<'a> Name<'a> {
    /// Reads the key of a digest.
    pub(super) fn of_digest(key: &'a str) -> Option<Self> {
        let name = key.rsplit('/').next()?;
        let is_backfill = name.ends_with("_backfill.json.gz");
        let mut front = name.split('_');
        let (account, _, region) = (front.next()?, front.next()?, front.next()?);
        // A trail's name may hold underlines, so the rest is read from its end.
        let mut back = name.strip_suffix("_backfill.json.gz").or(name.strip_suffix(".json.gz"))?.rsplit('_');
        let (_, home_region) = (back.next()?, back.next()?);
        Some(Self { account, region, home_region, end: digest_end(key)?, is_backfill })
    }

    /// Digests of one chain.
    pub(super) fn is_of_chain(&self, other: &Self) -> bool {
        (self.account, self.region, self.is_backfill) == (other.account, other.region, other.is_backfill)
    }
}

/// Account and region of a log file.
pub(super) fn stream_of_log(key: &str) -> Option<(&str, &str)> {
    let mut parts = key.rsplit('/').next()?.split('_');
    let account = parts.next()?;
    Some((account, parts.nth(1)?))
}

/// The key that a digest would have if its hour ended a minute before.
pub(super) fn a_minute_before(key: &str) -> Option<String> {
    let folders = |time: Time| {
        let day = time.civil();
        format!("{:04}/{:02}/{:02}", day.year, day.month, day.day)
    };
    let end = digest_end(key)?;
    let before = Time(end.0 - MINUTE);
    let stamp = |time: Time| time.to_string().replace(['-', ':'], "");
    let (front, name) = key.rsplit_once('/')?;
    let front = front.strip_suffix(&folders(end))?;
    Some(format!("{front}{}/{}", folders(before), name.replace(&stamp(end), &stamp(before))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a/AWSLogs/o-exampleorgid/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260302T000000Z.json.gz";

    #[test]
    fn a_name_says_stream_and_hour() {
        let name = Name::of_digest(KEY).unwrap();
        assert_eq!((name.account, name.region, name.home_region), ("111122223333", "us-east-1", "eu-west-1"));
        assert_eq!((name.end.to_string().as_str(), name.is_backfill), ("2026-03-02T00:00:00Z", false));
        assert!(Name::of_digest(&KEY.replace(".json", "_backfill.json")).unwrap().is_backfill);
    }

    #[test]
    fn a_minute_before_midnight_is_another_day() {
        let moved = KEY.replace("2026/03/02", "2026/03/01").replace("20260302T000000Z", "20260301T235900Z");
        assert_eq!(a_minute_before(KEY), Some(moved));
    }
}
