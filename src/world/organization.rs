//! A `WorkMail` organization: its users, groups, resources, domains and addresses by number.

use crate::event::{Entity, Kind};
use crate::record::{base36, ids};
use crate::seed::{Key, Name, name};
use crate::sink::Atoms;
use crate::world::cohort::{Cohort, Number, Span};
use crate::world::names;

/// How many of each kind an organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Users.
    pub users: u64,
    /// Groups.
    pub groups: u64,
    /// Rooms and equipment.
    pub resources: u64,
}

/// What an entity's mailbox is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mailbox {
    /// There is none: not registered yet, or no more.
    None,
    /// It has its first address.
    First,
    /// It has the address that it was renamed to.
    Renamed,
}

/// One organization, in closed form.
#[derive(Clone, Debug)]
pub(crate) struct Organization {
    key: Key,
    account: String,
    region: String,
    alias: String,
    domain: String,
    /// Its users.
    pub users: Cohort,
    /// Its groups.
    pub groups: Cohort,
    /// Its rooms and equipment.
    pub resources: Cohort,
}

impl Organization {
    /// The organization whose attributes lie at `key`.
    #[must_use]
    pub(crate) fn new(key: Key, account: &str, region: &str, sizes: Sizes) -> Self {
        let alias = names::company(key.named(const { name("alias") }));
        Self {
            key,
            account: account.to_owned(),
            region: region.to_owned(),
            domain: format!("{alias}.example.com"),
            alias,
            users: Cohort::of(sizes.users),
            groups: Cohort::of(sizes.groups),
            resources: Cohort::of(sizes.resources),
        }
    }

