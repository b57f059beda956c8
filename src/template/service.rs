//! What the actions of one service share: where they come from, and how they fail.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::json::{Json, Node, Reader, member};
use crate::mistake::Mistake;
use crate::sink::Atoms;
use crate::template::condition::Condition;
use crate::template::kind::{self, Kinds, Scope};

/// A service, read from `service.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// `eventSource`.
    pub event_source: Box<str>,
    /// Host name of the endpoint, with `{{region}}`.
    pub host: Box<str>,
    /// The service in IAM actions, CLI commands and SDK user agents.
    pub iam_prefix: Box<str>,
    /// JSON-RPC services lose the parameters of refused requests; REST services keep them.
    pub is_json_rpc: bool,
    /// Every error code that the service can log.
    pub errors: BTreeMap<String, ErrorCode>,
    /// Codes that every action can fail with.
    pub every_action: BTreeMap<String, Condition>,
}

/// What is known of an error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// Share among the errors of an action.
    pub weight: u32,
    /// The message for each condition; `None` where the service gives none.
    pub messages: BTreeMap<Condition, Option<String>>,
}

impl Service {
    /// Reads a service file; the kinds that it declares go to the others.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub(super) fn read(
        file: &str,
        source: &str,
        kinds: &RefCell<Kinds>,
        atoms: &RefCell<Atoms>,
    ) -> Result<Self, Vec<Mistake>> {
        let reader = Reader::new(file, source);
        let service = reader.parse().and_then(|node| Self::compile(&reader, &node, kinds, atoms));
        match (service, reader.into_mistakes()) {
            (Some(service), mistakes) if mistakes.is_empty() => Ok(service),
            (_, mistakes) => Err(mistakes),
        }
    }

    fn compile(reader: &Reader<'_>, node: &Node, kinds: &RefCell<Kinds>, atoms: &RefCell<Atoms>) -> Option<Self> {
        let known = ["eventSource", "host", "iamPrefix", "protocol", "entities", "errors", "everyAction"];
        let members = reader.object(node, &known)?;
        let word = |name: &str| -> Option<Box<str>> {
            let Some(value) = member(members, name) else {
                reader.complain(&(node.span.start..node.span.start + 1), format!("`{name}` is missing"));
                return None;
            };
            reader.text(value).map(Into::into)
        };
        let (event_source, host, iam_prefix, protocol) =
            (word("eventSource"), word("host"), word("iamPrefix"), word("protocol"));
        if let (Some(protocol), Some(value)) = (&protocol, member(members, "protocol"))
            && !["json", "rest-json"].contains(&&**protocol)
        {
            reader.unknown(&value.span, "protocol", protocol, &["json", "rest-json"], "protocols: json, rest-json");
        }
        let iam_prefix = iam_prefix?;
        let scope = Scope { kinds, service: &iam_prefix, is_entity: true };
        kind::declare(reader, member(members, "entities"), scope, atoms);
        Some(Self {
            errors: errors(reader, member(members, "errors")),
            every_action: every_action(reader, member(members, "everyAction")),
            event_source: event_source?,
            host: host?,
            iam_prefix,
            is_json_rpc: &*protocol? == "json",
        })
    }
}

fn errors(reader: &Reader<'_>, node: Option<&Node>) -> BTreeMap<String, ErrorCode> {
    let Some(Node { value: Json::Object(codes), .. }) = node else { return BTreeMap::new() };
    codes.iter().filter_map(|code| Some((code.name.clone(), error_code(reader, &code.value)?))).collect()
}

fn error_code(reader: &Reader<'_>, node: &Node) -> Option<ErrorCode> {
    let members = reader.object(node, &["weight", "when"])?;
    let mut messages = BTreeMap::new();
    let Some(Node { value: Json::Object(when), .. }) = member(members, "when") else {
        reader.complain(&node.span, "`when` is missing: the conditions and their messages");
        return None;
    };
    for case in when {
        let word = Node { span: case.name_span.clone(), value: Json::Text(case.name.clone()) };
        let message = match &case.value.value {
            Json::Null => None,
            _ => Some(reader.text(&case.value)?.to_owned()),
        };
        messages.insert(Condition::read(reader, &word)?, message);
    }
    Some(ErrorCode { weight: reader.whole(member(members, "weight"), 1), messages })
}

fn every_action(reader: &Reader<'_>, node: Option<&Node>) -> BTreeMap<String, Condition> {
    let Some(Node { value: Json::Object(codes), .. }) = node else { return BTreeMap::new() };
    codes.iter().filter_map(|code| Some((code.name.clone(), Condition::read(reader, &code.value)?))).collect()
}
