//! How an action fails: the service's errors for every action, and the action's own.

use crate::json::{Json, Member, Node, Reader, member};
use crate::sink::Text;
use crate::template::condition::Condition;
use crate::template::optional::Optional;
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

/// A code with one of its conditions, as a file names them.
struct Wanted<'a> {
    code: &'a str,
    condition: Condition,
    /// Where the file names it; the service's own are named nowhere in it.
    node: Option<&'a Node>,
    request: Option<&'a [Member]>,
}

impl<'a> Failing<'a> {
    /// All errors, in the order of their codes.
    pub(super) fn read(&self) -> Vec<ErrorCase> {
        let without: Vec<&str> = match member(self.members, "without").map(|node| &node.value) {
            Some(Json::Array(codes)) => codes.iter().filter_map(|code| self.reader.text(code)).collect(),
            _ => Vec::new(),
        };
        let everywhere = self.service.every_action.iter().filter(|(code, _)| !without.contains(&code.as_str()));
        let mut wanted: Vec<Wanted<'a>> = everywhere
            .map(|(code, condition)| Wanted { code, condition: *condition, node: None, request: None })
            .collect();
        if let Some(Json::Object(own)) = member(self.members, "errors").map(|node| &node.value) {
            for error in own {
                wanted.retain(|known| known.code != error.name);
                self.own(error, &mut wanted);
            }
        }
        wanted.sort_by(|a, b| a.code.cmp(b.code));
        wanted.iter().filter_map(|wanted| self.case(wanted)).collect()
    }

    /// `"CODE": CONDITION`, a list of them, or `{"when": …, "request": {…}}`.
    fn own(&self, error: &'a Member, wanted: &mut Vec<Wanted<'a>>) {
        let (when, request) = match &error.value.value {
            Json::Object(_) => {
                let Some(members) = self.reader.object(&error.value, &["when", "request"]) else { return };
                let request = match member(members, "request").map(|node| &node.value) {
                    Some(Json::Object(request)) => Some(request.as_slice()),
                    _ => None,
                };
                let Some(when) = member(members, "when") else {
                    return self.reader.complain(&error.value.span, "`when` is missing: the condition of the error");
                };
                (when, request)
            }
            _ => (&error.value, None),
        };
        let conditions = match &when.value {
            Json::Array(conditions) => conditions.as_slice(),
            _ => std::slice::from_ref(when),
        };
        for node in conditions {
            if let Some(condition) = Condition::read(self.reader, node) {
                wanted.push(Wanted { code: &error.name, condition, node: Some(node), request });
            }
        }
    }

    fn case(&self, wanted: &Wanted<'_>) -> Option<ErrorCase> {
        let code = wanted.code;
        let Some(known) = self.service.errors.get(code) else {
            let span = wanted.node.map_or(0..0, |node| node.span.clone());
            let codes: Vec<&str> = self.service.errors.keys().map(String::as_str).collect();
            self.reader.unknown(&span, "error code", code, &codes, "the service's `errors` list them all");
            return None;
        };
        let early = matches!(wanted.condition, Condition::Denied | Condition::Throttled);
        Some(ErrorCase {
            message: self.message(wanted, known)?,
            code: self.around.atoms.borrow_mut().text(code),
            condition: wanted.condition,
            weight: known.weight,
            loses_parameters: early && self.service.is_json_rpc,
            request: wanted.request.map(|members| self.request(code, members)),
        })
    }

    fn message(&self, wanted: &Wanted<'_>, known: &ErrorCode) -> Option<Shape> {
        let own = member(self.members, "messages").and_then(|node| match &node.value {
            Json::Object(messages) => member(messages, wanted.code),
            _ => None,
        });
        let place = format!("errors.{}", wanted.code);
        let nowhere = Node { span: 0..0, value: Json::Null };
        let node = own.or(wanted.node).unwrap_or(&nowhere);
        let text = match (own, known.messages.get(&wanted.condition)) {
            (Some(own), _) => self.reader.text(own)?,
            (None, Some(Some(message))) => message,
            (None, Some(None)) => return Some(Shape::default()),
            (None, None) => {
                let (code, word) = (wanted.code, wanted.condition.word());
                let what = format!("`{code}` has no message for `{word}` in the service's file");
                self.reader.complain(&node.span, what);
                return None;
            }
        };
        Some(Compiler::text(self.reader, self.around, node, text, &place))
    }

    /// The action's parameters with these in place of, or besides, the usual ones.
    fn request(&self, code: &str, changed: &[Member]) -> Shape {
        let usual: &[Member] = match member(self.members, "requestParameters").map(|node| &node.value) {
            Some(Json::Object(usual)) => usual,
            _ => &[],
        };
        let is_usual = |member: &&Member| usual.iter().any(|known| known.name == member.name);
        let all: Vec<Member> = usual
            .iter()
            .map(|known| changed.iter().find(|member| member.name == known.name).unwrap_or(known))
            .chain(changed.iter().filter(|member| !is_usual(member)))
            .cloned()
            .collect();
        let mut optional = self.optional.to_vec();
        optional.retain(|group| !changed.iter().any(|member| group.members.contains(&member.name)));
        // The usual members keep their draws; the others have their own.
        let place = |name: &str| match changed.iter().any(|member| member.name == name) {
            true => format!("errors.{code}.request.{name}"),
            false => format!("requestParameters.{name}"),
        };
        Compiler::members(self.reader, self.around, &all, &optional, place)
    }
}
