//! Kinds of entities that services declare: what they are called, which fields they have, how many there are.

use std::cell::RefCell;

use crate::event::{Event, Facts, Kind};
use crate::json::{Json, Member, Node, Reader, member};
use crate::seed::{Name, name};
use crate::sink::Interner;
use crate::template::read;
use crate::template::shape::{Compiler, Shape, Source};
use crate::template::slot::Surroundings;

/// A kind of entity inside an organization, read from `entities` in `service.json`.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The service that declares it, as IAM names it.
    service: Box<str>,
    /// Its word in templates.
    word: Box<str>,
    /// Where the draws of its entities lie.
    pub draws: Name,
    /// How many every organization has all the time.
    pub standing: u64,
    /// An organization has exactly one, like a setting.
    pub single: bool,
    /// The kind of what each entity belongs to.
    pub of: Option<Kind>,
    /// How many new ones there can be at the same time in one organization.
    pub at_once: Option<u64>,
    /// The time between two new ones that belong to the same, in milliseconds.
    pub apart: i64,
    fields: Vec<(Box<str>, Shape)>,
}

/// All kinds that services declare, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Kinds(Vec<Declared>);

/// What a service can name.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// All kinds read so far.
    pub kinds: &'a RefCell<Kinds>,
    /// The service, as IAM names it.
    pub service: &'a str,
    /// The fields of an entity are read, not an action.
    pub is_entity: bool,
}

/// Words with which other slots begin.
const RESERVED: &[&str] = &["entity", "other", "member", "delegate", "grantee", "account", "caller"];

const MEMBERS: &[&str] = &["standing", "single", "of", "atOnce", "apart", "fields"];

impl Kinds {
    /// What is known of a kind that a service declares; `None` of the program's own.
    #[must_use]
    pub fn declared(&self, kind: Kind) -> Option<&Declared> {
        let Kind::Declared(index) = kind else { return None };
        Some(&self.0[usize::from(index)])
    }

    /// The kind that a service declares by this word.
    #[must_use]
    pub fn find(&self, service: &str, word: &str) -> Option<Kind> {
        let is_it = |declared: &Declared| &*declared.service == service && &*declared.word == word;
        self.0.iter().position(is_it).map(|index| Kind::Declared(index as u16))
    }

    /// Whether an organization has exactly one of a kind.
    #[must_use]
    pub fn is_single(&self, kind: Kind) -> bool {
        self.declared(kind).is_some_and(|declared| declared.single)
    }
}

impl Declared {
    /// How many fields an entity of the kind has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// The fields of one entity, ready for JSON; `event` has its draws as key, its serial number as ordinal and
    /// its organization in its role.
    #[must_use]
    pub fn render(&self, event: &Event, facts: &Facts) -> Vec<String> {
        let source = Source { event, facts, event_name: &facts.region, redaction: true };
        let render = |(_, shape): &(Box<str>, Shape)| {
            let mut text = Vec::new();
            shape.render(&mut text, source);
            String::from_utf8(text).expect("shapes are made of text")
        };
        self.fields.iter().map(render).collect()
    }
}

