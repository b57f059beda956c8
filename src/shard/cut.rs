//! Where a run is cut, so that its parts have nearly the same number of events.
//!
//! A run can only be cut between chapters. Chapters are of the same length but for the last of each stream, and
//! there may be many streams of less than a chapter. Cutting at the edge nearest to each equal share would leave
//! parts that differ by up to two chapters. It can always be done so that no two parts differ by more than the
//! longest chapter: I. Bárány and V. S. Grinberg, *Block partitions of sequences*, prove it for any sequence.
//!
//! With all parts between `least` and `least` + one chapter, the edges at which the k-th part can end are all those
//! between the one reached by the shortest parts and the one reached by the longest: an interval of that width
//! never misses the next edge. So the largest `least` with which the shortest parts do not run past the end will do.

use crate::activity::CHAPTER;

/// An edge between two chapters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// Chapters before it.
    pub(super) chapter: u64,
    /// Events before it.
    pub(super) events: u64,
}

const START: Edge = Edge { chapter: 0, events: 0 };

/// All edges of a run.
pub(super) struct Edges {
    /// The edge behind each stream.
    ends: Vec<Edge>,
    /// The events of the longest chapter.
    longest: u64,
}

impl Edges {
    /// The edges between the chapters of streams with so many events each.
    pub(super) fn new(streams: &[u64]) -> Self {
        let mut end = START;
        let behind = |events: &u64| {
            end = Edge { chapter: end.chapter + events.div_ceil(CHAPTER), events: end.events + events };
            end
        };
        let longest = streams.iter().copied().max().unwrap_or(0).min(CHAPTER);
        Self { ends: streams.iter().map(behind).collect(), longest }
    }

    /// The edges at which the parts end; as many as there are parts.
    pub(super) fn cut(&self, parts: u32) -> Vec<Edge> {
        let share = |part: usize| (u128::from(self.end().events) * part as u128 / u128::from(parts)) as u64;
        let least = self.least(parts);
        let most = least + self.longest;
        let lowest = self.lowest(parts, least).expect("the parts are short enough");
        let highest = self.highest(parts, most);
        let mut end = self.end();
        let mut cuts = vec![end];
        for part in (1..parts as usize).rev() {
            let from = lowest[part].events.max(end.events.saturating_sub(most));
            let to = highest[part].events.min(end.events - least);
            let near = self.at_most(share(part).clamp(from, to));
            end = if near.events < from { self.at_least(from).expect("it lies before the end") } else { near };
            cuts.push(end);
        }
        cuts.reverse();
        cuts
    }

    /// The most events that every part can have, when none has more than that and a chapter.
    fn least(&self, parts: u32) -> u64 {
        let share = self.end().events / u64::from(parts);
        let (mut fits, mut too_many) = (share.saturating_sub(self.longest), share + 1);
        while fits + 1 < too_many {
            let middle = u64::midpoint(fits, too_many);
            *(if self.lowest(parts, middle).is_some() { &mut fits } else { &mut too_many }) = middle;
        }
        fits
    }

    /// The first edges at which the parts can end, beginning with the start, if each has `least` events.
    fn lowest(&self, parts: u32, least: u64) -> Option<Vec<Edge>> {
        let mut edges = vec![START];
        for part in 0..parts as usize {
            edges.push(self.at_least(edges[part].events + least)?);
        }
        Some(edges)
    }

    /// The last edges at which the parts can end, beginning with the start, if none has more than `most` events.
    fn highest(&self, parts: u32, most: u64) -> Vec<Edge> {
        let mut edges = vec![START];
        for part in 0..parts as usize {
            edges.push(self.at_most(edges[part].events.saturating_add(most)));
        }
        edges
    }

    fn end(&self) -> Edge {
        self.ends.last().copied().unwrap_or(START)
    }

    /// The first edge with so many events before it.
    fn at_least(&self, events: u64) -> Option<Edge> {
        if events == 0 {
            return Some(START);
        }
        let stream = self.ends.partition_point(|end| end.events < events);
        let end = *self.ends.get(stream)?;
        Some(self.within(stream, (events - self.before(stream).events).div_ceil(CHAPTER), end))
    }

