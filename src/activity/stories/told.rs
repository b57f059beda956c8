//! Stories that services tell in their files.
//!
//! A story has entities of its own that it creates, and others that stand; what it takes away it brings back.
//! So whatever else happens in the chapter, it is true beside it.

use super::actors::pause;
use super::singles::{further, successful};
use crate::activity::mix::Mix;
use crate::activity::script::{Actor, Call, Script};
use crate::clock::Time;
use crate::event::Kind;
use crate::seed::{Key, name};
use crate::template::{Effect, Story, StoryCall};
use crate::world::Number;

/// Tells all of these stories that fall into the chapter. Those that take something away come first, so that
/// all others can wait for it.
pub(super) fn play(script: &mut Script<'_>) {
    let stories = script.plan.catalogue.stories();
    for takes in [true, false] {
        for (index, story) in stories.iter().enumerate() {
            if takes_away(script, story) == takes {
                tell_all(script, index, story);
            }
        }
    }
}

fn takes_away(script: &Script<'_>, story: &Story) -> bool {
    story.calls.iter().any(|call| {
        let action = script.template(call.action);
        action.effect == Effect::Delete && action.entity.iter().any(|kind| story.fixed.contains(kind))
    })
}

/// Every telling of a story, organization by organization.
fn tell_all(script: &mut Script<'_>, index: usize, story: &Story) {
    let (number, by) = (Mix::told(index), script.tellers(index));
    let turns = script.turns(number);
    let count = script.organizations() as u64;
    for organization in 0..count {
        let mine = turns.clone().filter(|turn| turn % count == organization);
        let parts = mine.clone().count() as u64;
        let lanes = lanes(script, story, parts);
        for (turn, index) in mine.zip(0..) {
            let part = index / lanes..parts.div_ceil(lanes);
            let key = script.next_story();
            let actor = script.actor(organization as usize, by, key.named(const { name("actor") }));
            Telling::new(script, number, story, actor, turn, key).play(script, part);
        }
    }
}

/// How many stories of a kind can go on at the same time in an organization.
fn lanes(script: &Script<'_>, story: &Story, all: u64) -> u64 {
    let most = story.fresh.iter().filter(|kind| matches!(kind, Kind::Declared(_)));
    let most = most.filter_map(|kind| script.declared(*kind).at_once).min();
    if takes_away(script, story) { 1 } else { most.unwrap_or(all).max(1) }
}

/// One story being told.
struct Telling<'a> {
    story: &'a Story,
    number: usize,
    actor: Actor,
    key: Key,
    organization: Option<u32>,
    /// What the story has one of.
    bound: Vec<(Kind, u32)>,
}

impl<'a> Telling<'a> {
    fn new(script: &mut Script<'_>, number: usize, story: &'a Story, actor: Actor, turn: u64, key: Key) -> Self {
        let mut telling = Self { story, number, actor, key, organization: None, bound: Vec::new() };
        for kind in &story.fixed {
            telling.bind_standing(script, *kind);
        }
        for kind in &story.fresh {
            telling.bind_fresh(script, *kind, turn);
        }
        telling
    }

    fn bind_standing(&mut self, script: &mut Script<'_>, kind: Kind) {
        let organization = self.actor.organization;
        let key = self.key.named(const { name("one") });
        match kind {
            Kind::User | Kind::Group | Kind::Resource => {
                let entity = script.steady(organization, kind, key);
                self.bound.push((kind, entity));
            }
            Kind::Declared(_) => {
                let number = Number::Core(key.below(script.declared(kind).standing.max(1)));
                self.bind(script, kind, number);
            }
            _ => {}
        }
    }

    fn bind_fresh(&mut self, script: &mut Script<'_>, kind: Kind, turn: u64) {
        let organization = self.actor.organization;
        match kind {
            Kind::Organization => self.organization = Some(further(script, organization, self.key)),
            Kind::Declared(_) => {
                let number = Number::Assumed(script.unique());
                self.bind(script, kind, number);
                self.keep_apart(script, kind, turn);
            }
            _ => {}
        }
    }

