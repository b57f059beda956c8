//! The shape of a JSON value, compiled to fixed bytes and slots.
//!
//! Rendering walks a flat list of steps and only copies and fills: nothing is parsed, and nothing is
//! allocated.

use crate::event::{Event, Facts, Kind, Role};
use crate::json::{Json, Member, Node, Reader};
use crate::record::{Fixed, escape};
use crate::seed::{Name, name};
use crate::sink::{Sink, Text};
use crate::template::optional::Optional;
use crate::template::slot::{Slot, Surroundings};

/// A compiled shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Writes fixed text.
    Copy(Text),
    /// Writes the comma before a member, or the brace before the first one there is.
    Separate,
    /// Fills a slot.
    Fill(Slot),
    /// Goes on at `end` unless the draw of this name, out of a million, lies from `from` to below `to`.
    Maybe { draws: Name, from: u32, to: u32, end: usize },
    /// Goes on at `end` when the slot has no value in this record.
    UnlessAbsent { slot: Slot, end: usize },
    /// Goes on at one of these steps, by weight.
    Choose { draws: Name, branches: Vec<(u64, usize)> },
    /// Goes on at the step for the kind of the call's entity.
    ByKind(Vec<(Kind, usize)>),
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
    /// The style of the samples of 2017.
    pub style_2017: bool,
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
        if self.walk(out, source) { Fixed::Close.write(out) } else { Fixed::Null.write(out) }
    }

    /// Appends what the steps say; true when any member was written.
    fn walk(&self, out: &mut impl Sink, source: Source<'_>) -> bool {
        let mut open = false;
        let mut at = 0;
        while let Some(step) = self.steps.get(at) {
            at += 1;
            match step {
                Step::Copy(text) => text.write(out),
                Step::Separate => {
                    if open {
                        Fixed::Comma.write(out);
                    } else {
                        Fixed::Open.write(out);
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
                Step::ByKind(branches) => {
                    let kind = source.facts.entity(source.event, Role::Entity).map(|entity| entity.kind);
                    let branch = branches.iter().find(|(of, _)| Some(*of) == kind).unwrap_or(&branches[0]);
                    at = branch.1;
                }
                Step::Jump(end) => at = *end,
            }
        }
        open
    }
}

/// Compiles the parts of one action.
pub(super) struct Compiler<'a> {
    reader: &'a Reader<'a>,
    around: Surroundings<'a>,
    shape: Shape,
}

impl<'a> Compiler<'a> {
    /// Compiles a whole value, as [`Shape::render`] writes it.
    pub(super) fn value(reader: &'a Reader<'a>, around: Surroundings<'a>, node: &Node, place: &str) -> Shape {
        let mut compiler = Self { reader, around, shape: Shape::default() };
        compiler.node(node, place);
        compiler.shape
    }

    /// Compiles the members of an object, as [`Shape::render_members`] writes them. `place` names the draws of a
    /// member.
    pub(super) fn members(
        reader: &'a Reader<'a>,
        around: Surroundings<'a>,
        members: &[Member],
        optional: &[Optional],
        place: impl Fn(&str) -> String,
    ) -> Shape {
        let mut compiler = Self { reader, around, shape: Shape::default() };
        for member in members {
            let together = optional.iter().find(|o| o.members.contains(&member.name));
            compiler.optional_member(member, together, &place(&member.name));
        }
        compiler.shape
    }

    /// Compiles text with slots in it that is not itself in quotes.
    pub(super) fn text(
        reader: &'a Reader<'a>,
        around: Surroundings<'a>,
        node: &Node,
        source: &str,
        place: &str,
    ) -> Shape {
        let mut compiler = Self { reader, around, shape: Shape::default() };
        compiler.pieces(node, source, place);
        compiler.shape
    }

    fn optional_member(&mut self, member: &Member, together: Option<&Optional>, place: &str) {
        let mut open = Vec::new();
        if let Some(Optional { draws, from, to, .. }) = together {
            open.push(self.push(Step::Maybe { draws: *draws, from: *from, to: *to, end: 0 }));
        }
        let lone = self.lone_slot(&member.value, place).filter(Slot::can_be_absent);
        if let Some(slot) = &lone {
            open.push(self.push(Step::UnlessAbsent { slot: slot.clone(), end: 0 }));
        }
        self.push(Step::Separate);
        self.copy(&format!("\"{}\":", escape(&member.name)));
        match lone {
            Some(slot) => self.fill(slot),
            None => self.node(&member.value, place),
        }
        for step in open {
            self.close(step);
        }
    }

    /// A slot that is a whole value.
    fn fill(&mut self, slot: Slot) {
        let quote = if slot.is_text() { "\"" } else { "" };
        self.copy(quote);
        self.push(Step::Fill(slot));
        self.copy(quote);
    }

    fn node(&mut self, node: &Node, place: &str) {
        match &node.value {
            Json::Null => self.copy("null"),
            Json::Bool(b) => self.copy(if *b { "true" } else { "false" }),
            Json::Number(n) => self.copy(n),
            Json::Text(source) => self.string(node, source, place),
            Json::Array(items) => self.array(items, place),
            Json::Object(members) => match members.as_slice() {
                [Member { name, value, .. }] if name == "$choice" => self.choice(value, place),
                [Member { name, value, .. }] if name == "$entity" => self.by_kind(value, place),
                members => self.object(members, place),
            },
        }
    }

    fn array(&mut self, items: &[Node], place: &str) {
        self.copy("[");
        for (index, item) in items.iter().enumerate() {
            self.copy(if index == 0 { "" } else { "," });
            self.node(item, &format!("{place}[{index}]"));
        }
        self.copy("]");
    }

