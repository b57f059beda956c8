//! How an action fails: the service's errors for every action, and the action's own.

use crate::event::Kind;
use crate::json::{Json, Member, Node, Reader, member};
use crate::sink::Text;
use crate::template::condition::Condition;
use crate::template::optional::Optional;
use crate::template::read;
use crate::template::service::{ErrorCode, Service};
use crate::template::shape::{Compiler, Shape};
use crate::template::slot::Surroundings;

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
}

/// One of the action's own errors: `"CODE": CONDITION`, a list of conditions, or an object.
struct Own<'a> {
    code: &'a str,
    when: &'a [Node],
    entity: Vec<Kind>,
    other: Vec<Kind>,
    request: Option<&'a [Member]>,
}

impl<'a> Failing<'a> {
    /// All errors, in the order of their codes.
    pub(super) fn read(&self) -> Vec<ErrorCase> {
        let without: Vec<&str> = match member(self.members, "without").map(|node| &node.value) {
            Some(Json::Array(codes)) => codes.iter().filter_map(|code| self.reader.text(code)).collect(),
            _ => Vec::new(),
        };
        let own: Vec<Own<'_>> = match member(self.members, "errors").map(|node| &node.value) {
            Some(Json::Object(own)) => own.iter().filter_map(|error| self.own(error)).collect(),
            _ => Vec::new(),
        };
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
        cases
    }

    fn own(&self, error: &'a Member) -> Option<Own<'a>> {
        let list = |when: &'a Node| match &when.value {
            Json::Array(conditions) => conditions.as_slice(),
            _ => std::slice::from_ref(when),
        };
        let (entity, other) = (self.around.entity.to_vec(), self.around.other.to_vec());
        if !matches!(error.value.value, Json::Object(_)) {
            return Some(Own { code: &error.name, when: list(&error.value), entity, other, request: None });
        }
        let members = self.reader.object(&error.value, &["when", "entity", "other", "request"])?;
        let Some(when) = member(members, "when") else {
            self.reader.complain(&error.value.span, "`when` is missing: the condition of the error");
            return None;
        };
        let request = match member(members, "request").map(|node| &node.value) {
            Some(Json::Object(request)) => Some(request.as_slice()),
            _ => None,
        };
        Some(Own {
            code: &error.name,
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
            self.reader.complain(&node.span, "the action itself never has this kind there");
        }
        kinds
    }

    fn case(&self, code: &str, condition: Condition, node: Option<&Node>, own: Option<&Own<'_>>) -> Option<ErrorCase> {
        let Some(known) = self.service.errors.get(code) else {
            let span = node.map_or(0..0, |node| node.span.clone());
            let codes: Vec<&str> = self.service.errors.keys().map(String::as_str).collect();
            self.reader.unknown(&span, "error code", code, &codes, "the service's `errors` list them all");
            return None;
        };
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
            request: own.and_then(|own| own.request).map(|members| self.request(around, code, members)),
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
        let own = member(self.members, "messages").and_then(|node| match &node.value {
            Json::Object(messages) => member(messages, code),
            _ => None,
        });
        let nowhere = Node { span: 0..0, value: Json::Null };
        let node = own.or(node).unwrap_or(&nowhere);
        let text = match (own, known.messages.get(&condition)) {
            (Some(own), _) => self.reader.text(own)?,
            (None, Some(Some(message))) => message,
            (None, Some(None)) => return Some(Shape::default()),
            (None, None) => {
                let word = condition.word();
                let what = format!("`{code}` has no message for `{word}` in the service's file");
                self.reader.complain(&node.span, what);
                return None;
            }
        };
        Some(Compiler::text(self.reader, around, node, text, &format!("errors.{code}")))
    }

    /// The action's parameters with these in place of, or besides, the usual ones.
    fn request(&self, around: Surroundings<'_>, code: &str, changed: &[Member]) -> Shape {
        let usual: &[Member] = match member(self.members, "requestParameters").map(|node| &node.value) {
            Some(Json::Object(usual)) => usual,
            _ => &[],
        };
        // Of alternatives, the changed one is there, and no other.
        let is_changed = |name: &str| changed.iter().any(|member| member.name == name);
        let decided = |group: &&Optional| group.members.iter().any(|name| is_changed(name));
        let is_out = |name: &String| {
            let beside =
                |group: &Optional| self.optional.iter().filter(decided).any(|known| known.draws == group.draws);
            let mut groups = self.optional.iter().filter(|group| group.members.contains(name));
            !is_changed(name) && groups.any(|group| beside(group) && !decided(&group))
        };
        // The usual members keep their draws; the others have their own.
        let as_usual = |known: &'a Member| match changed.iter().find(|member| member.name == known.name) {
            Some(member) => as_changed(member, around, code),
            None => (known, self.around, format!("requestParameters.{}", known.name)),
        };
        let is_usual = |member: &&Member| usual.iter().any(|known| known.name == member.name);
        let more = changed.iter().filter(|member| !is_usual(member)).map(|member| as_changed(member, around, code));
        let all = usual.iter().filter(|known| !is_out(&known.name)).map(as_usual).chain(more);
        let mut optional = self.optional.to_vec();
        optional.retain(|group| !decided(&group));
        Compiler::members(self.reader, all, &optional)
    }
}

fn as_changed<'m, 'a>(
    member: &'m Member,
    around: Surroundings<'a>,
    code: &str,
) -> (&'m Member, Surroundings<'a>, String) {
    (member, around, format!("errors.{code}.request.{}", member.name))
}
