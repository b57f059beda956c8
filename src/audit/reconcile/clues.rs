//! What is noted while losses are named, so that something can be said of why.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::Losses;
use super::left_out::LeftOut;
use super::outcome::Sums;
use super::same::{KEYS, Same};
use super::walk::File;

/// No more keys of lost files are kept; they take some 200 MB.
const MOST_WHOLE: usize = 1_000_000;

/// The pattern of what was found.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// Files of which some events are lost, and not all.
    pub(super) partly: u64,
    /// Those among them that have lost nothing but their last record.
    pub(super) without_last: u64,
    /// Files whose last record was received, though it is not their only one.
    pub(super) with_last: u64,
    /// Whole files lost that had one record only.
    pub(super) lost_singles: u64,
    /// Files of one record that were received.
    pub(super) kept_singles: u64,
    /// The file that has lost its end, if only one has.
    torn: Option<String>,
    /// Where the received part of a file ends that has lost all behind it, and how often.
    pub(super) ends: BTreeMap<u64, u64>,
    /// The most records that were received of any file.
    pub(super) longest: u64,
    /// The keys of files of which nothing was received, as long as they are not too many.
    pub(super) whole: BTreeSet<String>,
    /// How many there are.
    all_whole: usize,
    /// Files of which every event was received too often, and those of which only some were.
    pub(super) whole_twice: u64,
    pub(super) partly_twice: u64,
    /// Whether each of the keys explains all losses that were looked at; empty when none were.
    pub(super) alike: Vec<bool>,
    /// What values lost records have that received ones do not have.
    pub(super) left_out: LeftOut,
}

impl Clues {
    /// Notes what became of a file.
    pub(super) fn add(&mut self, file: &File) {
        let Some(last) = file.events.last() else { return };
        let all = file.events.len() as u64;
        let Sums { lost: gone, duplicated: twice, .. } = file.sums();
        match (gone, all) {
            (0, 1) => self.kept_singles += 1,
            (1, 1) => self.lost_singles += 1,
            _ => self.with_last += u64::from(!last.is_lost()),
        }
        if gone == all {
            self.all_whole += 1;
            if self.whole.len() < MOST_WHOLE {
                self.whole.insert(file.key.clone());
            }
        } else if gone > 0 {
            self.partly += 1;
            self.without_last += u64::from(gone == 1 && last.is_lost());
            if file.events[(all - gone) as usize..].iter().all(|fate| fate.is_lost()) {
                *self.ends.entry(all - gone).or_default() += 1;
                self.torn = (self.partly == 1).then(|| file.key.clone());
            }
        }
        self.longest = self.longest.max(all - gone);
        match twice {
            0 => {}
            twice if twice == all - gone => self.whole_twice += 1,
            _ => self.partly_twice += 1,
        }
    }

    /// What is to be looked at in the order of delivery: whole files lost, and one at most that has lost its end.
    pub(super) fn losses(&self) -> Option<Losses<'_>> {
        let torn = self.torn.as_deref().filter(|_| self.partly == 1);
        let is_known = self.whole.len() == self.all_whole && self.partly == u64::from(torn.is_some());
        (is_known && self.partly + self.whole.len() as u64 > 0).then_some(Losses { whole: &self.whole, torn })
    }

    /// Notes what the losses of a chapter have in common.
    pub(super) fn add_common(&mut self, same: Same, left_out: LeftOut) {
        self.left_out.add(left_out);
        if self.alike.is_empty() {
            self.alike = vec![true; KEYS.len()];
        }
        self.alike.iter_mut().zip(same.0).for_each(|(all, one)| *all &= one);
    }
}
