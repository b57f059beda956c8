//! The line that shows on a terminal how a live run goes.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::report::{Report, per_second};
use crate::cli::summary::{count, seconds};
use crate::clock::Moment;
use crate::run::{Figures, Meter};

/// How often the line is written anew.
const TICK: Duration = Duration::from_millis(250);

/// Rates are those of so many ticks.
const TICKS: usize = 20;

/// The line on standard error; nothing at all when that is no terminal.
pub(super) struct Status(ProgressBar);

/// What was offered and delivered at a moment.
#[derive(Clone, Copy)]
struct Mark {
    at: Moment,
    offered: u64,
    delivered: u64,
}

impl Status {
    pub(super) fn new() -> Self {
        let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self(ProgressBar::new_spinner().with_style(style))
    }

    /// Keeps the line up to date until the run is over.
    pub(super) fn follow(&self, over: &AtomicBool, stop: &AtomicBool, run: &Report, meter: &Meter) {
        let mut marks = VecDeque::new();
        while !over.load(Ordering::Relaxed) {
            if !self.0.is_hidden() {
                let figures = meter.figures();
                let at = run.clock.now();
                marks.push_back(Mark { at, offered: run.offered(at), delivered: figures.events });
                marks.drain(..marks.len().saturating_sub(TICKS));
                self.0.set_message(line(&marks, &figures, run, stop.load(Ordering::Relaxed)));
            }
            thread::sleep(TICK);
        }
        self.0.finish_and_clear();
    }
}

/// What matters most stands first: terminals cut the rest off.
fn line(marks: &VecDeque<Mark>, figures: &Figures, run: &Report, is_stopping: bool) -> String {
    let (Some(first), Some(last)) = (marks.front(), marks.back()) else { return String::new() };
    let span = last.at.since(first.at);
    let offered = per_second(last.offered - first.offered, span);
    let achieved = per_second(last.delivered - first.delivered, span);
    let total = &figures.lateness.total;
    let [p50, p99] = [0.5, 0.99].map(|quantile| milliseconds(total.value_at_quantile(quantile)));
    let mut line = String::new();
    if is_stopping {
        line += "stopping; ";
    }
    let _ = write!(line, "{} of {} events/s", count(achieved), count(offered));
    let _ = write!(line, ", late {p50}/{p99}/{} ms", milliseconds(total.max()));
    let _ = write!(line, ", {} due", count(figures.overdue_objects));
    let passed = last.at.since(run.record.timetable.begun);
    let _ = write!(
        line,
        ", {} objects, {} queued, {}",
        count(figures.objects),
        count(figures.queued_objects),
        seconds(passed)
    );
    line
}

/// Microseconds as milliseconds, as fine as they are short.
fn milliseconds(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{}.{}", micros / 1_000, micros % 1_000 / 100),
        _ => count(micros / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_as_fine_as_it_is_short() {
        for (micros, shown) in [(0, "0.0"), (1_234, "1.2"), (9_999, "9.9"), (12_345, "12"), (5_000_000, "5,000")] {
            assert_eq!(milliseconds(micros), shown);
        }
    }
}
