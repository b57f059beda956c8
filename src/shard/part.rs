//! A range of a run's chapters.

use std::ops::Range;
use std::sync::Arc;

use super::Shard;
use super::cut::{Edge, Edges};
use crate::activity::CHAPTER;

/// The chapters that one process makes: those of a shard, or all of the run. They are numbered through, the chapters
/// of each stream behind those of the stream before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    chapters: Arc<[u64]>,
    /// The numbers of its chapters.
    pub(crate) range: Range<u64>,
    /// How many events they have.
    pub(crate) events: u64,
}

impl Part {
    /// The part of a run whose streams have so many events each; all of it when there is no shard.
    #[must_use]
    pub(crate) fn new(streams: &[u64], shard: Option<Shard>) -> Self {
        let (index, count) = shard.map_or((1, 1), |shard| (shard.index(), shard.count()));
        Self::all(streams, count).swap_remove(index as usize - 1)
    }

    /// The parts of all shards, in order.
    #[must_use]
    pub(crate) fn all(streams: &[u64], count: u32) -> Vec<Self> {
        let chapters: Arc<[u64]> = streams.iter().map(|events| events.div_ceil(CHAPTER)).collect();
        let mut start = Edge { chapter: 0, events: 0 };
        let part = |end| {
            let from = std::mem::replace(&mut start, end);
            Self { chapters: Arc::clone(&chapters), range: from.chapter..end.chapter, events: end.events - from.events }
        };
        let ends = Edges::new(streams).cut(count);
        ends.into_iter().map(part).collect()
    }

    /// How many chapters a stream has in the whole run.
    #[must_use]
    pub(crate) fn chapters(&self, stream: usize) -> u64 {
        self.chapters[stream]
    }

    /// How many streams the run has.
    #[must_use]
    pub(crate) fn streams(&self) -> usize {
        self.chapters.len()
    }

    /// The stream of a chapter, and its number there.
    #[must_use]
    pub(crate) fn locate(&self, mut index: u64) -> (usize, u64) {
        for (stream, count) in self.chapters.iter().enumerate() {
            if index < *count {
                return (stream, index);
            }
            index -= count;
        }
        unreachable!("the index is below the sum of all chapters")
    }

    /// Whether a chapter belongs to the part.
    #[must_use]
    pub(crate) fn has(&self, stream: usize, number: u64) -> bool {
        let before: u64 = self.chapters[..stream].iter().sum();
        self.range.contains(&(before + number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_found_by_their_numbers_through_all_streams() {
        let streams = [CHAPTER + 1, 0, 5];
        let whole = Part::new(&streams, None);
        assert_eq!((whole.range.clone(), whole.events), (0..3, CHAPTER + 6));
        assert_eq!([0, 1, 2].map(|index| whole.locate(index)), [(0, 0), (0, 1), (2, 0)]);
        let part = Part::new(&streams, Shard::new(2, 2));
        assert_eq!((part.range.clone(), part.events), (1..3, 6));
        assert!(!part.has(0, 0) && part.has(0, 1) && part.has(2, 0));
    }
}
