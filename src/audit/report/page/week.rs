//! Events by hour and day of the week, as a map of heat.

use std::fmt::Write as _;

use super::html::{axis, picture, section, spans};
use crate::audit::report::compare::count;
use crate::audit::report::figures::{Figures, share};

/// The days, in order.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) fn week(figures: &Figures) -> String {
    let most = figures.hours_of_week.iter().flatten().copied().max().unwrap_or(0).max(1);
    let mut shapes = String::new();
    for (day, hours) in figures.hours_of_week.iter().enumerate() {
        for (hour, records) in hours.iter().enumerate() {
            let heat = share(*records, most).unwrap_or_default().sqrt();
            let _ = write!(
                shapes,
                "<rect class=\"cell\" x=\"{hour}.03\" y=\"{day}.05\" width=\".94\" height=\".9\"/>\
                 <rect class=\"fill\" x=\"{hour}.03\" y=\"{day}.05\" width=\".94\" height=\".9\" \
                 fill-opacity=\"{heat:.3}\"><title>{} {hour:02}:00 {}</title></rect>",
                DAYS[day],
                count(*records)
            );
        }
    }
    let days = spans(&DAYS);
    let label = "Events by hour and weekday";
    let picture = picture(label, (24, 7), 7 * 22, &shapes);
    let hours = axis(&["0", "6", "12", "18", "24"]);
    section(
        label,
        &format!(
            "<p class=\"note\">from none to {}; all times UTC</p>\n<div class=\"week\"><div class=\"days\">{days}</div>\
             <div>{picture}{hours}</div></div>\n",
            count(most)
        ),
    )
}
