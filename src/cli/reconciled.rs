//! What a reconciliation came to, for a terminal of 60 columns and more.

use std::fmt::Write as _;

use super::summary::{count, things};
use super::table::{Column, Table, wrap};
use crate::audit::reconcile::{Altered, Event, Outcome, Sums, shown};

/// Lines of words are at most so wide where the terminal says nothing.
const WIDE: usize = 100;
/// So many differences of one record are shown.
const DIFFERENCES: usize = 3;
/// So many hours are shown, unless all findings are.
const HOURS: usize = 24;

/// All of it, in words and tables; at most so many findings of each kind.
pub(crate) fn text(outcome: &Outcome, most: usize, width: Option<usize>) -> String {
    let text = Text { outcome, most, width };
    let mut parts = vec![text.head(), text.sums(), text.looks_like(), text.objects()];
    parts.extend([
        text.by_fault(),
        text.by_hour(),
        text.lost(),
        text.copies(),
        text.altered(),
        text.late(),
        text.foreign(),
    ]);
    parts.push(text.notes());
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

struct Text<'a> {
    outcome: &'a Outcome,
    most: usize,
    width: Option<usize>,
}

impl Text<'_> {
    fn head(&self) -> String {
        let Outcome { expected, objects, received, distinct, .. } = self.outcome;
        let (events, files) = (things(*expected, "event"), things(*objects, "log file"));
        let items = things(*received, "item");
        if self.outcome.interrupted {
            return self.words(&format!("{events} in {files} were delivered, {items} read so far"))
                + &self.words("interrupted: the rest was not read, so nothing can be said of what is lost");
        }
        let there = format!("{} of {} are there", count(*distinct), count(*expected));
        let head = self.words(&format!("{events} in {files} were delivered, {items} received; {there}"));
        match self.outcome.findings() {
            0 => head + "nothing is lost, doubled, altered, foreign or late\n",
            _ => head,
        }
    }

    fn sums(&self) -> String {
        let Outcome { sums, surplus, foreign, lost_objects, .. } = self.outcome;
        let whole = match lost_objects {
            0 => String::new(),
            objects => format!("{} lost whole", things(*objects, "object")),
        };
        let surplus = if *surplus > 0 {
            format!("{} too many", things(*surplus, "copy").replace("copys", "copies"))
        } else {
            String::new()
        };
        let rows = [
            ("lost", sums.lost, whole),
            ("duplicated", sums.duplicated, surplus),
            ("altered", sums.altered, self.members()),
            ("foreign", *foreign, String::new()),
            ("late", sums.late, String::new()),
        ];
        let rows: Vec<_> = rows.into_iter().filter(|(_, number, _)| *number > 0).collect();
        let rows: Vec<Vec<String>> =
            rows.into_iter().map(|(name, number, more)| vec![name.to_owned(), count(number), more]).collect();
        self.table(&[Column::Left("FOUND"), Column::Right("EVENTS"), Column::Left("")], rows)
    }

    /// The members that differ in most records.
    fn members(&self) -> String {
        let mut members: Vec<_> = self.outcome.by_member.iter().collect();
        members.sort_by_key(|(_, records)| std::cmp::Reverse(**records));
        let name = |name: &String| if name.is_empty() { "the whole record".to_owned() } else { name.clone() };
        let shown: Vec<String> = members.iter().take(3).map(|(member, _)| name(member)).collect();
        match members.len().saturating_sub(shown.len()) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }

    fn looks_like(&self) -> String {
        self.outcome.looks_like.iter().map(|guess| self.words(guess)).collect()
    }

    fn objects(&self) -> String {
        let mut text = String::new();
        for object in &self.outcome.in_objects {
            let what = match object.sums {
                Sums { lost, duplicated: 0, altered: 0, late: 0 } if lost == object.events => {
                    format!("lost whole, {}", things(lost, "event"))
                }
                sums => format!("{} of {}", in_words(sums), things(object.events, "event")),
            };
            let faults =
                if object.faults.is_empty() { String::new() } else { format!(", fault {}", object.faults.join(", ")) };
            let _ = writeln!(text, "{}\n  {what}, delivered {}{faults}", object.key, object.delivered_at);
        }
        titled("OBJECTS", &text, self.outcome.found_objects, self.outcome.in_objects.len())
    }

    fn by_fault(&self) -> String {
        let rows = self.outcome.by_fault.iter().map(|(fault, sums)| row(fault, *sums)).collect();
        self.table(&columns("FAULT"), rows)
    }

    fn by_hour(&self) -> String {
        let Some(first) = &self.outcome.first_lost else { return self.hours() };
        let last = self.outcome.last_lost.as_ref().unwrap_or(first);
        let mut text = format!("first lost {}  {}\n", first.event_time, first.event_id);
        let _ = writeln!(text, "last lost  {}  {}", last.event_time, last.event_id);
        text + &self.hours()
    }

    fn hours(&self) -> String {
        let hours = &self.outcome.by_hour;
        let most = if self.most == usize::MAX { hours.len() } else { HOURS };
        let rows = hours.iter().take(most).map(|(hour, sums)| row(&hour[..16].replace('T', " "), *sums)).collect();
        let table = self.table(&columns("HOUR (UTC)"), rows);
        match hours.len().saturating_sub(most) {
            0 => table,
            more => format!("{table}and {} more\n", count(more as u64)),
        }
    }

    fn lost(&self) -> String {
        let line = |event: &Event| format!("{}  {}\n", event.event_id, event.event_time);
        let text: String = self.outcome.lost_events.iter().map(line).collect();
        titled("LOST", &text, self.outcome.sums.lost, self.outcome.lost_events.len())
    }

    fn copies(&self) -> String {
        let mut text = String::new();
        for copies in &self.outcome.duplicated_events {
            let (received, delivered) = (copies.received, copies.delivered);
            let _ = writeln!(text, "{}  received {received} times, delivered {delivered}", copies.event.event_id);
        }
        titled("DUPLICATED", &text, self.outcome.sums.duplicated, self.outcome.duplicated_events.len())
    }

    fn altered(&self) -> String {
        let text: String = self.outcome.altered_records.iter().map(|altered| self.differences(altered)).collect();
        titled("ALTERED", &text, self.outcome.sums.altered, self.outcome.altered_records.len())
    }

    fn differences(&self, altered: &Altered) -> String {
        let mut text = format!("{}  {}:{}\n", altered.event.event_id, altered.place.file, altered.place.line);
        for difference in altered.differences.iter().take(DIFFERENCES) {
            let pointer = if difference.pointer.is_empty() { "record" } else { &difference.pointer };
            let _ = writeln!(text, "  {pointer}");
            for (name, value) in [("delivered", &difference.expected), ("received ", &difference.received)] {
                let line = format!("    {name} {}", shown(value.as_ref()));
                text += &cut(&line, self.width.unwrap_or(usize::MAX));
                text.push('\n');
            }
        }
        match altered.differences.len().saturating_sub(DIFFERENCES) {
            0 => text,
            more => format!("{text}  and {} more\n", count(more as u64)),
        }
    }

    fn late(&self) -> String {
        let mut text = String::new();
        for late in &self.outcome.late_items {
            let _ = writeln!(text, "{}  {} s after its delivery", late.event.event_id, count(late.seconds as u64));
        }
        titled("LATE", &text, self.outcome.sums.late, self.outcome.late_items.len())
    }

    fn foreign(&self) -> String {
        let mut text = String::new();
        for foreign in &self.outcome.foreign_items {
            let id = cut(&crate::audit::report::legible(&foreign.id), 40);
            let _ = writeln!(text, "{id}  {}:{}", foreign.place.file, foreign.place.line);
            text += &self.words_within(foreign.why, "  ");
        }
        titled("FOREIGN", &text, self.outcome.foreign, self.outcome.foreign_items.len())
    }

    /// What is worth knowing and no finding.
    fn notes(&self) -> String {
        let outcome = self.outcome;
        let mut notes = Vec::new();
        if outcome.compared > 0 {
            notes.push(format!("{} compared with what was delivered", things(outcome.compared, "record")));
        }
        if outcome.not_compared > 0 {
            let items = things(outcome.not_compared, "item");
            notes.push(format!("{items} without a whole record: only the eventID was looked at"));
        }
        if outcome.without_id > 0 {
            notes.push(format!("{} without any eventID", things(outcome.without_id, "item")));
        }
        if outcome.without_arrival > 0 {
            notes.push(format!("{} without a time of arrival", things(outcome.without_arrival, "item")));
        }
        for (name, items) in &outcome.added {
            notes.push(format!("{} with `{name}` added beside the members of the record", things(*items, "item")));
        }
        if outcome.manifest_interrupted {
            notes.push("the manifest is that of a run that ended early: what it lists is expected".to_owned());
        }
        notes.iter().map(|note| self.words(note)).collect()
    }

    fn table(&self, columns: &[Column], rows: Vec<Vec<String>>) -> String {
        if rows.is_empty() { String::new() } else { Table { columns, rows }.render(self.width) }
    }

    /// A sentence in lines that fit.
    fn words(&self, words: &str) -> String {
        self.words_within(words, "")
    }

    fn words_within(&self, words: &str, indent: &str) -> String {
        let room = self.width.unwrap_or(WIDE).saturating_sub(indent.len());
        wrap(words, room).into_iter().map(|line| indent.to_owned() + &line + "\n").collect()
    }
}

