//! When things are due: from the trail's own time to the clock, and back. Arithmetic only; nothing here waits.

use std::fmt;

use crate::clock::{Moment, Time};

/// How fast the trail's own clock runs, in thousandths of the wall clock's pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u32);

impl Speed {
    /// The pace of the wall clock.
    pub const ONE: Self = Self(1_000);

    /// Reads `60x`, `1x` or `0.5x`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.strip_suffix('x')?.split_once('.').unwrap_or((text.strip_suffix('x')?, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 3 {
            return None;
        }
        let thousandths = whole.parse::<u32>().ok()?.checked_mul(1_000)? + format!("{part:0<3}").parse::<u32>().ok()?;
        (1..=Self::FASTEST).contains(&thousandths).then_some(Self(thousandths))
    }

    /// A day in less than a second.
    const FASTEST: u32 = 100_000 * 1_000;

    /// What so long on the wall clock is on the trail's, in the same unit.
    #[must_use]
    pub const fn stretch(self, length: i64) -> i64 {
        (length as i128 * self.0 as i128 / 1_000) as i64
    }
}

/// Writes the speed as it is read.
impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 1_000 {
            0 => write!(f, "{}x", self.0 / 1_000),
            part => write!(f, "{}.{}x", self.0 / 1_000, format!("{part:03}").trim_end_matches('0')),
        }
    }
}

/// The due times of a run. They are fixed when it begins, and nothing that happens later moves them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timetable {
    /// When the trail's own time starts.
    pub start: Time,
    /// The moment at which that is.
    pub begun: Moment,
    /// How fast its time goes by.
    pub speed: Speed,
}

impl Timetable {
    /// When an instant of the trail is due. Each is found from the start, not from the one before, so nothing drifts.
    #[must_use]
    pub const fn due(&self, at: Time) -> Moment {
        let passed = (at.0 - self.start.0) as i128 * 1_000_000;
        Moment(self.begun.0 + passed.div_euclid(self.speed.0 as i128) as i64)
    }

    /// The last instant of the trail that is due at a moment.
    #[must_use]
    pub const fn at(&self, moment: Moment) -> Time {
        let passed = (moment.0 - self.begun.0 + 1) as i128 * self.speed.0 as i128 - 1;
        Time(self.start.0 + passed.div_euclid(1_000_000) as i64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::{DAY, HOUR};

    #[test]
    fn speeds_are_read_and_written() {
        for (text, speed) in [("1x", 1_000), ("60x", 60_000), ("0.5x", 500), ("1.25x", 1_250), ("0.001x", 1)] {
            assert_eq!(Speed::parse(text), Some(Speed(speed)), "{text}");
            assert_eq!(Speed(speed).to_string(), text);
        }
        for text in ["", "x", "60", "0x", "-1x", "1e3x", "1.0005x", ".5x", "1.x", "100001x", "9999999999x"] {
            assert_eq!(Speed::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fast_clock_does_a_day_in_minutes() {
        let table = Timetable { start: Time(0), begun: Moment(5), speed: Speed(60_000) };
        assert_eq!(table.due(Time(DAY)), Moment(5 + 24 * 60 * 1_000_000));
        assert_eq!(Speed(60_000).stretch(HOUR), 60 * HOUR);
    }

    proptest! {
        /// Due times ascend with the trail's time, lie where the speed puts them to the microsecond, however long
        /// the run has been going on, and lead back.
        #[test]
        fn due_times_ascend_and_do_not_drift(
            start in 0..4_000_000_000_000_i64,
            begun in 0..4_000_000_000_000_000_i64,
            speed in 1..=100_000_000_u32,
            passed in 0..400 * DAY,
            step in 0..HOUR,
        ) {
            let table = Timetable { start: Time(start), begun: Moment(begun), speed: Speed(speed) };
            let (at, next) = (Time(start + passed), Time(start + passed + step));
            prop_assert!(table.due(at) <= table.due(next));
            let exact = i128::from(passed) * 1_000_000;
            let offset = i128::from(table.due(at).0 - begun) * i128::from(speed);
            prop_assert!((0..i128::from(speed)).contains(&(exact - offset)));
            let back = table.at(table.due(at));
            prop_assert!(table.due(back) <= table.due(at) && back >= at);
            prop_assert!(table.due(Time(back.0 + 1)) > table.due(at));
        }
    }
}