    /// One of a declared kind, and whom it belongs to.
    fn bind(&mut self, script: &mut Script<'_>, kind: Kind, number: Number) {
        let organization = self.actor.organization;
        let entity = script.cast.declared(organization, kind, number);
        self.bound.push((kind, entity));
        self.bound.extend(script.owner(organization, kind, number));
    }

    /// Owners take turns, and where they would come round too soon, it is someone else.
    fn keep_apart(&mut self, script: &mut Script<'_>, kind: Kind, turn: u64) {
        let declared = script.declared(kind);
        let (Some(of), 1..) = (declared.of, declared.apart) else { return };
        let organization = self.actor.organization;
        let owners = script.organization(organization).cohort(of).core;
        let count = script.organizations() as u64;
        let round = (turn / count).checked_sub(owners).map(|earlier| earlier * count + turn % count);
        let is_apart = round.is_none_or(|earlier| script.since(self.number, earlier) >= declared.apart);
        let owner = match is_apart {
            true => Number::Core(turn / count % owners),
            false => Number::Assumed(script.unique()),
        };
        let owner = script.steady_entity(organization, of, owner);
        self.bound.retain(|(known, _)| *known != of);
        self.bound.push((of, owner));
    }

    fn play(&self, script: &mut Script<'_>, part: std::ops::Range<u64>) {
        let mut calls = script.no_calls();
        for (call, i) in self.story.calls.iter().zip(0..) {
            self.calls(script, call, self.key.at(i), &mut calls);
        }
        // Half a story could leave away what it takes away.
        if script.fits(self.key, &calls) {
            let mut times = Vec::new();
            script.play_in(self.key, self.actor, &calls, part, |time| times.push(time));
            self.take_away(script, &calls, &times);
        }
        script.take_back(calls);
    }

    /// Lets everyone else wait for what the story takes away until it puts it back.
    fn take_away(&self, script: &mut Script<'_>, calls: &[Call], times: &[Time]) {
        let mut gone = None;
        for (call, time) in calls.iter().zip(times.iter().copied()) {
            let action = script.template(call.action);
            let Some(kind) = action.entity.iter().find(|kind| self.story.fixed.contains(kind)) else { continue };
            match (action.effect, gone) {
                (Effect::Delete, None) => gone = Some(time),
                (Effect::Create | Effect::Put, Some(from)) => {
                    script.take_away(self.actor.organization, *kind, (from, time));
                    gone = None;
                }
                _ => {}
            }
        }
    }

    /// One call of the story, as often as it is made in this telling.
    fn calls(&self, script: &mut Script<'_>, call: &StoryCall, key: Key, calls: &mut Vec<Call>) {
        let share =
            call.share.map(|share| u64::from(share) * u64::from(script.mix.wanted_in(self.number, call.action)));
        if share.is_some_and(|share| !key.named(const { name("comes along") }).chance((share / 1_000_000) as u32)) {
            return;
        }
        let (low, high) = (*call.times.start(), *call.times.end());
        let times = key.named(const { name("times") }).between(low.into(), high.into()) as u64;
        let gap = |key: Key| match call.after {
            Some(after) => after / 3 + key.wait(after - after / 3),
            None => pause(self.actor.persona, key),
        };
        for key in (0..times).map(|i| key.at(i)) {
            calls.push(self.call(script, call, key).after(gap(key.named(const { name("gap") }))));
        }
    }

    fn call(&self, script: &mut Script<'_>, call: &StoryCall, key: Key) -> Call {
        let template = script.template(call.action);
        let mut made = successful(script, call.action, self.actor.organization, key);
        for (kind, entity) in &self.bound {
            if template.entity.contains(kind) {
                made.entity = *entity;
                made.organization = None;
            } else if template.other.contains(kind) {
                made.other = *entity;
            }
        }
        made.organization = self.organization.or(made.organization);
        made
    }
}
