//! What is known of one organization: its life, its mail domains, its entities, their names, addresses and links, and
//! all the other things it has.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Ordinal;
use super::jobs::Jobs;
use super::ledger::{self, Holder, Ledger};
use super::links::Links;
use super::things::Things;

pub(super) type EntityNumber = usize;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    User,
    Group,
    Resource,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum State {
    Unknown,
    Disabled,
    Enabled,
}

pub(super) struct Entity {
    pub(super) id: String,
    pub(super) kind: Option<Kind>,
    pub(super) first_seen: Ordinal,
    /// Created in the trail. Then all its names and addresses are known, and no unknown name can mean it.
    pub(super) born: bool,
    pub(super) deleted_at: Option<Ordinal>,
    pub(super) name: Option<String>,
    /// Keys of all addresses it was ever given, some of them lost since: the ledger knows.
    pub(super) addresses: BTreeSet<String>,
    primary: Option<String>,
    state: State,
    /// `Organization::blurs` at its last successful use.
    known_at: u32,
}

/// An `EntityNotFoundException` about an id of which nothing was known.
pub(super) struct NotFound {
    pub(super) at: Ordinal,
    pub(super) kinds: &'static [Kind],
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Domain {
    Registered { at: Ordinal },
    Deregistered { at: Ordinal },
}

#[derive(Default)]
pub(super) struct Organization {
    /// The first event that could only happen in an organization that is there.
    pub(super) proven_at: Option<Ordinal>,
    pub(super) not_found_at: Option<Ordinal>,
    /// Created in the trail; then its alias and directory are known as far as they were asked for.
    pub(super) born_at: Option<Ordinal>,
    pub(super) alias: Option<String>,
    pub(super) directory: Option<String>,
    pub(super) deleted_at: Option<Ordinal>,
    pub(super) domains: BTreeMap<String, Domain>,
    pub(super) names: Ledger,
    pub(super) addresses: Ledger,
    pub(super) links: Links,
    pub(super) things: Things,
    pub(super) jobs: Jobs,
    /// The application of IAM Identity Center that its identity provider was last set to.
    pub(super) application: Option<String>,
    /// Ids that were answered `EntityNotFoundException` before anything was known of them.
    pub(super) missing: BTreeMap<String, NotFound>,
    entities: Vec<Entity>,
    ids: BTreeMap<String, EntityNumber>,
    blurs: u32,
}

/// Whom an identifier means.
pub(super) enum Found {
    Entity(EntityNumber),
    /// This entity or none, see `Holder::Lingering`.
    Perhaps(EntityNumber),
    Nobody {
        since: Ordinal,
    },
    Unknown,
}

impl Organization {
    pub(super) fn entity(&self, number: EntityNumber) -> &Entity {
        &self.entities[number]
    }

    pub(super) fn with_id(&self, id: &str) -> Option<EntityNumber> {
        self.ids.get(id).copied()
    }

    /// Whom an id, a bare name or an e-mail address means.
    pub(super) fn find(&self, identifier: &str) -> Found {
        if let Some(number) = self.with_id(identifier) {
            return Found::Entity(number);
        }
        let holder = if identifier.contains('@') {
            self.addresses.holder(&ledger::address_key(identifier))
        } else {
            self.names.holder(&ledger::name_key(identifier))
        };
        match holder {
            Some(Holder::Entity(number)) if self.is_living(number) => Found::Entity(number),
            Some(Holder::Entity(number) | Holder::Lingering(number)) => Found::Perhaps(number),
            Some(Holder::Nobody { since }) => Found::Nobody { since },
            Some(Holder::Somebody { .. }) | None => Found::Unknown,
        }
    }

    /// Known to exist at this moment.
    pub(super) fn is_living(&self, number: EntityNumber) -> bool {
        self.entity(number).deleted_at.is_none() && self.is_sharp(number)
    }

    pub(super) fn state(&self, number: EntityNumber) -> State {
        if self.is_sharp(number) { self.entity(number).state } else { State::Unknown }
    }

    /// The key of its primary address, if known.
    pub(super) fn primary(&self, number: EntityNumber) -> Option<&str> {
        self.entity(number).primary.as_deref().filter(|_| self.is_sharp(number))
    }

    /// What is known of it still holds, see `blur`.
    pub(super) fn is_sharp(&self, number: EntityNumber) -> bool {
        self.entity(number).born || self.entity(number).known_at == self.blurs
    }

    /// A write went to an unknown name or address: it may have changed any entity that was there before the trail.
    pub(super) fn blur(&mut self) {
        self.blurs += 1;
        self.links.blur();
    }

    /// Takes in an entity that a response has just named.
    pub(super) fn create(&mut self, id: &str, kind: Kind, at: Ordinal) -> EntityNumber {
        let number = self.add(id, at);
        let entity = &mut self.entities[number];
        entity.born = true;
        entity.kind = Some(kind);
        entity.state = State::Disabled;
        self.links.add(number);
        number
    }

