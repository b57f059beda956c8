//! Which chapter is to be made next: the one whose files are due first, over all streams.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Timetable;
use crate::activity::Activity;
use crate::clock::Moment;

/// A log file: stream, chapter, and its number in the order of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId {
    pub(super) stream: usize,
    pub(super) chapter: u64,
    pub(super) index: usize,
}

/// A chapter whose files are to be made, from the so-manieth in the order of due times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Task {
    /// No file of it is due before.
    pub(super) due: Moment,
    pub(super) stream: usize,
    pub(super) chapter: u64,
    pub(super) from: usize,
    /// It was taken before, and the rest of it put off.
    pub(super) again: bool,
}

/// The chapters that are to be made: of each stream the next new one, and those that were put off.
#[derive(Debug)]
pub(super) struct Agenda {
    tasks: BinaryHeap<Reverse<Task>>,
    /// Tasks that were taken and not ended.
    under_way: usize,
}

impl Agenda {
    /// All streams, from their first chapter.
    pub(super) fn new(activity: &Activity, table: &Timetable) -> Self {
        let streams = 0..activity.plan.streams.len();
        let tasks = streams.filter_map(|stream| fresh(activity, table, stream, 0)).map(Reverse).collect();
        Self { tasks, under_way: 0 }
    }

    /// When the next task's first file can be due.
    pub(super) fn next_due(&self) -> Option<Moment> {
        self.tasks.peek().map(|Reverse(task)| task.due)
    }

    /// Takes the next task. The stream's next chapter takes its place, so that several can be made at once.
    pub(super) fn take(&mut self, activity: &Activity, table: &Timetable) -> Option<Task> {
        let Reverse(task) = self.tasks.pop()?;
        if !task.again {
            self.tasks.extend(fresh(activity, table, task.stream, task.chapter + 1).map(Reverse));
        }
        self.under_way += 1;
        Some(task)
    }

    /// A task has ended, with this part of it put off.
    pub(super) fn end(&mut self, rest: Option<Task>) {
        self.under_way -= 1;
        self.tasks.extend(rest.map(Reverse));
    }

    /// Whether everything has been made.
    pub(super) fn is_done(&self) -> bool {
        self.tasks.is_empty() && self.under_way == 0
    }

    /// What is left to be made.
    pub(super) fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().map(|Reverse(task)| task)
    }
}

/// The task of a chapter that nothing has been made of. No file is delivered before the events in it have happened.
fn fresh(activity: &Activity, table: &Timetable, stream: usize, chapter: u64) -> Option<Task> {
    if chapter >= activity.chapters(stream) {
        return None;
    }
    let (first, _) = activity.ordinals(stream, chapter);
    let due = table.due(activity.stream(stream).calendar.time(first));
    Some(Task { due, stream, chapter, from: 0, again: false })
}
