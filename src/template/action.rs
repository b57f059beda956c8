//! One action: its facts and the shapes of its record, read from a template file.

use std::cell::RefCell;
use std::sync::Arc;

use crate::event::Kind;
use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::Mistake;
use crate::record::{Envelope, EventType, Labels, Quirks};
use crate::sink::Interner;
use crate::template::company::Company;
use crate::template::condition::{Effect, ParameterOrder};
use crate::template::errors::{ErrorCase, Failing};
use crate::template::kind::Scope;
use crate::template::manner::{Manner, check_evidence};
use crate::template::optional::{self, Optional};
use crate::template::read;
use crate::template::service::Service;
use crate::template::shape::{Compiler, Shape};
use crate::template::slot::Surroundings;
use crate::template::story::By;

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name by which users call it: `eventName`, with the service in front (`kms:ListAliases`) where another
    /// service has an action of that name; or one of its own, where a service has several templates of one action.
    pub key: Box<str>,
    /// `eventName`.
    pub name: Box<str>,
    /// What all actions of its service share.
    pub service: Arc<Service>,
    /// `readOnly`.
    pub read_only: bool,
    /// Share of the default traffic, relative to the other actions, in thousandths.
    pub weight: u32,
    /// Whether it keeps company with others.
    pub company: Company,
    /// Who calls it, where it is not who usually does.
    pub by: Option<By>,
    /// Kinds that the call can be about; empty when it is about the organization or nothing.
    pub entity: Vec<Kind>,
    /// Kinds that can be the second thing.
    pub other: Vec<Kind>,
    /// What success does to the entity.
    pub effect: Effect,
    /// How it can fail, in the order of the codes' names.
    pub errors: Vec<ErrorCase>,
    /// The operation as the AWS CLI writes it: `workmail.create-user`.
    pub command: Box<str>,
    /// The list is paged.
    pub paged: bool,
    /// How far down a reader gets before calling it: organizations, then lists, then single things.
    pub depth: u8,
    /// How its calls come about.
    pub manner: Manner,
    /// `requestParameters`.
    pub(super) request: Shape,
    /// `responseElements`.
    pub(super) response: Shape,
    /// `additionalEventData`.
    pub(super) additional: Shape,
    /// `resources`.
    pub(super) resources: Shape,
}

const MEMBERS: &[&str] = &[
    "eventName",
    "name",
    "readOnly",
    "weight",
    "entity",
    "other",
    "effect",
    "by",
    "requestParameters",
    "optional",
    "responseElements",
    "additionalEventData",
    "resources",
    "errors",
    "without",
    "messages",
    "evidence",
];

