//! What happened: an instant, a caller, an action, the entities it was about, and how it ended.
//!
//! Events carry their facts: rendering a record needs an [`Event`] and the [`Facts`] of its chapter, and
//! nothing of the world behind them. Texts in here are ready to stand inside a JSON string.

use crate::clock::{MINUTE, SECOND, Time};
use crate::seed::Key;
use crate::sink::{Atom, Atoms, Compound, Renumbered, Sink, Text};

/// The place of an action in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionId(pub u16);

/// One API call that happened in the fictional account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number of the event in its stream, from 0, in the order in which things happened.
    pub ordinal: u64,
    /// When the request ended.
    pub time: Time,
    /// Where the values lie that are fresh in this record.
    pub key: Key,
    /// What was called.
    pub action: ActionId,
    /// How it ended.
    pub outcome: Outcome,
    /// Which page of a paged list was asked for, from 0.
    pub page: u8,
    /// Index of the caller in the facts.
    pub caller: u32,
    /// The things that the call was about, by role: indexes of entities in the facts. A message in flight is
    /// no entity; its number in the chapter stands here.
    pub roles: [u32; 3],
}

/// No entity in this role.
pub(crate) const NOBODY: u32 = u32::MAX;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what was asked for.
    Success,
    /// It failed with the error case of this index in the action's list.
    Error(u8),
}

/// What an entity is to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The `WorkMail` organization in which the call happened.
    Organization = 0,
    /// What the call is about.
    Entity = 1,
    /// The second thing: a member, a delegate, a grantee, an address.
    Other = 2,
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Organization,
    User,
    Group,
    Resource,
    Domain,
    Address,
    Message,
    /// One that a service declares, by its place among all of them.
    Declared(u16),
}

impl Kind {
    /// The kinds that the program knows by itself, with their words in templates.
    pub const OWN: [(Self, &'static str); 7] = [
        (Self::Organization, "organization"),
        (Self::User, "user"),
        (Self::Group, "group"),
        (Self::Resource, "resource"),
        (Self::Domain, "domain"),
        (Self::Address, "address"),
        (Self::Message, "message"),
    ];

    /// The names of the fields that an entity of this kind has, in the order of [`Entity::field`]; of one that
    /// is declared, its service knows them.
    ///
    /// Users, groups and resources share their first three.
    #[must_use]
    pub const fn own_fields(self) -> &'static [&'static str] {
        match self {
            Self::Declared(_) => &[],
            Self::Organization => &["id", "alias", "arn", "domain", "directoryId"],
            Self::User => &["id", "name", "email", "displayName", "firstName", "lastName"],
            Self::Group => &["id", "name", "email"],
            Self::Resource => &["id", "name", "email", "type"],
            Self::Domain => &["name"],
            Self::Address => &["email"],
            Self::Message => &["id"],
        }
    }
}

impl Kind {
    /// Whether callers name such an entity now by its id, now by its name or address.
    #[must_use]
    pub fn has_reference(self) -> bool {
        self.own_fields().starts_with(&["id", "name", "email"])
    }
}

/// The things that the calls of a chapter are about, all their texts in one row: there are hundreds of them, and
/// most are asked for two fields at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entities {
    rows: Vec<Row>,
    /// Where each field begins in the text, and where the last one ends.
    bounds: Vec<u32>,
    text: String,
}

/// Where the fields of one entity lie, and the number of the first one's text; those of the others follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    kind: Kind,
    first: u32,
    width: u32,
    atom: Atom,
}

/// A thing that calls are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity<'a> {
    /// What it is.
    pub kind: Kind,
    atom: Atom,
    bounds: &'a [u32],
    text: &'a str,
}

impl Default for Entities {
    fn default() -> Self {
        Self { rows: Vec::new(), bounds: vec![0], text: String::new() }
    }
}

