//! A run cut into shards: parts that machines make without knowing of each other.
//!
//! The chapters of all streams, one stream after the other, are the run; a shard is a range of them, a [`Part`].
//! Where one ends and the next begins follows from the numbers of events alone (`cut`).

mod cut;
mod part;

use std::fmt;

use serde::Serialize;

pub(crate) use part::Part;

/// One of the shards of a run.
///
/// ```
/// use mocktrail::Shard;
/// let shard = Shard::new(3, 8).unwrap();
/// assert_eq!(shard.to_string(), "3/8");
/// assert_eq!(Shard::new(9, 8), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// A run has at most so many shards.
    pub const MOST: u32 = 100_000;

    /// The shard of this number, counted from 1, of so many; nothing when there is no such shard.
    #[must_use]
    pub const fn new(index: u32, count: u32) -> Option<Self> {
        if 1 <= index && index <= count && count <= Self::MOST { Some(Self { index, count }) } else { None }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many shards the run has.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// The name of its manifest: `manifest-3-of-8.jsonl`.
    #[must_use]
    pub fn manifest(self) -> String {
        format!("manifest-{}-of-{}.jsonl", self.index, self.count)
    }

    /// The shard whose manifest has this name.
    #[must_use]
    pub fn of_manifest(name: &str) -> Option<Self> {
        let (index, count) = name.strip_prefix("manifest-")?.strip_suffix(".jsonl")?.split_once("-of-")?;
        Self::new(index.parse().ok()?, count.parse().ok()?).filter(|shard| shard.manifest() == name)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_manifest_leads_back_to_its_shard() {
        let shard = Shard::new(12, 100).unwrap();
        assert_eq!(shard.manifest(), "manifest-12-of-100.jsonl");
        assert_eq!(Shard::of_manifest("manifest-12-of-100.jsonl"), Some(shard));
        let others = ["manifest.jsonl", "manifest-0-of-2.jsonl", "manifest-3-of-2.jsonl", "manifest-+1-of-2.jsonl"];
        assert!(others.iter().all(|name| Shard::of_manifest(name).is_none()));
        assert_eq!(Shard::of_manifest("manifest-1-of-2.jsonl.partial"), None);
    }
}