impl Action {
    /// Reads a template file.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub(super) fn read(
        file: &str,
        source: &str,
        service: &Arc<Service>,
        scope: Scope<'_>,
        order: ParameterOrder,
        atoms: &RefCell<Interner>,
    ) -> Result<Self, Vec<Mistake>> {
        let reader = Reader::new(file, source);
        let node = reader.parse().map(|node| in_order(node, order));
        let action = node.and_then(|node| Self::compile(&reader, &node, service, scope, atoms));
        match (action, reader.into_mistakes()) {
            (Some(action), mistakes) if mistakes.is_empty() => Ok(action),
            (_, mistakes) => Err(mistakes),
        }
    }

    /// The members that a file can have.
    fn members() -> Vec<&'static str> {
        [MEMBERS, &Manner::MEMBERS, &Company::MEMBERS].concat()
    }

    /// What is wrong with a file whatever its service may be.
    pub(super) fn look(file: &str, source: &str) -> Vec<Mistake> {
        let reader = Reader::new(file, source);
        if let Some(node) = reader.parse() {
            reader.object(&node, &Self::members());
        }
        reader.into_mistakes()
    }

    /// The name in a file by which users call the action, when there is one.
    pub(super) fn name_in(file: &str, source: &str) -> Option<String> {
        let reader = Reader::new(file, source);
        let node = reader.parse();
        let members = reader.members(node.as_ref());
        match &member(members, "name").or_else(|| member(members, "eventName"))?.value {
            Json::Text(name) => Some(name.clone()),
            _ => None,
        }
    }

    fn compile(
        reader: &Reader<'_>,
        node: &Node,
        service: &Arc<Service>,
        scope: Scope<'_>,
        atoms: &RefCell<Interner>,
    ) -> Option<Self> {
        let members = reader.object(node, &Self::members())?;
        check_evidence(reader, members);
        let before = reader.count();
        let entity = read::kinds(reader, member(members, "entity"), scope);
        let other = read::kinds(reader, member(members, "other"), scope);
        // Without the right kinds, slots would seem wrong that are not.
        let has_kinds = reader.count() == before;
        let around = Surroundings { atoms, scope, entity: &entity, other: &other };
        let event_name = event_name(reader, node, members)?;
        let key = member(members, "name").map_or(Some(event_name.clone()), |node| word(reader, node, "name"))?;
        let optional = optional::read(reader, members);
        let part = |part: &str, optional: &[Optional]| match member(members, part) {
            None | Some(Node { value: Json::Null, .. }) => Shape::default(),
            node => {
                let inner = reader.members(node).iter();
                let placed = inner.map(|member| (member, around, format!("{part}.{}", member.name)));
                Compiler::members(reader, placed, optional)
            }
        };
        if !has_kinds {
            return None;
        }
        let request = part("requestParameters", &optional);
        let response = part("responseElements", &[]);
        let additional = part("additionalEventData", &[]);
        let resources = member(members, "resources")
            .map_or_else(Shape::default, |node| Compiler::value(reader, around, node, "resources"));
        let messages = reader.members(member(members, "messages"));
        let errors = Failing { reader, members, service, around, optional: &optional, messages }.read();
        let effect = effect(reader, member(members, "effect"));
        check_effect(reader, members, effect, &entity, scope);
        check_resources(reader, member(members, "resources"));
        Some(Self {
            manner: Manner::read(reader, members, &service.manner),
            company: Company::read(reader, members),
            command: format!("{}.{}", service.iam_prefix, kebab(&event_name)).into(),
            key,
            name: event_name.clone(),
            service: Arc::clone(service),
            read_only: read_only(reader, node, members)?,
            weight: read::weight(reader, member(members, "weight")),
            by: member(members, "by").and_then(|node| read::by(reader, node)),
            effect,
            paged: request.is_paged(),
            depth: depth(&event_name, entity.is_empty()),
            entity,
            other,
            errors,
            request,
            response,
            additional,
            resources,
        })
    }

    /// Someone signs in. When that fails, the response says so, and there is a message but no code.
    #[must_use]
    pub fn is_sign_in(&self) -> bool {
        self.manner.form.event_type == EventType::ConsoleSignIn
    }

    /// Its calls can be recorded in a region: some services have one region for all their records.
    #[must_use]
    pub(crate) fn fits(&self, region: &str) -> bool {
        self.service.region.as_deref().is_none_or(|only| only == region)
    }

    /// The fixed texts of the action's records in one region.
    ///
    /// `spelling` is the event source of the Message Flow as the scenario wants it spelt.
    pub(crate) fn envelope(&self, region: &str, spelling: &str, quirks: &Quirks, atoms: &mut Interner) -> Envelope {
        let source = &*self.service.event_source;
        let host = self.service.host.replace("{{region}}", region);
        let labels = Labels {
            source: if source.eq_ignore_ascii_case(spelling) { spelling } else { source },
            event_name: &self.name,
            region: self.service.region.as_deref().unwrap_or(region),
            command: &self.command,
            host: &host,
            read_only: self.read_only,
            form: self.manner.form,
            api_version: self.manner.api_version.as_deref(),
            older: quirks.older(self.manner.newest),
        };
        Envelope::new(&labels, quirks, atoms)
    }
}

/// An action's file with the members of `requestParameters` in an order.
fn in_order(mut node: Node, order: ParameterOrder) -> Node {
    if let (ParameterOrder::Alphabetical, Json::Object(members)) = (order, &mut node.value)
        && let Some(request) = members.iter_mut().find(|member| member.name == "requestParameters")
        && let Json::Object(parameters) = &mut request.value.value
    {
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
    }
    node
}

