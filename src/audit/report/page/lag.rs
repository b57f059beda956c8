//! How late records arrive, as bars, and marks where a real trail's lie.

use std::fmt::Write as _;

use super::html::{marks, picture, section};
use crate::audit::report::compare::count;
use crate::audit::report::figures::{Figures, LAG_STEP, share};
use crate::audit::report::real::REAL;

/// The height of the picture in its own units.
const HEIGHT: u64 = 1_000;
/// What the marks of the real trail are called.
const MARKS: [&str; 5] = ["min", "5 %", "median", "95 %", "max"];

pub(super) fn lag(figures: &Figures) -> String {
    let Some(here) = figures.lag_seconds else { return String::new() };
    let steps = &figures.lag_histogram;
    let most = steps.iter().copied().max().unwrap_or(0).max(1);
    let mut shapes = bars(steps, most);
    let end = LAG_STEP * steps.len() as i64;
    let place = |seconds: i64| 100.0 * share(seconds as u64, end as u64).unwrap_or_default();
    let mut above = Vec::new();
    for (name, (_, seconds)) in MARKS.iter().zip(REAL.lag_seconds.columns()) {
        let Some(seconds) = seconds else { continue };
        shapes.push_str(&line("real", seconds));
        above.push((place(seconds), *name));
    }
    shapes.push_str(&here.median.map(|seconds| line("here", seconds.min(end))).unwrap_or_default());
    let label = "Delivery lag";
    let picture = picture(label, (steps.len() * 100, HEIGHT as usize), 180, &shapes);
    let below = [(0, "0 s"), (150, "150"), (300, "300"), (450, "450"), (600, "600+")];
    let (above, below) = (marks("real", &above), marks("", &below.map(|(seconds, word)| (place(seconds), word))));
    section(
        label,
        &format!(
            "<p class=\"note\">Seconds from an event to the time in the name of its file. Bars: this trail, its median a \
             <span class=\"key here\">solid line</span>. Marks: the <span class=\"key real\">real trail</span>.</p>\n\
             {above}{picture}{below}",
        ),
    )
}

fn bars(steps: &[u64], most: u64) -> String {
    let mut shapes = String::new();
    for (index, records) in steps.iter().enumerate().filter(|(_, records)| **records > 0) {
        let height = (records * HEIGHT / most).max(8);
        let from = index as i64 * LAG_STEP;
        let _ = write!(
            shapes,
            "<rect class=\"fill\" x=\"{}\" y=\"{}\" width=\"90\" height=\"{height}\"><title>from {from} s: {}</title></rect>",
            index * 100 + 5,
            HEIGHT.saturating_sub(height),
            count(*records)
        );
    }
    shapes
}

/// A line from top to bottom.
fn line(class: &str, seconds: i64) -> String {
    let x = 100 * seconds / LAG_STEP;
    format!("<path class=\"line {class}\" d=\"M{x} 0V{HEIGHT}\"/>")
}
