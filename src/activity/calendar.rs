//! When things happen: a monotone map from ordinals to instants, and back.

use crate::clock::{HOUR, Span, Time};
use crate::scenario::{Course, Pace, Shape, Window};

/// The hours of a week, each with its share of the traffic.
const HOURS: usize = 168;

/// 1970-01-01 was a Thursday; weeks here begin on Monday.
const FIRST_MONDAY: i64 = 4 * 24 * HOUR;

/// The map of one stream.
///
/// Events are spread over the window in proportion to the weight of the hour of the week, or as a pace says. The first ordinal
/// lies at the start, and an ordinal behind the last would lie exactly at the end; in between the map is
/// integer arithmetic on cumulated weights, so any place of it costs the same.
#[derive(Clone, Debug)]
pub struct Calendar {
    fill: Fill,
    start: Time,
    end: Time,
    /// The times in which nothing happens.
    stopped: Vec<(Time, Time)>,
    events: u64,
}

/// How a window is filled.
#[derive(Clone, Debug)]
enum Fill {
    /// As a week is.
    Week(Box<Week>),
    /// As a pace says, from the start of the window on.
    Pace(Course),
}

/// The hours of a week.
#[derive(Clone, Debug)]
struct Week {
    /// Weight of all hours before each hour of the week, and of the whole week.
    cumulated: [u64; HOURS + 1],
    /// Local midnight minus midnight UTC, in milliseconds.
    offset: i64,
}

impl Calendar {
    /// Spreads so many events over a window, outside of the times in which nothing happens.
    #[must_use]
    pub fn new(window: &Window, stopped: &[(Time, Time)], region: &str, events: u64) -> Self {
        Self {
            fill: Fill::Week(Box::new(Week::new(window.shape, region))),
            start: window.start,
            end: window.end,
            stopped: stopped.to_vec(),
            events,
        }
    }

    /// The same window filled as a pace says, if there is one.
    #[must_use]
    pub fn paced(self, pace: Option<&Pace>) -> Self {
        let course = |pace| Fill::Pace(Course::new(pace, Span(self.end.0 - self.start.0)));
        Self { fill: pace.map_or(self.fill, course), ..self }
    }

    /// The instant at which the event of this ordinal would happen if all were evenly spaced by weight.
    #[must_use]
    pub fn time(&self, ordinal: u64) -> Time {
        self.time_between(ordinal, 0, 1)
    }

    /// The instant `part / parts` of the way from an ordinal to the next. `part` may exceed `parts`.
    #[must_use]
    pub fn time_between(&self, ordinal: u64, part: u64, parts: u64) -> Time {
        let position = u128::from(ordinal) * u128::from(parts) + u128::from(part);
        let whole = u128::from(self.events) * u128::from(parts);
        // In two parts, so that no product grows too large.
        let (total, whole) = (self.total(), whole.max(1));
        let share = total / whole * position + total % whole * position / whole;
        Time(self.instant_of(self.weight_before(self.start) + share).0.clamp(self.start.0, self.end.0))
    }

    /// The largest ordinal whose instant is not after `time`; 0 before the start, the count of events at the end.
    #[must_use]
    pub fn ordinal(&self, time: Time) -> u64 {
        let time = Time(time.0.clamp(self.start.0, self.end.0));
        let done = self.weight_before(time) - self.weight_before(self.start);
        // Rounding both ways can miss by one; the map is monotone, so a step settles it.
        let guess = (done * u128::from(self.events) / self.total().max(1)) as u64;
        let mut ordinal = (guess + 2).min(self.events);
        while ordinal > 0 && self.time(ordinal) > time {
            ordinal -= 1;
        }
        ordinal
    }

    /// The instant itself, or the end of the time without events that it lies in.
    #[must_use]
    pub fn awake(&self, time: Time) -> Time {
        let stop = self.stopped.iter().find(|(from, to)| (*from..*to).contains(&time));
        stop.map_or(time, |(_, to)| *to)
    }

    fn total(&self) -> u128 {
        self.weight_before(self.end) - self.weight_before(self.start)
    }

    /// Weight of all time before an instant in which something can happen, in weight times milliseconds.
    fn weight_before(&self, time: Time) -> u128 {
        let asleep = |(from, to): &(Time, Time)| self.all_before(time.min(*to)) - self.all_before(time.min(*from));
        self.all_before(time) - self.stopped.iter().map(asleep).sum::<u128>()
    }

    fn all_before(&self, time: Time) -> u128 {
        match &self.fill {
            Fill::Week(week) => week.before(time),
            Fill::Pace(course) => course.before(time.0 - self.start.0),
        }
    }

    /// The instant before which this much weight lies.
    fn instant_of(&self, mut weight: u128) -> Time {
        for (from, to) in &self.stopped {
            let from = self.all_before(*from);
            if weight >= from {
                weight += self.all_before(*to) - from;
            }
        }
        match &self.fill {
            Fill::Week(week) => week.instant_of(weight),
            Fill::Pace(course) => Time(self.start.0 + course.after(weight)),
        }
    }
}

impl Week {
    fn new(shape: Shape, region: &str) -> Self {
        let mut cumulated = [0; HOURS + 1];
        for hour in 0..HOURS {
            cumulated[hour + 1] = cumulated[hour] + weight(shape, hour / 24, hour % 24);
        }
        Self { cumulated, offset: utc_offset(region) }
    }

