//! Calls at their times, and how they become the events of a chapter.

use super::{Actor, Call, Script};
use crate::activity::player::Memory;
use crate::activity::{CHAPTER, Chapter};
use crate::clock::Time;
use crate::event::{ActionId, Event, Outcome};
use crate::seed::name;

/// A call at its time.
#[derive(Clone, Copy, Debug)]
pub(in crate::activity) struct Step {
    /// Milliseconds since the start of the chapter, and behind them, in [`INDEX_BITS`], how many steps came before.
    place: u64,
    action: ActionId,
    outcome: Outcome,
    page: u8,
    caller: u32,
    roles: [u32; 3],
}

/// Calls that fit into a chapter can be counted in so many bits.
const INDEX_BITS: u32 = CHAPTER.trailing_zeros();

impl Script<'_> {
    /// Adds a call at its time.
    #[inline]
    pub(super) fn step(&mut self, actor: Actor, time: Time, call: &Call) {
        let time = self.world.calendar.awake(time);
        let entrance = self.world.entrances.of(call.action, call.outcome != Outcome::Success);
        let caller = self.cast.caller(actor.persona, actor.person, time, entrance);
        let organization = call.organization.unwrap_or(actor.organization as u32);
        let roles = [organization, call.entity, call.other];
        let index = self.memory.steps.len() as u64;
        debug_assert!(time >= self.window.0, "a chapter's stories are played in it");
        let place = ((time.0 - self.window.0.0) as u64) << INDEX_BITS | index;
        let Call { action, outcome, page, .. } = *call;
        self.memory.steps.push(Step { place, action, outcome, page, caller, roles });
    }

    /// Sorts the calls by time and numbers them. Those at the same instant stay in the order in which they were
    /// written: stories in order.
    pub(in crate::activity) fn finish(mut self) -> (Chapter, Memory) {
        debug_assert_eq!(self.room(), 0, "a chapter is always full");
        let (key, (start, end)) = (self.world.key.named(const { name("event") }), self.window);
        let Memory { events, steps, time_order, .. } = &mut self.memory;
        let places = ((end.0 - start.0) as u64) << INDEX_BITS;
        let sorted = time_order.of(steps.iter().map(|step| step.place), places, |place| *place);
        events.clear();
        events.extend(sorted.iter().zip(self.ordinals.0..).map(|(place, ordinal)| {
            let Step { action, outcome, page, caller, roles, .. } = steps[(place % CHAPTER) as usize];
            let time = Time(start.0 + (place >> INDEX_BITS) as i64);
            Event { ordinal, time, key: key.at(ordinal), action, outcome, page, caller, roles }
        }));
        let events = std::mem::take(events);
        let (facts, atoms) = self.cast.finish(&mut self.memory);
        (Chapter { number: self.number, start, events, facts, atoms }, self.memory)
    }
}
