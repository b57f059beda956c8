//! Who has a mailbox all through a chapter.

use super::Script;
use crate::activity::mix::{Mix, StoryKind};
use crate::event::{Kind, NOBODY};
use crate::seed::{Key, name};
use crate::world::{Number, Span};

/// So many of each cohort's steady ones are found again by their index: those that are named most often.
pub(super) const OFTEN: usize = 256;

impl Script<'_> {
    /// Those who join one organization's cohort before and after this chapter.
    #[must_use]
    pub(in crate::activity) fn span(&self, organization: usize, kind: Kind) -> Span {
        self.spans[organization][cohort(kind)]
    }

    /// Whom one of a declared kind belongs to: the kind and the entity.
    pub(in crate::activity) fn owner(
        &mut self,
        organization: usize,
        kind: Kind,
        number: Number,
    ) -> Option<(Kind, u32)> {
        let declared = self.declared(kind);
        let of = declared.of?;
        let own = self.organization(organization);
        let key = number.key(own.key_of(declared.draws)).named(const { name("owner") });
        let owner = match number {
            // Nobody else's turn is taken: whoever is met here for the first time has had none lately.
            Number::Assumed(number) if declared.apart > 0 => Number::Assumed(number),
            _ => Number::Core(key.below(own.cohort(of).core)),
        };
        Some((of, self.steady_entity(organization, of, owner)))
    }

    /// One of a kind that has a mailbox all through the chapter, as an entity.
    pub(in crate::activity) fn steady(&mut self, organization: usize, kind: Kind, key: Key) -> u32 {
        let index = self.organization(organization).cohort(kind).pick_steady(self.span(organization, kind), key);
        self.steady_at(organization, kind, index)
    }

    /// The same with its number.
    pub(in crate::activity) fn steady_one(&mut self, organization: usize, kind: Kind, key: Key) -> (Number, u32) {
        let (own, span) = (self.organization(organization).cohort(kind), self.span(organization, kind));
        let index = own.pick_steady(span, key);
        (own.steady_at(span, index), self.steady_at(organization, kind, index))
    }

    /// The `index`-th of those who have a mailbox all through the chapter.
    #[inline]
    fn steady_at(&mut self, organization: usize, kind: Kind, index: u64) -> u32 {
        let first = (organization * 3 + cohort(kind)) * OFTEN;
        let place = (index < OFTEN as u64).then_some(first + index as usize);
        match place.map_or(NOBODY, |place| self.memory.steady[place]) {
            NOBODY => self.meet_steady(organization, kind, index, place),
            known => known,
        }
    }

    /// The same for one who has not been met yet, or is not kept at a place.
    #[inline(never)]
    fn meet_steady(&mut self, organization: usize, kind: Kind, index: u64, place: Option<usize>) -> u32 {
        let number = self.organization(organization).cohort(kind).steady_at(self.span(organization, kind), index);
        let entity = self.steady_entity(organization, kind, number);
        if let Some(place) = place {
            self.memory.steady[place] = entity;
        }
        entity
    }

    /// Someone with a mailbox, as an entity.
    pub(in crate::activity) fn steady_entity(&mut self, organization: usize, kind: Kind, number: Number) -> u32 {
        let mailbox = self.standing(organization).mailbox(kind, number);
        self.cast.member(organization, kind, number, mailbox)
    }
}

/// The place of a kind in lists by cohort.
pub(super) const fn cohort(kind: Kind) -> usize {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
        _ => 2,
    }
}

/// Those who join the cohorts before and after some ordinals, when joiners are dealt out to all organizations in
/// turn.
pub(super) fn spans(mix: &Mix, organizations: u64, ordinals: (u64, u64)) -> Vec<[Span; 3]> {
    let turnover = [StoryKind::UserTurnover, StoryKind::GroupTurnover, StoryKind::ResourceTurnover];
    let joined = turnover
        .map(|story| (mix.stories_before(story as usize, ordinals.0), mix.stories_before(story as usize, ordinals.1)));
    let span = |organization: u64, (before, after): (u64, u64)| {
        let share = |joined: u64| ((joined + organizations - 1 - organization) / organizations) as i64;
        Span { before: share(before), after: share(after) }
    };
    (0..organizations).map(|organization| joined.map(|joined| span(organization, joined))).collect()
}
