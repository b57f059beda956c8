//! The figures of a trail for a terminal of 60 columns and more.

use std::fmt::Write as _;

use super::summary::{count, things};
use super::table::{Column, Table};
use crate::audit::report::{Figures, REAL, Ranking, Summary, legible, part_of, rows, slots, spreads};

/// So many names of a ranking are shown.
const SHOWN: usize = 10;
/// The columns of the terminal that a record's share and number take.
const BESIDE: usize = 20;
/// The days, in order.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// From few to most.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Everything worth reading in a terminal so wide.
pub(crate) fn text(figures: &Figures, width: Option<usize>) -> String {
    let mut parts =
        vec![head(figures), comparison(figures, width), spread(figures, width), files(figures, width), week(figures)];
    let (all, failed) = (figures.records, figures.errors.records);
    for (title, ranking, all) in [
        ("ACTION", &figures.actions, all),
        ("SERVICE", &figures.services, all),
        ("ERROR CODE", &figures.errors.codes, failed),
        ("IDENTITY", &figures.identities, all),
        ("TYPE OF IDENTITY", &figures.identity_types, all),
        ("REGION", &figures.regions, all),
    ] {
        parts.push(names(title, ranking, all, width));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn head(figures: &Figures) -> String {
    let mut head = format!("{} in {}\n", things(figures.records, "record"), things(figures.files, "log file"));
    if let (Some(first), Some(last)) = (&figures.first_event_time, &figures.last_event_time) {
        let _ = writeln!(head, "from {first} to {last}");
    }
    if figures.damaged_files > 0 {
        let damaged = things(figures.damaged_files, "file");
        let _ = writeln!(head, "{damaged} cannot be read to the end or without records");
    }
    if figures.interrupted {
        head += "interrupted: these are the figures of a part\n";
    }
    head
}

fn comparison(figures: &Figures, width: Option<usize>) -> String {
    let rows = rows(figures).into_iter().map(|row| vec![row.name.to_owned(), row.here, row.real]).collect();
    let columns = &[Column::Left("FIGURE"), Column::Right("HERE"), Column::Right("REAL TRAIL")];
    let source = REAL.source.split(": ").fold(String::new(), |lines, part| lines + "  " + part + "\n");
    Table { columns, rows }.render(width) + "real trail:\n" + &source
}

fn spread(figures: &Figures, width: Option<usize>) -> String {
    let mut rows = Vec::new();
    for spread in spreads(figures) {
        rows.push(cells(spread.name, spread.here));
        rows.extend(spread.real.map(|real| cells("- real trail", real)));
    }
    let columns = &[
        Column::Left("SPREAD"),
        Column::Right("MIN"),
        Column::Right("5 %"),
        Column::Right("MEDIAN"),
        Column::Right("95 %"),
        Column::Right("MAX"),
    ];
    Table { columns, rows }.render(width)
}

fn cells(name: &str, summary: Summary) -> Vec<String> {
    let values = summary.columns().map(|(_, value)| value.map_or_else(String::new, |value| value.to_string()));
    std::iter::once(name.to_owned()).chain(values).collect()
}

fn files(figures: &Figures, width: Option<usize>) -> String {
    let slots = slots(figures);
    let all: u64 = slots.iter().map(|(_, slots)| slots).sum();
    let row = |(files, slots): (String, u64)| vec![files, count(slots), part_of(slots, all)];
    let columns = &[Column::Left("FILES IN A SLOT"), Column::Right("SLOTS"), Column::Right("SHARE")];
    match all {
        0 => String::new(),
        _ => Table { columns, rows: slots.into_iter().map(row).collect() }.render(width),
    }
}

/// A line of levels for each day.
fn week(figures: &Figures) -> String {
    let most = figures.hours_of_week.iter().flatten().copied().max().unwrap_or(0).max(1);
    let level = |records: &u64| match records {
        0 => '·',
        records => LEVELS[(records * LEVELS.len() as u64).div_ceil(most) as usize - 1],
    };
    let mut week = format!("EVENTS BY HOUR (UTC), at most {}\n", count(most));
    for (day, hours) in DAYS.iter().zip(&figures.hours_of_week) {
        let levels: String = hours.iter().map(level).collect();
        let _ = writeln!(week, "{day}  {levels}");
    }
    week + "     0     6     12    18\n"
}

fn names(title: &'static str, ranking: &Ranking, all: u64, width: Option<usize>) -> String {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(BESIDE).max(BESIDE));
    let row = |(name, records): &(String, u64)| vec![cut(name, room), count(*records), part_of(*records, all)];
    let rows: Vec<Vec<String>> = ranking.most.iter().take(SHOWN).map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let rest = ranking.distinct - rows.len() as u64;
    let columns = &[Column::Left(title), Column::Right("RECORDS"), Column::Right("SHARE")];
    let table = Table { columns, rows }.render(width);
    if rest > 0 { format!("{table}and {} more\n", count(rest)) } else { table }
}

/// A text from a record, harmless for terminals and at most so long; what all identities begin with is left out.
fn cut(text: &str, room: usize) -> String {
    let text = legible(text.strip_prefix("arn:aws:iam::").unwrap_or(text));
    match text.char_indices().nth(room) {
        Some(_) => text.chars().take(room - 1).chain(['…']).collect(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_odd_names_stay_on_their_line() {
        assert_eq!(cut("\u{1b}[2J\nx", 20), "\u{fffd}[2J\u{fffd}x");
        assert_eq!((cut("abcdef", 6), cut("abcdefg", 6)), ("abcdef".to_owned(), "abcde…".to_owned()));
    }
}
