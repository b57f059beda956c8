//! What a live run came to: in plain words, or as one JSON document.

use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};

use crate::cli::notify;
use crate::cli::summary::{count, made, seconds, things};
use crate::clock::{Clock, Moment};
use crate::delivery::notify::Announced;
use crate::run::{Emitted, Figures, Record, Shortfall};
use crate::trail::Trail;

/// A live run.
pub(super) struct Report<'a> {
    pub(super) trail: &'a Trail,
    /// Where the files are.
    pub(super) place: String,
    pub(super) record: Record,
    pub(super) clock: &'a dyn Clock,
}

impl Report<'_> {
    /// The events that have happened up to a moment, by the calendar.
    pub(super) fn offered(&self, moment: Moment) -> u64 {
        self.record.timetable.offered(self.trail, moment)
    }

    /// For people.
    pub(super) fn text(&self, emitted: &Emitted, figures: &Figures, announced: &[Announced]) -> String {
        let mut text = made(&emitted.outcome, &self.place);
        if figures.already_there > 0 {
            let _ = writeln!(text, "{} of the files were there already", count(figures.already_there));
        }
        let took = self.took(emitted);
        let offered = self.offered(emitted.ended);
        let _ = writeln!(
            text,
            "offered {} events/s, achieved {} events/s in {}",
            count(per_second(offered, self.offering(emitted))),
            count(self.achieved(emitted, figures)),
            seconds(took)
        );
        text += &table(figures);
        text += &notify::lines(announced);
        if emitted.shortfall.events > 0 {
            let at_least = if emitted.shortfall.exact { "" } else { "at least " };
            let _ = writeln!(
                text,
                "shortfall: {at_least}{} due and not delivered",
                things(emitted.shortfall.events, "event")
            );
        }
        if emitted.shortfall.notifications > 0 {
            let _ = writeln!(text, "{} not repeated yet", things(emitted.shortfall.notifications, "notification"));
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// For programs.
    pub(super) fn document(&self, emitted: &Emitted, figures: &Figures, announced: &[Announced]) -> Value {
        let (scenario, outcome) = (&self.trail.plan().scenario, &emitted.outcome);
        let (first, last) = outcome.keys.clone().unzip();
        let lateness: Map<String, Value> = figures
            .lateness
            .named()
            .into_iter()
            .map(|(name, histogram)| (name.to_owned(), spread(histogram)))
            .collect();
        let offered = self.offered(emitted.ended);
        json!({
            "seed": scenario.seed,
            "destination": self.place,
            "manifest": outcome.manifest.to_string_lossy(),
            "begun": self.record.timetable.begun.time().to_string(),
            "rate": self.record.rate,
            "speed": self.record.timetable.speed.to_string(),
            "flush": scenario.trail.flush.to_string(),
            "offered": { "events": offered, "eventsPerSecond": per_second(offered, self.offering(emitted)) },
            "achieved": { "events": outcome.totals.events, "eventsPerSecond": self.achieved(emitted, figures) },
            "events": outcome.totals.events,
            "objects": outcome.totals.objects,
            "written": outcome.written,
            "alreadyThere": outcome.already_there,
            "rawBytes": outcome.totals.raw_bytes,
            "bytes": outcome.totals.bytes,
            "firstKey": first,
            "lastKey": last,
            "latenessMs": lateness,
            "shortfall": shortfall(&emitted.shortfall),
            "memory": { "peakBytes": figures.peak_bytes, "full": figures.full },
            "notifications": notify::documents(announced),
            "interrupted": emitted.is_interrupted(),
            "seconds": self.took(emitted).as_secs_f64(),
        })
    }

    /// Events per second that were delivered, of those that were due: files close only some time after their events, and
    /// that time counts for nothing.
    fn achieved(&self, emitted: &Emitted, figures: &Figures) -> u64 {
        let (delivered, offering) = (emitted.outcome.totals.events, self.offering(emitted));
        if !emitted.outcome.interrupted {
            return per_second(delivered, offering + figures.last_late);
        }
        let offered = per_second(self.offered(emitted.ended), offering);
        let due = u128::from(delivered + emitted.shortfall.events).max(1);
        (u128::from(offered) * u128::from(delivered) / due) as u64
    }

    /// From the first due time to the end of the run.
    fn took(&self, emitted: &Emitted) -> Duration {
        emitted.ended.since(self.record.timetable.begun)
    }

    /// How long events were offered: until their window was over, or the run.
    fn offering(&self, emitted: &Emitted) -> Duration {
        let table = &self.record.timetable;
        let end = table.due(self.trail.plan().scenario.time.end);
        end.min(emitted.ended).since(table.begun)
    }
}

fn shortfall(shortfall: &Shortfall) -> Value {
    let Shortfall { events, exact, notifications } = shortfall;
    json!({ "events": events, "exact": exact, "notifications": notifications })
}

/// How many in a second.
pub(super) fn per_second(number: u64, took: Duration) -> u64 {
    let rate = u128::from(number) * 1_000_000 / took.as_micros().max(1);
    u64::try_from(rate).unwrap_or(u64::MAX)
}

/// A histogram's figures in milliseconds.
fn spread(histogram: &Histogram<u64>) -> Value {
    let at = |quantile: f64| in_ms(histogram.value_at_quantile(quantile));
    json!({
        "count": histogram.len(),
        "mean": histogram.mean().round() / 1e3,
        "p50": at(0.5),
        "p90": at(0.9),
        "p99": at(0.99),
        "p999": at(0.999),
        "max": in_ms(histogram.max()),
    })
}

/// Microseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "it is shown to people, with three places")]
pub(crate) fn in_ms(micros: u64) -> f64 {
    micros as f64 / 1e3
}

/// The histograms as a table of 60 columns at most.
fn table(figures: &Figures) -> String {
    let mut text = "late by (ms)        p50       p90       p99       max\n".to_owned();
    for (name, histogram) in figures.lateness.named() {
        let _ = write!(text, "  {name:<11}");
        for micros in
            [0.5, 0.9, 0.99].map(|quantile| histogram.value_at_quantile(quantile)).into_iter().chain([histogram.max()])
        {
            let _ = write!(text, "{:>10.1}", in_ms(micros));
        }
        text.push('\n');
    }
    text
}
