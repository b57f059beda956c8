//! The figures of a live run in Prometheus' text form.

use std::fmt::{Display, Write as _};

use super::report::{Report, in_ms};
use crate::delivery::notify::Announced;
use crate::run::Figures;

/// The answer to a scrape.
pub(super) fn text(run: &Report, figures: &Figures, announced: &[Announced]) -> String {
    let mut text = String::new();
    let now = run.clock.now();
    let counters: [(&str, &str, u64); 6] = [
        ("mocktrail_offered_events_total", "Events that have happened by the calendar of the run.", run.offered(now)),
        ("mocktrail_delivered_events_total", "Events in delivered objects.", figures.events),
        (
            "mocktrail_delivered_objects_total",
            "Objects delivered, those that lay there already included.",
            figures.objects,
        ),
        ("mocktrail_present_objects_total", "Objects that lay there already.", figures.already_there),
        ("mocktrail_delivered_raw_bytes_total", "Bytes of delivered objects before compression.", figures.raw_bytes),
        ("mocktrail_delivered_bytes_total", "Bytes of delivered objects.", figures.bytes),
    ];
    for (name, help, value) in counters {
        one(&mut text, name, "counter", help, &value);
    }
    one(
        &mut text,
        "mocktrail_pool_full_total",
        "counter",
        "How often there was no room for finished objects while some were due.",
        &figures.full,
    );
    let gauges: [(&str, &str, u64); 4] = [
        ("mocktrail_queued_objects", "Finished objects that are not delivered.", figures.queued_objects),
        ("mocktrail_overdue_objects", "Finished objects that are due and not delivered.", figures.overdue_objects),
        ("mocktrail_pool_bytes", "Bytes of finished objects in memory.", figures.held_bytes),
        ("mocktrail_pool_peak_bytes", "The most that there were.", figures.peak_bytes),
    ];
    for (name, help, value) in gauges {
        one(&mut text, name, "gauge", help, &value);
    }
    notifications(&mut text, announced);
    lateness(&mut text, figures);
    text
}

fn one(text: &mut String, name: &str, kind: &str, help: &str, value: &dyn Display) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
}

/// A figure of a target: its name, what it is, and how to find it.
type Count = (&'static str, &'static str, fn(&Announced) -> u64);

fn notifications(text: &mut String, announced: &[Announced]) {
    let counts: [Count; 6] = [
        ("mocktrail_notifications_sent_total", "Notifications that were taken.", |announced| announced.sent),
        ("mocktrail_notifications_repeated_total", "Those of them that repeat another one.", |announced| {
            announced.repeated
        }),
        ("mocktrail_notifications_early_total", "Those that came before the object.", |announced| announced.early),
        ("mocktrail_notifications_withheld_total", "Objects not told of on purpose.", |announced| announced.withheld),
        ("mocktrail_notifications_retried_total", "Notifications that were tried again.", |announced| {
            announced.retried
        }),
        ("mocktrail_notifications_failed_total", "Notifications that were given up.", |announced| announced.failed),
    ];
    for (name, help, value) in counts.iter().filter(|_| !announced.is_empty()) {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
        for each in announced {
            let target = each.target.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = writeln!(text, "{name}{{target=\"{target}\"}} {}", value(each));
        }
    }
}

/// The bounds of buckets, in milliseconds.
const BOUNDS: [u64; 14] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000];

/// The four parts of lateness as one histogram with a label.
fn lateness(text: &mut String, figures: &Figures) {
    let name = "mocktrail_lateness_seconds";
    let _ = writeln!(
        text,
        "# HELP {name} How late written objects were, from their due times, by cause.\n# TYPE {name} histogram"
    );
    for (part, histogram) in figures.lateness.named() {
        let mut below = 0;
        let mut from = 0;
        for bound in BOUNDS {
            below += histogram.count_between(from, bound * 1_000);
            from = bound * 1_000 + 1;
            let _ = writeln!(text, "{name}_bucket{{part=\"{part}\",le=\"{}\"}} {below}", in_ms(bound));
        }
        let sum = histogram.mean() * (in_ms(histogram.len()) / 1e3);
        let _ = writeln!(text, "{name}_bucket{{part=\"{part}\",le=\"+Inf\"}} {}", histogram.len());
        let _ =
            writeln!(text, "{name}_sum{{part=\"{part}\"}} {sum}\n{name}_count{{part=\"{part}\"}} {}", histogram.len());
    }
}