    /// Takes in an entity that was there before the trail, at its first successful use.
    pub(super) fn meet(&mut self, id: &str, at: Ordinal) -> EntityNumber {
        self.add(id, at)
    }

    fn add(&mut self, id: &str, at: Ordinal) -> EntityNumber {
        self.entities.push(Entity {
            id: id.to_owned(),
            kind: None,
            first_seen: at,
            born: false,
            deleted_at: None,
            name: None,
            addresses: BTreeSet::new(),
            primary: None,
            state: State::Unknown,
            known_at: self.blurs,
        });
        self.ids.insert(id.to_owned(), self.entities.len() - 1);
        self.entities.len() - 1
    }

    /// A call used it with success: it exists, and what was blurred about it is given up.
    pub(super) fn see(&mut self, number: EntityNumber) {
        if self.is_sharp(number) {
            return;
        }
        self.let_addresses_linger(number);
        self.things.forget_overrides_of(number);
        let entity = &mut self.entities[number];
        entity.state = State::Unknown;
        entity.known_at = self.blurs;
        if let Some(name) = entity.name.take() {
            self.names.forget(number, &name);
        }
    }

    pub(super) fn learn_kind(&mut self, number: EntityNumber, kind: Kind) {
        self.entities[number].kind.get_or_insert(kind);
    }

    pub(super) fn set_state(&mut self, number: EntityNumber, state: State) {
        self.entities[number].state = state;
    }

    pub(super) fn set_name(&mut self, number: EntityNumber, name: &str) {
        let key = ledger::name_key(name);
        self.names.set(key.clone(), Holder::Entity(number));
        self.entities[number].name = Some(key);
    }

    pub(super) fn give_address(&mut self, number: EntityNumber, key: &str) {
        self.addresses.set(key.to_owned(), Holder::Entity(number));
        self.entities[number].addresses.insert(key.to_owned());
    }

    pub(super) fn set_primary(&mut self, number: EntityNumber, key: &str) {
        self.give_address(number, key);
        self.entities[number].primary = Some(key.to_owned());
    }

    /// Its addresses may be lost or kept: the documents do not say.
    pub(super) fn let_addresses_linger(&mut self, number: EntityNumber) {
        let entity = &mut self.entities[number];
        entity.primary = None;
        for key in &entity.addresses {
            if matches!(self.addresses.holder(key), Some(Holder::Entity(holder)) if holder == number) {
                self.addresses.set(key.clone(), Holder::Lingering(number));
            }
        }
    }

    /// Ends its life and frees what it held.
    pub(super) fn bury(&mut self, number: EntityNumber, at: Ordinal) {
        self.links.forget(number);
        let entity = &mut self.entities[number];
        entity.deleted_at = Some(at);
        let nobody = Holder::Nobody { since: at };
        match entity.name.take() {
            Some(name) => self.names.take_from(number, name, nobody),
            None => self.names.release_unknown(),
        }
        for key in std::mem::take(&mut entity.addresses) {
            self.addresses.take_from(number, key, nobody);
        }
        if !entity.born {
            self.addresses.release_unknown();
        }
    }

    /// Who, other than the claimant (`None`: an entity yet unknown), is known to hold the name or address.
    pub(super) fn held_by_another(&self, holder: Option<Holder>, claimant: Option<EntityNumber>) -> Option<String> {
        match holder? {
            Holder::Entity(other) if self.is_living(other) && Some(other) != claimant => {
                // An unknown claimant may be any entity but one whose every name is known.
                let surely_another = claimant.is_some() || self.entity(other).born;
                surely_another.then(|| format!("{} holds it", self.label(other)))
            }
            Holder::Somebody { since } => {
                let surely_another = claimant.is_some_and(|number| self.entity(number).born);
                surely_another.then(|| format!("it was already in use in #{since}"))
            }
            _ => None,
        }
    }

    pub(super) fn domain(&self, name: &str) -> Option<Domain> {
        self.domains.get(&name.to_lowercase()).copied()
    }

    /// The domain is known to belong to this organization.
    pub(super) fn serves(&self, domain: &str) -> bool {
        self.deleted_at.is_none() && matches!(self.domain(domain), Some(Domain::Registered { .. }))
    }

    /// A user known to be enabled, if there is one.
    pub(super) fn enabled_user(&self) -> Option<EntityNumber> {
        (0..self.entities.len()).find(|number| {
            self.entity(*number).kind == Some(Kind::User)
                && self.is_living(*number)
                && self.state(*number) == State::Enabled
        })
    }

    /// The entity as messages call it.
    pub(super) fn label(&self, number: EntityNumber) -> String {
        let entity = self.entity(number);
        format!("{} `{}`", entity.kind.map_or("entity", Kind::noun), entity.id)
    }
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Unknown => "in an unknown state",
            Self::Disabled => "DISABLED",
            Self::Enabled => "ENABLED",
        }
    }
}

impl Kind {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Resource => "resource",
        }
    }
}
