//! Instants and lengths of time.

use super::problem::Problem;
use crate::clock::{HOUR, MINUTE, SECOND, Span, Time};

/// 2010-01-01T00:00:00Z and 2100-01-01T00:00:00Z.
const YEARS: std::ops::Range<Time> = Time(1_262_304_000_000)..Time(4_102_444_800_000);

/// Where a window starts that has no other start: 2026-03-02T00:00:00Z, a Monday.
pub(super) const START: Time = Time(1_772_409_600_000);

/// How long a delivery slot of CloudTrail is.
pub(super) const FLUSH: Span = Span(5 * MINUTE);

/// Reads an instant, `2026-03-02T00:00:00Z`, or one relative to `now`, `now-24h`, which is then a whole second.
///
/// # Errors
///
/// A problem, when it is neither or lies outside the years 2010 to 2099.
pub fn instant(text: &str, now: Time) -> Result<Time, Problem> {
    match Time::parse(text, now.floor_second()) {
        Some(time) if is_within_years(time) => Ok(time),
        Some(_) => Err(Problem::new(format!("`{text}` lies outside the years 2010 to 2099"))),
        None => Err(Problem::new(format!("`{text}` is not a time"))
            .hint("write `2026-03-02T00:00:00Z`, or a time relative to now: `now-24h`")),
    }
}

/// Reads a length of time, `24h`.
///
/// # Errors
///
/// A problem, when it is none or zero.
pub fn span(text: &str) -> Result<Span, Problem> {
    match Span::parse(text) {
        Some(Span(0)) => Err(Problem::new(format!("`{text}` is no time at all"))),
        Some(span) => Ok(span),
        None => Err(Problem::new(format!("`{text}` is not a length of time"))
            .hint("write whole numbers with units: `90s`, `5m`, `24h`, `7d`, `1h30m`")),
    }
}

/// Reads the length of a delivery slot, `5m`.
///
/// # Errors
///
/// A problem, when it is no length of time or lies outside of a second to an hour.
pub fn flush(text: &str) -> Result<Span, Problem> {
    match span(text)? {
        flush if (SECOND..=HOUR).contains(&flush.0) => Ok(flush),
        flush => Err(Problem::new(format!("`flush` must be from 1s to 1h, found {flush}"))),
    }
}

/// Whether trails can reach this instant.
pub(super) fn is_within_years(time: Time) -> bool {
    YEARS.contains(&time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_lie_between_2010_and_2099() {
        let now = Time(1_772_452_800_500);
        assert_eq!(instant("now", now), Ok(Time(1_772_452_800_000)));
        assert!(instant("2010-01-01T00:00:00Z", now).is_ok() && instant("2099-12-31T23:59:59Z", now).is_ok());
        for (text, what) in [
            ("2009-12-31T23:59:59Z", "`2009-12-31T23:59:59Z` lies outside the years 2010 to 2099"),
            ("now+9999w", "`now+9999w` lies outside the years 2010 to 2099"),
            ("yesterday", "`yesterday` is not a time"),
        ] {
            assert_eq!(instant(text, now).unwrap_err().what, what);
        }
    }

    #[test]
    fn lengths_of_time_are_longer_than_nothing() {
        assert_eq!(span("90s"), Ok(Span(90_000)));
        assert_eq!(span("0h").unwrap_err().what, "`0h` is no time at all");
        assert_eq!(span("24").unwrap_err().what, "`24` is not a length of time");
    }
}