impl Entities {
    /// The memory of these, without any, and with room for so many of the usual kinds.
    #[must_use]
    pub(crate) fn emptied(mut self, entities: usize) -> Self {
        /// Users have six fields, groups and resources fewer.
        const FIELDS: usize = 5;
        /// Most of them are an id, names and an address.
        const LENGTH: usize = 100;
        self.rows.clear();
        self.rows.reserve(entities);
        self.bounds.truncate(1);
        self.bounds.reserve(entities * FIELDS);
        self.text.clear();
        self.text.reserve(entities * LENGTH);
        self
    }

    /// Adds an entity; its fields are to follow, in the order of its kind's.
    pub fn add<'a>(&'a mut self, kind: Kind, atoms: &'a mut Atoms) -> Fields<'a> {
        let first = self.bounds.len() as u32 - 1;
        self.rows.push(Row { kind, first, width: 0, atom: atoms.count() });
        Fields { entities: self, atoms }
    }

    /// The entity of this index, if there is one.
    #[inline]
    #[must_use]
    pub fn get(&self, index: u32) -> Option<Entity<'_>> {
        let Row { kind, first, width, atom } = *self.rows.get(index as usize)?;
        let bounds = &self.bounds[first as usize..=(first + width) as usize];
        Some(Entity { kind, atom, bounds, text: &self.text })
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.rows.len() as u32
    }
}

impl<'a> Entity<'a> {
    /// A field; empty where the entity has none (a user without a mailbox has no address).
    #[inline]
    #[must_use]
    pub fn field(self, field: usize) -> Option<&'a str> {
        let (start, end) = (*self.bounds.get(field)?, *self.bounds.get(field + 1)?);
        Some(&self.text[start as usize..end as usize])
    }

    /// Appends a field.
    #[inline]
    pub fn write(self, field: usize, out: &mut impl Sink) {
        if let Some(text) = self.field(field) {
            out.repeat(self.atom + field as Atom, text.as_bytes());
        }
    }
}

/// The fields of an entity, on being written one after the other.
pub struct Fields<'a> {
    entities: &'a mut Entities,
    atoms: &'a mut Atoms,
}

impl Fields<'_> {
    /// The text that the field at hand is written to, behind whatever stands there.
    pub(crate) fn text(&mut self) -> &mut String {
        &mut self.entities.text
    }

    /// Appends to the field at hand what an earlier one says.
    pub(crate) fn copy(&mut self, field: usize) -> &mut Self {
        let row = self.entities.rows[self.entities.rows.len() - 1];
        let at = row.first as usize + field;
        let (start, end) = (self.entities.bounds[at] as usize, self.entities.bounds[at + 1] as usize);
        self.entities.text.extend_from_within(start..end);
        self
    }

    /// Appends to the field at hand.
    pub(crate) fn push(&mut self, piece: &str) -> &mut Self {
        self.entities.text.push_str(piece);
        self
    }

    /// Ends the field at hand, so that the next one follows.
    pub(crate) fn end(&mut self) -> &mut Self {
        self.entities.bounds.push(self.entities.text.len() as u32);
        if let Some(row) = self.entities.rows.last_mut() {
            row.width += 1;
        }
        *self.atoms = Atoms::from(self.atoms.count() + 1);
        self
    }
}

/// The end of the record before, which the start of a record is written together with.
pub(crate) const END_OF_LAST: &str = "},";

/// Who called, from where, with what: one session of one identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The start of a record, with `userIdentity`, up to the instant, behind [`END_OF_LAST`].
    pub head: Compound,
    /// The caller's ARN, as error messages name it.
    pub arn: Text,
    /// `sourceIPAddress`, and `userAgent` up to the place where it can name something.
    pub origin: Compound,
    /// What the user agent names there.
    pub names: AgentNames,
    /// The rest of `userAgent` with its quote.
    pub rest: Text,
    /// The same with the name of `requestParameters`, which follow where a call succeeds.
    pub rest_of_success: Text,
    /// What the TLS handshake agreed on. `None` for calls that a service makes.
    pub tls: Option<Tls>,
    /// What refuses the caller's calls, where they are refused.
    pub denial: Denial,
    /// The session took a second factor.
    pub mfa: bool,
    /// The credentials came from a console session.
    pub from_console: bool,
}

