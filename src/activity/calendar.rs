//! When things happen: a monotone map from ordinals to instants, and back.

use std::ops::Range;

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
    /// The same, or 1 where there are none.
    divisor: Divisor,
    /// Weight before the start, and from there to the end, as [`Self::weight_before`] counts it.
    before: u128,
    total: u128,
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
    /// The weight of the whole week in milliseconds, and those of each hour.
    whole: Divisor,
    each: [Divisor; HOURS],
    /// For each unit of the week's weight, the hour that it belongs to.
    hours: Vec<u8>,
    /// Local midnight minus midnight UTC, in milliseconds.
    offset: i64,
}

impl Calendar {
    /// Spreads so many events over a window, outside of the times in which nothing happens.
    #[must_use]
    pub fn new(window: &Window, stopped: &[(Time, Time)], region: &str, events: u64) -> Self {
        let fill = Fill::Week(Box::new(Week::new(window.shape, region)));
        let (start, end) = (window.start, window.end);
        let (stopped, divisor) = (stopped.to_vec(), Divisor::new(events.max(1)));
        Self { fill, start, end, stopped, events, divisor, before: 0, total: 0 }.weighed()
    }

    /// The same window filled as a pace says, if there is one.
    #[must_use]
    pub fn paced(self, pace: Option<&Pace>) -> Self {
        let course = |pace| Fill::Pace(Course::new(pace, Span(self.end.0 - self.start.0)));
        Self { fill: pace.map_or(self.fill, course), ..self }.weighed()
    }

    fn weighed(mut self) -> Self {
        self.before = self.weight_before(self.start);
        self.total = self.weight_before(self.end) - self.before;
        self
    }

    /// The instant at which the event of this ordinal would happen if all were evenly spaced by weight.
    #[must_use]
    pub fn time(&self, ordinal: u64) -> Time {
        self.time_between(ordinal, 0, 1)
    }

    /// The instant `part / parts` of the way from an ordinal to the next. `part` may exceed `parts`.
    #[must_use]
    pub fn time_between(&self, ordinal: u64, part: u64, parts: u64) -> Time {
        self.time_near(&mut Hour::default(), ordinal, part, parts)
    }

    /// The same in less time, where it mostly lies in the hour of the instant before. The hour is kept up to date.
    #[must_use]
    pub(super) fn time_near(&self, hour: &mut Hour, ordinal: u64, part: u64, parts: u64) -> Time {
        let share = self.share_in_words(ordinal, part, parts).unwrap_or_else(|| self.share(ordinal, part, parts));
        let weight = self.before + share;
        let time = match u64::try_from(weight) {
            Ok(weight) if hour.weights.contains(&weight) => hour.instant_of(weight),
            _ => self.instant_of(weight, hour),
        };
        Time(time.0.clamp(self.start.0, self.end.0))
    }

    /// The weight between the start and the instant of [`Self::time_between`].
    fn share(&self, ordinal: u64, part: u64, parts: u64) -> u128 {
        let position = u128::from(ordinal) * u128::from(parts) + u128::from(part);
        let whole = (u128::from(self.events) * u128::from(parts)).max(1);
        // In two parts, so that no product grows too large.
        self.total / whole * position + self.total % whole * position / whole
    }

    /// The same without a division of 128 bits, which costs as much as all the rest; `None` where it needs one.
    /// Dividing by the powers of two in `parts` first changes no quotient.
    fn share_in_words(&self, ordinal: u64, part: u64, parts: u64) -> Option<u128> {
        let twos = parts.trailing_zeros();
        let position = ordinal.checked_mul(parts)?.checked_add(part)?;
        let product = (u128::from(u64::try_from(self.total).ok()?) * u128::from(position)) >> twos;
        let product = u64::try_from(product).ok()?;
        match parts >> twos {
            1 if self.events > 0 => Some(self.divisor.divide(product).into()),
            parts => product.checked_div(self.events.checked_mul(parts)?).map(u128::from),
        }
    }

