//! How often names came up: actions, callers, error codes.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// So many different names are told apart. Later ones are only counted, so that memory is bounded.
const MOST: usize = 50_000;

/// Names and how often each came up.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    counts: BTreeMap<Box<str>, u64>,
    /// Records with names beyond those.
    beyond: u64,
}

/// Names in the order in which they came up most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ranking {
    /// How many different names there are; at least so many, if `beyond` is not 0.
    pub distinct: u64,
    /// Records whose names were not told apart any more, because there are too many.
    #[serde(skip_serializing_if = "is_none")]
    pub beyond: u64,
    /// Those that came up most, with the number of records of each.
    #[serde(serialize_with = "named")]
    pub most: Vec<(String, u64)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
const fn is_none(number: &u64) -> bool {
    *number == 0
}

/// Writes `{"name":…,"records":…}` for each.
fn named<S: Serializer>(most: &[(String, u64)], writer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Named<'a> {
        name: &'a str,
        records: u64,
    }
    writer.collect_seq(most.iter().map(|(name, records)| Named { name, records: *records }))
}

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        self.add_many(name, 1);
    }

    fn add_many(&mut self, name: &str, times: u64) {
        let has_room = self.counts.len() < MOST;
        match self.counts.get_mut(name) {
            Some(count) => *count += times,
            None if has_room => {
                self.counts.insert(name.into(), times);
            }
            None => self.beyond += times,
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(name, times)| self.add_many(name, *times));
        self.beyond += other.beyond;
    }

    /// The first `most` of them; equal ones in the order of the alphabet.
    pub(super) fn ranking(&self, most: usize) -> Ranking {
        let mut names: Vec<(&str, u64)> = self.counts.iter().map(|(name, times)| (&**name, *times)).collect();
        names.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let first = names.iter().take(most).map(|(name, times)| ((*name).to_owned(), *times));
        Ranking { distinct: names.len() as u64, beyond: self.beyond, most: first.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_their_numbers() {
        let mut names = Names::default();
        for name in ["b", "a", "c", "c"] {
            names.add(name);
        }
        let ranking = names.ranking(2);
        assert_eq!((ranking.distinct, ranking.most), (3, vec![("c".to_owned(), 2), ("a".to_owned(), 1)]));
    }

    #[test]
    fn too_many_names_are_only_counted() {
        let mut names = Names::default();
        (0..MOST + 3).for_each(|number| names.add(&number.to_string()));
        names.add("0");
        let mut all = Names::default();
        all.merge(&names);
        all.merge(&names);
        let ranking = all.ranking(1);
        assert_eq!((ranking.distinct, ranking.beyond, &*ranking.most), (MOST as u64, 6, &[("0".to_owned(), 4)][..]));
    }
}
