//! Who is a member of, a delegate for, or allowed into what.

use std::collections::BTreeMap;

use super::entities::must_be_enabled;
use super::organization::{EntityNumber, Organization};
use super::step::{Party, Step};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LinkKind {
    Membership,
    Delegation,
    Permission,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Link {
    Unknown,
    Apart,
    Together,
}

type Pair = (LinkKind, EntityNumber, EntityNumber);

#[derive(Default)]
pub(super) struct Links {
    pairs: BTreeMap<Pair, (Link, u32)>,
    of_entity: BTreeMap<EntityNumber, Vec<Pair>>,
    /// Grows whenever a link of unknown entities may have changed.
    blurs: u32,
    /// `blurs` when the entity was created.
    born_at: BTreeMap<EntityNumber, u32>,
}

impl Links {
    pub(super) fn blur(&mut self) {
        self.blurs += 1;
    }

    /// A new entity has no links.
    pub(super) fn add(&mut self, number: EntityNumber) {
        self.born_at.insert(number, self.blurs);
    }

    fn set(&mut self, pair: Pair, link: Link) {
        if self.pairs.insert(pair, (link, self.blurs)).is_none() {
            self.of_entity.entry(pair.1).or_default().push(pair);
            self.of_entity.entry(pair.2).or_default().push(pair);
        }
    }

    /// Whether links outlive a deregistration is not documented.
    pub(super) fn loosen(&mut self, number: EntityNumber) {
        for pair in self.of_entity.get(&number).into_iter().flatten() {
            self.pairs.insert(*pair, (Link::Unknown, self.blurs));
        }
    }

    /// A deleted entity is never linked again.
    pub(super) fn forget(&mut self, number: EntityNumber) {
        for pair in self.of_entity.remove(&number).unwrap_or_default() {
            self.pairs.remove(&pair);
        }
        self.born_at.remove(&number);
    }

    fn known_since_birth(&self, number: EntityNumber) -> bool {
        self.born_at.get(&number) == Some(&self.blurs)
    }
}

/// What is known of a pair. Without any event about it, a pair is apart if one of the two was born in the trail
/// and no call to an unknown name can have joined them since.
pub(super) fn link(organization: &Organization, pair: Pair) -> Link {
    let links = &organization.links;
    let both_born = organization.entity(pair.1).born && organization.entity(pair.2).born;
    match links.pairs.get(&pair) {
        Some((link, blurs)) if both_born || *blurs == links.blurs => *link,
        None if both_born || links.known_since_birth(pair.1) || links.known_since_birth(pair.2) => Link::Apart,
        Some(_) | None => Link::Unknown,
    }
}

pub(super) fn associate(step: &mut Step, kind: LinkKind, owner: Party, partner: Party) {
    must_not_be(step, kind, owner, partner, Link::Together);
    join(step, kind, owner, partner, Link::Together);
}

/// Replaces what the grantee had; what an empty list leaves behind is not documented.
pub(super) fn put_permission(step: &mut Step, mailbox: Party, grantee: Party) {
    let is_empty = step.call.parameters()["permissionValues"].as_array().is_some_and(Vec::is_empty);
    let link = if is_empty { Link::Unknown } else { Link::Together };
    join(step, LinkKind::Permission, mailbox, grantee, link);
}

fn join(step: &mut Step, kind: LinkKind, owner: Party, partner: Party, link: Link) {
    for number in [owner.number(), partner.number()].into_iter().flatten() {
        must_be_enabled(step, number);
    }
    set(step, kind, owner, partner, link);
}

pub(super) fn part(step: &mut Step, kind: LinkKind, owner: Party, partner: Party) {
    must_not_be(step, kind, owner, partner, Link::Apart);
    set(step, kind, owner, partner, Link::Apart);
}

fn set(step: &mut Step, kind: LinkKind, owner: Party, partner: Party, link: Link) {
    match (owner, partner) {
        (Party::Known(owner), Party::Known(partner)) => step.organization.links.set((kind, owner, partner), link),
        _ => step.organization.links.blur(),
    }
}

/// The rule that `Options::links` switches off.
fn must_not_be(step: &mut Step, kind: LinkKind, owner: Party, partner: Party, forbidden: Link) {
    let (Party::Known(owner), Party::Known(partner)) = (owner, partner) else { return };
    if step.options.links && link(step.organization, (kind, owner, partner)) == forbidden {
        let (owner, partner) = (step.organization.label(owner), step.organization.label(partner));
        let already = if forbidden == Link::Together { "already linked" } else { "not linked" };
        step.breach(format_args!("{partner} and {owner} are {already}"));
    }
}
