//! How fast things happen in the course of a window: levels, ramps and steps.

use std::fmt;

use super::number::digits;
use super::problem::Problem;
use crate::clock::{HOUR, MINUTE, SECOND, Span};

/// Legs, one after the other, and then from the first one again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace(Vec<Leg>);

/// A part of a pace in which it stays at a level or goes evenly from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Events per hour at its beginning
    pub from: u64,
    /// and at its end.
    pub to: u64,
    /// How long it is; as long as the window, when it is the only one.
    pub length: Option<Span>,
}

/// The highest level, in events per hour: a hundred million in a second.
const HIGHEST: i128 = 360_000_000_000;

const FORMS: &str = "write `500/s`, `100/s..2000/s` for a ramp, or legs with a length: `100/s for 5m, 2000/s for 10s`";

impl Pace {
    /// Reads `500/s`, `100/s..2000/s` or `100/s for 5m, 100/s..2000/s for 1m, 2000/s for 5m`.
    ///
    /// # Errors
    ///
    /// A problem, when it is no pace or nothing ever happens at it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::read(text, |level| {
            let problem = || Problem::new(format!("`{level}` is not a rate")).hint(FORMS);
            let (number, unit) = level.split_once('/').ok_or_else(problem)?;
            let (number, per) = digits(number).zip(per(unit)).ok_or_else(problem)?;
            number.checked_mul(i128::from(HOUR / per)).ok_or_else(problem)
        })
    }

    /// Reads a pace whose levels are read by `level`, in events per hour.
    pub(crate) fn read(text: &str, level: impl Fn(&str) -> Result<i128, Problem>) -> Result<Self, Problem> {
        let legs: Vec<Leg> = text.split(',').map(|leg| Leg::read(leg.trim(), &level)).collect::<Result<_, _>>()?;
        if legs.len() > 1 && legs.iter().any(|leg| leg.length.is_none()) {
            return Err(Problem::new(format!("a leg of `{text}` has no length")).hint(FORMS));
        }
        if legs.iter().all(|leg| leg.from == 0 && leg.to == 0) {
            return Err(Problem::new(format!("nothing ever happens at `{text}`")));
        }
        Ok(Self(legs))
    }

    /// The legs within a window of this length; a leg without one is as long as the window.
    #[must_use]
    pub fn legs(&self, window: Span) -> Vec<(Leg, i64)> {
        self.0.iter().map(|leg| (*leg, leg.length.unwrap_or(window).0)).collect()
    }

    /// Whether it always stays at one level.
    #[must_use]
    pub fn is_level(&self) -> bool {
        matches!(self.0.as_slice(), [leg] if leg.from == leg.to)
    }

    /// How long its legs are together; `None` when they are as long as the window.
    #[must_use]
    pub fn length(&self) -> Option<Span> {
        self.0.iter().map(|leg| leg.length.map(|length| length.0)).sum::<Option<i64>>().map(Span)
    }

    /// The same legs with other lengths.
    #[must_use]
    pub fn stretched(&self, stretch: impl Fn(i64) -> i64) -> Self {
        let leg = |leg: &Leg| Leg { length: leg.length.map(|length| Span(stretch(length.0).max(1))), ..*leg };
        Self(self.0.iter().map(leg).collect())
    }

    /// The whole events in a window of this length; the last unfinished one is dropped.
    #[must_use]
    pub fn over(&self, window: Span) -> u64 {
        u64::try_from(Course::new(self, window).before(window.0) / (2 * HOUR as u128)).unwrap_or(u64::MAX)
    }
}

impl Leg {
    fn read(text: &str, level: impl Fn(&str) -> Result<i128, Problem>) -> Result<Self, Problem> {
        let (levels, length) = match text.split_once(" for ") {
            Some((levels, length)) => (levels.trim(), Some(super::moment::span(length.trim())?)),
            None => (text, None),
        };
        let (from, to) = levels.split_once("..").unwrap_or((levels, levels));
        let bounded = |text: &str| match level(text.trim())? {
            level @ 0..=HIGHEST => Ok(level as u64),
            _ => Err(Problem::new(format!("`{text}` is more than 100000000 events per second"))),
        };
        Ok(Self { from: bounded(from)?, to: bounded(to)?, length })
    }
}

/// Writes the pace as it is read.
impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, leg) in self.0.iter().enumerate() {
            f.write_str(if number > 0 { ", " } else { "" })?;
            write_level(f, leg.from)?;
            if leg.to != leg.from {
                f.write_str("..")?;
                write_level(f, leg.to)?;
            }
            if let Some(length) = leg.length {
                write!(f, " for {length}")?;
            }
        }
        Ok(())
    }
}

fn write_level(f: &mut fmt::Formatter<'_>, per_hour: u64) -> fmt::Result {
    let unit = UNITS.iter().find(|(_, per)| per_hour.is_multiple_of((HOUR / per) as u64));
    let (name, per) = unit.unwrap_or(&UNITS[2]);
    write!(f, "{}/{name}", per_hour / (HOUR / per) as u64)
}

const UNITS: [(&str, i64); 3] = [("s", SECOND), ("m", MINUTE), ("h", HOUR)];

