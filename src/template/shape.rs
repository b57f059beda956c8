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

/// Compiles the parts of one action.
pub(super) struct Compiler<'a> {
    reader: &'a Reader<'a>,
    around: Surroundings<'a>,
    shape: Shape,
    /// The value at hand is left out where it has nothing for the kind.
    is_guarded: bool,
}

impl<'a> Compiler<'a> {
    /// Compiles a whole value, as [`Shape::render`] writes it.
    pub(super) fn value(reader: &'a Reader<'a>, around: Surroundings<'a>, node: &Node, place: &str) -> Shape {
        let mut compiler = Self { reader, around, shape: Shape::default(), is_guarded: false };
        compiler.node(node, place);
        compiler.shape
    }

    /// Compiles the members of an object, as [`Shape::render_members`] writes them: each with what its slots can
    /// name and the name of its draws.
    pub(super) fn members<'m>(
        reader: &'a Reader<'a>,
        members: impl IntoIterator<Item = (&'m Member, Surroundings<'a>, String)>,
        optional: &[Optional],
    ) -> Shape {
        let mut compiler: Option<Self> = None;
        for (member, around, place) in members {
            let fresh = || Self { reader, around, shape: Shape::default(), is_guarded: false };
            let compiler = compiler.get_or_insert_with(fresh);
            compiler.around = around;
            let together = optional.iter().find(|o| o.members.contains(&member.name));
            compiler.optional_member(member, together, &place);
        }
        compiler.map_or_else(Shape::default, |compiler| compiler.shape)
    }

    /// Compiles text with slots in it that is not itself in quotes.
    pub(super) fn text(
        reader: &'a Reader<'a>,
        around: Surroundings<'a>,
        node: &Node,
        source: &str,
        place: &str,
    ) -> Shape {
        let mut compiler = Self { reader, around, shape: Shape::default(), is_guarded: false };
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
        if let Some((role, kinds)) = self.kinds_of(&member.value) {
            open.push(self.push(Step::UnlessKind { role, kinds, end: 0 }));
            self.is_guarded = true;
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
                [Member { name, value, .. }] if switch(name).is_some() => self.by_kind(name, value, place),
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
            let what = format!("expected an array of alternatives, found {found}");
            let hint = "such as `{\"$choice\": [{\"weight\": 3, \"value\": \"A\"}, {\"value\": \"B\"}]}`";
            return self.reader.complain_with(&node.span, what, hint);
        };
        let choose = self.push(Step::Choose { draws: name(place), branches: Vec::new() });
        let (mut branches, mut jumps) = (Vec::new(), Vec::new());
        for item in items {
            let Some(members) = self.reader.object(item, &["weight", "value"]) else { continue };
            let weight = crate::json::member(members, "weight").map_or(Some(1), |node| match &node.value {
                Json::Number(n) => n.parse::<u32>().ok(),
                _ => None,
            });
            match (weight.map(u64::from), crate::json::member(members, "value")) {
                (Some(weight), Some(value)) => {
                    branches.push((weight, self.shape.steps.len()));
                    self.node(value, place);
                    jumps.push(self.push(Step::Jump(0)));
                }
                _ => self.reader.complain_with(
                    &item.span,
                    "expected `value` and a whole number as `weight`",
                    "such as `{\"weight\": 3, \"value\": \"A\"}`; without `weight` it is 1",
                ),
            }
        }
        if branches.iter().all(|(weight, _)| *weight == 0) {
            self.reader.complain_with(&node.span, "no alternative can ever be chosen", "give one a weight above 0");
        }
        self.shape.steps[choose] = Step::Choose { draws: name(place), branches };
        for jump in jumps {
            self.close(jump);
        }
    }

    /// The kinds for which a value that depends on a kind has something, when it has not for all.
    fn kinds_of(&self, node: &Node) -> Option<(Role, Vec<Kind>)> {
        let Json::Object(members) = &node.value else { return None };
        let [Member { name, value, .. }] = members.as_slice() else { return None };
        let (role, Json::Object(values)) = (switch(name)?, &value.value) else { return None };
        let kinds: Vec<Kind> = values.iter().filter_map(|member| self.around.scope.find(&member.name)).collect();
        (!self.kinds_in(role).iter().all(|kind| kinds.contains(kind))).then_some((role, kinds))
    }

    fn kinds_in(&self, role: Role) -> &'a [Kind] {
        if role == Role::Other { self.around.other } else { self.around.entity }
    }

    /// `{"user": …, "group": …}`, by the kind of what stands in a role.
    fn by_kind(&mut self, word: &str, node: &Node, place: &str) {
        let (Some(role), Json::Object(members)) = (switch(word), &node.value) else {
            let found = node.value.describe();
            let what = format!("expected a value for each kind, found {found}");
            let hint =
                format!("such as `{{\"{word}\": {{\"user\": \"{{{{user.id}}}}\", \"group\": \"{{{{group.id}}}}\"}}}}`");
            return self.reader.complain_with(&node.span, what, hint);
        };
        let around = self.around;
        if !std::mem::take(&mut self.is_guarded) && members.len() < self.kinds_in(role).len() {
            let what = "a value for every kind is needed here";
            self.reader.complain_with(&node.span, what, "only whole members of the top level can be left out");
        }
        let start = self.push(Step::ByKind { role, branches: Vec::new() });
        let (mut branches, mut jumps) = (Vec::new(), Vec::new());
        for member in members {
            let kinds = self.kinds_in(role);
            let found = around.scope.find(&member.name).and_then(|kind| kinds.iter().position(|known| *known == kind));
            let Some(index) = found else {
                let what = format!("this action's `{}` is never of kind `{}`", &word[1..], member.name);
                let words: Vec<String> = kinds.iter().map(|kind| around.scope.word(*kind)).collect();
                let hint = match words.is_empty() {
                    true => format!("name its kinds in `{}`", &word[1..]),
                    false => format!("kinds here: {}", words.join(", ")),
                };
                self.reader.complain_with(&member.name_span, what, hint);
                continue;
            };
            // Within the value, the role is of this kind for certain.
            let only = &kinds[index..=index];
            match role {
                Role::Other => self.around.other = only,
                _ => self.around.entity = only,
            }
            branches.push((kinds[index], self.shape.steps.len()));
            self.node(&member.value, &format!("{place}.{}", member.name));
            jumps.push(self.push(Step::Jump(0)));
            self.around = around;
        }
        if members.is_empty() {
            self.reader.complain_with(&node.span, "no value for any kind", "write one for each");
        }
        self.shape.steps[start] = Step::ByKind { role, branches };
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
                let hint = "write `{{user.id}}`; there is no way to write two braces that are no slot";
                return self.reader.complain_with(&node.span, "a slot is not closed with `}}`", hint);
            };
            let inner = &rest[start + 2..start + length];
            match Slot::parse(inner, &format!("{place}#{count}"), &self.around) {
                Ok(slot @ Slot::OfKind(..)) => {
                    let what = format!("the entity is not always of the kind that `{inner}` needs");
                    let hint = "let the slot be a whole member of `requestParameters`, or use `$entity`";
                    self.reader.complain_with(&self.reader.slot_span(&node.span, count, inner), what, hint);
                    self.push(Step::Fill(slot));
                }
                Ok(slot) => {
                    self.push(Step::Fill(slot));
                }
                Err(mistake) => mistake.tell(self.reader, &self.reader.slot_span(&node.span, count, inner)),
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
            Step::Maybe { end, .. }
            | Step::UnlessAbsent { end, .. }
            | Step::UnlessKind { end, .. }
            | Step::Jump(end) => *end = here,
            Step::Copy(_) | Step::Separate | Step::Fill(_) | Step::Choose { .. } | Step::ByKind { .. } => {}
        }
    }
}

/// The role whose kind decides over a value.
fn switch(word: &str) -> Option<Role> {
    match word {
        "$entity" => Some(Role::Entity),
        "$other" => Some(Role::Other),
        _ => None,
    }
}
