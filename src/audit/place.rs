//! What a key says of the file under it. Source: `CloudTrail` User Guide, on log file names.

use crate::clock::Time;

/// What kind of object lies under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Log,
    Digest,
    Insight,
    /// Nothing of `CloudTrail`'s.
    Other,
}

impl Kind {
    /// Tells it from the folder below `AWSLogs/`, or from the file name where there is no such folder.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_json = name.strip_suffix(".gz").unwrap_or(name).strip_suffix(".json").is_some();
        match folders(path) {
            _ if name.is_empty() => Self::Other,
            Some(folders) => folders.iter().find_map(|folder| Self::of_folder(folder)).unwrap_or(Self::Other),
            None if name.contains("_CloudTrail-Digest_") => Self::Digest,
            None if name.contains("_CloudTrail-Insight_") => Self::Insight,
            None if is_json => Self::Log,
            None => Self::Other,
        }
    }

    fn of_folder(folder: &str) -> Option<Self> {
        match folder {
            "CloudTrail" => Some(Self::Log),
            "CloudTrail-Digest" => Some(Self::Digest),
            "CloudTrail-Insight" => Some(Self::Insight),
            _ => None,
        }
    }
}

/// What the name of a log file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    /// The end of the slot in which it was delivered.
    pub(super) slot: Time,
    date: &'a str,
}

const FORM: &str = "<account>_CloudTrail_<region>_<YYYYMMDD>T<HHmm>Z_<16 letters and digits>.json.gz";

impl<'a> Place<'a> {
    /// Reads the path of a log file. Outside `AWSLogs/`, files may have any name.
    pub(super) fn read(path: &'a str) -> (Option<Self>, Option<String>) {
        let name = path.rsplit('/').next().unwrap_or_default();
        match (Self::parse(name), folders(path)) {
            (None, Some(_)) => (None, Some(format!("the file name is not of the form {FORM}"))),
            (Some(place), Some(folders)) => (Some(place), place.contradiction(&folders)),
            (place, None) => (place, None),
        }
    }

    fn parse(name: &'a str) -> Option<Self> {
        let stem = name.strip_suffix(".gz").unwrap_or(name).strip_suffix(".json")?;
        let mut parts = stem.split('_');
        let (account, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        let (stamp, unique) = (parts.next()?, parts.next()?);
        let (date, time) = stamp.split_once('T')?;
        let time = time.strip_suffix('Z')?;
        let right = service == "CloudTrail"
            && is_number(account, 12)
            && !region.is_empty()
            && unique.len() == 16
            && unique.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && parts.next().is_none();
        let slot = instant(date, time)?;
        right.then_some(Self { account, region, slot, date })
    }

    /// What the folders say otherwise than the name.
    fn contradiction(&self, folders: &[&str]) -> Option<String> {
        let folders = match folders {
            [first, rest @ ..] if first.starts_with("o-") => rest,
            folders => folders,
        };
        let [account, _, region, date @ ..] = folders else {
            return Some("lies in too few folders".into());
        };
        let (year, rest) = self.date.split_at(4);
        let (month, day) = rest.split_at(2);
        match date {
            _ if *account != self.account => Some(differ("account", self.account, account)),
            _ if *region != self.region => Some(differ("region", self.region, region)),
            date if date != [year, month, day] => Some(differ("date", self.date, &date.join("/"))),
            _ => None,
        }
    }
}

/// Whether the name promises gzip.
pub(super) fn is_named_gzip(path: &str) -> bool {
    path.strip_suffix(".gz").is_some()
}

/// The folders between `AWSLogs/` and the file, if it lies below one.
fn folders(path: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let root = parts.iter().rposition(|part| *part == "AWSLogs")?;
    Some(parts[root + 1..parts.len().max(root + 2) - 1].to_vec())
}

fn differ(what: &str, name: &str, folder: &str) -> String {
    format!("the {what} in the file name is {name}, in the folder {folder}")
}

fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn instant(date: &str, time: &str) -> Option<Time> {
    if !is_number(date, 8) || !is_number(time, 4) {
        return None;
    }
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    Time::parse(&format!("{year}-{month}-{day}T{}:{}:00Z", &time[..2], &time[2..]), Time(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json.gz";

    fn fault(folders: &str, name: &str) -> Option<String> {
        Place::read(&format!("{folders}{name}")).1
    }

    #[test]
    fn a_key_says_account_region_and_slot() {
        for root in ["AWSLogs/", "a/b/AWSLogs/", "AWSLogs/o-exampleorgid/", "/tmp/AWSLogs/x/AWSLogs/"] {
            let path = format!("{root}111122223333/CloudTrail/us-east-1/2026/03/02/{NAME}");
            let (place, fault) = Place::read(&path);
            assert_eq!((place.map(|place| place.slot.to_string()), fault), (Some("2026-03-02T09:15:00Z".into()), None));
            assert_eq!(Kind::of(&path), Kind::Log);
        }
    }

    #[test]
    fn names_and_folders_must_agree() {
        let good = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/";
        for (folders, name, words) in [
            (good, "x.json.gz", "is not of the form"),
            (good, &NAME.replace("Mu0K", "Mu0"), "is not of the form"),
            (good, &NAME.replace("20260302", "20260230"), "is not of the form"),
            (good, &NAME.replace("T0915Z", "T0915"), "is not of the form"),
            (&good.replace("/1111", "/9111"), NAME, "the account in the file name is 111122223333, in the folder 9111"),
            (&good.replace("us-", "eu-"), NAME, "the region in the file name is us-east-1, in the folder eu-east-1"),
            (&good.replace("/02/", "/03/"), NAME, "the date in the file name is 20260302, in the folder 2026/03/03"),
            ("AWSLogs/CloudTrail/", NAME, "too few folders"),
        ] {
            let found = fault(folders, name).unwrap_or_default();
            assert!(found.contains(words), "{folders}{name}: {found}");
        }
        assert_eq!((fault("", NAME), fault("logs/", "x.json")), (None, None));
    }

    #[test]
    fn kinds_are_told_by_folder_or_name() {
        for (path, kind) in [
            ("AWSLogs/1/CloudTrail-Digest/us-east-1/2026/03/02/x.json.gz", Kind::Digest),
            ("AWSLogs/1/CloudTrail-Insight/us-east-1/2026/03/02/x.json.gz", Kind::Insight),
            ("AWSLogs/1/CloudTrail/us-east-1/2026/03/02/x.txt", Kind::Log),
            ("AWSLogs/1/CloudTrail/", Kind::Other),
            ("AWSLogs/1/vpcflowlogs/x.json.gz", Kind::Other),
            ("1_CloudTrail-Digest_us-east-1_t_us-east-1_20260302T000000Z.json.gz", Kind::Digest),
            ("a/events.json", Kind::Log),
            ("scenario.toml", Kind::Other),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
        }
    }
}
