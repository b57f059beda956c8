//! The cast of a chapter: every caller and entity that appears in it, once.

use std::ops::Range;

use hashbrown::HashTable;

use crate::activity::StreamWorld;
use crate::activity::entrance::Entrances;
use crate::activity::player::Memory;
use crate::activity::wardrobe::{Visit, Wardrobe};
use crate::clock::Time;
use crate::event::{ActionId, Caller, Dates, Event, Facts, Kind, NOBODY, Outcome};
use crate::plan::Plan;
use crate::seed::Key;
use crate::sink::{Interner, Renumbered};
use crate::template::{Appearance, Declared, Kinds, Persona};
use crate::world::{Callers, Mailbox, Number, Organization};

/// Callers and entities, looked up or made as stories name them.
pub(super) struct Cast<'a> {
    callers: &'a Callers,
    entrances: &'a Entrances,
    organizations: &'a [Organization],
    kinds: &'a Kinds,
    facts: Facts,
    texts: Renumbered,
    wardrobe: Wardrobe,
    /// Who called lately, at the place of [`Recent::place`]: most calls are made in a session that is known.
    recent: [Recent; RECENT],
    members: HashTable<(Member, u32)>,
}

/// About one thing in so many calls appears for the first time.
const CALLS_PER_ENTITY: usize = 5;

/// So many callers are remembered: most personas have four people at most.
const RECENT: usize = 64;

/// Someone who has called, and how long their session lasts.
#[derive(Clone)]
struct Recent {
    persona: Persona,
    person: u64,
    entrance: u16,
    lasting: Range<i64>,
    caller: u32,
}

impl Recent {
    const NOBODY: Self = Self { persona: Persona::Root, person: 0, entrance: 0, lasting: 0..0, caller: 0 };

    const fn place(persona: Persona, person: u64) -> usize {
        (persona as usize * 4 + person as usize) % RECENT
    }
}

/// One of a cohort or of a declared kind, in two numbers: there is nothing that is compared more often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    serial: u64,
    place: u64,
}

impl Member {
    fn new(organization: usize, kind: Kind, number: Number, mailbox: Mailbox) -> Self {
        let kind = match kind {
            Kind::Declared(index) => 4 + u64::from(index),
            Kind::User => 0,
            Kind::Group => 1,
            _ => 2,
        };
        Self { serial: number.serial(), place: (organization as u64) << 32 | kind << 8 | mailbox as u64 }
    }

    const fn hash(self) -> u64 {
        scatter(self.serial ^ self.place.rotate_right(24))
    }
}

/// Spreads numbers that lie close together; all 64 bits depend on all of the number.
pub(super) const fn scatter(number: u64) -> u64 {
    let wide = (number ^ 0x2545_f491_4f6c_dd1d) as u128 * 0x9e37_79b9_7f4a_7c15;
    wide as u64 ^ (wide >> 64) as u64
}

impl<'a> Cast<'a> {
    /// The cast of a chapter of so many calls that lies between two instants. The organizations are its first entities.
    pub(super) fn new(
        plan: &'a Plan,
        stream: usize,
        StreamWorld { callers, entrances, organizations, .. }: &'a StreamWorld,
        window: (Time, Time),
        [messages, constants]: [Key; 2],
        calls: u64,
        memory: &mut Memory,
    ) -> Self {
        let things = calls as usize / CALLS_PER_ENTITY;
        let mut texts = std::mem::take(&mut memory.texts);
        texts.begin(plan.atoms());
        let wardrobe = std::mem::take(&mut memory.wardrobe);
        let mut members = std::mem::take(&mut memory.members);
        members.clear();
        let stream = &plan.streams[stream];
        let mut facts = Facts {
            account: texts.atoms.text(plan.scenario.accounts[stream.account].id.as_str()),
            region: texts.atoms.text(&*stream.region),
            dates: Dates::new(window.0, window.1),
            messages,
            constants,
            entities: std::mem::take(&mut memory.entities).emptied(things),
            callers: Vec::new(),
        };
        for organization in organizations {
            organization.entity(&mut facts.entities, &mut texts.atoms);
        }
        let recent = [const { Recent::NOBODY }; RECENT];
        Self {
            callers,
            entrances,
            organizations,
            kinds: plan.catalogue.kinds(),
            facts,
            texts,
            wardrobe,
            recent,
            members,
        }
    }