fn event_name(reader: &Reader<'_>, node: &Node, members: &[Member]) -> Option<Box<str>> {
    let Some(name) = member(members, "eventName") else {
        let hint = "the name of the API operation, such as \"CreateUser\"";
        reader.complain_with(&(node.span.start..node.span.start + 1), "`eventName` is missing", hint);
        return None;
    };
    word(reader, name, "eventName")
}

/// A name of letters and digits.
fn word(reader: &Reader<'_>, node: &Node, member: &str) -> Option<Box<str>> {
    let word = reader.text(node)?;
    if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphanumeric()) {
        let what = format!("`{member}` must consist of letters and digits, found \"{word}\"");
        reader.complain_with(&node.span, what, "the name of the API operation, such as \"CreateUser\"");
        return None;
    }
    Some(word.into())
}

fn read_only(reader: &Reader<'_>, node: &Node, members: &[Member]) -> Option<bool> {
    let read_only = member(members, "readOnly");
    if read_only.is_none() {
        let hint = "`true` for operations that only look, such as Get…, List… and Describe…, else `false`";
        reader.complain_with(&(node.span.start..node.span.start + 1), "`readOnly` is missing", hint);
    }
    read_only.and_then(|node| read::truth(reader, Some(node)))
}

fn effect(reader: &Reader<'_>, node: Option<&Node>) -> Effect {
    let Some(node) = node else { return Effect::None };
    let Some(word) = reader.text(node) else { return Effect::None };
    Effect::from_word(word).unwrap_or_else(|| {
        let words = Effect::words();
        reader.unknown(&node.span, "effect", word, &words, &format!("effects: {}", words.join(", ")));
        Effect::None
    })
}

/// An effect needs something that it can happen to, and is a change.
fn check_effect(reader: &Reader<'_>, members: &[Member], effect: Effect, entity: &[Kind], scope: Scope<'_>) {
    let Some(node) = member(members, "effect").filter(|_| effect != Effect::None) else { return };
    let word = effect.word();
    if let Some(Node { value: Json::Bool(true), span }) = member(members, "readOnly") {
        let hint = "write `\"readOnly\": false`, or leave `effect` out";
        reader.complain_with(span, format!("an action with the effect `{word}` is not `readOnly`"), hint);
    }
    if entity.is_empty() && member(members, "entity").is_none() {
        let what = format!("the effect `{word}` happens to an entity, and this action has none");
        reader.complain_with(&node.span, what, "name its kind in `entity`, or leave `effect` out");
    }
    for kind in entity.iter().filter(|kind| !effect.suits(**kind)) {
        let can: Vec<&str> = Effect::words()
            .into_iter()
            .filter(|word| Effect::from_word(word).is_some_and(|e| e.suits(*kind)))
            .collect();
        let what = format!("the effect `{word}` cannot happen to `{}`", scope.word(*kind));
        reader.complain_with(&node.span, what, format!("what can: {}", can.join(", ")));
    }
}

/// `CloudTrail` writes `resources` as a list.
fn check_resources(reader: &Reader<'_>, node: Option<&Node>) {
    if let Some(node) = node.filter(|node| !matches!(node.value, Json::Array(_))) {
        let what = format!("expected a list of resources, found {}", node.value.describe());
        reader.complain_with(&node.span, what, "such as `[{\"ARN\": \"…\", \"accountId\": \"{{account.id}}\"}]`");
    }
}

fn depth(event_name: &str, is_about_nothing: bool) -> u8 {
    match (event_name.contains("Organization"), event_name.starts_with("List"), is_about_nothing) {
        (true, true, _) => 0,
        (true, ..) => 1,
        (_, true, true) => 2,
        (_, _, true) => 3,
        (_, false, _) => 4,
        _ => 5,
    }
}

/// `CreateUser` as `create-user`, the way the AWS CLI names operations.
fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 8);
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