/// How long a unit of time is, by its letter.
pub(crate) fn per(name: &str) -> Option<i64> {
    UNITS.iter().find(|(unit, _)| *unit == name).map(|(_, per)| *per)
}

/// A pace as arithmetic: how much has happened, in twice events per hour times milliseconds, and when so much has.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    legs: Vec<(Leg, i64)>,
    /// How much happens in all legs.
    round: u128,
    /// How long they are.
    length: i64,
}

impl Course {
    /// The course of a pace in a window of this length.
    pub(crate) fn new(pace: &Pace, window: Span) -> Self {
        let legs = pace.legs(window);
        let round = legs.iter().map(|(leg, length)| leg.before(*length, *length)).sum();
        let length = legs.iter().map(|(_, length)| length).sum();
        Self { legs, round, length }
    }

    /// How much has happened so long after the beginning.
    pub(crate) fn before(&self, passed: i64) -> u128 {
        let mut rest = passed.max(0) % self.length;
        let mut done = (passed.max(0) / self.length) as u128 * self.round;
        for (leg, length) in &self.legs {
            done += leg.before(rest.min(*length), *length);
            rest -= rest.min(*length);
        }
        done
    }

    /// The last moment after the beginning before which no more than this has happened.
    pub(crate) fn after(&self, done: u128) -> i64 {
        let mut passed = (done / self.round) as i64 * self.length;
        let mut rest = done % self.round;
        for (leg, length) in &self.legs {
            let here = leg.before(*length, *length);
            if rest < here {
                return passed + leg.after(rest, *length);
            }
            (rest, passed) = (rest - here, passed + length);
        }
        passed
    }
}

impl Leg {
    /// How much has happened so long after the leg's beginning, doubled so that it is whole.
    fn before(self, passed: i64, length: i64) -> u128 {
        let (from, to, passed) = (i128::from(self.from), i128::from(self.to), i128::from(passed));
        (2 * from * passed + (to - from) * passed * passed / i128::from(length)).unsigned_abs()
    }

    /// The last moment before which no more than this has happened, which is less than happens in the leg.
    fn after(self, done: u128, length: i64) -> i64 {
        if self.from == self.to {
            return (done / (2 * u128::from(self.from))) as i64;
        }
        let (mut low, mut high) = (0, length);
        while low + 1 < high {
            let middle = i64::midpoint(low, high);
            if self.before(middle, length) <= done { low = middle } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::DAY;

    #[test]
    fn paces_are_read_and_written() {
        for (text, shown) in [
            ("500/s", "500/s"),
            ("600/m", "10/s"),
            ("1_000/h", "1000/h"),
            ("100/s..2000/s", "100/s..2000/s"),
            ("100/s for 5m, 100/s .. 2000/s for 90s,0/s for 1h", "100/s for 5m, 100/s..2000/s for 1m30s, 0/s for 1h"),
        ] {
            let pace = Pace::parse(text).unwrap();
            assert_eq!(pace.to_string(), shown);
            assert_eq!(Pace::parse(shown), Ok(pace));
        }
        for text in [
            "",
            "500",
            "/s",
            "500/d",
            "-1/s",
            "0/s",
            "1/s, 2/s for 1m",
            "1/s for",
            "1/s for 0s",
            "1..2/s",
            "2000000000/s",
        ] {
            assert!(Pace::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pace_gives_exact_events() {
        for (text, window, events) in [
            ("500/s", DAY, 43_200_000),
            ("1/h", 90 * MINUTE, 1),
            ("0/s..100/s", 10 * SECOND, 500),
            ("100/s for 1m, 1000/s for 10s", 70 * SECOND, 16_000),
            ("100/s for 1m, 1000/s for 10s", 145 * SECOND, 32_500),
            ("0/s for 1h, 7/s for 1s", 2 * HOUR, 7),
        ] {
            assert_eq!(Pace::parse(text).unwrap().over(Span(window)), events, "{text}");
        }
    }

    prop_compose! {
        fn pace()(legs in prop::collection::vec((0..2_000_000_u64, 0..2_000_000_u64, 1..DAY), 1..5)) -> Pace {
            let leg = |(from, to, length)| Leg { from, to: to + 1, length: Some(Span(length)) };
            Pace(legs.into_iter().map(leg).collect())
        }
    }

    proptest! {
        /// What has happened never grows less, and leads back to its moment, for months.
        #[test]
        fn a_course_ascends_and_leads_back(pace in pace(), passed in 0..200 * DAY, step in 0..HOUR) {
            let course = Course::new(&pace, Span(DAY));
            let (done, next) = (course.before(passed), course.before(passed + step));
            prop_assert!(done <= next);
            let found = course.after(done);
            prop_assert!(course.before(found) <= done && course.before(found + 1) > done, "{found}");
            prop_assert!(found >= passed || course.before(passed + 1) > done);
        }

        /// Rounds follow each other without a loss: a thousand of them are a thousand times one.
        #[test]
        fn rounds_do_not_drift(pace in pace(), rounds in 1..1_000_i64, within in 0..DAY) {
            let course = Course::new(&pace, Span(DAY));
            let within = within % course.length;
            prop_assert_eq!(course.before(rounds * course.length + within), rounds as u128 * course.round + course.before(within));
        }
    }
}