    /// The cohort of a kind that has one.
    ///
    /// # Panics
    /// For kinds other than user, group and resource.
    #[must_use]
    pub(crate) fn cohort(&self, kind: Kind) -> &Cohort {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
            Kind::Resource => &self.resources,
            _ => panic!("only users, groups and resources come in cohorts"),
        }
    }

    /// The organization as an entity.
    pub(crate) fn entity(&self, atoms: &mut Atoms) -> Entity {
        let id = format!("m-{}", ids::hex(self.key.named(const { name("id") }), 32));
        let directory = self.key.named(const { name("directory") });
        self.described(&id, &self.alias, &self.domain, directory, atoms)
    }

    /// Another organization of the account: one that is gone, or taken to exist for a few calls, or that never was.
    pub(crate) fn further(&self, key: Key, atoms: &mut Atoms) -> Entity {
        let draws = key.named(const { name("alias") });
        // There may be many of these, and no two living organizations of a region share an alias.
        let alias = format!("{}{}", names::company(draws), ids::hex(draws, 6));
        let domain = format!("{alias}.example.com");
        let directory = key.named(const { name("directory") });
        self.described(&format!("m-{}", ids::hex(key, 32)), &alias, &domain, directory, atoms)
    }

    fn described(&self, id: &str, alias: &str, domain: &str, directory: Key, atoms: &mut Atoms) -> Entity {
        let arn = format!("arn:aws:workmail:{}:{}:organization/{id}", self.region, self.account);
        let directory = format!("d-{}", ids::hex(directory, 10));
        entity(Kind::Organization, [id, alias, &arn, domain, &directory], atoms)
    }

    /// Where the attributes of a kind that a service declares lie.
    pub(crate) const fn key_of(&self, draws: Name) -> Key {
        self.key.named(draws)
    }

    /// The default mail domain. Only reserved names: nothing here is anyone's.
    #[must_use]
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// The domain that every organization has from the start.
    #[must_use]
    pub(crate) fn test_domain(&self) -> String {
        format!("{}.awsapps.com", self.alias)
    }

    /// A further domain, told apart by a number.
    #[must_use]
    pub(crate) fn campaign_domain(&self, key: Key, number: u64) -> String {
        let word = names::mailbox(key);
        format!("{word}-{}.{}.example.net", base36(number), self.alias)
    }

    /// A user, group or resource as an entity.
    ///
    /// # Panics
    /// For other kinds.
    pub(crate) fn member(&self, kind: Kind, number: Number, mailbox: Mailbox, atoms: &mut Atoms) -> Entity {
        let id = self.member_key(kind, number).named(const { name("id") });
        let index = self.index(kind, number);
        let address = |local: &str| match mailbox {
            Mailbox::None => String::new(),
            Mailbox::First => self.address(local),
            Mailbox::Renamed => self.renamed_address(number),
        };
        match kind {
            Kind::User => {
                let person = names::person(index, self.key);
                let display = [person.first, " ", person.last].concat();
                let (id, email) = (id.uuid().to_string(), address(&person.user));
                entity(kind, [&id, &person.user, &email, &display, person.first, person.last], atoms)
            }
            Kind::Group => {
                let group = names::group(index);
                entity(kind, [&id.uuid().to_string(), &group, &address(&group)], atoms)
            }
            Kind::Resource => {
                let (resource, resource_type) = names::resource(index);
                let (id, email) = (format!("r-{}", ids::hex(id, 32)), address(&resource));
                entity(kind, [&id, &resource, &email, resource_type], atoms)
            }
            _ => panic!("only users, groups and resources come in cohorts"),
        }
    }

    /// An address in the organization's default domain.
    fn address(&self, local: &str) -> String {
        [local, "@", &self.domain].concat()
    }

    /// The place of a cohort among the organization's draws.
    const fn rank(kind: Kind) -> u64 {
        match kind {
            Kind::User => 1,
            Kind::Group => 2,
            _ => 3,
        }
    }

    /// Where the attributes of a member lie.
    #[must_use]
    pub(crate) fn member_key(&self, kind: Kind, number: Number) -> Key {
        number.key(self.key.at(Self::rank(kind)))
    }

    /// The name of a member, which is also the local part of its first address.
    #[must_use]
    pub(crate) fn local_part(&self, kind: Kind, number: Number) -> String {
        let index = self.index(kind, number);
        match kind {
            Kind::User => names::person(index, self.key).user,
            Kind::Group => names::group(index),
            _ => names::resource(index).0,
        }
    }

    /// The address that a user gets on taking another name: a double name, which nobody has from the start.
    #[must_use]
    pub(crate) fn renamed_address(&self, number: Number) -> String {
        let key = self.member_key(Kind::User, number).named(const { name("renamed") });
        self.address(&format!("{}-{}", self.local_part(Kind::User, number), names::other_last_name(key)))
    }

    /// The second address that a user has from the start: `ana_kuhn@…`, which no first address looks like.
    #[must_use]
    pub(crate) fn home_alias(&self, number: Number) -> String {
        self.address(&self.local_part(Kind::User, number).replace('.', "_"))
    }

    /// An address that nobody else ever has.
    #[must_use]
    pub(crate) fn functional_address(&self, key: Key, number: u64) -> String {
        self.address(&format!("{}-{}", names::mailbox(key), base36(number)))
    }

    /// A dense index over all who ever belong to a cohort, so that names can be dealt out without repeats.
    fn index(&self, kind: Kind, number: Number) -> u64 {
        let cohort = self.cohort(kind);
        let standing = (cohort.active + cohort.resting) as i64;
        match number {
            Number::Core(n) => n * 3,
            Number::Member(n) => (n + standing).max(0) as u64 * 3 + 1,
            Number::Assumed(n) => n * 3 + 2,
        }
    }

    /// The groups that a user belongs to from hiring on: some of those that never go away.
    #[must_use]
    pub(crate) fn home_groups(&self, number: Number) -> Vec<Number> {
        let key = self.member_key(Kind::User, number).named(const { name("groups") });
        let wanted = match key.below(10) {
            0..5 => 1,
            5..9 => 2,
            _ => 3,
        };
        let first = key.at(0).below(self.groups.core);
        (0..wanted.min(self.groups.core)).map(|i| Number::Core((first + i) % self.groups.core)).collect()
    }

    /// The users who belong to a group that comes and goes: some of those who never leave.
    #[must_use]
    pub(crate) fn group_members(&self, number: Number) -> Vec<Number> {
        let key = self.member_key(Kind::Group, number).named(const { name("members") });
        let wanted = (1 + key.below(4)).min(self.users.core);
        let first = key.at(0).below(self.users.core);
        (0..wanted).map(|i| Number::Core((first + i) % self.users.core)).collect()
    }

    /// The user who decides over a resource's bookings.
    #[must_use]
    pub(crate) fn delegate(&self, number: Number) -> Number {
        let key = self.member_key(Kind::Resource, number).named(const { name("delegate") });
        Number::Core(key.below(self.users.core))
    }

    /// One of a kind that has a mailbox all through the chapter. Few are called for often, many rarely.
    #[must_use]
    pub(crate) fn pick_steady(&self, kind: Kind, span: Span, key: Key) -> Number {
        let cohort = self.cohort(kind);
        let count = cohort.steady_count(span);
        // The smaller of two draws: the first quarter is named in almost half of the calls.
        cohort.steady_at(span, key.at(0).below(count).min(key.at(1).below(count)))
    }
}

fn entity<const N: usize>(kind: Kind, fields: [&str; N], atoms: &mut Atoms) -> Entity {
    debug_assert_eq!(N, kind.own_fields().len());
    Entity { kind, fields: fields.iter().map(|field| atoms.text(*field)).collect() }
}