    /// Someone, in the session of that time, or the service that calls in their stead.
    #[inline]
    pub(super) fn caller(&mut self, persona: Persona, person: u64, time: Time, entrance: u16) -> u32 {
        let recent = &self.recent[Recent::place(persona, person)];
        let is_same = recent.persona == persona && recent.person == person && recent.entrance == entrance;
        if is_same && recent.lasting.contains(&time.0) {
            return recent.caller;
        }
        self.newcomer(persona, person, time, entrance)
    }

    /// The same for one who has not called lately.
    fn newcomer(&mut self, persona: Persona, person: u64, time: Time, entrance: u16) -> u32 {
        let (callers, newest) = (self.callers, self.entrances.at(entrance).newest);
        match &self.entrances.at(entrance).appearance {
            Appearance::Someone(occasion) => {
                let (who, which) = Callers::who(persona, person, occasion);
                let session = callers.session(who, which, time);
                let visit = Visit { session: Some(session), entrance };
                let caller = self.visitor(visit, |texts| callers.caller(session, occasion, newest, texts));
                let lasting = callers.lasting(session);
                self.recent[Recent::place(persona, person)] = Recent { persona, person, entrance, lasting, caller };
                caller
            }
            Appearance::Service(host) => {
                let visit = Visit { session: None, entrance };
                self.visitor(visit, |texts| callers.service(host, newest, texts))
            }
        }
    }

    /// The caller who is seen in this way, whom `make` makes when they are new.
    fn visitor(&mut self, visit: Visit, make: impl FnOnce(&mut Interner) -> Caller) -> u32 {
        let look = self.wardrobe.look(visit, make);
        if look.index == NOBODY {
            look.index = self.facts.callers.len() as u32;
            self.facts.callers.push(look.caller.renumbered(&mut self.texts));
        }
        look.index
    }

    /// A user, group or resource with a certain mailbox.
    pub(super) fn member(&mut self, organization: usize, kind: Kind, number: Number, mailbox: Mailbox) -> u32 {
        let member = Member::new(organization, kind, number, mailbox);
        self.known(member, |cast| {
            let (entities, atoms) = (&mut cast.facts.entities, &mut cast.texts.atoms);
            cast.organizations[organization].member(kind, number, mailbox, entities, atoms);
        })
    }

    /// One of a kind that a service declares.
    pub(super) fn declared(&mut self, organization: usize, kind: Kind, number: Number) -> u32 {
        let member = Member::new(organization, kind, number, Mailbox::None);
        self.known(member, |cast| {
            let declared = cast.kinds.declared(kind).expect("a declared kind");
            let event = Event {
                ordinal: number.serial(),
                time: Time(0),
                key: number.key(cast.organizations[organization].key_of(declared.draws)),
                action: ActionId(0),
                outcome: Outcome::Success,
                page: 0,
                caller: 0,
                roles: [organization as u32, NOBODY, NOBODY],
            };
            let fields = declared.render(&event, &cast.facts);
            cast.entity(kind, &fields);
        })
    }

    /// The entity of a member, which `add` adds when it has not appeared yet.
    fn known(&mut self, member: Member, add: impl FnOnce(&mut Self)) -> u32 {
        let hash = member.hash();
        if let Some((_, index)) = self.members.find(hash, |(known, _)| *known == member) {
            return *index;
        }
        let index = self.facts.entities.len();
        add(self);
        self.members.insert_unique(hash, (member, index), |(member, _)| member.hash());
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

    /// The address of a user, group or resource, as an entity of its own.
    pub(super) fn address_of(&mut self, entity: u32) -> u32 {
        /// Where they keep it.
        const EMAIL: usize = 2;
        let address = self.field(entity, EMAIL).to_owned();
        self.entity(Kind::Address, &[address])
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
        self.facts
            .entities
            .get(entity)
            .and_then(|entity| entity.field(field))
            .expect("stories know the entities they name")
    }

    /// The facts, and how many atoms they use.
    pub(super) fn finish(mut self, memory: &mut Memory) -> (Facts, u32) {
        self.wardrobe.end();
        let atoms = self.texts.atoms.count();
        (memory.texts, memory.wardrobe, memory.members) = (self.texts, self.wardrobe, self.members);
        (self.facts, atoms)
    }
}
