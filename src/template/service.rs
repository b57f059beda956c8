//! What the actions of one service share: where they come from, and how they fail.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::Mistake;
use crate::sink::Interner;
use crate::template::condition::Condition;
use crate::template::kind::{self, Kinds, Scope};
use crate::template::manner::Manner;
use crate::template::slot;

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
    /// The region that all calls are recorded in, for a service that has but one endpoint.
    pub region: Option<Box<str>>,
    /// How its calls come about, unless the action says otherwise.
    pub manner: Manner,
    /// Every error code that the service can log.
    pub errors: BTreeMap<String, ErrorCode>,
    /// Codes that every action can fail with.
    pub every_action: BTreeMap<String, Condition>,
    /// Something is wrong with it, so that what is missing may be what could not be read.
    pub is_broken: bool,
}

/// What is known of an error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// Share among the errors of an action.
    pub weight: u32,
    /// The message for each condition; `None` where the service gives none.
    pub messages: BTreeMap<Condition, Option<String>>,
}

const MEMBERS: &[&str] =
    &["eventSource", "host", "iamPrefix", "protocol", "entities", "errors", "everyAction", "region"];

impl Service {
    /// Reads a service file; the kinds that it declares go to the others. Gives everything wrong with it, and the
    /// service when its actions can be read all the same.
    pub(super) fn read(
        file: &str,
        source: &str,
        kinds: &RefCell<Kinds>,
        atoms: &RefCell<Interner>,
    ) -> (Option<Self>, Vec<Mistake>) {
        let reader = Reader::new(file, source);
        let service = reader.parse().and_then(|node| Self::compile(&reader, &node, kinds, atoms));
        (service, reader.into_mistakes())
    }

    fn compile(reader: &Reader<'_>, node: &Node, kinds: &RefCell<Kinds>, atoms: &RefCell<Interner>) -> Option<Self> {
        let members = reader.object(node, &[MEMBERS, &Manner::MEMBERS].concat())?;
        let word = |name: &str, example: &str| word(reader, node, member(members, name), name, example);
        let event_source = word("eventSource", "such as \"workmail.amazonaws.com\"");
        let host = word("host", "such as \"workmail.{{region}}.amazonaws.com\"");
        let iam_prefix = word("iamPrefix", "the service in IAM actions, such as \"workmail\"");
        let protocol = word("protocol", "\"json\" or \"rest-json\", as the SDKs call the protocol of the service");
        check_host(reader, member(members, "host"), host.as_deref());
        check_prefix(reader, member(members, "iamPrefix"), iam_prefix.as_deref());
        if let (Some(protocol), Some(value)) = (&protocol, member(members, "protocol"))
            && !["json", "rest-json"].contains(&&**protocol)
        {
            reader.unknown(&value.span, "protocol", protocol, &["json", "rest-json"], "protocols: json, rest-json");
        }
        let (codes, everywhere) =
            (reader.members(member(members, "errors")), reader.members(member(members, "everyAction")));
        let iam_prefix = iam_prefix?;
        let scope = Scope { kinds, service: &iam_prefix, is_entity: true };
        // Without these, or with a part under a wrong name, all actions would seem wrong.
        let is_sound = reader.count() == 0;
        let is_sound = kind::declare(reader, member(members, "entities"), scope, atoms) && is_sound;
        if !is_sound {
            return None;
        }
        // What is only looked at gets no numbers.
        let nowhere = RefCell::default();
        let scope = Scope { is_entity: false, ..scope };
        let words = slot::Surroundings { atoms: &nowhere, scope, entity: &[], other: &[] };
        let errors = codes.iter().map(|code| (code.name.clone(), error_code(reader, code, words))).collect();
        let every_action = everywhere.iter().filter_map(|code| every_action(reader, code, &errors)).collect();
        Some(Self {
            manner: Manner::read(reader, members, &Manner::default()),
            region: member(members, "region").and_then(|node| reader.text(node)).map(Into::into),
            errors,
            every_action,
            is_broken: reader.count() > 0,
            event_source: event_source?,
            host: host?,
            iam_prefix,
            is_json_rpc: &*protocol? == "json",
        })
    }
}

/// A member that must be there, and text.
fn word(reader: &Reader<'_>, node: &Node, value: Option<&Node>, name: &str, example: &str) -> Option<Box<str>> {
    let Some(value) = value else {
        reader.complain_with(&(node.span.start..node.span.start + 1), format!("`{name}` is missing"), example);
        return None;
    };
    let text = reader.text(value)?;
    if text.is_empty() {
        reader.complain_with(&value.span, format!("`{name}` is empty"), example);
        return None;
    }
    Some(text.into())
}

fn check_host(reader: &Reader<'_>, node: Option<&Node>, host: Option<&str>) {
    let (Some(node), Some(host)) = (node, host) else { return };
    if host.replace("{{region}}", "").contains(['{', '}', '/', ' ']) {
        reader.complain_with(
            &node.span,
            format!("`{host}` is not the name of a host"),
            "the only slot that can stand in it is `{{region}}`",
        );
    }
}

fn check_prefix(reader: &Reader<'_>, node: Option<&Node>, prefix: Option<&str>) {
    let (Some(node), Some(prefix)) = (node, prefix) else { return };
    if !prefix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let what = format!("`{prefix}` is not the prefix of a service in IAM");
        reader.complain_with(&node.span, what, "it is what stands before the colon in `workmail:CreateUser`");
    }
}

fn error_code(reader: &Reader<'_>, code: &Member, around: slot::Surroundings<'_>) -> ErrorCode {
    let before = reader.count();
    let (mut messages, mut weight) = (BTreeMap::new(), 1);
    if let Some(members) = reader.object(&code.value, &["weight", "when"]) {
        weight = reader.whole(member(members, "weight"), 1);
        let when = reader.members(member(members, "when"));
        if when.is_empty() && reader.count() == before {
            reader.complain_with(
                &code.name_span,
                "`when` is missing: the conditions and their messages",
                "such as `\"when\": {\"denied\": \"User {{caller.arn}} is not authorized\"}`",
            );
        }
        for case in when {
            let message = message(reader, &case.value, around);
            if let Some(condition) = Condition::named(reader, &case.name_span, &case.name) {
                messages.insert(condition, message);
            }
        }
    }
    ErrorCode { weight, messages }
}

/// A message, or `null` where the service gives none. Its slots must be such that some action can have them.
fn message(reader: &Reader<'_>, node: &Node, around: slot::Surroundings<'_>) -> Option<String> {
    match &node.value {
        Json::Null => None,
        Json::Text(text) => {
            slot::check_anywhere(reader, node, text, around);
            Some(text.clone())
        }
        other => {
            let what = format!("expected the text of a message, found {}", other.describe());
            reader.complain_with(&node.span, what, "write `null` where the service gives no message");
            None
        }
    }
}

fn every_action(
    reader: &Reader<'_>,
    code: &Member,
    errors: &BTreeMap<String, ErrorCode>,
) -> Option<(String, Condition)> {
    let condition = Condition::read(reader, &code.value)?;
    let Some(known) = errors.get(&code.name) else {
        let codes: Vec<&str> = errors.keys().map(String::as_str).collect();
        reader.unknown(&code.name_span, "error code", &code.name, &codes, "`errors` has to have it");
        return None;
    };
    // Where it has none at all, that has been said.
    if !known.messages.is_empty() && !known.messages.contains_key(&condition) {
        let what = format!("`{}` has no message for `{}`", code.name, condition.word());
        reader.complain_with(&code.value.span, what, format!("add it to `when` of `{}` in `errors`", code.name));
    }
    Some((code.name.clone(), condition))
}