    fn before(&self, time: Time) -> u128 {
        let since = time.0 + self.offset - FIRST_MONDAY;
        let (week, within) = (since.div_euclid(WEEK), since.rem_euclid(WEEK));
        let (hour, rest) = ((within / HOUR) as usize, (within % HOUR) as u64);
        let weeks = self.cumulated[HOURS] * HOUR as u64;
        let here = self.cumulated[hour + 1] - self.cumulated[hour];
        week as u128 * u128::from(weeks) + u128::from(self.cumulated[hour] * HOUR as u64 + here * rest)
    }

    fn instant_of(&self, weight: u128) -> Time {
        let weeks = u128::from(self.cumulated[HOURS] * HOUR as u64);
        let (week, within) = ((weight / weeks) as i64, (weight % weeks) as u64);
        let hour = self.cumulated.partition_point(|before| before * HOUR as u64 <= within) - 1;
        let here = self.cumulated[hour + 1] - self.cumulated[hour];
        let rest = (within - self.cumulated[hour] * HOUR as u64) / here;
        Time(week * WEEK + hour as i64 * HOUR + rest as i64 + FIRST_MONDAY - self.offset)
    }
}

const WEEK: i64 = HOURS as i64 * HOUR;

/// The weight of an hour; never 0, so that every instant can be reached.
fn weight(shape: Shape, day: usize, hour: usize) -> u64 {
    const OFFICE: [u64; 24] = [2, 2, 2, 2, 2, 3, 5, 12, 28, 40, 42, 40, 30, 36, 42, 40, 36, 24, 12, 8, 6, 5, 4, 3];
    const NIGHT: [u64; 24] = [20, 60, 80, 80, 60, 20, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 12];
    match (shape, day) {
        (Shape::Flat, _) => 10,
        (Shape::NightBatch, _) => NIGHT[hour],
        (Shape::Office, 0..5) => OFFICE[hour],
        (Shape::Office, _) => 2 + OFFICE[hour] / 10,
    }
}

/// Where the people of a region live: winter time, all year.
fn utc_offset(region: &str) -> i64 {
    match region {
        "us-east-1" => -5 * HOUR,
        "us-west-2" => -8 * HOUR,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    fn calendar(shape: Shape, days: i64, events: u64) -> Calendar {
        let start = Time(1_772_409_600_000);
        Calendar::new(&Window { start, end: Time(start.0 + days * DAY), shape }, &[], "us-east-1", events)
    }

    #[test]
    fn the_window_is_filled_from_start_to_end() {
        for shape in [Shape::Office, Shape::Flat, Shape::NightBatch] {
            let calendar = calendar(shape, 9, 1_000);
            assert_eq!(calendar.time(0), calendar.start);
            assert_eq!(calendar.time(1_000), calendar.end);
            assert!((0..1_000).all(|o| calendar.time(o) <= calendar.time(o + 1)));
        }
    }

    #[test]
    fn ordinals_are_found_again() {
        for events in [3, 1_000, 50_000_000] {
            let calendar = calendar(Shape::Office, 2, events);
            for step in 0..500 {
                let ordinal = events / 500 * step;
                let time = calendar.time(ordinal);
                let found = calendar.ordinal(time);
                assert!(found >= ordinal && calendar.time(found) <= time, "{ordinal} {found}");
                assert!(found == events || calendar.time(found + 1) > time);
            }
        }
    }

    #[test]
    fn nothing_happens_while_stopped() {
        let plain = calendar(Shape::Office, 2, 5_000);
        let at = |hour: i64| Time(plain.start.0 + hour * HOUR);
        let stopped = [(at(9), at(13)), (at(30), at(33))];
        let window = Window { start: plain.start, end: plain.end, shape: Shape::Office };
        let calendar = Calendar::new(&window, &stopped, "us-east-1", 5_000);
        assert_eq!((calendar.time(0), calendar.time(5_000)), (plain.start, plain.end));
        for ordinal in 0..5_000 {
            let time = calendar.time(ordinal);
            assert!(time <= calendar.time(ordinal + 1) && calendar.awake(time) == time, "{ordinal}");
            assert!(calendar.ordinal(time) >= ordinal);
        }
        assert_eq!(calendar.awake(at(10)), at(13));
    }

    /// A pace is kept to the event in each of its legs, round after round.
    #[test]
    fn a_pace_is_kept() {
        let pace = Pace::parse("2/s for 1m, 2/s..20/s for 20s, 0/s for 10m").unwrap();
        let round = 680 * 1_000;
        let calendar = calendar(Shape::Office, 1, pace.over(Span(DAY))).paced(Some(&pace));
        let events = |from: i64, to: i64| {
            calendar.ordinal(Time(calendar.start.0 + to)) - calendar.ordinal(Time(calendar.start.0 + from))
        };
        for from in (0..127).map(|number| number * round) {
            assert!(events(from, from + 60_000).abs_diff(120) <= 1);
            assert!(events(from + 60_000, from + 70_000).abs_diff(65) <= 1);
            assert!(events(from + 70_000, from + 80_000).abs_diff(155) <= 1);
            assert!(events(from + 81_000, from + round - 1) <= 1, "nothing happens at 0/s");
        }
        assert!((0..calendar.events).all(|o| calendar.time(o) <= calendar.time(o + 1)));
    }

    #[test]
    fn offices_are_busy_by_day() {
        let calendar = calendar(Shape::Office, 1, 24_000);
        let hour = |hour: i64| {
            calendar.ordinal(Time(calendar.start.0 + (hour + 1) * HOUR))
                - calendar.ordinal(Time(calendar.start.0 + hour * HOUR))
        };
        assert!(hour(15) > 10 * hour(7), "10 o'clock in Virginia is busier than 2 at night");
    }
}
