//! Events over time, as bars.

use std::fmt::Write as _;

use super::html::{axis, picture, section};
use crate::audit::report::compare::count;
use crate::audit::report::figures::{Figures, Hour};
use crate::clock::{HOUR, Time};

/// How wide a bar may be, in hours, and what that is called.
const WIDTHS: [(i64, &str); 6] =
    [(1, "hour"), (6, "6 hours"), (24, "day"), (168, "week"), (672, "4 weeks"), (8_760, "year")];
/// More bars than that cannot be told apart.
const MOST: i64 = 400;
/// Weeks begin on Mondays; 1970 began three days later.
const MONDAY: i64 = 72;
/// The height of the picture in its own units.
const HEIGHT: u64 = 1_000;

pub(super) fn timeline(figures: &Figures) -> String {
    let (Some(first), Some(last)) = (figures.hours.first(), figures.hours.last()) else { return String::new() };
    let bar = |hour: i64, width: i64| (hour + MONDAY).div_euclid(width);
    let bars = |width: i64| bar(last.number, width) - bar(first.number, width) + 1;
    let (width, name) = WIDTHS.into_iter().find(|(width, _)| bars(*width) <= MOST).unwrap_or(WIDTHS[WIDTHS.len() - 1]);
    let start = bar(first.number, width);
    let mut records = vec![0; bars(width) as usize];
    for Hour { number, records: more, .. } in &figures.hours {
        records[(bar(*number, width) - start) as usize] += more;
    }
    let at = |bar: i64| Time((bar * width - MONDAY) * HOUR).to_string();
    let most = records.iter().copied().max().unwrap_or(1).max(1);
    let label = format!("Events per {name}");
    let shapes = shapes(&records, most, &|index| at(start + index as i64));
    let picture = picture(&label, (records.len(), HEIGHT as usize), 140, &shapes);
    let ends = axis(&[&minute(&at(start)), &minute(&at(start + records.len() as i64))]);
    section(
        &label,
        &format!("<p class=\"note\">at most {} per {name}; all times UTC</p>\n{picture}{ends}", count(most)),
    )
}

fn shapes(records: &[u64], most: u64, at: &dyn Fn(usize) -> String) -> String {
    let mut shapes = String::new();
    for (index, records) in records.iter().enumerate().filter(|(_, records)| **records > 0) {
        let height = (records * HEIGHT / most).max(8);
        let _ = write!(
            shapes,
            "<rect class=\"fill\" x=\"{index}.1\" y=\"{}\" width=\".8\" height=\"{height}\"><title>{} {}</title></rect>",
            HEIGHT.saturating_sub(height),
            minute(&at(index)),
            count(*records)
        );
    }
    shapes
}

/// `2026-03-02 09:00`
fn minute(time: &str) -> String {
    time.replace('T', " ").trim_end_matches(":00Z").to_owned()
}
