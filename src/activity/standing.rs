//! How things stand in an organization when a chapter begins: what follows from the plan alone.
//!
//! Ties that last as long as an entity does are drawn from its number, like everything about it. Fewer
//! entities have them when the mix has few of the calls that make them.

use std::ops::Range;

use crate::activity::CHAPTER;
use crate::activity::known::Known;
use crate::activity::mix::{Mix, StoryKind};
use crate::event::Kind;
use crate::seed::{Name, name};
use crate::world::{Mailbox, Number, Organization, Span};

/// One organization at the start of a chapter.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    mix: &'a Mix,
    organization: &'a Organization,
    /// The users hired before this chapter and before the next.
    hired: Span,
    /// After how many further joiners a user changes names; `None` when people come and go too fast for that.
    rename_lag: Option<i64>,
    /// The share of users who do, in parts in a million.
    renames: u64,
}

impl<'a> Standing<'a> {
    /// An organization that has hired so many users before this chapter and before the next.
    pub(super) fn new(mix: &'a Mix, organization: &'a Organization, hired: Span) -> Self {
        let most = mix.most_stories(StoryKind::UserTurnover, CHAPTER) as i64;
        let active = organization.users.active as i64;
        let rename_lag = (active / 2 > most && active - active / 2 > most).then_some(active / 2);
        let renames = u64::from(mix.wanted(StoryKind::UserTurnover, Known::UpdatePrimaryEmailAddress)) * 4 / 10;
        Self { mix, organization, hired, rename_lag, renames }
    }

    /// The mailbox that one with a mailbox has.
    pub(super) fn mailbox(&self, kind: Kind, number: Number) -> Mailbox {
        let (Kind::User, Number::Member(n)) = (kind, number) else { return Mailbox::First };
        match self.rename_lag {
            Some(lag) if n < self.hired.before - lag && self.will_rename(n) => Mailbox::Renamed,
            _ => Mailbox::First,
        }
    }

    /// Those who change their name in this chapter: some, halfway through their time.
    pub(super) fn renaming(&self) -> impl Iterator<Item = i64> {
        let numbers: Range<i64> = match self.rename_lag {
            Some(lag) => self.hired.before - lag..self.hired.after - lag,
            None => 0..0,
        };
        numbers.filter(|number| self.will_rename(*number))
    }

    fn will_rename(&self, number: i64) -> bool {
        self.drawn(Kind::User, Number::Member(number), const { name("renames") }, self.renames)
    }

    /// The groups that a user belongs to.
    pub(super) fn home_groups(&self, user: Number) -> Vec<Number> {
        let share = self.mix.wanted(StoryKind::UserTurnover, Known::AssociateMemberToGroup);
        match self.drawn(Kind::User, user, const { name("joins groups") }, share.into()) {
            true => self.organization.home_groups(user),
            false => Vec::new(),
        }
    }

    /// The users who belong to a group from its beginning.
    pub(super) fn first_members(&self, group: Number) -> Vec<Number> {
        let share = self.mix.wanted(StoryKind::GroupTurnover, Known::AssociateMemberToGroup);
        match self.drawn(Kind::Group, group, const { name("has members") }, share.into()) {
            true => self.organization.group_members(group),
            false => Vec::new(),
        }
    }

    /// Whether a user belongs to a group.
    pub(super) fn is_member(&self, user: Number, group: Number) -> bool {
        self.home_groups(user).contains(&group) || self.first_members(group).contains(&user)
    }

    /// Whether a user has a second address from hiring on.
    pub(super) fn has_home_alias(&self, user: Number) -> bool {
        let share = self.mix.wanted(StoryKind::UserTurnover, Known::CreateAlias);
        self.drawn(Kind::User, user, const { name("has alias") }, u64::from(share) / 2)
    }

    /// Who decides over a resource's bookings.
    pub(super) fn delegate(&self, resource: Number) -> Option<Number> {
        let share = self.mix.wanted(StoryKind::ResourceTurnover, Known::AssociateDelegateToResource);
        let has_one = self.drawn(Kind::Resource, resource, const { name("has delegate") }, share.into());
        has_one.then(|| self.organization.delegate(resource))
    }

    /// Whether something with this share, in parts in a million, is so for an entity.
    fn drawn(&self, kind: Kind, number: Number, what: Name, share: u64) -> bool {
        self.organization.member_key(kind, number).named(what).chance(share as u32)
    }
}