    fn object(&mut self, members: &[Member], place: &str) {
        self.copy("{");
        for (index, member) in members.iter().enumerate() {
            self.copy(if index == 0 { "" } else { "," });
            self.copy(&format!("\"{}\":", escape(&member.name)));
            self.node(&member.value, &format!("{place}.{}", member.name));
        }
        self.copy("}");
    }

    /// `[{"weight": 3, "value": …}, …]`
    fn choice(&mut self, node: &Node, place: &str) {
        let Json::Array(items) = &node.value else {
            let found = node.value.describe();
            return self.reader.complain(&node.span, format!("expected an array of alternatives, found {found}"));
        };
        let choose = self.push(Step::Choose { draws: name(place), branches: Vec::new() });
        let (mut branches, mut jumps) = (Vec::new(), Vec::new());
        for item in items {
            let Some(members) = self.reader.object(item, &["weight", "value"]) else { continue };
            let weight = crate::json::member(members, "weight").map_or(Some(1), |node| match &node.value {
                Json::Number(n) => n.parse().ok(),
                _ => None,
            });
            match (weight, crate::json::member(members, "value")) {
                (Some(weight), Some(value)) => {
                    branches.push((weight, self.shape.steps.len()));
                    self.node(value, place);
                    jumps.push(self.push(Step::Jump(0)));
                }
                _ => self.reader.complain(&item.span, "expected `value` and a whole number as `weight`"),
            }
        }
        if branches.iter().all(|(weight, _)| *weight == 0) {
            self.reader.complain(&node.span, "no alternative can ever be chosen");
        }
        self.shape.steps[choose] = Step::Choose { draws: name(place), branches };
        for jump in jumps {
            self.close(jump);
        }
    }

    /// `{"user": …, "group": …}`, for every kind that the entity can be of.
    fn by_kind(&mut self, node: &Node, place: &str) {
        let Json::Object(members) = &node.value else {
            let found = node.value.describe();
            return self.reader.complain(&node.span, format!("expected a value for each kind, found {found}"));
        };
        let switch = self.push(Step::ByKind(Vec::new()));
        let (mut branches, mut jumps) = (Vec::new(), Vec::new());
        for member in members {
            match self.around.scope.find(&member.name).filter(|kind| self.around.entity.contains(kind)) {
                Some(kind) => {
                    branches.push((kind, self.shape.steps.len()));
                    self.node(&member.value, &format!("{place}.{}", member.name));
                    jumps.push(self.push(Step::Jump(0)));
                }
                None => {
                    let what = format!("the action's `entity` is never of kind `{}`", member.name);
                    self.reader.complain(&member.name_span, what);
                }
            }
        }
        if !self.around.entity.iter().all(|kind| branches.iter().any(|(known, _)| known == kind)) {
            self.reader.complain(&node.span, "a value for every kind in the action's `entity` is needed");
        }
        self.shape.steps[switch] = Step::ByKind(branches);
        for jump in jumps {
            self.close(jump);
        }
    }

    fn string(&mut self, node: &Node, source: &str, place: &str) {
        match self.lone_slot(node, place) {
            Some(slot) if !slot.is_text() => self.fill(slot),
            _ => {
                self.copy("\"");
                self.pieces(node, source, place);
                self.copy("\"");
            }
        }
    }

    /// The slot that a string consists of, when it is exactly one.
    fn lone_slot(&self, node: &Node, place: &str) -> Option<Slot> {
        let Json::Text(source) = &node.value else { return None };
        let inner = source.strip_prefix("{{")?.strip_suffix("}}")?;
        (!inner.contains("{{")).then(|| Slot::parse(inner, &format!("{place}#0"), &self.around).ok()).flatten()
    }

    fn pieces(&mut self, node: &Node, source: &str, place: &str) {
        let mut rest = source;
        let mut count = 0;
        while let Some(start) = rest.find("{{") {
            self.copy(&escape(&rest[..start]));
            let Some(length) = rest[start..].find("}}") else {
                return self.reader.complain(&node.span, "a slot is not closed with `}}`");
            };
            let inner = &rest[start + 2..start + length];
            match Slot::parse(inner, &format!("{place}#{count}"), &self.around) {
                Ok(slot @ Slot::OfKind(..)) => {
                    let what = format!("the entity is not always of the kind that `{inner}` needs");
                    let hint = "let the slot be a whole member of `requestParameters`, or use `$entity`";
                    self.reader.complain_with(&node.span, what, hint);
                    self.push(Step::Fill(slot));
                }
                Ok(slot) => {
                    self.push(Step::Fill(slot));
                }
                Err(mistake) => {
                    // Escapes before the slot would move it; templates hardly have any there.
                    let at = node.span.start + 1 + (source.len() - rest.len()) + start + 2;
                    let span = at..at + inner.len();
                    match mistake.hint {
                        Some(hint) => self.reader.complain_with(&span, mistake.what, hint),
                        None => self.reader.complain(&span, mistake.what),
                    }
                }
            }
            rest = &rest[start + length + 2..];
            count += 1;
        }
        self.copy(&escape(rest));
    }

    fn copy(&mut self, text: &str) {
        if !text.is_empty() {
            let text = self.around.atoms.borrow_mut().text(text);
            self.push(Step::Copy(text));
        }
    }

    fn push(&mut self, step: Step) -> usize {
        self.shape.steps.push(step);
        self.shape.steps.len() - 1
    }

    /// Lets an earlier step jump to here.
    fn close(&mut self, step: usize) {
        let here = self.shape.steps.len();
        match &mut self.shape.steps[step] {
            Step::Maybe { end, .. } | Step::UnlessAbsent { end, .. } | Step::Jump(end) => *end = here,
            Step::Copy(_) | Step::Separate | Step::Fill(_) | Step::Choose { .. } | Step::ByKind(_) => {}
        }
    }
}
