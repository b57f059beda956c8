//! How an action fails: the service's errors for every action, and the action's own.

use std::ops::Range;

use crate::event::Kind;
use crate::json::{Json, Member, Node, Reader, member};
use crate::sink::Text;
use crate::template::condition::Condition;
use crate::template::optional::Optional;
use crate::template::service::{ErrorCode, Service};
use crate::template::shape::{Compiler, Shape};
use crate::template::slot::{Slot, Surroundings, slots_in};
use crate::template::{changed, read};

/// One way in which an action fails.
#[derive(Clone, Debug)]
pub struct ErrorCase {
    /// `errorCode`.
    pub code: Text,
    /// What the state of the world must be.
    pub condition: Condition,
    /// The kinds of entity that fail in this way.
    pub entity: Vec<Kind>,
    /// The kinds of second thing that fail in this way.
    pub other: Vec<Kind>,
    /// Share among the errors of the action.
    pub weight: u32,
    /// The request was refused before it was parsed, so its parameters are not logged.
    pub loses_parameters: bool,
    /// `errorMessage`.
    pub(super) message: Shape,
    /// The parameters that fail in this way, where they are not those of any call.
    pub(super) request: Option<Shape>,
}

/// An action's file, as far as its errors need it.
pub(super) struct Failing<'a> {
    /// The file.
    pub reader: &'a Reader<'a>,
    /// Its members.
    pub members: &'a [Member],
    /// The service that it belongs to.
    pub service: &'a Service,
    /// What its slots can name.
    pub around: Surroundings<'a>,
    /// Its members that are not always there.
    pub optional: &'a [Optional],
    /// Its messages, where they are not the service's.
    pub messages: &'a [Member],
}

/// One of the action's own errors: `"CODE": CONDITION`, a list of conditions, or an object.
struct Own<'a> {
    code: &'a str,
    span: Range<usize>,
    when: &'a [Node],
    entity: Vec<Kind>,
    other: Vec<Kind>,
    request: Option<&'a [Member]>,
}

impl<'a> Failing<'a> {
    /// All errors, in the order of their codes.
    pub(super) fn read(&self) -> Vec<ErrorCase> {
        let without = self.without();
        let own: Vec<Own<'_>> =
            self.reader.members(member(self.members, "errors")).iter().filter_map(|error| self.own(error)).collect();
        let is_own = |code: &str| own.iter().any(|own| own.code == code);
        let everywhere = self.service.every_action.iter();
        let everywhere = everywhere.filter(|(code, _)| !without.contains(&code.as_str()) && !is_own(code));
        let everywhere = everywhere.filter_map(|(code, condition)| self.case(code, *condition, None, None));
        let mut cases: Vec<ErrorCase> = everywhere.collect();
        for own in &own {
            for node in own.when {
                let condition = Condition::read(self.reader, node);
                cases.extend(condition.and_then(|condition| self.case(own.code, condition, Some(node), Some(own))));
            }
        }
        cases.sort_by(|a, b| a.code.as_str().cmp(b.code.as_str()));
        self.check_messages(&cases);
        if cases.len() > usize::from(u8::MAX) {
            let what = format!("an action can fail in {} ways at most", u8::MAX);
            self.reader.complain_with(&self.place(None), what, "leave some out with `without`");
        }
        cases
    }