/// A list under a title that says how much of it is shown.
fn titled(title: &str, list: &str, all: u64, shown: usize) -> String {
    match (all, all.saturating_sub(shown as u64)) {
        (0, _) => String::new(),
        (_, 0) => format!("{title}\n{list}"),
        (_, _) if shown == 0 => String::new(),
        (all, _) => format!("{title}, the first {} of {}\n{list}", count(shown as u64), count(all)),
    }
}

fn columns(name: &'static str) -> [Column; 5] {
    let [lost, duplicated, altered, late] = ["LOST", "DOUBLED", "ALTERED", "LATE"].map(Column::Right);
    [Column::Left(name), lost, duplicated, altered, late]
}

fn row(name: &str, sums: Sums) -> Vec<String> {
    let Sums { lost, duplicated, altered, late } = sums;
    let number = |number: u64| if number == 0 { "·".to_owned() } else { count(number) };
    std::iter::once(name.to_owned()).chain([lost, duplicated, altered, late].map(number)).collect()
}

fn in_words(sums: Sums) -> String {
    let parts = [(sums.lost, "lost"), (sums.duplicated, "duplicated"), (sums.altered, "altered"), (sums.late, "late")];
    let words =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{} {what}", count(*number)));
    words.collect::<Vec<_>>().join(", ")
}

/// The first so many characters.
fn cut(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some(_) => text.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}
