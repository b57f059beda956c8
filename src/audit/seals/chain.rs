//! Each digest against the one before it.

use std::collections::BTreeMap;

use super::across::{Found, Seals};
use crate::audit::item::Extent;
use crate::audit::outcome::Finding;

/// What is wrong in all chains.
pub(super) fn check(seals: &Seals) -> Vec<Finding> {
    let mut chains: BTreeMap<_, Vec<&Found>> = BTreeMap::new();
    for found in &seals.digests {
        let number = seals.items[found.item].origin.number;
        chains.entry((number, &found.digest.chain, found.digest.is_backfill)).or_default().push(found);
    }
    let by_item: BTreeMap<usize, &Found> = seals.digests.iter().map(|found| (found.item, found)).collect();
    let mut findings = Vec::new();
    for chain in chains.values_mut() {
        chain.sort_by_key(|found| (found.digest.end, found.item));
        for (place, found) in chain.iter().enumerate() {
            let before = place.checked_sub(1).map(|place| chain[place]);
            findings.extend(of_digest(seals, &by_item, before, found));
        }
    }
    findings
}

fn of_digest(seals: &Seals, by_item: &BTreeMap<usize, &Found>, before: Option<&Found>, found: &Found) -> Vec<Finding> {
    let Some(previous) = &found.digest.previous else { return Vec::new() };
    let mut findings = Vec::new();
    let mut add = |member: &str, what: String| findings.push(seals.at(found, format!("/previousDigest{member}"), what));
    let Some(of_previous) = seals.find(found, &previous.key).and_then(|item| by_item.get(&item)) else {
        // An excerpt of a trail begins somewhere.
        if before.is_some() || seals.items[found.item].origin.extent == Extent::Listed {
            add("S3Object", format!("is {}, which is not there", previous.key));
        }
        return findings;
    };
    let digest = &of_previous.digest;
    if before.is_some_and(|before| before.item != of_previous.item) {
        add("S3Object", format!("is {}, which is not the digest before this one", previous.key));
    } else if !digest.is_backfill && digest.end != found.digest.start {
        add("S3Object", format!("ends at {}, and this one begins at {}", digest.end, found.digest.start));
    }
    if digest.sha256 != previous.sha256 {
        add("HashValue", format!("is {}, the hash of the previous digest is {}", previous.sha256, digest.sha256));
    }
    if digest.signature.as_ref().is_some_and(|signature| *signature != previous.signature) {
        add("Signature", "is not the signature of the previous digest".into());
    }
    findings
}
