//! What happens, and when: the events of a stream, chapter by chapter.
//!
//! A stream is cut into chapters of [`CHAPTER`] ordinals. Inside a chapter ordinary sequential code plays
//! out stories (`stories`) with a cast of callers and entities (`cast`); how many of which kind follows from
//! the weights (`mix`), and when they happen from the calendar (`calendar`). Across chapters everything is
//! arithmetic: how many users were hired before a chapter is a product, and who they are is drawn from
//! their numbers. So any chapter can be made alone, and all cost the same.

mod calendar;
mod cast;
mod entrance;
mod known;
mod mix;
mod order;
mod player;
mod script;
mod standing;
mod stories;
mod troupe;
mod wardrobe;

use std::sync::Arc;

pub(crate) use calendar::Calendar;
pub(crate) use order::Order;
pub use player::Player;

use crate::activity::entrance::Entrances;
use crate::activity::mix::Mix;
use crate::activity::troupe::Troupe;
use crate::clock::Time;
use crate::event::{Event, Facts};
use crate::plan::Plan;
use crate::seed::{Key, name};
use crate::world::{Callers, Organization, Sizes};

/// Ordinals in a chapter. Part of the output format.
pub(crate) const CHAPTER: u64 = 4_096;

/// All activity of a plan.
#[derive(Clone, Debug)]
pub struct Activity {
    /// What it follows from.
    pub plan: Arc<Plan>,
    mix: Mix,
    troupe: Troupe,
    streams: Vec<StreamWorld>,
}

/// Where and when the events of one stream happen.
#[derive(Clone, Debug)]
pub struct StreamWorld {
    key: Key,
    /// When.
    pub calendar: Calendar,
    callers: Callers,
    entrances: Entrances,
    organizations: Vec<Organization>,
}

/// The events of a chapter, in the order of their ordinals, and what they refer to.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Number of the chapter in its stream.
    pub number: u64,
    /// When no event of it can have happened yet.
    pub start: Time,
    /// The events.
    pub events: Vec<Event>,
    /// What they refer to.
    pub facts: Facts,
    /// How many atoms the chapter's texts have.
    pub atoms: u32,
}

impl Activity {
    /// All activity of a plan.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        let mix = Mix::new(&plan);
        let troupe = Troupe::new(&plan);
        let streams = (0..plan.streams.len()).map(|stream| StreamWorld::new(&plan, stream)).collect();
        Self { plan, mix, troupe, streams }
    }

    /// Where and when a stream happens.
    #[must_use]
    pub fn stream(&self, stream: usize) -> &StreamWorld {
        &self.streams[stream]
    }

    /// How many chapters a stream has.
    #[must_use]
    pub fn chapters(&self, stream: usize) -> u64 {
        self.plan.streams[stream].events.div_ceil(CHAPTER)
    }

    /// The ordinals of a chapter: its first, and the first behind it.
    #[must_use]
    pub fn ordinals(&self, stream: usize, chapter: u64) -> (u64, u64) {
        let first = chapter * CHAPTER;
        (first, (first + CHAPTER).min(self.plan.streams[stream].events))
    }

    /// Plays one chapter. Whoever needs more of them has a [`Self::player`].
    #[must_use]
    pub fn chapter(&self, stream: usize, number: u64) -> Chapter {
        self.player().chapter(stream, number)
    }

    /// Someone who plays chapters, and spares what one after the other has in common; each thread needs its own.
    #[must_use]
    pub fn player(&self) -> Player<'_> {
        Player::new(self)
    }
}

impl StreamWorld {
    fn new(plan: &Plan, number: usize) -> Self {
        let stream = &plan.streams[number];
        let account = &plan.scenario.accounts[stream.account];
        let id = account.id.as_str();
        // Callers belong to the account, so that the same people work in all of its regions.
        let account_key = plan.seed().key("account").named(crate::seed::name(id));
        let key = account_key.named(crate::seed::name(&stream.region));
        let sizes =
            Sizes { users: account.users.into(), groups: account.groups.into(), resources: account.resources.into() };
        let organization = |n: u32| {
            let key = key.named(const { name("organization") }).at(n.into());
            Organization::new(key, id, &stream.region, sizes)
        };
        Self {
            key,
            calendar: Calendar::new(
                &plan.scenario.time,
                &plan.scenario.trail.digests.stopped,
                &stream.region,
                stream.events,
            )
            .paced(plan.scenario.traffic.pace.as_ref()),
            callers: Callers::new(
                account_key.named(const { name("callers") }),
                id,
                &plan.scenario.addresses,
                &plan.quirks,
            ),
            entrances: Entrances::new(plan, &stream.region),
            organizations: (0..account.organizations).map(organization).collect(),
        }
    }
}