impl Scope<'_> {
    /// The kind of this word.
    pub(super) fn find(self, word: &str) -> Option<Kind> {
        let own = Kind::OWN.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind);
        let kinds = self.kinds.borrow();
        let is_it = |kind: &Declared| *kind.word == *word && *kind.service == *self.service;
        own.or_else(|| kinds.0.iter().position(is_it).map(|index| Kind::Declared(index as u16)))
    }

    /// The word of a kind.
    pub(super) fn word(self, kind: Kind) -> String {
        self.all().into_iter().find(|(known, _)| *known == kind).map(|(_, word)| word).unwrap_or_default()
    }

    /// The fields of a kind.
    pub(super) fn fields(self, kind: Kind) -> Vec<String> {
        match self.kinds.borrow().declared(kind) {
            Some(declared) => declared.fields.iter().map(|(name, _)| name.to_string()).collect(),
            None => kind.own_fields().iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// Every kind that the service can name, with its word.
    pub(super) fn all(self) -> Vec<(Kind, String)> {
        let own = Kind::OWN.map(|(kind, word)| (kind, word.to_owned()));
        let kinds = self.kinds.borrow();
        let declared = kinds.0.iter().zip(0..).filter(|(kind, _)| *kind.service == *self.service);
        own.into_iter().chain(declared.map(|(kind, i)| (Kind::Declared(i), kind.word.to_string()))).collect()
    }

    /// Whether an organization has exactly one of a kind.
    pub(super) fn is_single(self, kind: Kind) -> bool {
        self.kinds.borrow().is_single(kind)
    }
}

/// Reads the `entities` of a service. One that is there already is replaced. False when actions could not name
/// what is declared.
pub(super) fn declare(reader: &Reader<'_>, node: Option<&Node>, scope: Scope<'_>, atoms: &RefCell<Interner>) -> bool {
    let Some(node) = node else { return true };
    let Json::Object(members) = &node.value else {
        let what = format!("expected an object, found {}", node.value.describe());
        reader.complain_with(&node.span, what, "such as `{\"secret\": {\"fields\": {\"id\": \"{{uuid}}\"}}}`");
        return false;
    };
    let mut can_be_named = true;
    for entity in members {
        can_be_named &= check_word(reader, entity);
        let declared = declared(reader, entity, scope, atoms);
        can_be_named &= !declared.fields.is_empty();
        match scope.find(&entity.name) {
            Some(kind @ Kind::Declared(index)) => {
                check_replaced(reader, entity, &declared, &scope.fields(kind));
                scope.kinds.borrow_mut().0[usize::from(index)] = declared;
            }
            Some(_) => {
                can_be_named = false;
                let what = format!("`{}` is a kind that is there already", entity.name);
                reader.complain_with(
                    &entity.name_span,
                    what,
                    "actions can be about it without more ado; take another word",
                );
            }
            None => scope.kinds.borrow_mut().0.push(declared),
        }
    }
    can_be_named
}

/// The word must be such that slots can begin with it.
fn check_word(reader: &Reader<'_>, entity: &Member) -> bool {
    let word = entity.name.as_str();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    let is_free = !RESERVED.contains(&word);
    if !is_word {
        let what = format!("a kind is a word of letters and digits, found `{word}`");
        reader.complain_with(&entity.name_span, what, "slots begin with it: `{{secret.id}}`");
    }
    if !is_free {
        let what = format!("`{word}` means something else in slots");
        reader.complain_with(&entity.name_span, what, "take another word");
    }
    is_word && is_free
}

/// Actions that were read before rely on the fields of the kind that is replaced.
fn check_replaced(reader: &Reader<'_>, entity: &Member, declared: &Declared, before: &[String]) {
    let kept = declared.fields.iter().map(|(name, _)| &**name).take(before.len());
    if !kept.eq(before.iter().map(String::as_str)) {
        let what = format!("`{}` replaces a kind with other fields", entity.name);
        let hint = format!("let its fields begin with {}, which other actions use", before.join(", "));
        reader.complain_with(&entity.name_span, what, hint);
    }
}

fn declared(reader: &Reader<'_>, entity: &Member, scope: Scope<'_>, atoms: &RefCell<Interner>) -> Declared {
    let members = reader.object(&entity.value, MEMBERS).unwrap_or_default();
    let single = read::truth(reader, member(members, "single")).unwrap_or_default();
    if let (true, Some(standing)) = (single, member(members, "standing")) {
        let what = "an organization has exactly one of a `single` kind";
        reader.complain_with(&standing.span, what, "leave `standing` out");
    }
    let of = owner(reader, member(members, "of"), scope);
    if let (None, Some(apart)) = (member(members, "of"), member(members, "apart")) {
        let hint = "it is the time between two of the same owner; name the owner in `of`";
        reader.complain_with(&apart.span, "`apart` without `of` has no meaning", hint);
    }
    let at_once = member(members, "atOnce").map(|node| {
        let at_once = reader.whole(Some(node), 1);
        if at_once == 0 {
            reader.complain_with(&node.span, "with `atOnce` 0 there could never be one", "write at least 1");
        }
        at_once.max(1).into()
    });
    Declared {
        service: scope.service.into(),
        word: entity.name.as_str().into(),
        draws: name(&entity.name),
        standing: if single { 1 } else { reader.whole(member(members, "standing"), 2).into() },
        single,
        of,
        at_once,
        apart: member(members, "apart").and_then(|node| read::wait(reader, node)).unwrap_or_default(),
        fields: fields(reader, entity, member(members, "fields"), scope, atoms),
    }
}

/// The one kind that owns the entities.
fn owner(reader: &Reader<'_>, node: Option<&Node>, scope: Scope<'_>) -> Option<Kind> {
    let node = node?;
    let word = reader.text(node)?;
    let of = scope.find(word).filter(|kind| matches!(kind, Kind::User | Kind::Group | Kind::Resource));
    if of.is_none() {
        let what = format!("an entity cannot belong to `{word}`");
        reader.complain_with(&node.span, what, "owners are `user`, `group` and `resource`");
    }
    of
}

fn fields(
    reader: &Reader<'_>,
    entity: &Member,
    node: Option<&Node>,
    scope: Scope<'_>,
    atoms: &RefCell<Interner>,
) -> Vec<(Box<str>, Shape)> {
    let members = reader.members(node);
    let is_there = |node: &Node| matches!(node.value, Json::Object(_));
    if members.is_empty() && node.is_none_or(is_there) && is_there(&entity.value) {
        let hint = "such as `\"fields\": {\"id\": \"{{uuid}}\"}`";
        let what = "`fields` is missing: the names and values by which calls name such an entity";
        reader.complain_with(&entity.name_span, what, hint);
    }
    let field = |field: &Member| {
        let place = format!("{}.{}", entity.name, field.name);
        let around = Surroundings { atoms, scope, entity: &[], other: &[] };
        let text = reader.text(&field.value);
        // A field that is wrong is still a field: actions may name it.
        let shape = text.map(|text| Compiler::text(reader, around, &field.value, text, &place));
        (field.name.as_str().into(), shape.unwrap_or_default())
    };
    members.iter().map(field).collect()
}
