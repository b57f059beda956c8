//! The shape of a JSON value, compiled to fixed bytes and slots.
//!
//! Rendering walks a flat list of steps and only copies and fills: nothing is parsed, and nothing is
//! allocated. [`compile`] reads the value, [`tighten`] joins what always stands side by side.

mod compile;
mod tighten;

pub(in crate::template) use compile::Compiler;

use crate::event::{Event, Facts, Kind, Role};
use crate::record::Fixed;
use crate::seed::Name;
use crate::sink::{Sink, Text};
use crate::template::slot::Slot;

/// A compiled shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    steps: Vec<Step<Text>>,
    /// The last step writes the brace that ends an object.
    is_closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Step<T> {
    /// Writes fixed text.
    Copy(T),
    /// Writes the start of a member: that of the first one there is, or of a later one.
    Member { first: T, later: T },
    /// Fills a slot.
    Fill(Slot),
    /// Goes on at `end` unless the draw of this name, out of a million, lies from `from` to below `to`.
    Maybe { draws: Name, from: u32, to: u32, end: usize },
    /// Goes on at `end` when the slot has no value in this record.
    UnlessAbsent { slot: Slot, end: usize },
    /// Goes on at one of these steps, by weight.
    Choose { draws: Name, branches: Vec<(u64, usize)> },
    /// Goes on at the step for the kind of what stands in the role.
    ByKind { role: Role, branches: Vec<(Kind, usize)> },
    /// Goes on at `end` when what stands in the role is of none of these kinds.
    UnlessKind { role: Role, kinds: Vec<Kind>, end: usize },
    /// Goes on at this step.
    Jump(usize),
}

/// What a shape is rendered from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The event.
    pub event: &'a Event,
    /// The facts of its chapter.
    pub facts: &'a Facts,
    /// The action.
    pub event_name: &'a Text,
    /// Sensitive values are hidden.
    pub redaction: bool,
}

impl Source<'_> {
    /// What stands in a role.
    fn kind(&self, role: Role) -> Option<Kind> {
        self.facts.entity(self.event, role).map(|entity| entity.kind)
    }
}

impl Shape {
    /// True when there is nothing to write.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A paging token occurs in it.
    #[must_use]
    pub(super) fn is_paged(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Fill(Slot::NextToken(_))))
    }

    /// Appends the value.
    pub(super) fn render(&self, out: &mut impl Sink, source: Source<'_>) {
        self.walk(out, source);
    }

    /// Appends an object whose members may all be absent: the object, or `null` when none is there.
    pub(super) fn render_members(&self, out: &mut impl Sink, source: Source<'_>) {
        match self.walk(out, source) {
            true if self.is_closed => {}
            true => Fixed::Close.write(out),
            false => Fixed::Null.write(out),
        }
    }

    /// Appends what the steps say; true when any member was written.
    fn walk(&self, out: &mut impl Sink, source: Source<'_>) -> bool {
        let mut open = false;
        let mut at = 0;
        while let Some(step) = self.steps.get(at) {
            at += 1;
            match step {
                Step::Copy(text) => text.write(out),
                Step::Member { first, later } => {
                    if open {
                        later.write(out);
                    } else {
                        first.write(out);
                    }
                    open = true;
                }
                Step::Fill(slot) => slot.fill(out, source),
                Step::Maybe { draws, from, to, end } => {
                    if !(*from..*to).contains(&(source.event.key.named(*draws).below(1_000_000) as u32)) {
                        at = *end;
                    }
                }
                Step::UnlessAbsent { slot, end } => {
                    if slot.is_absent(source) {
                        at = *end;
                    }
                }
                Step::Choose { draws, branches } => {
                    let index = source.event.key.named(*draws).weighted(branches.iter().map(|(weight, _)| *weight));
                    at = branches[index].1;
                }
                Step::ByKind { role, branches } => {
                    let kind = source.kind(*role);
                    at = branches.iter().find(|(of, _)| Some(*of) == kind).unwrap_or(&branches[0]).1;
                }
                Step::UnlessKind { role, kinds, end } => {
                    if !source.kind(*role).is_some_and(|kind| kinds.contains(&kind)) {
                        at = *end;
                    }
                }
                Step::Jump(end) => at = *end,
            }
        }
        open
    }
}
