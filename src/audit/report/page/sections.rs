//! What the page says, from top to bottom.

use std::fmt::Write as _;

use super::html::{ranking, section, table, text};
use super::lag::lag;
use super::timeline::timeline;
use super::week::week;
use crate::audit::report::compare::{count, part_of, rows, slots, spreads};
use crate::audit::report::figures::Figures;
use crate::audit::report::real::REAL;
use crate::audit::report::spread::Summary;

/// All sections as HTML.
pub(super) fn all(figures: &Figures) -> Vec<String> {
    let records = figures.records;
    vec![
        summary(figures),
        comparison(figures),
        spread(figures),
        files_per_slot(figures),
        timeline(figures),
        week(figures),
        lag(figures),
        ranking("Actions", &figures.actions, records),
        ranking("Services", &figures.services, records),
        ranking("Error codes", &figures.errors.codes, figures.errors.records),
        ranking("Identities", &figures.identities, records),
        ranking("Types of identity", &figures.identity_types, records),
        ranking("Regions", &figures.regions, records),
        ranking("Addresses", &figures.addresses, records),
        ranking("User agents", &figures.user_agents, records),
    ]
}

fn summary(figures: &Figures) -> String {
    let span = match (&figures.first_event_time, &figures.last_event_time) {
        (Some(first), Some(last)) => format!(", from {first} to {last}"),
        _ => String::new(),
    };
    let mut notes = format!("<p>{} records in {} log files{span}.</p>\n", count(figures.records), count(figures.files));
    if figures.damaged_files > 0 {
        let damaged = count(figures.damaged_files);
        let _ =
            writeln!(notes, "<p class=\"warning\">{damaged} files cannot be read to their end or hold no records.</p>");
    }
    if figures.interrupted {
        notes += "<p class=\"warning\">Reading was interrupted: these are the figures of a part.</p>\n";
    }
    notes
}

fn comparison(figures: &Figures) -> String {
    let rows: Vec<Vec<String>> =
        rows(figures).into_iter().map(|row| vec![text(row.name), text(&row.here), text(&row.real)]).collect();
    let note = format!("<p class=\"note\">The real trail: {}.</p>\n", text(REAL.source));
    section("Figures", &(table(&["Figure", "Here", "Real trail"], &rows) + &note))
}

fn spread(figures: &Figures) -> String {
    let cells = |summary: Summary| {
        summary.columns().map(|(_, value)| value.map_or_else(String::new, |value| count(value.max(0) as u64)))
    };
    let mut rows = Vec::new();
    for spread in spreads(figures) {
        rows.push([vec![text(spread.name)], cells(spread.here).to_vec()].concat());
        if let Some(real) = spread.real {
            let name = "<span class=\"key real\">real trail</span>".to_owned();
            rows.push([vec![name], cells(real).to_vec()].concat());
        }
    }
    section("Spreads", &table(&["", "Min", "5 %", "Median", "95 %", "Max"], &rows))
}

fn files_per_slot(figures: &Figures) -> String {
    let slots = slots(figures);
    let all: u64 = slots.iter().map(|(_, slots)| slots).sum();
    let row = |(files, slots): &(String, u64)| vec![files.clone(), count(*slots), part_of(*slots, all)];
    let rows: Vec<Vec<String>> = slots.iter().map(row).collect();
    match rows.is_empty() {
        true => String::new(),
        false => section("Files per delivery slot", &table(&["Files", "Slots", "Share"], &rows)),
    }
}