impl Caller {
    /// The same caller, with other numbers for its texts.
    pub(crate) fn renumbered(&self, numbers: &mut Renumbered) -> Self {
        // In the order in which the texts were made.
        Self {
            arn: numbers.text(&self.arn),
            head: numbers.compound(&self.head),
            origin: numbers.compound(&self.origin),
            rest: numbers.text(&self.rest),
            rest_of_success: numbers.text(&self.rest_of_success),
            ..*self
        }
    }
}

/// A version of TLS and a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// 1.3 with `TLS_AES_128_GCM_SHA256`.
    Aes128,
    /// 1.3 with `TLS_AES_256_GCM_SHA384`.
    Aes256,
    /// 1.3 with `TLS_CHACHA20_POLY1305_SHA256`.
    ChaCha20,
    /// 1.2 with `ECDHE-RSA-AES128-GCM-SHA256`.
    Tls12,
}

impl Tls {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Aes128, Self::Aes256, Self::ChaCha20, Self::Tls12];
}

/// What refuses a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No policy of the identity allows it.
    Identity,
    /// The policy of the session does not allow it.
    Session,
    /// A service control policy of the AWS organization denies it.
    Organization,
}

/// What a user agent names in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentNames {
    /// Neither operation nor service.
    Nothing,
    /// The operation as the AWS CLI writes it: `workmail.create-user`.
    Command,
    /// The service as SDKs write it: `workmail`.
    Service,
}

/// What the events of one chapter refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The account, 12 digits.
    pub account: Text,
    /// The region of the stream.
    pub region: Text,
    /// The beginnings of the chapter's instants.
    pub dates: Dates,
    /// Where the ids of messages in flight lie, by their number in the chapter.
    pub messages: Key,
    /// Where the values lie that are the same in all records of the account.
    pub constants: Key,
    /// Things that calls were about.
    pub entities: Entities,
    /// Sessions that made calls.
    pub callers: Vec<Caller>,
}

impl Facts {
    /// The entity in a role of an event, if there is one.
    #[must_use]
    pub fn entity(&self, event: &Event, role: Role) -> Option<Entity<'_>> {
        self.entities.get(event.roles[role as usize])
    }
}

/// The beginnings of instants, `2026-03-02T09:1`, for every ten minutes of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    first: i64,
    prefixes: Vec<[u8; PREFIX]>,
}

impl Dates {
    /// One prefix stands for this many milliseconds.
    const STEP: i64 = 10 * MINUTE;
    /// A chapter of a very quiet stream spans more than this; its later instants are written without a prefix.
    const MOST: i64 = 4_096;

    /// The prefixes between two instants.
    #[must_use]
    pub fn new(start: Time, end: Time) -> Self {
        let first = start.0.div_euclid(Self::STEP);
        let last = end.0.div_euclid(Self::STEP).min(first + Self::MOST);
        Self { first, prefixes: (first..=last).map(|step| prefix(Time(step * Self::STEP))).collect() }
    }

    /// An instant as `YYYY-MM-DDTHH:MM:SSZ`.
    #[inline]
    #[must_use]
    pub fn text(&self, time: Time) -> [u8; 20] {
        let step = usize::try_from(time.0.div_euclid(Self::STEP) - self.first).ok();
        let known = step.and_then(|step| self.prefixes.get(step)).copied();
        let seconds = time.0.rem_euclid(Self::STEP) / SECOND;
        let digit = |n: i64| b'0' + n as u8;
        let mut text = [0; 20];
        text[..PREFIX].copy_from_slice(&known.unwrap_or_else(|| prefix(time)));
        text[PREFIX..].copy_from_slice(&[
            digit(seconds / 60),
            b':',
            digit(seconds % 60 / 10),
            digit(seconds % 10),
            b'Z',
        ]);
        text
    }
}

/// `2026-03-02T09:1` has 15 letters.
const PREFIX: usize = 15;

fn prefix(time: Time) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    prefix.copy_from_slice(&time.floor_second().to_string().as_bytes()[..PREFIX]);
    prefix
}