    /// The last edge with no more events before it.
    fn at_most(&self, events: u64) -> Edge {
        let stream = self.ends.partition_point(|end| end.events <= events);
        let Some(end) = self.ends.get(stream).copied() else { return self.end() };
        self.within(stream, (events - self.before(stream).events) / CHAPTER, end)
    }

    fn before(&self, stream: usize) -> Edge {
        stream.checked_sub(1).map_or(START, |before| self.ends[before])
    }

    /// The edge behind so many chapters of a stream.
    fn within(&self, stream: usize, chapters: u64, end: Edge) -> Edge {
        let before = self.before(stream);
        Edge { chapter: before.chapter + chapters, events: (before.events + chapters * CHAPTER).min(end.events) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Streams of all lengths: none, some events, exactly some chapters, many.
    fn streams() -> impl Strategy<Value = Vec<u64>> {
        let length = prop_oneof![
            Just(0),
            1..CHAPTER / 50,
            1..CHAPTER * 3,
            (1_u64..40).prop_map(|chapters| chapters * CHAPTER),
            (0_u64..40).prop_map(|chapters| chapters * CHAPTER + 1),
        ];
        proptest::collection::vec(length, 0..40)
    }

    /// The events of each part.
    fn shares(streams: &[u64], parts: u32) -> Vec<u64> {
        let cuts = Edges::new(streams).cut(parts);
        cuts.iter().scan(0, |before, cut| Some(cut.events - std::mem::replace(before, cut.events))).collect()
    }

    /// Every edge there is, found the long way.
    fn edges(streams: &[u64]) -> Vec<Edge> {
        let mut edges = vec![START];
        for events in streams {
            let mut left = *events;
            while left > 0 {
                let last = edges[edges.len() - 1];
                let chapter = left.min(CHAPTER);
                edges.push(Edge { chapter: last.chapter + 1, events: last.events + chapter });
                left -= chapter;
            }
        }
        edges
    }

    proptest! {
        /// Parts end at edges, in order, the last one at the end; no two differ by more than a chapter.
        #[test]
        fn parts_cover_the_run_and_differ_by_one_chapter_at_most(streams in streams(), parts in 1_u32..200) {
            let cuts = Edges::new(&streams).cut(parts);
            prop_assert_eq!(cuts.len(), parts as usize);
            let edges = edges(&streams);
            prop_assert!(cuts.iter().all(|cut| edges.contains(cut)), "{:?}", cuts);
            prop_assert!(cuts.is_sorted_by_key(|cut| cut.chapter));
            prop_assert_eq!(cuts.last(), edges.last());
            let shares = shares(&streams, parts);
            let longest = streams.iter().copied().max().unwrap_or(0).min(CHAPTER);
            let spread = shares.iter().max().unwrap() - shares.iter().min().unwrap();
            prop_assert!(spread <= longest, "{} in {:?}", spread, shares);
        }
    }

    #[test]
    fn whole_chapters_are_dealt_out_evenly() {
        assert_eq!(shares(&[CHAPTER * 10], 4).iter().map(|events| events / CHAPTER).sum::<u64>(), 10);
        assert!(shares(&[CHAPTER * 10], 4).iter().all(|events| [2, 3].contains(&(events / CHAPTER))));
        assert_eq!(shares(&[CHAPTER, CHAPTER], 2), [CHAPTER, CHAPTER]);
    }

    #[test]
    fn more_parts_than_chapters_leave_some_empty() {
        let shares = shares(&[5], 3);
        assert_eq!((shares.iter().sum::<u64>(), shares.iter().filter(|events| **events == 0).count()), (5, 2));
    }

    /// A run of a million chapters is cut for as many shards as there may be.
    #[test]
    fn long_runs_are_cut_for_many_shards() {
        let cuts = Edges::new(&[CHAPTER * 1_000_000 + 7]).cut(super::super::Shard::MOST);
        assert_eq!((cuts.len(), cuts[cuts.len() - 1].chapter), (super::super::Shard::MOST as usize, 1_000_001));
    }
}
