//! Numbers: how many there may be of something, shares and weights.

use std::fmt::Display;

use super::problem::Problem;

/// A whole number with bounds, both inclusive.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<T> {
    name: &'static str,
    least: T,
    most: T,
}

/// `seed`.
pub const SEED: Bounds<u64> = Bounds { name: "seed", least: 0, most: u64::MAX };
/// `[traffic] events`, far within the 45 bits that an eventID has for the ordinal.
pub const EVENTS: Bounds<u64> = Bounds { name: "events", least: 1, most: 1 << 44 };
pub(super) const ORGANIZATIONS: Bounds<u32> = Bounds { name: "organizations", least: 1, most: 100 };
pub(super) const USERS: Bounds<u32> = Bounds { name: "users", least: 1, most: 1_000_000 };
pub(super) const GROUPS: Bounds<u32> = Bounds { name: "groups", least: 1, most: 1_000_000 };
pub(super) const RESOURCES: Bounds<u32> = Bounds { name: "resources", least: 1, most: 1_000_000 };
pub(super) const RECORDS_PER_FILE: Bounds<u32> = Bounds { name: "records_per_file", least: 1, most: 1_000_000 };
pub(super) const WRITERS: Bounds<u32> = Bounds { name: "writers", least: 0, most: 10_000 };

/// The largest weight of an action.
const WEIGHT_MOST: u32 = 1_000_000;

impl<T: Copy + Display + Into<i128> + TryFrom<i128>> Bounds<T> {
    /// The number, when it lies within the bounds.
    ///
    /// # Errors
    ///
    /// A problem that names the bounds.
    pub fn check(self, number: i128) -> Result<T, Problem> {
        let inside = (self.least.into()..=self.most.into()).contains(&number);
        T::try_from(number).ok().filter(|_| inside).ok_or_else(|| self.outside(number))
    }

    /// Reads a flag's text; digits may be grouped: `10_000`.
    ///
    /// # Errors
    ///
    /// A problem, when it is no whole number or lies outside.
    pub fn parse(self, text: &str) -> Result<T, Problem> {
        match digits(text) {
            Some(number) => self.check(number),
            None => Err(Problem::new(format!("expected a whole number, found text {text:?}"))),
        }
    }

    fn outside(self, number: i128) -> Problem {
        Problem::new(format!("`{}` must be from {} to {}, found {number}", self.name, self.least, self.most))
    }
}

/// A whole number whose digits may be grouped with `_`, as in TOML.
pub(super) fn digits(text: &str) -> Option<i128> {
    let grouped = text.split('_').all(|group| !group.is_empty());
    grouped.then(|| text.replace('_', "").parse().ok()).flatten()
}

/// Reads `--errors`: a share from 0 to 1, in millionths, rounded.
///
/// # Errors
///
/// A problem, when it is no number or lies outside.
pub fn share(text: &str) -> Result<u32, Problem> {
    let share = text.parse().map_err(|_| Problem::new(format!("expected a number, found text {text:?}")))?;
    share_ppm("errors", share)
}

/// A share from 0 to 1, in millionths, rounded.
pub(super) fn share_ppm(name: &str, share: f64) -> Result<u32, Problem> {
    if (0.0..=1.0).contains(&share) {
        return Ok(scaled(share, 1e6));
    }
    let problem = Problem::new(format!("`{name}` must be from 0 to 1, found {share}"));
    Err(problem.hint("it is a share: 6 % is written 0.06"))
}

/// The weight of an action, in thousandths, rounded; only 0 becomes 0, since that removes the action.
pub(super) fn weight(action: &str, weight: f64) -> Result<u32, Problem> {
    let bad = |rule: &str| Problem::new(format!("the weight of `{action}` must be {rule}, found {weight}"));
    if !(0.0..=f64::from(WEIGHT_MOST)).contains(&weight) {
        return Err(bad(&format!("from 0 to {WEIGHT_MOST}")));
    }
    match scaled(weight, 1e3) {
        0 if weight > 0.0 => Err(bad("0 or at least 0.001").hint("0 removes the action")),
        thousandths => Ok(thousandths),
    }
}

/// `number` in units of 1/`scale`. A product and a rounding are the same on every machine.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "callers check the bounds")]
fn scaled(number: f64, scale: f64) -> u32 {
    (number * scale).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_kept_within_their_bounds() {
        assert_eq!(EVENTS.parse("10_000"), Ok(10_000));
        assert_eq!(SEED.check(i128::from(u64::MAX)), Ok(u64::MAX));
        for (text, what) in [
            ("0", "`events` must be from 1 to 17592186044416, found 0"),
            ("-1", "`events` must be from 1 to 17592186044416, found -1"),
            ("17592186044417", "`events` must be from 1 to 17592186044416, found 17592186044417"),
            ("ten", "expected a whole number, found text \"ten\""),
            ("1__0", "expected a whole number, found text \"1__0\""),
        ] {
            assert_eq!(EVENTS.parse(text), Err(Problem::new(what)), "{text}");
        }
    }

    #[test]
    fn shares_are_rounded_to_millionths() {
        for (share, ppm) in [(0.0, Some(0)), (0.06, Some(60_000)), (1.0, Some(1_000_000)), (0.000_000_4, Some(0))] {
            assert_eq!(share_ppm("errors", share).ok(), ppm);
        }
        assert!([-0.1, 1.1, f64::NAN, f64::INFINITY].iter().all(|share| share_ppm("errors", *share).is_err()));
    }

    #[test]
    fn a_small_weight_never_removes_an_action() {
        assert_eq!(weight("CreateUser", 0.0), Ok(0));
        assert_eq!(weight("CreateUser", 2.5), Ok(2500));
        assert_eq!(
            weight("CreateUser", 0.0004).unwrap_err().what,
            "the weight of `CreateUser` must be 0 or at least 0.001, found 0.0004"
        );
        assert!(weight("CreateUser", -1.0).is_err());
    }
}
