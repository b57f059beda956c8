//! The clock of live runs: fine enough for lateness, and never set back.

use std::time::{Duration, Instant};

use super::Time;

/// An instant of a live run, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// How long this is behind another moment; nothing when it is before it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment so much later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The moment so much earlier.
    #[must_use]
    pub fn before(self, lead: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(lead.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The millisecond that it lies in.
    #[must_use]
    pub const fn time(self) -> Time {
        Time(self.0.div_euclid(1_000))
    }
}

impl From<Time> for Moment {
    fn from(time: Time) -> Self {
        Self(time.0.saturating_mul(1_000))
    }
}

/// Tells a live run what time it is. Tests have clocks of their own.
pub trait Clock: Send + Sync {
    /// The moment that is now.
    fn now(&self) -> Moment;
}

/// Reads the wall clock once and goes on with the steady one of the machine: whoever sets the wall clock while a run
/// goes on does not disturb it.
#[derive(Clone, Copy, Debug)]
pub struct SteadyClock {
    begun: Moment,
    since: Instant,
}

impl SteadyClock {
    /// Starts from what the wall clock says.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "one of the places that read the clock")]
    pub fn start() -> Self {
        Self { begun: Time::now().into(), since: Instant::now() }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Moment {
        self.begun.after(self.since.elapsed())
    }
}