    /// The service's errors that this action does not have.
    fn without(&self) -> Vec<&'a str> {
        let Some(node) = member(self.members, "without") else { return Vec::new() };
        let Json::Array(codes) = &node.value else {
            let what = format!("expected a list of error codes, found {}", node.value.describe());
            self.reader.complain_with(&node.span, what, "such as `[\"ThrottlingException\"]`");
            return Vec::new();
        };
        let everywhere: Vec<&str> = self.service.every_action.keys().map(String::as_str).collect();
        let known = |node: &'a Node| {
            let code = self.reader.text(node)?;
            if !everywhere.contains(&code) && !self.service.is_broken {
                let listed = match everywhere.is_empty() {
                    true => "`everyAction` in service.json has no codes".to_owned(),
                    false => format!("`everyAction` in service.json has {}", everywhere.join(", ")),
                };
                self.reader.unknown(&node.span, "error code", code, &everywhere, &listed);
            }
            Some(code)
        };
        codes.iter().filter_map(known).collect()
    }

    /// Whether the action names the error, rightly or not: what is wrong with it is said there.
    fn has_own(&self, code: &str) -> bool {
        match member(self.members, "errors").map(|node| &node.value) {
            Some(Json::Object(own)) => own.iter().any(|own| own.name == code),
            Some(_) => true,
            None => false,
        }
    }

    /// A message for an error that the action does not have would never be seen.
    fn check_messages(&self, cases: &[ErrorCase]) {
        let mut codes: Vec<&str> = cases.iter().map(|case| case.code.as_str()).collect();
        codes.dedup();
        for message in self.messages {
            if !codes.contains(&message.name.as_str()) && !self.has_own(&message.name) {
                let listed = format!("this action's errors are {}", codes.join(", "));
                self.reader.unknown(&message.name_span, "error code", &message.name, &codes, &listed);
            }
        }
    }

    fn own(&self, error: &'a Member) -> Option<Own<'a>> {
        let list = |when: &'a Node| match &when.value {
            Json::Array(conditions) if conditions.is_empty() => {
                self.reader.complain_with(
                    &when.span,
                    "no condition is named here",
                    "conditions: see `docs/templates.md`",
                );
                conditions.as_slice()
            }
            Json::Array(conditions) => conditions.as_slice(),
            _ => std::slice::from_ref(when),
        };
        let (entity, other) = (self.around.entity.to_vec(), self.around.other.to_vec());
        if !matches!(error.value.value, Json::Object(_)) {
            return Some(Own {
                code: &error.name,
                span: error.name_span.clone(),
                when: list(&error.value),
                entity,
                other,
                request: None,
            });
        }
        let members = self.reader.object(&error.value, &["when", "entity", "other", "request"])?;
        let Some(when) = member(members, "when") else {
            let hint = "such as `{\"when\": \"entity-missing\"}`";
            self.reader.complain_with(&error.value.span, "`when` is missing: the condition of the error", hint);
            return None;
        };
        let request = member(members, "request").map(|node| self.reader.members(Some(node)));
        Some(Own {
            code: &error.name,
            span: error.name_span.clone(),
            when: list(when),
            entity: self.narrowed(member(members, "entity"), entity),
            other: self.narrowed(member(members, "other"), other),
            request,
        })
    }

    /// Some of the kinds that can stand in a role; all where nothing is said.
    fn narrowed(&self, node: Option<&Node>, all: Vec<Kind>) -> Vec<Kind> {
        let Some(node) = node else { return all };
        let kinds = read::kinds(self.reader, Some(node), self.around.scope);
        if !kinds.iter().all(|kind| all.contains(kind)) {
            let hint = "name kinds that stand in `entity` or `other` of the action";
            self.reader.complain_with(&node.span, "the action itself never has this kind there", hint);
            return all;
        }
        kinds
    }

    fn case(&self, code: &str, condition: Condition, node: Option<&Node>, own: Option<&Own<'_>>) -> Option<ErrorCase> {
        let Some(known) = self.service.errors.get(code) else {
            let span = own.map_or(0..0, |own| own.span.clone());
            let codes: Vec<&str> = self.service.errors.keys().map(String::as_str).collect();
            self.reader.unknown(&span, "error code", code, &codes, "the service's `errors` list them all");
            return None;
        };
        if let (Some(node), Some(own)) = (node, own)
            && !self.can_be(condition, node, own)
        {
            return None;
        }
        let kinds = own.map_or((self.around.entity, self.around.other), |own| (&own.entity, &own.other));
        let around = Surroundings { entity: kinds.0, other: kinds.1, ..self.around };
        let text = around.atoms.borrow_mut().text(code);
        let early = matches!(condition, Condition::Denied | Condition::Throttled);
        Some(ErrorCase {
            message: self.message(around, code, condition, node, known)?,
            code: text,
            condition,
            weight: known.weight,
            loses_parameters: early && self.service.is_json_rpc,
            request: own.and_then(|own| own.request).map(|members| changed::request(self, around, code, members)),
            entity: kinds.0.to_vec(),
            other: kinds.1.to_vec(),
        })
    }

    fn message(
        &self,
        around: Surroundings<'_>,
        code: &str,
        condition: Condition,
        node: Option<&Node>,
        known: &ErrorCode,
    ) -> Option<Shape> {
        let own = self.messages.iter().find(|message| message.name == code).map(|message| &message.value);
        let text = match (own, known.messages.get(&condition)) {
            (Some(own), _) => {
                return Some(Compiler::text(
                    self.reader,
                    around,
                    own,
                    self.reader.text(own)?,
                    &format!("errors.{code}"),
                ));
            }
            (None, Some(Some(message))) => message,
            (None, Some(None)) => return Some(Shape::default()),
            (None, None) if self.service.is_broken => return None,
            (None, None) => {
                let word = condition.word();
                let what = format!("`{code}` has no message for `{word}`");
                let hint = format!(
                    "add it to `when` of `{code}` in service.json, or to the action: `\"messages\": {{\"{code}\": …}}`"
                );
                self.reader.complain_with(&self.place(node), what, hint);
                return None;
            }
        };
        for inner in slots_in(text) {
            if let Err(mistake) = Slot::parse(inner, "", &around) {
                if self.service.is_broken {
                    return None;
                }
                let what = format!("the service's message of `{code}` does not suit this action: {}", mistake.what);
                let hint = format!("give the action one of its own: `\"messages\": {{\"{code}\": …}}`");
                self.reader.complain_with(&self.place(node), what, hint);
                return None;
            }
        }
        let nowhere = Node { span: self.place(node), value: Json::Null };
        Some(Compiler::text(self.reader, around, &nowhere, text, &format!("errors.{code}")))
    }

    /// Where to show what is wrong with an error: at its condition, or where the action's name stands.
    fn place(&self, node: Option<&Node>) -> Range<usize> {
        let name = || member(self.members, "eventName").map(|name| name.span.clone());
        node.map(|node| node.span.clone()).or_else(name).unwrap_or_default()
    }

    /// Whether something in the call can be as the condition says.
    fn can_be(&self, condition: Condition, node: &Node, own: &Own<'_>) -> bool {
        let Some((role, kind)) = condition.needs() else { return true };
        let kinds = if role == "other" { &own.other } else { &own.entity };
        let word = condition.word();
        match kind {
            None if kinds.is_empty() => {
                let what = format!("`{word}` needs a call about something, and this action has no `{role}`");
                let hint =
                    format!("name the kind in `{role}`, or use `unexplained` for an error without a visible reason");
                self.reader.complain_with(&node.span, what, hint);
                false
            }
            Some(kind) if !kinds.contains(&kind) => {
                let what = format!("`{word}` is for messages in flight, and this action is about none");
                self.reader.complain_with(&node.span, what, "name `message` in `entity`, or use another condition");
                false
            }
            _ => true,
        }
    }
}
