//! Who plays in a plan: worked out once, so that telling a story only has to draw.

use crate::activity::stories::actors::{ADMINISTRATORS, HELPERS, MAIL_FLOW, READERS, REFUSED, REFUSED_IN_FLIGHT};
use crate::event::{ActionId, Kind};
use crate::plan::Plan;
use crate::seed::Key;
use crate::template::{Action, By, Effect, Persona};

/// A group of callers, by its place in the [`Troupe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group(u16);

impl Group {
    pub(super) const ADMINISTRATORS: Self = Self(0);
    pub(super) const HELPERS: Self = Self(1);
    pub(super) const READERS: Self = Self(2);
    pub(super) const MAIL_FLOW: Self = Self(3);
    pub(super) const REFUSED: Self = Self(4);
    pub(super) const REFUSED_IN_FLIGHT: Self = Self(5);
}

/// Who makes the calls of an action, and in what way, as far as every call asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Who would make such a call.
    pub group: Group,
    /// It is no read among others in a session.
    pub is_alone: bool,
    /// The list is paged.
    pub is_paged: bool,
    /// How far down a reader gets before calling it.
    pub depth: u8,
    /// A story can take away what the call is about, so that it has to wait.
    pub waits: bool,
}

/// Everyone who plays in a plan: the groups of callers, as far as the scenario allows them, and their parts.
#[derive(Clone, Debug)]
pub(super) struct Troupe {
    groups: Vec<Choice>,
    allowed: Vec<Persona>,
    parts: Vec<Part>,
    /// Who plays the stories of the catalogue.
    tellers: Vec<Group>,
}

impl Troupe {
    /// Deals out the parts of a plan.
    pub(super) fn new(plan: &Plan) -> Self {
        let wanted = plan.scenario.traffic.identity.as_deref();
        let fits = |identity: &str| wanted.is_none_or(|wanted| wanted == identity);
        let allowed: Vec<Persona> =
            crate::world::IDENTITIES.iter().filter(|help| fits(help.identity)).map(|help| help.persona).collect();
        let own = [ADMINISTRATORS, HELPERS, READERS, MAIL_FLOW, REFUSED, REFUSED_IN_FLIGHT];
        let groups = own.iter().map(|group| Choice::new(group, &allowed)).collect();
        let mut troupe = Self { groups, allowed, parts: Vec::new(), tellers: Vec::new() };
        troupe.parts = plan.catalogue.iter().map(|(_, action)| troupe.part(plan, action)).collect();
        troupe.tellers = plan.catalogue.stories().iter().map(|story| troupe.group(&story.by)).collect();
        troupe
    }

    fn part(&mut self, plan: &Plan, action: &Action) -> Part {
        let is_in_flight = action.entity.contains(&Kind::Message);
        let usual = match (is_in_flight, action.read_only, action.effect) {
            (true, ..) => Group::MAIL_FLOW,
            (_, true, _) => Group::READERS,
            (_, _, Effect::None) => Group::HELPERS,
            _ => Group::ADMINISTRATORS,
        };
        let is_read = action.read_only && action.effect == Effect::None && !is_in_flight;
        Part {
            group: action.by.as_ref().map_or(usual, |by| self.group(by)),
            is_alone: !is_read || action.by.is_some() || action.company.background > 0,
            is_paged: action.paged,
            depth: action.depth,
            waits: plan
                .catalogue
                .stories()
                .iter()
                .flat_map(|story| &story.fixed)
                .any(|kind| action.entity.contains(kind)),
        }
    }

    fn group(&mut self, by: &By) -> Group {
        match by {
            By::Administrators => Group::ADMINISTRATORS,
            By::Helpers => Group::HELPERS,
            By::Readers => Group::READERS,
            By::MailFlow => Group::MAIL_FLOW,
            By::Personas(personas) => {
                self.groups.push(Choice::new(personas, &self.allowed));
                Group(self.groups.len() as u16 - 1)
            }
        }
    }

    /// The part of an action's callers.
    pub(super) fn part_in(&self, action: ActionId) -> &Part {
        &self.parts[usize::from(action.0)]
    }

    /// Who plays the `index`-th story of the catalogue.
    pub(super) fn tellers(&self, index: usize) -> Group {
        self.tellers[index]
    }

    /// One of a group.
    pub(super) fn pick(&self, group: Group, key: Key) -> Persona {
        self.groups[usize::from(group.0)].pick(key)
    }
}

/// Personas to choose from by weight.
#[derive(Clone, Debug)]
struct Choice {
    total: u64,
    /// Each with the draw from which on it is the next one.
    until: Vec<(u64, Persona)>,
}

impl Choice {
    /// Those of a group that are allowed, or anyone allowed when none of the group is.
    fn new(group: &[(Persona, u64)], allowed: &[Persona]) -> Self {
        let mut fitting: Vec<(Persona, u64)> =
            group.iter().filter(|(persona, _)| allowed.contains(persona)).copied().collect();
        if fitting.is_empty() {
            fitting = allowed.iter().map(|persona| (*persona, 1)).collect();
        } else if fitting.iter().all(|(_, weight)| *weight == 0) {
            fitting = vec![(group[0].0, 1)];
        }
        let mut total = 0;
        let until = fitting.into_iter().map(|(persona, weight)| {
            total += weight;
            (total, persona)
        });
        let until = until.collect();
        Self { total, until }
    }

    fn pick(&self, key: Key) -> Persona {
        if let [(_, only)] = self.until[..] {
            return only;
        }
        let draw = key.below(self.total);
        // There are few, and to look at all of them takes less time than to guess wrong where to stop.
        let before = self.until.iter().filter(|(until, _)| *until <= draw).count();
        self.until[before].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// How often each persona is picked in a thousand draws, in the order of its first appearance.
    fn picked(group: &[(Persona, u64)], allowed: &[Persona]) -> Vec<(Persona, u32)> {
        let choice = Choice::new(group, allowed);
        let mut counts: Vec<(Persona, u32)> = allowed.iter().map(|persona| (*persona, 0)).collect();
        for draw in 0..1_000 {
            let persona = choice.pick(Seed(7).key("troupe").at(draw));
            match counts.iter_mut().find(|(known, _)| *known == persona) {
                Some((_, count)) => *count += 1,
                None => counts.push((persona, 1)),
            }
        }
        counts
    }

    #[test]
    fn only_those_who_are_allowed_play_as_often_as_their_weights_say() {
        let counts = picked(READERS, &[Persona::Scanner, Persona::HelpDesk, Persona::Analyst]);
        let [(_, scanner), (_, help_desk), (Persona::Analyst, 0)] = counts[..] else { panic!("{counts:?}") };
        assert!((720..800).contains(&scanner) && scanner + help_desk == 1_000, "{counts:?}");
    }

    #[test]
    fn where_nobody_of_a_group_is_allowed_anyone_allowed_plays() {
        let counts = picked(MAIL_FLOW, &[Persona::Root, Persona::Analyst]);
        assert!(counts.len() == 2 && counts.iter().all(|(_, count)| *count > 400), "{counts:?}");
    }
}
