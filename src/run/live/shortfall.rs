//! What was due and is not delivered when a run is stopped: counted, never left unsaid.

use super::Timetable;
use super::agenda::Task;
use super::crew::{Crew, by_delivery};
use crate::activity::Chapter;
use crate::clock::Moment;
use crate::trail::{Batch, Encoder, ObjectLine, Trail};

/// What was due and is not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Events.
    pub events: u64,
    /// Whether all of them were counted; else there are at least so many.
    pub exact: bool,
    /// Notifications that were to be sent once more.
    pub notifications: u64,
}

impl Default for Shortfall {
    fn default() -> Self {
        Self { events: 0, exact: true, notifications: 0 }
    }
}

impl Shortfall {
    pub(super) fn and(self, events: u64) -> Self {
        Self { events: self.events + events, ..self }
    }
}

/// So many chapters are looked into. More would keep a user waiting who wants the run to end.
const MOST: usize = 2_000;

/// Counts the events in files that were due: those that are made, and those of chapters that are still to be made.
pub(super) fn of(trail: &Trail, table: &Timetable, crew: &Crew, now: Moment) -> Shortfall {
    let (pool, agenda) = crew.left_over();
    let (_, finished) = pool.overdue(now);
    let mut shortfall = Shortfall { events: finished, ..Shortfall::default() };
    let mut looked = 0;
    for task in agenda.tasks() {
        let mut next = Some(*task);
        while let Some(task) = next.filter(|task| task.due <= now) {
            if looked == MOST {
                return Shortfall { exact: false, ..shortfall };
            }
            looked += 1;
            shortfall.events += due_in(trail, table, &task, now);
            next = following(trail, table, &task);
        }
    }
    shortfall
}

/// The events in a task's files that were due.
fn due_in(trail: &Trail, table: &Timetable, task: &Task, now: Moment) -> u64 {
    let chapter = trail.activity.chapter(task.stream, task.chapter);
    let batches = trail.batches(task.stream, &chapter);
    let order = by_delivery(&batches).into_iter().skip(task.from).map(|index| &batches[index]);
    let due = order.take_while(|batch| table.due(batch.delivered_at) <= now);
    let mut encoder = trail.encoder();
    due.map(|batch| events_of(trail, task.stream, &chapter, batch, &mut encoder)).sum()
}

/// The events that can be found in a file. What is left of one that a fault befalls is known when it is made.
fn events_of(trail: &Trail, stream: usize, chapter: &Chapter, batch: &Batch, encoder: &mut Encoder) -> u64 {
    match batch.fault {
        None => batch.events.len() as u64,
        Some(_) => ObjectLine::of(&mut trail.log_file(stream, chapter, batch, encoder)).events(),
    }
}

/// The chapter behind a task's that nobody has begun.
fn following(trail: &Trail, table: &Timetable, task: &Task) -> Option<Task> {
    let chapter = task.chapter + 1;
    if task.again || chapter >= trail.activity.chapters(task.stream) {
        return None;
    }
    let (first, _) = trail.activity.ordinals(task.stream, chapter);
    let due = table.due(trail.activity.stream(task.stream).calendar.time(first));
    Some(Task { due, chapter, from: 0, ..*task })
}
