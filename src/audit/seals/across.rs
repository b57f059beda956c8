//! All digests and the hashes of all log files, collected while files are read.

use std::collections::BTreeMap;

use super::chain;
use super::covered;
use super::document::{Digest, Shift};
use crate::audit::Error;
use crate::audit::item::{Extent, Item, Part};
use crate::audit::outcome::Finding;
use crate::audit::teller::Teller;

/// What is needed to look at a trail as a whole.
pub(in crate::audit) struct Seals<'a> {
    pub(super) items: &'a [Item<'a>],
    /// SHA-256 of log files before compression, by the number of the item; none for those that cannot be read.
    pub(super) hashes: BTreeMap<usize, [u8; 32]>,
    pub(super) digests: Vec<Found>,
}

/// A digest and the number of its item.
pub(super) struct Found {
    pub(super) item: usize,
    pub(super) digest: Digest,
}

impl<'a> Seals<'a> {
    pub(in crate::audit) const fn new(items: &'a [Item<'a>]) -> Self {
        Self { items, hashes: BTreeMap::new(), digests: Vec::new() }
    }

    /// What was learnt from the file of an item.
    pub(in crate::audit) fn add(&mut self, item: usize, part: Option<Part>) {
        match part {
            Some(Part::Log(sha256)) => drop(self.hashes.insert(item, sha256)),
            Some(Part::Digest(digest)) if self.items[item].origin.extent != Extent::OneFile => {
                self.digests.push(Found { item, digest });
            }
            Some(Part::Digest(_)) | None => {}
        }
    }

    /// Tells what is wrong between digests, and between them and the log files.
    pub(in crate::audit) fn finish(&self, teller: &mut Teller) -> Result<(), Error> {
        let mut findings = chain::check(self);
        findings.extend(covered::check(self));
        findings.iter().try_for_each(|finding| teller.finding(finding))
    }

    /// The item that lies under a key of the bucket, seen from a digest.
    pub(super) fn find(&self, from: &Found, key: &str) -> Option<usize> {
        let source = self.items[from.item].origin.number;
        let shift = Shift::between(&from.digest.key, &self.items[from.item].key)?;
        let local = shift.local(key)?;
        self.items.binary_search_by(|item| (item.origin.number, &item.key).cmp(&(source, &local))).ok()
    }

    /// A finding at a place in a digest.
    pub(super) fn at(&self, digest: &Found, pointer: impl Into<String>, message: String) -> Finding {
        let key = self.items[digest.item].shown.clone();
        Finding { key, record: None, pointer: pointer.into(), message }
    }
}
