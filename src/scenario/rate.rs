//! Events per second, minute or hour.

use std::fmt;

use super::number::{EVENTS, digits};
use super::problem::Problem;
use crate::clock::{HOUR, MINUTE, SECOND, Span};

/// A rate of events, at least one per unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many events
    pub events: u64,
    /// in how long: a second, a minute or an hour.
    pub per: Span,
}

const UNITS: [(&str, Span); 3] = [("s", Span(SECOND)), ("m", Span(MINUTE)), ("h", Span(HOUR))];

impl Rate {
    /// Reads `50/s`, `600/m` or `1_000/h`.
    ///
    /// # Errors
    ///
    /// A problem, when it is no rate or makes no events.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (number, unit) = text.split_once('/').unwrap_or_default();
        let per = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, per)| *per);
        match (digits(number), per) {
            (Some(number), Some(per)) => Ok(Self { events: EVENTS.check(number)?, per }),
            _ => Err(Problem::new(format!("`{text}` is not a rate"))
                .hint("write events per second, minute or hour: `50/s`, `600/m`, `20/h`")),
        }
    }

    /// The whole events in a window of this length; the last unfinished one is dropped.
    #[must_use]
    pub fn over(self, window: Span) -> u64 {
        let events = i128::from(self.events) * i128::from(window.0) / i128::from(self.per.0);
        u64::try_from(events.max(0)).unwrap_or(u64::MAX)
    }
}

/// Writes the rate as it is read.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, per)| *per == self.per).map_or("?", |(name, _)| name);
        write!(f, "{}/{unit}", self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    #[test]
    fn a_rate_gives_exact_events() {
        for (text, window, events) in [
            ("50/s", DAY, 4_320_000),
            ("1_000/m", HOUR, 60_000),
            ("1/h", 90 * MINUTE, 1),
            ("1/h", MINUTE, 0),
            ("17592186044416/s", i64::MAX, u64::MAX),
        ] {
            assert_eq!(Rate::parse(text).unwrap().over(Span(window)), events, "{text}");
        }
        assert_eq!(Rate::parse("600/m").unwrap().to_string(), "600/m");
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["50", "50/", "/s", "50/d", "-1/s", "0/s", "0.5/s", "50/s/s"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
    }
}
