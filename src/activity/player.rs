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
