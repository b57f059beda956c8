//! A chapter in the making: calls with their times, which are sorted into events at the end.

mod call;
mod company;
mod playing;
mod steady;
mod steps;
mod waiting;

use std::collections::BTreeSet;
use std::ops::Range;

pub(super) use call::{Actor, Call};
use playing::part_of;
use steady::{OFTEN, cohort, spans};
pub(super) use steps::Step;
use waiting::Away;

use crate::activity::calendar::Hour;
use crate::activity::cast::Cast;
use crate::activity::known::Known;
use crate::activity::mix::Mix;
use crate::activity::player::Memory;
use crate::activity::standing::Standing;
use crate::activity::troupe::{Group, Part, Troupe};
use crate::activity::{Activity, CHAPTER, StreamWorld};
use crate::clock::Time;
use crate::event::{ActionId, Kind, NOBODY};
use crate::plan::Plan;
use crate::seed::{Key, name};
use crate::template::{Action, Declared};
use crate::world::{Callers, Organization, Span};

/// The script of a chapter.
pub(super) struct Script<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How often everything happens.
    pub mix: &'a Mix,
    /// Where and when it happens.
    pub world: &'a StreamWorld,
    /// Who and what appears.
    pub cast: Cast<'a>,
    /// Where the chapter's draws lie.
    pub key: Key,
    /// The chapter's number.
    pub number: u64,
    /// Its first ordinal, and the first behind it.
    pub ordinals: (u64, u64),
    troupe: &'a Troupe,
    stream: usize,
    window: (Time, Time),
    /// The hour of the instant that was asked for last.
    hour: Hour,
    /// What is only memory.
    pub memory: Memory,
    ties: BTreeSet<(u32, u32)>,
    away: Vec<Away>,
    stories: u64,
    /// Those who join each organization's cohorts, by [`cohort`].
    spans: Vec<[Span; 3]>,
    standings: Vec<Standing<'a>>,
}

impl<'a> Script<'a> {
    /// An empty script in the memory of an earlier one.
    pub(super) fn new(activity: &'a Activity, stream: usize, number: u64, mut memory: Memory) -> Self {
        let world = activity.stream(stream);
        let ordinals = activity.ordinals(stream, number);
        let window = (world.calendar.time(ordinals.0), world.calendar.time(ordinals.1));
        let plan = &*activity.plan;
        let key = world.key.named(const { name("chapter") }).at(number);
        let draws = [key.named(const { name("message") }), world.callers.constants()];
        let spans = spans(&activity.mix, world.organizations.len() as u64, ordinals);
        let standing = |(organization, spans): (&'a Organization, &[Span; 3])| {
            Standing::new(&activity.mix, organization, spans[cohort(Kind::User)])
        };
        memory.steps.clear();
        memory.steady.clear();
        memory.steady.resize(world.organizations.len() * 3 * OFTEN, NOBODY);
        Self {
            plan,
            mix: &activity.mix,
            world,
            cast: Cast::new(plan, stream, world, window, draws, ordinals.1 - ordinals.0, &mut memory),
            key,
            number,
            ordinals,
            troupe: &activity.troupe,
            stream,
            window,
            hour: Hour::default(),
            memory,
            ties: BTreeSet::new(),
            away: Vec::new(),
            stories: 0,
            standings: world.organizations.iter().zip(&spans).map(standing).collect(),
            spans,
        }
    }

    /// How many calls still fit.
    #[must_use]
    pub(super) fn room(&self) -> u64 {
        self.ordinals.1 - self.ordinals.0 - self.memory.steps.len() as u64
    }

    /// One of the actions that stories are made of.
    #[must_use]
    pub(super) fn action(&self, action: Known) -> ActionId {
        self.mix.action(action).expect("a story is played only when its actions are in the mix")
    }

    /// The part of those who call an action.
    #[must_use]
    pub(super) fn part(&self, action: ActionId) -> Part {
        *self.troupe.part_in(action)
    }

    /// Who plays the `index`-th story of the catalogue.
    #[must_use]
    pub(super) fn tellers(&self, index: usize) -> Group {
        self.troupe.tellers(index)
    }

    /// An action's template.
    #[must_use]
    pub(super) fn template(&self, action: ActionId) -> &'a Action {
        self.plan.catalogue.action(action)
    }

    /// What is known of a kind that a service declares.
    #[must_use]
    pub(super) fn declared(&self, kind: Kind) -> &'a Declared {
        self.plan.catalogue.kinds().declared(kind).expect("a declared kind")
    }

    /// An organization of the stream.
    #[must_use]
    pub(super) fn organization(&self, index: usize) -> &'a Organization {
        &self.world.organizations[index]
    }

    /// How many organizations there are.
    #[must_use]
    pub(super) fn organizations(&self) -> usize {
        self.world.organizations.len()
    }

    /// The turns of the stories of a number that begin in this chapter.
    #[must_use]
    pub(super) fn turns(&self, story: usize) -> Range<u64> {
        self.mix.stories_before(story, self.ordinals.0)..self.mix.stories_before(story, self.ordinals.1)
    }

    /// For how long, when the chapter begins, the story of an earlier turn has been over at least, in milliseconds.
    #[must_use]
    pub(super) fn since(&self, story: usize, turn: u64) -> i64 {
        let ordinal = self.mix.ordinal_of(story, turn + 1).unwrap_or_default();
        let end = self.world.calendar.time((ordinal / CHAPTER + 1) * CHAPTER);
        self.window.0.0 - end.0
    }

    /// How things stand in an organization when the chapter begins.
    pub(super) fn standing(&self, organization: usize) -> &Standing<'a> {
        &self.standings[organization]
    }

    /// A number that no other call of the stream gets.
    pub(super) fn unique(&mut self) -> u64 {
        self.stories += 1;
        // More numbers than a chapter can use lie between those of neighbouring chapters.
        self.number * CHAPTER * 8 + self.stories
    }

    /// The number of a message that no other call of the chapter gets.
    pub(super) fn message(&mut self) -> u32 {
        self.stories += 1;
        self.stories as u32
    }

    /// Ties two entities together for the chapter; false when a story has done so before.
    pub(super) fn tie(&mut self, entity: u32, other: u32) -> bool {
        self.ties.insert((entity, other))
    }

    /// Where the draws of the next story lie.
    pub(super) fn next_story(&mut self) -> Key {
        self.stories += 1;
        self.key.named(const { name("story") }).at(self.stories)
    }

    /// Someone to play a story.
    #[must_use]
    pub(super) fn actor(&self, organization: usize, group: Group, key: Key) -> Actor {
        let persona = self.troupe.pick(group, key.at(0));
        Actor { organization, persona, person: Callers::pick(persona, key.at(1)) }
    }
}
