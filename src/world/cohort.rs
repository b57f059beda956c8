//! A population that renews itself: a sliding window over the numbers of all who ever belonged to it.

use std::ops::Range;

use crate::seed::{Key, name};

/// Which one of all who ever belonged to a cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Number {
    /// One of those who never leave.
    Core(u64),
    /// The so-manieth to join; negative for those who were there before the first event.
    Member(i64),
    /// One who is taken to exist for the sake of a single call and never appears again.
    Assumed(u64),
}

impl Number {
    /// A small number that no other of the same cohort has.
    #[must_use]
    pub(crate) const fn serial(self) -> u64 {
        match self {
            Self::Core(n) => n * 3,
            Self::Member(n) => n.unsigned_abs() * 6 + 1 + 3 * n.is_negative() as u64,
            Self::Assumed(n) => n * 3 + 2,
        }
    }

    /// Where this one's attributes are drawn from.
    #[must_use]
    pub(crate) const fn key(self, cohort: Key) -> Key {
        match self {
            Self::Core(n) => cohort.named(const { name("core") }).at(n),
            Self::Member(n) => cohort.named(const { name("member") }).at(n as u64),
            Self::Assumed(n) => cohort.named(const { name("assumed") }).at(n),
        }
    }
}

/// How many belong to a cohort at any time.
///
/// Members join one after the other; each joiner pushes the one who joined `active` joiners before out of
/// the active ones, and the one `active + resting` before out of existence. So at any point the numbers
/// that live are a range, known from the count of joiners alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cohort {
    /// Those who never leave; at least one.
    pub core: u64,
    /// Those who come and go.
    pub active: u64,
    /// Those who have lost their mailbox and are not deleted yet.
    pub resting: u64,
}

/// The counts of joiners at the start and at the end of a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Joiners before the chapter.
    pub before: i64,
    /// Joiners before the next one.
    pub after: i64,
}

impl Cohort {
    /// A cohort of this standing size.
    #[must_use]
    pub(crate) fn of(size: u64) -> Self {
        let core = (size / 4).clamp(1, 1_000).min(size.max(1));
        let active = size.max(1) - core;
        Self { core, active, resting: (active / 10).max(1) }
    }

    /// Those who join in the chapter.
    #[must_use]
    pub(crate) const fn joining(span: Span) -> Range<i64> {
        span.before..span.after
    }

    /// Those who lose their mailbox in the chapter.
    #[must_use]
    pub(crate) const fn retiring(&self, span: Span) -> Range<i64> {
        span.before - self.active as i64..span.after - self.active as i64
    }

    /// Those who cease to exist in the chapter.
    #[must_use]
    pub(crate) const fn leaving(&self, span: Span) -> Range<i64> {
        let lag = (self.active + self.resting) as i64;
        span.before - lag..span.after - lag
    }

    /// Members who have a mailbox from the chapter's start to its end.
    const fn steady(&self, span: Span) -> Range<i64> {
        span.after - self.active as i64..span.before
    }

    /// Members without a mailbox from the chapter's start to its end.
    const fn asleep(&self, span: Span) -> Range<i64> {
        span.after - (self.active + self.resting) as i64..span.before - self.active as i64
    }

    /// The index of one of those who have a mailbox all through the chapter. Few are called for often, many rarely.
    #[inline]
    #[must_use]
    pub(crate) fn pick_steady(&self, span: Span, key: Key) -> u64 {
        let count = self.steady_count(span);
        // The smaller of two draws: the first quarter is named in almost half of the calls.
        key.at(0).below(count).min(key.at(1).below(count))
    }

    /// How many have a mailbox all through the chapter.
    #[must_use]
    fn steady_count(&self, span: Span) -> u64 {
        let steady = self.steady(span);
        self.core + (steady.end - steady.start).max(0) as u64
    }

    /// The `index`-th of those who have a mailbox all through the chapter.
    #[inline]
    #[must_use]
    pub(crate) fn steady_at(&self, span: Span, index: u64) -> Number {
        match index.checked_sub(self.core) {
            None => Number::Core(index),
            Some(member) => Number::Member(self.steady(span).start + member as i64),
        }
    }

    /// One of those without a mailbox all through the chapter, if there are any.
    #[must_use]
    pub(crate) fn pick_asleep(&self, span: Span, key: Key) -> Option<Number> {
        let asleep = self.asleep(span);
        let count = u64::try_from(asleep.end - asleep.start).ok().filter(|count| *count > 0)?;
        Some(Number::Member(asleep.start + key.below(count) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COHORT: Cohort = Cohort { core: 3, active: 10, resting: 2 };

    #[test]
    fn whoever_joins_retires_and_leaves_once() {
        let spans = [Span { before: 0, after: 4 }, Span { before: 4, after: 4 }, Span { before: 4, after: 30 }];
        let joining = |_: &Cohort, span| Cohort::joining(span);
        for numbers in [joining, Cohort::retiring, Cohort::leaving] {
            let all: Vec<i64> = spans.iter().flat_map(|span| numbers(&COHORT, *span)).collect();
            assert!(all.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{all:?}");
            assert_eq!(all.len(), 30);
        }
    }

    #[test]
    fn the_steady_ones_neither_join_nor_retire_in_the_chapter() {
        let span = Span { before: 4, after: 9 };
        for index in 0..COHORT.steady_count(span) {
            if let Number::Member(n) = COHORT.steady_at(span, index) {
                assert!(!Cohort::joining(span).contains(&n) && !COHORT.retiring(span).contains(&n));
                assert!(n < span.before && n >= span.after - 10);
            }
        }
    }

    #[test]
    fn only_the_core_is_steady_when_everyone_changes() {
        assert_eq!(COHORT.steady_count(Span { before: 0, after: 50 }), 3);
        assert_eq!(COHORT.pick_asleep(Span { before: 0, after: 50 }, crate::seed::Seed(1).key("k")), None);
    }
}
