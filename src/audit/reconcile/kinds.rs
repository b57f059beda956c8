//! Which faults objects have, by name. There may be millions of such objects, so their keys are kept as hashes.

use std::collections::BTreeMap;

use crate::audit::twins::fingerprint;
use crate::trail::Fault;

/// The names of the faults of all objects that have some.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    /// Every combination of names that occurs, in order.
    sets: Vec<Vec<String>>,
    /// For each object, by the hash of its key, which of them it has.
    of: BTreeMap<u64, u32>,
}

impl Kinds {
    /// Notes the faults of an object.
    pub(super) fn add(&mut self, key: &str, faults: &[Fault]) {
        if faults.is_empty() {
            return;
        }
        let mut names: Vec<String> = faults.iter().map(|fault| fault.kind.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let known = self.sets.iter().position(|set| *set == names);
        let set = known.unwrap_or_else(|| {
            self.sets.push(names);
            self.sets.len() - 1
        });
        self.of.insert(fingerprint(key), set as u32);
    }

    /// The names of an object's faults, in order; `None` when it has none.
    pub(super) fn of(&self, key: &str) -> Option<&[String]> {
        self.set_of(key).map(|set| self.names(set))
    }

    /// The number of the combination of faults that an object has.
    pub(super) fn set_of(&self, key: &str) -> Option<u32> {
        self.of.get(&fingerprint(key)).copied()
    }

    /// The names of a combination, in order.
    pub(super) fn names(&self, set: u32) -> &[String] {
        &self.sets[set as usize]
    }
}
