//! A `WorkMail` organization: its users, groups, resources, domains and addresses by number.

use crate::event::{Entities, Fields, Kind};
use crate::record::{base36, ids};
use crate::seed::{Key, Name, name};
use crate::sink::{Atoms, uuid_text};
use crate::world::cohort::{Cohort, Number};
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

    /// Adds the organization.
    pub(crate) fn entity(&self, entities: &mut Entities, atoms: &mut Atoms) {
        let directory = self.key.named(const { name("directory") });
        let id = self.key.named(const { name("id") });
        let fields = entities.add(Kind::Organization, atoms);
        self.described(fields, id, directory, |alias| alias.push_str(&self.alias));
    }

    /// Adds another organization of the account: one that is gone, or taken to exist for a few calls, or that never
    /// was.
    pub(crate) fn further(&self, key: Key, entities: &mut Entities, atoms: &mut Atoms) {
        let draws = key.named(const { name("alias") });
        // There may be many of these, and no two living organizations of a region share an alias.
        let alias = |out: &mut String| {
            out.push_str(&names::company(draws));
            ids::push_hex(out, draws, 6);
        };
        self.described(entities.add(Kind::Organization, atoms), key, key.named(const { name("directory") }), alias);
    }

    fn described(&self, mut fields: Fields<'_>, id: Key, directory: Key, alias: impl FnOnce(&mut String)) {
        ids::push_hex(fields.push("m-").text(), id, 32);
        alias(fields.end().text());
        fields.end().push("arn:aws:workmail:").push(&self.region).push(":").push(&self.account);
        fields.push(":organization/").copy(0).end();
        fields.copy(1).push(".example.com").end();
        ids::push_hex(fields.push("d-").text(), directory, 10);
        fields.end();
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

    /// Appends a further domain, told apart by a number.
    pub(crate) fn push_campaign_domain(&self, out: &mut String, key: Key, number: u64) {
        for piece in [names::mailbox(key), "-", &base36(number), ".", &self.alias, ".example.net"] {
            out.push_str(piece);
        }
    }

    /// Adds a user, group or resource.
    ///
    /// # Panics
    /// For other kinds.
    pub(crate) fn member(
        &self,
        kind: Kind,
        number: Number,
        mailbox: Mailbox,
        entities: &mut Entities,
        atoms: &mut Atoms,
    ) {
        let id = self.member_key(kind, number).named(const { name("id") });
        let index = self.index(kind, number);
        let mut fields = entities.add(kind, atoms);
        match kind {
            Kind::User => {
                let person = names::person(index, self.key);
                push_uuid(fields.text(), id);
                person.push_user(fields.end().text());
                self.email(fields.end(), number, mailbox);
                fields.push(person.first()).push(" ").push(person.last()).end();
                fields.push(person.first()).end().push(person.last()).end();
            }
            Kind::Group => {
                push_uuid(fields.text(), id);
                names::push_group(fields.end().text(), index);
                self.email(fields.end(), number, mailbox);
            }
            Kind::Resource => {
                ids::push_hex(fields.push("r-").text(), id, 32);
                let resource_type = names::push_resource(fields.end().text(), index);
                self.email(fields.end(), number, mailbox);
                fields.push(resource_type).end();
            }
            _ => panic!("only users, groups and resources come in cohorts"),
        }
    }

    /// Writes the address of a member behind its id and name.
    fn email(&self, fields: &mut Fields<'_>, number: Number, mailbox: Mailbox) {
        match mailbox {
            Mailbox::None => {}
            Mailbox::First => self.push_domain(fields.copy(1).text()),
            Mailbox::Renamed => self.push_renamed_address(fields.text(), number),
        }
        fields.end();
    }

    /// Appends the part of an address from the `@` on.
    pub(crate) fn push_domain(&self, out: &mut String) {
        out.push('@');
        out.push_str(&self.domain);
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

    /// Appends the name of a member, which is also the local part of its first address.
    pub(crate) fn push_local_part(&self, out: &mut String, kind: Kind, number: Number) {
        let index = self.index(kind, number);
        match kind {
            Kind::User => names::person(index, self.key).push_user(out),
            Kind::Group => names::push_group(out, index),
            _ => {
                names::push_resource(out, index);
            }
        }
    }

    /// Appends the address that a user gets on taking another name: a double name, which nobody has from the start.
    pub(crate) fn push_renamed_address(&self, out: &mut String, number: Number) {
        let key = self.member_key(Kind::User, number).named(const { name("renamed") });
        self.push_local_part(out, Kind::User, number);
        out.push('-');
        out.push_str(names::other_last_name(key));
        self.push_domain(out);
    }

    /// Appends the second address that a user has from the start: `ana_kuhn@…`, which no first address looks like.
    pub(crate) fn push_home_alias(&self, out: &mut String, number: Number) {
        let mut local = String::new();
        self.push_local_part(&mut local, Kind::User, number);
        out.push_str(&local.replace('.', "_"));
        self.push_domain(out);
    }

    /// Appends an address that nobody else ever has.
    pub(crate) fn push_functional_address(&self, out: &mut String, key: Key, number: u64) {
        out.push_str(names::mailbox(key));
        out.push('-');
        out.push_str(&base36(number));
        self.push_domain(out);
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
}

fn push_uuid(out: &mut String, key: Key) {
    out.push_str(std::str::from_utf8(&uuid_text(key.uuid())).expect("hexadecimal digits are ASCII"));
}
