//! One action: its facts and the shapes of its record, read from a template file.

use std::cell::RefCell;
use std::sync::Arc;

use crate::event::{Event, Facts, Kind, Outcome};
use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::Mistake;
use crate::record::{Content, Envelope, Fixed, Labels};
use crate::seed::name;
use crate::sink::{Atoms, Sink, Text};
use crate::template::condition::{Condition, Effect};
use crate::template::manner::{Manner, check_evidence};
use crate::template::service::{ErrorCode, Service};
use crate::template::shape::{Compiler, OptionalMember, Shape, Source};
use crate::template::slot::{Surroundings, parse_share};

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Action {
    /// `eventName`.
    pub name: Box<str>,
    /// What all actions of its service share.
    pub service: Arc<Service>,
    /// `readOnly`.
    pub read_only: bool,
    /// Share of the default traffic, relative to the other actions.
    pub weight: u32,
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
    request: Shape,
    response: Shape,
    additional: Shape,
    resources: Shape,
}

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
    message: Shape,
}

const MEMBERS: &[&str] = &[
    "eventName",
    "readOnly",
    "weight",
    "entity",
    "other",
    "effect",
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
    pub fn read(
        file: &str,
        source: &str,
        service: &Arc<Service>,
        atoms: &RefCell<Atoms>,
    ) -> Result<Self, Vec<Mistake>> {
        let reader = Reader::new(file, source);
        let action = reader.parse().and_then(|node| Self::compile(&reader, &node, service, atoms));
        match (action, reader.into_mistakes()) {
            (Some(action), mistakes) if mistakes.is_empty() => Ok(action),
            (_, mistakes) => Err(mistakes),
        }
    }

    fn compile(reader: &Reader<'_>, node: &Node, service: &Arc<Service>, atoms: &RefCell<Atoms>) -> Option<Self> {
        let members = reader.object(node, &[MEMBERS, &Manner::MEMBERS].concat())?;
        check_evidence(reader, members);
        let entity = kinds(reader, member(members, "entity"));
        let other = kinds(reader, member(members, "other"));
        let around = || Surroundings { atoms, entity: &entity, other: &other };
        let event_name = event_name(reader, node, members)?;
        let optional = optional(reader, members);
        let part = |part: &str, optional: &[OptionalMember]| match member(members, part) {
            None | Some(Node { value: Json::Null, .. }) => Shape::default(),
            Some(Node { value: Json::Object(inner), .. }) => Compiler::members(reader, around(), inner, optional, part),
            Some(node) => {
                let found = node.value.describe();
                reader.complain(&node.span, format!("expected an object, found {found}"));
                Shape::default()
            }
        };
        let request = part("requestParameters", &optional);
        let response = part("responseElements", &[]);
        let additional = part("additionalEventData", &[]);
        let resources = member(members, "resources")
            .map_or_else(Shape::default, |node| Compiler::value(reader, around(), node, "resources"));
        let errors = errors(reader, members, service, &around);
        Some(Self {
            manner: Manner::read(reader, members, &service.manner),
            command: format!("{}.{}", service.iam_prefix, kebab(&event_name)).into(),
            name: event_name.clone(),
            service: Arc::clone(service),
            read_only: read_only(reader, node, members)?,
            weight: reader.whole(member(members, "weight"), 1),
            effect: effect(reader, member(members, "effect")),
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

    /// The fixed texts of the action's records in one region.
    pub fn envelope(&self, region: &str, atoms: &mut Atoms) -> Envelope {
        let host = self.service.host.replace("{{region}}", region);
        let labels = Labels {
            source: &self.service.event_source,
            event_name: &self.name,
            region: self.service.region.as_deref().unwrap_or(region),
            command: &self.command,
            host: &host,
            read_only: self.read_only,
            form: self.manner.form,
            api_version: self.manner.api_version.as_deref(),
        };
        Envelope::new(&labels, atoms)
    }
}

fn event_name(reader: &Reader<'_>, node: &Node, members: &[Member]) -> Option<Box<str>> {
    let Some(name) = member(members, "eventName") else {
        reader.complain(&(node.span.start..node.span.start + 1), "`eventName` is missing");
        return None;
    };
    let word = reader.text(name)?;
    if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphanumeric()) {
        reader.complain(&name.span, format!("`eventName` must consist of letters and digits, found \"{word}\""));
        return None;
    }
    Some(word.into())
}

fn read_only(reader: &Reader<'_>, node: &Node, members: &[Member]) -> Option<bool> {
    match member(members, "readOnly") {
        Some(Node { value: Json::Bool(read_only), .. }) => Some(*read_only),
        Some(other) => {
            reader.complain(&other.span, format!("expected true or false, found {}", other.value.describe()));
            None
        }
        None => {
            reader.complain(&(node.span.start..node.span.start + 1), "`readOnly` is missing");
            None
        }
    }
}

/// A kind or a list of kinds.
fn kinds(reader: &Reader<'_>, node: Option<&Node>) -> Vec<Kind> {
    let words = Kind::ALL.map(Kind::word);
    let one = |node: &Node| -> Option<Kind> {
        let word = reader.text(node)?;
        let found = Kind::ALL.into_iter().find(|kind| kind.word() == word);
        if found.is_none() {
            reader.unknown(&node.span, "kind", word, &words, &format!("kinds: {}", words.join(", ")));
        }
        found
    };
    match node {
        None => Vec::new(),
        Some(Node { value: Json::Array(items), .. }) => items.iter().filter_map(one).collect(),
        Some(node) => one(node).into_iter().collect(),
    }
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

fn optional(reader: &Reader<'_>, members: &[Member]) -> Vec<OptionalMember> {
    let Some(node) = member(members, "optional") else { return Vec::new() };
    let Json::Object(groups) = &node.value else {
        reader.complain(&node.span, format!("expected an object, found {}", node.value.describe()));
        return Vec::new();
    };
    let known: Vec<&str> = match member(members, "requestParameters").map(|node| &node.value) {
        Some(Json::Object(request)) => request.iter().map(|m| m.name.as_str()).collect(),
        _ => Vec::new(),
    };
    groups.iter().filter_map(|group| optional_group(reader, group, &known)).collect()
}

fn optional_group(reader: &Reader<'_>, group: &Member, known: &[&str]) -> Option<OptionalMember> {
    let names: Vec<String> = group.name.split('+').map(str::to_owned).collect();
    for unknown in names.iter().filter(|name| !known.contains(&name.as_str())) {
        reader.unknown(
            &group.name_span,
            "member",
            unknown,
            known,
            "only members of `requestParameters` can be optional",
        );
    }
    let share = match &group.value.value {
        Json::Number(number) => parse_share(number),
        _ => None,
    };
    if share.is_none() {
        let found = group.value.value.describe();
        reader.complain(&group.value.span, format!("expected a share from 0 to 1, found {found}"));
    }
    Some(OptionalMember { draws: name(&format!("optional {}", group.name)), members: names, share: share? })
}

/// The service's errors for every action, without those taken out, and the action's own.
fn errors<'a>(
    reader: &'a Reader<'a>,
    members: &[Member],
    service: &Service,
    around: &impl Fn() -> Surroundings<'a>,
) -> Vec<ErrorCase> {
    let without: Vec<&str> = match member(members, "without").map(|node| &node.value) {
        Some(Json::Array(codes)) => codes.iter().filter_map(|code| reader.text(code)).collect(),
        _ => Vec::new(),
    };
    let mut wanted: Vec<(String, Condition, Option<&Node>)> = service
        .every_action
        .iter()
        .filter(|(code, _)| !without.contains(&code.as_str()))
        .map(|(code, condition)| (code.clone(), *condition, None))
        .collect();
    if let Some(Json::Object(own)) = member(members, "errors").map(|node| &node.value) {
        for error in own {
            let Some(condition) = Condition::read(reader, &error.value) else { continue };
            wanted.retain(|(code, ..)| *code != error.name);
            wanted.push((error.name.clone(), condition, Some(&error.value)));
        }
    }
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    let messages = member(members, "messages");
    wanted
        .iter()
        .filter_map(|(code, condition, node)| {
            let Some(known) = service.errors.get(code) else {
                let span = node.map_or(0..0, |node| node.span.clone());
                let codes: Vec<&str> = service.errors.keys().map(String::as_str).collect();
                reader.unknown(&span, "error code", code, &codes, "the service's `errors` list them all");
                return None;
            };
            error_case(reader, code, *condition, known, *node, messages, service, around())
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "one call, and every argument is another fact of the file")]
fn error_case<'a>(
    reader: &'a Reader<'a>,
    code: &str,
    condition: Condition,
    known: &ErrorCode,
    node: Option<&Node>,
    messages: Option<&Node>,
    service: &Service,
    around: Surroundings<'a>,
) -> Option<ErrorCase> {
    let own = messages.and_then(|node| match &node.value {
        Json::Object(members) => member(members, code),
        _ => None,
    });
    let place = format!("errors.{code}");
    let code_text = around.atoms.borrow_mut().text(code);
    let message = match (own, known.messages.get(&condition)) {
        (Some(node), _) => Compiler::text(reader, around, node, reader.text(node)?, &place),
        (None, Some(Some(message))) => {
            let nowhere = Node { span: 0..0, value: Json::Null };
            Compiler::text(reader, around, node.unwrap_or(&nowhere), message, &place)
        }
        (None, Some(None)) => Shape::default(),
        (None, None) => {
            let span = node.map_or(0..0, |node| node.span.clone());
            reader.complain(&span, format!("`{code}` has no message for `{}` in the service's file", condition.word()));
            return None;
        }
    };
    let early = matches!(condition, Condition::Denied | Condition::Throttled);
    Some(ErrorCase {
        code: code_text,
        condition,
        weight: known.weight,
        loses_parameters: early && service.is_json_rpc,
        message,
    })
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

/// An action about to be written for one event.
pub(crate) struct Rendering<'a> {
    /// The action.
    pub action: &'a Action,
    /// What its shapes are filled from.
    pub source: Source<'a>,
}

impl<'a> Rendering<'a> {
    /// Brings an event and its action together.
    #[must_use]
    pub(crate) fn new(
        action: &'a Action,
        envelope: &'a Envelope,
        event: &'a Event,
        facts: &'a Facts,
        style_2017: bool,
    ) -> Self {
        Self { action, source: Source { event, facts, envelope, style_2017 } }
    }

    fn failure(&self) -> Option<&'a ErrorCase> {
        match self.source.event.outcome {
            Outcome::Success => None,
            Outcome::Error(index) => self.action.errors.get(usize::from(index)),
        }
    }
}

impl Content for Rendering<'_> {
    fn error(&self) -> Option<&Text> {
        self.failure().map(|failure| &failure.code)
    }

    fn message(&self, out: &mut impl Sink) {
        if let Some(failure) = self.failure().filter(|failure| !failure.message.is_empty()) {
            Fixed::ErrorMessage.write(out);
            failure.message.render(out, self.source);
            Fixed::Quote.write(out);
        }
    }

    fn request(&self, out: &mut impl Sink) {
        match self.failure() {
            Some(ErrorCase { loses_parameters: true, .. }) => Fixed::Null.write(out),
            _ => self.action.request.render_members(out, self.source),
        }
    }

    fn response(&self, out: &mut impl Sink) {
        match self.failure() {
            Some(_) => Fixed::Null.write(out),
            None => self.action.response.render_members(out, self.source),
        }
    }

    fn additional(&self, out: &mut impl Sink) {
        if !self.action.additional.is_empty() {
            Fixed::Additional.write(out);
            self.action.additional.render_members(out, self.source);
        }
    }

    fn resources(&self, out: &mut impl Sink) {
        if !self.action.resources.is_empty() {
            Fixed::Resources.write(out);
            self.action.resources.render(out, self.source);
        }
    }
}
