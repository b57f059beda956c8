//! Log files against the digests that list them, or do not.

use std::collections::BTreeMap;

use super::across::{Found, Seals};
use crate::audit::item::Item;
use crate::audit::manifest::Listed;
use crate::audit::outcome::Finding;
use crate::audit::place::{Kind, Place};
use crate::clock::{HOUR, MINUTE, Time};
use crate::hex::hex;

/// The time in the name of a log file is at most so far from its delivery.
const SLOT: i64 = 5 * MINUTE;
/// The digest of an hour is there when so much time has passed.
const WAY: i64 = 2 * HOUR;

/// The hours that the digests of a stream cover, ascending: from, to.
type Hours = Vec<(Time, Time)>;

/// What is wrong with all log files.
pub(super) fn check(seals: &Seals) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed: BTreeMap<usize, &Found> = BTreeMap::new();
    for found in &seals.digests {
        for (number, entry) in found.digest.files.iter().enumerate() {
            let mut add = |what: String| findings.push(seals.at(found, format!("/logFiles/{number}"), what));
            let Some(item) = seals.find(found, &entry.key) else {
                add(format!("lists {}, which is not there", entry.key));
                continue;
            };
            if let Some(other) = listed.insert(item, found) {
                add(format!("lists {}, which {} lists too", entry.key, seals.items[other.item].shown));
            }
            if let Some(what) = contradiction(&seals.items[item], found) {
                add(what);
            }
            let hash = seals.hashes.get(&item).map(|hash| hex(hash));
            if let Some(hash) = hash.filter(|hash| *hash != entry.sha256) {
                let digest = &seals.items[found.item].shown;
                let what = format!("is not as it was when {digest} listed it: SHA-256 {}, now {hash}", entry.sha256);
                findings.push(Finding::of_file(&seals.items[item].shown, what));
            }
        }
    }
    let hours = hours(seals);
    let unlisted = seals.items.iter().enumerate().filter(|(item, _)| !listed.contains_key(item));
    findings.extend(unlisted.filter_map(|(_, item)| Some(Finding::of_file(&item.shown, missed(item, &hours)?))));
    findings
}

/// A log file that was delivered at another time than its digest covers.
fn contradiction(item: &Item, found: &Found) -> Option<String> {
    let delivered = item.listed.as_ref()?.delivered_at()?;
    let is_within = found.digest.start < delivered && delivered <= found.digest.end;
    (!is_within).then(|| format!("lists {}, which was delivered at {delivered}, not in this hour", item.key))
}

/// The hours of every stream: source, account and region.
fn hours(seals: &Seals) -> BTreeMap<(usize, String), Hours> {
    let mut hours: BTreeMap<_, Hours> = BTreeMap::new();
    for found in seals.digests.iter().filter(|found| !found.digest.is_backfill) {
        let mut parts = found.digest.chain.split('_');
        let stream = [parts.next(), parts.nth(1)].map(Option::unwrap_or_default).join(" ");
        let of_stream = hours.entry((seals.items[found.item].origin.number, stream)).or_default();
        of_stream.push((found.digest.start, found.digest.end));
    }
    for hours in hours.values_mut() {
        hours.sort_unstable();
    }
    hours
}

/// Why a log file that no digest lists ought to be in one.
fn missed(item: &Item, hours: &BTreeMap<(usize, String), Hours>) -> Option<String> {
    let place = Some(item).filter(|item| item.kind == Kind::Log).and_then(|item| Place::read(&item.key).0)?;
    let hours = hours.get(&(item.origin.number, format!("{} {}", place.account, place.region)))?;
    let covers = |time: Time| hours.iter().any(|(from, to)| *from < time && time <= *to);
    let delivered = item.listed.as_ref().and_then(Listed::delivered_at);
    let (_, newest) = hours.last()?;
    match delivered {
        Some(time) if covers(time) => Some(format!("is in no digest, though there is one of its hour ({time})")),
        Some(time) => Some(format!("is in no digest; there is none of its hour ({time})")),
        None if covers(Time(place.slot.0 - SLOT)) && covers(Time(place.slot.0 + SLOT)) => {
            Some("is in no digest, though there is one of its hour".into())
        }
        None if place.slot.0 > newest.0 + WAY => {
            Some(format!("is in no digest: the newest of its region ends at {newest}, and later ones are missing"))
        }
        None => None,
    }
}
