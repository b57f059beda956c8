//! From the JSON of a template to the steps of a shape.

use super::tighten::{Draft, tighten};
use super::{Shape, Step};
use crate::event::{Kind, Role};
use crate::json::{Json, Member, Node, Reader};
use crate::record::escape;
use crate::seed::name;
use crate::template::optional::Optional;
use crate::template::slot::{Slot, Surroundings};

/// Compiles the parts of one action.
pub(in crate::template) struct Compiler<'a> {
    reader: &'a Reader<'a>,
    around: Surroundings<'a>,
    steps: Draft,
    /// The value at hand is left out where it has nothing for the kind.
    is_guarded: bool,
}

impl<'a> Compiler<'a> {
    /// Compiles a whole value, as [`Shape::render`] writes it.
    pub(in crate::template) fn value(
        reader: &'a Reader<'a>,
        around: Surroundings<'a>,
        node: &Node,
        place: &str,
    ) -> Shape {
        let mut compiler = Self { reader, around, steps: Draft::new(), is_guarded: false };
        compiler.node(node, place);
        compiler.finish()
    }

    /// Compiles the members of an object, as [`Shape::render_members`] writes them: each with what its slots can
    /// name and the name of its draws.
    pub(in crate::template) fn members<'m>(
        reader: &'a Reader<'a>,
        members: impl IntoIterator<Item = (&'m Member, Surroundings<'a>, String)>,
        optional: &[Optional],
    ) -> Shape {
        let mut compiler: Option<Self> = None;
        for (member, around, place) in members {
            let fresh = || Self { reader, around, steps: Draft::new(), is_guarded: false };
            let compiler = compiler.get_or_insert_with(fresh);
            compiler.around = around;
            let together = optional.iter().find(|o| o.members.contains(&member.name));
            compiler.optional_member(member, together, &place);
        }
        compiler.map_or_else(Shape::default, Self::finish)
    }

    /// Compiles text with slots in it that is not itself in quotes.
    pub(in crate::template) fn text(
        reader: &'a Reader<'a>,
        around: Surroundings<'a>,
        node: &Node,
        source: &str,
        place: &str,
    ) -> Shape {
        let mut compiler = Self { reader, around, steps: Draft::new(), is_guarded: false };
        compiler.pieces(node, source, place);
        compiler.finish()
    }

    fn finish(self) -> Shape {
        tighten(self.steps, &mut self.around.atoms.borrow_mut())
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
        self.push(Step::Member { first: "{".to_owned(), later: ",".to_owned() });
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
                    branches.push((weight, self.steps.len()));
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
        self.steps[choose] = Step::Choose { draws: name(place), branches };
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
            branches.push((kinds[index], self.steps.len()));
            self.node(&member.value, &format!("{place}.{}", member.name));
            jumps.push(self.push(Step::Jump(0)));
            self.around = around;
        }
        if members.is_empty() {
            self.reader.complain_with(&node.span, "no value for any kind", "write one for each");
        }
        self.steps[start] = Step::ByKind { role, branches };
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
            self.push(Step::Copy(text.to_owned()));
        }
    }

    fn push(&mut self, step: Step<String>) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Lets an earlier step jump to here.
    fn close(&mut self, step: usize) {
        let here = self.steps.len();
        match &mut self.steps[step] {
            Step::Maybe { end, .. }
            | Step::UnlessAbsent { end, .. }
            | Step::UnlessKind { end, .. }
            | Step::Jump(end) => *end = here,
            Step::Copy(_) | Step::Member { .. } | Step::Fill(_) | Step::Choose { .. } | Step::ByKind { .. } => {}
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
