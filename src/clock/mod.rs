//! Instants, and the only place that knows what time it is.
//!
//! Time is data: the window comes from the scenario, and `now` is read once, at the edge, by
//! [`Time::now`]. All times are UTC. Live runs also wait; the clock they wait by is in `steady`.

mod steady;

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};

pub use steady::{Clock, Moment, SteadyClock};

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

/// A span in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub i64);

/// Milliseconds in a second, a minute, an hour, a day.
pub(crate) const SECOND: i64 = 1_000;
/// See [`SECOND`].
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// See [`SECOND`].
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// See [`SECOND`].
pub(crate) const DAY: i64 = 24 * HOUR;

impl Time {
    /// What the wall clock says. For the edge of the program only: a plan never calls it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now() -> Self {
        Self(Utc::now().timestamp_millis())
    }

    /// Reads an RFC 3339 instant, or a moment relative to `now`: `now`, `now-24h`, `now+90s`.
    #[must_use]
    pub fn parse(text: &str, now: Self) -> Option<Self> {
        match text.strip_prefix("now") {
            Some("") => Some(now),
            Some(offset) => match offset.split_at_checked(1)? {
                ("+", span) => now.0.checked_add(Span::parse(span)?.0).map(Self),
                ("-", span) => now.0.checked_sub(Span::parse(span)?.0).map(Self),
                _ => None,
            },
            None => DateTime::parse_from_rfc3339(text).ok().map(|t| Self(t.timestamp_millis())),
        }
    }

    /// The instant rounded down to whole seconds.
    #[must_use]
    pub const fn floor_second(self) -> Self {
        Self(self.0.div_euclid(SECOND) * SECOND)
    }

    /// The parts of the date and the time of day.
    #[must_use]
    pub fn civil(self) -> Civil {
        let time = self.utc();
        Civil {
            year: time.year(),
            month: time.month(),
            day: time.day(),
            hour: time.hour(),
            minute: time.minute(),
            second: time.second(),
        }
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).expect("scenario times lie between the years 2006 and 2100")
    }
}

/// Writes `2026-03-02T09:14:05Z`, with milliseconds only where there are some.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

impl Span {
    /// Reads a span: a whole number and a unit, `90s`, `5m`, `24h`, `7d`, `2w`, or several of these: `1h30m`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut total = 0_i64;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let number: i64 = rest[..digits].parse().ok()?;
            let (unit, width) = unit(&rest[digits..])?;
            total = total.checked_add(number.checked_mul(unit)?)?;
            rest = &rest[digits + width..];
        }
        (!text.is_empty()).then_some(Self(total))
    }
}

/// The milliseconds in the unit at the start of `text`, and how long its name is.
fn unit(text: &str) -> Option<(i64, usize)> {
    let units = [("ms", 1), ("s", SECOND), ("m", MINUTE), ("h", HOUR), ("d", DAY), ("w", 7 * DAY)];
    units.iter().find(|(name, _)| text.starts_with(name)).map(|(name, length)| (*length, name.len()))
}

/// Writes the span with the largest units that fit: `36h` as `1d12h`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (name, length) in [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1)] {
            if rest >= length {
                write!(f, "{}{name}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_772_452_800_000);

    #[test]
    fn instants_are_read_and_written() {
        assert_eq!(NOON.to_string(), "2026-03-02T12:00:00Z");
        for (text, expected) in [
            ("2026-03-02T12:00:00Z", Some(NOON)),
            ("2026-03-02T13:00:00+01:00", Some(NOON)),
            ("now", Some(NOON)),
            ("now-24h", Some(Time(NOON.0 - DAY))),
            ("now+1h30m", Some(Time(NOON.0 + 90 * MINUTE))),
            ("now 24h", None),
            ("yesterday", None),
        ] {
            assert_eq!(Time::parse(text, NOON), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_read_and_written() {
        for (text, expected, shown) in [
            ("24h", Some(DAY), "1d"),
            ("90s", Some(90 * SECOND), "1m30s"),
            ("1h30m", Some(90 * MINUTE), "1h30m"),
            ("250ms", Some(250), "250ms"),
            ("", None, ""),
            ("h", None, ""),
            ("5", None, ""),
            ("5x", None, ""),
        ] {
            assert_eq!(Span::parse(text), expected.map(Span), "{text}");
            if let Some(span) = expected {
                assert_eq!(Span(span).to_string(), shown);
            }
        }
    }
}
