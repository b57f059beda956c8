//! Wall time, and processor time where the system tells it. Processor time hardly notices what else a machine does.

use std::time::{Duration, Instant};

/// What some work took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub wall: Duration,
    /// Processor time of the whole process; wall time where the system does not tell it.
    pub cpu: Duration,
}

/// Does the work and says what it took.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (start, cpu) = (Instant::now(), cpu());
    let done = work();
    let wall = start.elapsed();
    let cpu = cpu.zip(self::cpu()).map_or(wall, |(before, after)| after.saturating_sub(before));
    (done, Cost { wall, cpu })
}

/// Processor time of this process so far, in all its threads.
#[cfg(unix)]
fn cpu() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
}

#[cfg(not(unix))]
fn cpu() -> Option<Duration> {
    None
}
