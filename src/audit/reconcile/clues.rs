//! What is noted while losses are named, so that something can be said of why.

use std::collections::{BTreeMap, BTreeSet};

use super::same::{KEYS, Same};
use super::walk::File;

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
    /// Where the received part of a file ends that has lost all behind it, and how often.
    pub(super) ends: BTreeMap<u64, u64>,
    /// The most records that were received of any file.
    pub(super) longest: u64,
    /// The keys of files of which nothing was received.
    pub(super) whole: BTreeSet<String>,
    /// Files of which every event was received too often, and those of which only some were.
    pub(super) whole_twice: u64,
    pub(super) partly_twice: u64,
    /// Whether each of the keys explains all losses that were looked at; empty when none were.
    pub(super) alike: Vec<bool>,
}

impl Clues {
    /// Notes what became of a file.
    pub(super) fn add(&mut self, file: &File) {
        let Some(last) = file.events.last() else { return };
        let all = file.events.len() as u64;
        let lost = file.events.iter().filter(|fate| fate.is_lost()).count() as u64;
        let twice = file.events.iter().filter(|fate| fate.is_duplicated()).count() as u64;
        match (lost, all) {
            (0, 1) => self.kept_singles += 1,
            (1, 1) => self.lost_singles += 1,
            _ => self.with_last += u64::from(!last.is_lost()),
        }
        if lost == all {
            self.whole.insert(file.key.clone());
        } else if lost > 0 {
            self.partly += 1;
            self.without_last += u64::from(lost == 1 && last.is_lost());
            if file.events[(all - lost) as usize..].iter().all(|fate| fate.is_lost()) {
                *self.ends.entry(all - lost).or_default() += 1;
            }
        }
        self.longest = self.longest.max(all - lost);
        match twice {
            0 => {}
            twice if twice == all - lost => self.whole_twice += 1,
            _ => self.partly_twice += 1,
        }
    }

    /// Notes what the losses of a chapter have in common.
    pub(super) fn add_alike(&mut self, same: Same) {
        if self.alike.is_empty() {
            self.alike = vec![true; KEYS.len()];
        }
        self.alike.iter_mut().zip(same.0).for_each(|(all, one)| *all &= one);
    }
}
