//! Kinds of entities that services declare: what they are called, which fields they have, how many there are.

use std::cell::RefCell;
use std::ops::Range;

use crate::event::{Event, Facts, Kind};
use crate::json::{Json, Member, Node, Reader, member};
use crate::seed::{Name, name};
use crate::sink::Atoms;
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

const MEMBERS: &[&str] = &["standing", "single", "of", "atOnce", "apart", "fields"];

impl Kinds {
    /// What is known of a kind that a service declares; `None` of the program's own.
    #[must_use]
    pub fn declared(&self, kind: Kind) -> Option<&Declared> {
        let Kind::Declared(index) = kind else { return None };
        Some(&self.0[usize::from(index)])
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
        let source = Source { event, facts, event_name: &facts.region, style_2017: false };
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
        self.all().into_iter().find(|(_, known)| known == word).map(|(kind, _)| kind)
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

/// Reads the `entities` of a service. One that is there already is replaced.
pub(super) fn declare(reader: &Reader<'_>, node: Option<&Node>, scope: Scope<'_>, atoms: &RefCell<Atoms>) {
    let Some(node) = node else { return };
    let Json::Object(members) = &node.value else {
        return reader.complain(&node.span, format!("expected an object, found {}", node.value.describe()));
    };
    for entity in members {
        let Some(declared) = declared(reader, entity, scope, atoms) else { continue };
        match scope.find(&entity.name) {
            Some(Kind::Declared(index)) => scope.kinds.borrow_mut().0[usize::from(index)] = declared,
            Some(_) => reader.complain(&entity.name_span, format!("`{}` is a kind that is there already", entity.name)),
            None => scope.kinds.borrow_mut().0.push(declared),
        }
    }
}

fn declared(reader: &Reader<'_>, entity: &Member, scope: Scope<'_>, atoms: &RefCell<Atoms>) -> Option<Declared> {
    let members = reader.object(&entity.value, MEMBERS)?;
    let single = read::truth(reader, member(members, "single"))?;
    if let (true, Some(standing)) = (single, member(members, "standing")) {
        reader.complain(&standing.span, "an organization has exactly one of a `single` kind; leave `standing` out");
    }
    let of = read::kinds(reader, member(members, "of"), scope);
    let at_once = member(members, "atOnce").map(|node| reader.whole(Some(node), 1).max(1).into());
    Some(Declared {
        service: scope.service.into(),
        word: entity.name.as_str().into(),
        draws: name(&entity.name),
        standing: if single { 1 } else { reader.whole(member(members, "standing"), 2).into() },
        single,
        of: of.first().copied(),
        at_once,
        apart: member(members, "apart").map_or(Some(0), |node| read::wait(reader, node))?,
        fields: fields(reader, &entity.name, &entity.name_span, member(members, "fields"), scope, atoms),
    })
}

fn fields(
    reader: &Reader<'_>,
    word: &str,
    span: &Range<usize>,
    node: Option<&Node>,
    scope: Scope<'_>,
    atoms: &RefCell<Atoms>,
) -> Vec<(Box<str>, Shape)> {
    let Some(Node { value: Json::Object(members), .. }) = node else {
        reader.complain(span, "`fields` is missing: the names and values by which calls name such an entity");
        return Vec::new();
    };
    let field = |field: &Member| {
        let source = reader.text(&field.value)?;
        let place = format!("{word}.{}", field.name);
        let around = Surroundings { atoms, scope, entity: &[], other: &[] };
        Some((field.name.as_str().into(), Compiler::text(reader, around, &field.value, source, &place)))
    };
    members.iter().filter_map(field).collect()
}
