//! Who plays chapters: what is kept from one to the next, which is memory and what callers look like.

use hashbrown::HashTable;

use crate::activity::cast::Member;
use crate::activity::order::Order;
use crate::activity::script::{Call, Script, Step};
use crate::activity::wardrobe::Wardrobe;
use crate::activity::{Activity, Chapter, stories};
use crate::event::{ActionId, Entities, Event};
use crate::sink::Renumbered;

/// Plays chapters, one after the other. See [`Activity::player`].
#[derive(Debug)]
pub struct Player<'a> {
    activity: &'a Activity,
    stream: usize,
    memory: Memory,
}

/// What chapters are made in. Nothing of it decides what happens in them.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) events: Vec<Event>,
    pub(super) entities: Entities,
    pub(super) steps: Vec<Step>,
    pub(super) time_order: Order<u64>,
    pub(super) reads: (Vec<ActionId>, Vec<(u64, ActionId)>),
    pub(super) read_order: Order<(u64, ActionId)>,
    pub(super) calls: Vec<Call>,
    pub(super) members: HashTable<(Member, u32)>,
    pub(super) steady: Vec<u32>,
    pub(super) texts: Renumbered,
    pub(super) wardrobe: Wardrobe,
}

impl<'a> Player<'a> {
    pub(super) fn new(activity: &'a Activity) -> Self {
        Self { activity, stream: 0, memory: Memory::default() }
    }

    /// Plays one chapter.
    #[must_use]
    pub fn chapter(&mut self, stream: usize, number: u64) -> Chapter {
        if stream != self.stream {
            self.stream = stream;
            self.memory.wardrobe = Wardrobe::default();
        }
        let mut script = Script::new(self.activity, stream, number, std::mem::take(&mut self.memory));
        stories::play(&mut script);
        let chapter;
        (chapter, self.memory) = script.finish();
        chapter
    }

    /// Takes back the memory of a chapter that is done with.
    pub fn take_back(&mut self, chapter: Chapter) {
        self.memory.events = chapter.events;
        self.memory.entities = chapter.facts.entities;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::sync::Arc;

    use super::*;
    use crate::plan::Plan;
    use crate::scenario::{AccountId, Scenario};

    fn two_accounts() -> Activity {
        let mut scenario = Scenario::new().seed(5).events(30_000);
        scenario.accounts.push(scenario.accounts[0].clone());
        scenario.accounts[1].id = AccountId::parse("444455556666").unwrap();
        Activity::new(Arc::new(Plan::new(scenario).unwrap()))
    }

    /// What is kept from one chapter to the next decides nothing, not even the numbers of texts.
    #[test]
    fn chapters_are_the_same_whatever_was_played_before() {
        let activity = two_accounts();
        let mut player = activity.player();
        for (stream, number) in [(0, 3), (0, 2), (1, 2), (0, 2), (0, 0), (1, 1), (1, 3)] {
            let (chapter, alone) = (player.chapter(stream, number), activity.chapter(stream, number));
            assert_eq!((chapter.start, &chapter.events), (alone.start, &alone.events));
            assert_eq!((chapter.atoms, &chapter.facts), (alone.atoms, &alone.facts));
            player.take_back(chapter);
        }
    }
}
