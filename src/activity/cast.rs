//! The cast of a chapter: every caller and entity that appears in it, once.

use std::collections::BTreeMap;

use crate::clock::Time;
use crate::event::{ActionId, Dates, Entities, Event, Facts, Kind, NOBODY, Outcome};
use crate::plan::Plan;
use crate::record::Occasion;
use crate::seed::Key;
use crate::sink::Interner;
use crate::template::{Appearance, Declared, Kinds, Persona};
use crate::world::{Callers, Mailbox, Number, Organization, SessionId};

/// Callers and entities, looked up or made as stories name them.
pub(super) struct Cast<'a> {
    callers: &'a Callers,
    organizations: &'a [Organization],
    kinds: &'a Kinds,
    facts: Facts,
    texts: Interner,
    sessions: BTreeMap<(SessionId, Occasion, Option<u8>), u32>,
    services: BTreeMap<(String, Option<u8>), u32>,
    members: BTreeMap<(usize, Kind, Number, Mailbox), u32>,
}

impl<'a> Cast<'a> {
    /// The cast of a chapter that lies between two instants. The organizations are its first entities.
    pub(super) fn new(
        plan: &'a Plan,
        stream: usize,
        callers: &'a Callers,
        organizations: &'a [Organization],
        window: (Time, Time),
        [messages, constants]: [Key; 2],
    ) -> Self {
        let mut atoms = plan.atoms();
        let stream = &plan.streams[stream];
        let mut facts = Facts {
            account: atoms.text(plan.scenario.accounts[stream.account].id.as_str()),
            region: atoms.text(&*stream.region),
            dates: Dates::new(window.0, window.1),
            messages,
            constants,
            entities: Entities::default(),
            callers: Vec::new(),
        };
        organizations.iter().for_each(|organization| organization.entity(&mut facts.entities, &mut atoms));
        let texts = Interner::from(atoms);
        let (sessions, services, members) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { callers, organizations, kinds: plan.catalogue.kinds(), facts, texts, sessions, services, members }
    }

    /// Someone, in the session of that time, or the service that calls in their stead.
    ///
    /// `newest` is the newest version that the service writes which is called, where it is behind the others.
    pub(super) fn caller(
        &mut self,
        persona: Persona,
        person: u64,
        time: Time,
        appearance: Appearance,
        newest: Option<u8>,
    ) -> u32 {
        let next = self.facts.callers.len() as u32;
        match appearance {
            Appearance::Someone(occasion) => {
                let (persona, person) = Callers::who(persona, person, &occasion);
                let id = (self.callers.session(persona, person, time), occasion, newest);
                if let Some(index) = self.sessions.get(&id) {
                    return *index;
                }
                self.facts.callers.push(self.callers.caller(id.0, &id.1, newest, &mut self.texts));
                self.sessions.insert(id, next);
            }
            Appearance::Service(host) => {
                let id = (host, newest);
                if let Some(index) = self.services.get(&id) {
                    return *index;
                }
                self.facts.callers.push(self.callers.service(&id.0, newest, &mut self.texts));
                self.services.insert(id, next);
            }
        }
        next
    }

    /// A user, group or resource with a certain mailbox.
    pub(super) fn member(&mut self, organization: usize, kind: Kind, number: Number, mailbox: Mailbox) -> u32 {
        let id = (organization, kind, number, mailbox);
        if let Some(index) = self.members.get(&id) {
            return *index;
        }
        let index = self.facts.entities.len();
        let (entities, atoms) = (&mut self.facts.entities, &mut self.texts.atoms);
        self.organizations[organization].member(kind, number, mailbox, entities, atoms);
        self.members.insert(id, index);
        index
    }

    /// One of a kind that a service declares.
    pub(super) fn declared(&mut self, organization: usize, kind: Kind, number: Number) -> u32 {
        let id = (organization, kind, number, Mailbox::None);
        if let Some(index) = self.members.get(&id) {
            return *index;
        }
        let declared = self.kinds.declared(kind).expect("a declared kind");
        let event = Event {
            ordinal: number.serial(),
            time: Time(0),
            key: number.key(self.organizations[organization].key_of(declared.draws)),
            action: ActionId(0),
            outcome: Outcome::Success,
            page: 0,
            caller: 0,
            roles: [organization as u32, NOBODY, NOBODY],
        };
        let fields = declared.render(&event, &self.facts);
        let index = self.entity(kind, &fields);
        self.members.insert(id, index);
        index
    }

    /// Any other entity.
    pub(super) fn entity(&mut self, kind: Kind, fields: &[impl AsRef<str>]) -> u32 {
        debug_assert_eq!(fields.len(), self.width(kind));
        let index = self.facts.entities.len();
        let mut entity = self.facts.entities.add(kind, &mut self.texts.atoms);
        for field in fields {
            entity.push(field.as_ref()).end();
        }
        index
    }

    /// A domain or an address, which have one field: as it is written.
    pub(super) fn named(&mut self, kind: Kind, write: impl FnOnce(&mut String)) -> u32 {
        debug_assert_eq!(self.width(kind), 1);
        let index = self.facts.entities.len();
        let mut entity = self.facts.entities.add(kind, &mut self.texts.atoms);
        write(entity.text());
        entity.end();
        index
    }

    /// An organization that is not one of the scenario's.
    pub(super) fn further_organization(&mut self, organization: usize, key: Key) -> u32 {
        let index = self.facts.entities.len();
        self.organizations[organization].further(key, &mut self.facts.entities, &mut self.texts.atoms);
        index
    }

    /// How many fields an entity of a kind has.
    pub(super) fn width(&self, kind: Kind) -> usize {
        self.kinds.declared(kind).map_or(kind.own_fields().len(), Declared::width)
    }

    /// A field of an entity.
    pub(super) fn field(&self, entity: u32, field: usize) -> &str {
        self.facts.entities.get(entity).and_then(|entity| entity.field(field)).expect("stories know the entities they name")
    }

    /// The facts, and how many atoms they use.
    pub(super) fn finish(self) -> (Facts, u32) {
        let atoms = self.texts.atoms.count();
        (self.facts, atoms)
    }
}