    /// The largest ordinal whose instant is not after `time`; 0 before the start, the count of events at the end.
    #[must_use]
    pub fn ordinal(&self, time: Time) -> u64 {
        let time = Time(time.0.clamp(self.start.0, self.end.0));
        let done = self.weight_before(time) - self.before;
        // Rounding both ways can miss by one; the map is monotone, so a step settles it.
        let guess = (done * u128::from(self.events) / self.total.max(1)) as u64;
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

    /// Weight of all time before an instant in which something can happen, in weight times milliseconds.
    fn weight_before(&self, time: Time) -> u128 {
        let asleep = |(from, to): &(Time, Time)| self.all_before(time.min(*to)) - self.all_before(time.min(*from));
        self.all_before(time) - self.stopped.iter().map(asleep).sum::<u128>()
    }

    fn all_before(&self, time: Time) -> u128 {
        match &self.fill {
            Fill::Week(week) => week.before(time).into(),
            Fill::Pace(course) => course.before(time.0 - self.start.0),
        }
    }

    /// The instant before which this much weight lies. The hour is set where its weights are those of the week.
    fn instant_of(&self, mut weight: u128, hour: &mut Hour) -> Time {
        for (from, to) in &self.stopped {
            let from = self.all_before(*from);
            if weight >= from {
                weight += self.all_before(*to) - from;
            }
        }
        match &self.fill {
            Fill::Week(week) => {
                let here = week.hour(weight as u64);
                let time = here.instant_of(weight as u64);
                if self.stopped.is_empty() {
                    *hour = here;
                }
                time
            }
            Fill::Pace(course) => Time(self.start.0 + course.after(weight)),
        }
    }
}

impl Week {
    fn new(shape: Shape, region: &str) -> Self {
        let mut cumulated = [0; HOURS + 1];
        let (mut each, mut hours) = ([Divisor::new(1); HOURS], Vec::new());
        for hour in 0..HOURS {
            let weight = weight(shape, hour / 24, hour % 24);
            cumulated[hour + 1] = cumulated[hour] + weight;
            each[hour] = Divisor::new(weight);
            hours.extend((0..weight).map(|_| hour as u8));
        }
        let whole = Divisor::new(cumulated[HOURS] * HOUR as u64);
        Self { cumulated, whole, each, hours, offset: utc_offset(region) }
    }

    /// Weight of all time before an instant. Up to the year 2100 it is less than 2^50.
    fn before(&self, time: Time) -> u64 {
        let since = time.0 + self.offset - FIRST_MONDAY;
        let (week, within) = (since.div_euclid(WEEK), since.rem_euclid(WEEK));
        let (hour, rest) = ((within / HOUR) as usize, (within % HOUR) as u64);
        week as u64 * self.whole.number + self.cumulated[hour] * HOUR as u64 + self.each[hour].number * rest
    }

    /// The hour in which the instant lies before which there is this much weight.
    fn hour(&self, weight: u64) -> Hour {
        let week = self.whole.divide(weight);
        let within = weight - week * self.whole.number;
        let hour = usize::from(self.hours[(within / HOUR as u64) as usize]);
        let first = week * self.whole.number + self.cumulated[hour] * HOUR as u64;
        let start = week as i64 * WEEK + hour as i64 * HOUR + FIRST_MONDAY - self.offset;
        let each = self.each[hour];
        Hour { weights: first..first + each.number * HOUR as u64, start, each }
    }
}

/// One hour of one week.
#[derive(Clone, Debug, Default)]
pub(super) struct Hour {
    /// The weight before each of its milliseconds.
    weights: Range<u64>,
    /// Its first millisecond.
    start: i64,
    /// The weight of a millisecond.
    each: Divisor,
}

impl Hour {
    /// The instant before which this much weight lies.
    const fn instant_of(&self, weight: u64) -> Time {
        Time(self.start + self.each.divide(weight - self.weights.start) as i64)
    }
}

/// A number that others are divided by again and again: to multiply with its inverse takes less time.
#[derive(Clone, Copy, Debug, Default)]
struct Divisor {
    number: u64,
    inverse: u64,
}

impl Divisor {
    const fn new(number: u64) -> Self {
        Self { number, inverse: u64::MAX / number }
    }

    /// Another number divided by it.
    const fn divide(self, other: u64) -> u64 {
        // The inverse is rounded down, so one may be missing.
        let guess = ((other as u128 * self.inverse as u128) >> 64) as u64;
        guess + (other - guess * self.number >= self.number) as u64
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn an_inverse_divides(number in 1..=u64::MAX, shift in 0..64_u32, other: u64) {
            let number = (number >> shift).max(1);
            for other in [other, other / number * number, (other / number * number).wrapping_sub(1), 0, u64::MAX] {
                prop_assert_eq!(Divisor::new(number).divide(other), other / number);
            }
        }

        /// The short way leads to where the long one does.
        #[test]
        fn shares_do_not_depend_on_how_they_are_divided(
            days in 1..3_000_i64,
            events in prop_oneof![0..10_u64, 0..1_u64 << 30, 0..1_u64 << 45],
            place: u64,
            part in prop_oneof![0..100_u64, 0..1_u64 << 40],
            parts in prop_oneof![1..50_u64, (1..50_u64).prop_map(|parts| parts << 20), 1..1_u64 << 40],
        ) {
            let calendar = calendar(Shape::Office, days, events);
            let ordinal = place % (events + 1);
            if let Some(share) = calendar.share_in_words(ordinal, part, parts) {
                prop_assert_eq!(share, calendar.share(ordinal, part, parts));
            }
        }
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
