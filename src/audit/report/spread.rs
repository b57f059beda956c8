//! How values are spread: the smallest, the largest, and those in between.

use std::collections::BTreeMap;

use serde::Serialize;

/// Values and how often each came up. What it takes grows with the number of different values only.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    counts: BTreeMap<i64, u64>,
    all: u64,
}

/// The spread of something. A percentile is the smallest value that so many percent of all do not exceed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The smallest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The 5th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p5: Option<i64>,
    /// The 50th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<i64>,
    /// The 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<i64>,
    /// The largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl Summary {
    /// The columns in which a spread is shown, in order.
    #[must_use]
    pub fn columns(self) -> [(&'static str, Option<i64>); 5] {
        [("min", self.min), ("p5", self.p5), ("median", self.median), ("p95", self.p95), ("max", self.max)]
    }
}

impl Spread {
    pub(super) fn add(&mut self, value: i64) {
        self.add_many(value, 1);
    }

    fn add_many(&mut self, value: i64, times: u64) {
        *self.counts.entry(value).or_default() += times;
        self.all += times;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(value, times)| self.add_many(*value, *times));
    }

    /// How many values there are.
    pub(super) const fn all(&self) -> u64 {
        self.all
    }

    /// How many values are at most so large.
    pub(super) fn up_to(&self, value: i64) -> u64 {
        self.counts.range(..=value).map(|(_, times)| times).sum()
    }

    /// The values and how often each came up, ascending.
    pub(super) fn counts(&self) -> impl Iterator<Item = (i64, u64)> {
        self.counts.iter().map(|(value, times)| (*value, *times))
    }

    /// `None` without values.
    pub(super) fn summary(&self) -> Option<Summary> {
        Some(Summary {
            min: Some(*self.counts.first_key_value()?.0),
            p5: self.percentile(5),
            median: self.percentile(50),
            p95: self.percentile(95),
            max: Some(*self.counts.last_key_value()?.0),
        })
    }

    fn percentile(&self, percent: u64) -> Option<i64> {
        let rank = (self.all * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.counts.iter().find_map(|(value, times)| {
            seen += times;
            (seen >= rank).then_some(*value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = i64>) -> Spread {
        let mut spread = Spread::default();
        values.into_iter().for_each(|value| spread.add(value));
        spread
    }

    #[test]
    fn percentiles_are_values_that_came_up() {
        let columns =
            |values: &[i64]| of(values.iter().copied()).summary().map(|s| s.columns().map(|(_, v)| v.unwrap()));
        assert_eq!(columns(&[]), None);
        assert_eq!(columns(&[7]), Some([7, 7, 7, 7, 7]));
        assert_eq!(columns(&[9, 1]), Some([1, 1, 1, 9, 9]));
        let hundred: Vec<i64> = (1..=100).rev().collect();
        assert_eq!(columns(&hundred), Some([1, 5, 50, 95, 100]));
        assert_eq!(columns(&[1, 1, 1, 1, 50]), Some([1, 1, 1, 50, 50]));
    }

    #[test]
    fn merged_spreads_are_the_spread_of_all() {
        let (mut few, more) = (of(0..10), of(5..30));
        few.merge(&more);
        assert_eq!(few.summary(), of((0..10).chain(5..30)).summary());
        assert_eq!((few.all(), few.up_to(5)), (35, 7));
    }
}
