//! Events that stand twice, found with eight bytes of memory a record.
//!
//! Every eventID becomes a number of 64 bits. Numbers are kept in sorted runs, and merging the runs shows those
//! that came up twice: candidates, which a second reading proves or clears. Ten million records take 80 MB.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use super::Error;
use super::file;
use super::item::Item;
use super::outcome::Finding;
use super::place::Kind;
use super::teller::Teller;

/// How many numbers a run holds.
const RUN: usize = 1 << 20;
/// Events beyond these that seem to stand twice are counted, and not looked for.
const MOST: usize = 100_000;

/// The numbers of all eventIDs so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Fingerprints {
    /// Sorted.
    runs: Vec<Vec<u64>>,
    open: Vec<u64>,
}

/// The number of an eventID.
pub(super) fn fingerprint(event_id: &str) -> u64 {
    // FNV-1a over words, then mixed: eventIDs are random already, and a twin by chance is cleared later.
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let words =
        event_id.as_bytes().chunks(8).map(|bytes| bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte)));
    words.fold(event_id.len() as u64, mix)
}

impl Fingerprints {
    /// Adds the numbers of a file.
    pub(super) fn extend(&mut self, numbers: &[u64]) {
        for part in numbers.chunks(RUN) {
            if self.open.len() + part.len() > RUN {
                self.close();
            }
            self.open.extend_from_slice(part);
        }
    }

    /// Adds all numbers of others.
    pub(super) fn join(&mut self, others: &Self) {
        others.runs.iter().chain([&others.open]).for_each(|numbers| self.extend(numbers));
    }

    fn close(&mut self) {
        let mut run = std::mem::take(&mut self.open);
        run.sort_unstable();
        run.shrink_to_fit();
        self.runs.push(run);
    }

    /// All numbers in order.
    fn sorted(mut self) -> impl Iterator<Item = u64> {
        self.close();
        let mut heads: BinaryHeap<Reverse<(u64, usize, usize)>> =
            (0..self.runs.len()).filter_map(|run| Some(Reverse((*self.runs[run].first()?, run, 0)))).collect();
        std::iter::from_fn(move || {
            let Reverse((number, run, place)) = heads.pop()?;
            if let Some(next) = self.runs[run].get(place + 1) {
                heads.push(Reverse((*next, run, place + 1)));
            }
            Some(number)
        })
    }

    /// The numbers that came up more than once, in order, at most `most` of them; and how many more there are.
    pub(super) fn twice(self, most: usize) -> (BTreeSet<u64>, u64) {
        let (mut twice, mut more, mut last) = (BTreeSet::new(), 0, None);
        for number in self.sorted() {
            if last == Some(number) && !twice.contains(&number) {
                if twice.len() < most {
                    twice.insert(number);
                } else {
                    more += 1;
                }
            }
            last = Some(number);
        }
        (twice, more)
    }

    /// How many different numbers there are.
    pub(super) fn distinct(self) -> u64 {
        let mut last = None;
        self.sorted().filter(|number| last.replace(*number) != Some(*number)).count() as u64
    }
}

/// Reads the files again for eventIDs that seem to stand twice, and tells of those that do.
pub(super) fn find_twins(items: &[Item], fingerprints: Fingerprints, teller: &mut Teller) -> Result<(), Error> {
    let (candidates, more) = fingerprints.twice(MOST);
    teller.outcome.findings += more;
    if candidates.is_empty() {
        return Ok(());
    }
    let mut first: BTreeMap<String, (Arc<str>, u64)> = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == Kind::Log) {
        for (record, id) in file::event_ids(item, &|number| candidates.contains(&number))? {
            let Some((key, index)) = first.get(&id) else {
                first.insert(id, (Arc::clone(&item.shown), record));
                continue;
            };
            let message = format!("{id} is also that of {key}:{index}");
            let key = Arc::clone(&item.shown);
            teller.finding(&Finding { key, record: Some(record), pointer: "/eventID".into(), message })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_came_up_twice_are_found_within_and_across_runs() {
        let mut all = Fingerprints::default();
        let many: Vec<u64> = (0..3_000_000).map(|number| fingerprint(&format!("{number:036}"))).collect();
        all.extend(&many);
        all.extend(&[many[5], many[2_999_999]]);
        assert!(all.runs.len() > 1);
        assert_eq!(all.clone().distinct(), 3_000_000);
        assert_eq!(all.twice(10), (BTreeSet::from([many[5], many[2_999_999]]), 0));
    }

    #[test]
    fn more_than_can_be_told_are_counted() {
        let mut all = Fingerprints::default();
        all.extend(&[1, 2, 3, 1, 2, 3]);
        assert_eq!(all.twice(2), (BTreeSet::from([1, 2]), 1));
    }
}
