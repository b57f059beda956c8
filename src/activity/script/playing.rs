//! A story on its way into the chapter: when it begins, and when each of its calls is made.

use std::ops::Range;

use super::{Actor, Call, Script};
use crate::clock::Time;
use crate::seed::{Key, name};

impl Script<'_> {
    /// Empty memory for the calls of a story, which [`Self::play_all`] takes back.
    pub(in crate::activity) fn no_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.memory.calls)
    }

    /// Takes the memory of a story's calls back.
    pub(in crate::activity) fn take_back(&mut self, mut calls: Vec<Call>) {
        calls.clear();
        self.memory.calls = calls;
    }

    /// Plays a story and takes the memory of its calls back.
    pub(in crate::activity) fn play_all(&mut self, key: Key, actor: Actor, calls: Vec<Call>) {
        self.play(key, actor, &calls);
        self.take_back(calls);
    }

    /// Plays a story at some time of the chapter: as many of its calls as still fit.
    pub(in crate::activity) fn play(&mut self, key: Key, actor: Actor, calls: &[Call]) {
        self.play_in(key, actor, calls, 0..1, |_| {});
    }

    /// Plays a story in one of equal parts of the chapter, `part.start` of `part.end`; tells the instants of the
    /// calls, without those that accompany them.
    pub(in crate::activity) fn play_in(
        &mut self,
        key: Key,
        actor: Actor,
        calls: &[Call],
        part: Range<u64>,
        mut tell: impl FnMut(Time),
    ) {
        let calls = self.in_company(key, calls);
        let calls = &calls[..calls.len().min(self.room() as usize)];
        let window = match part.end {
            1 => self.window,
            parts => (self.instant(part.start, parts), self.instant(part.start + 1, parts)),
        };
        let total: i64 = calls.iter().skip(1).map(|call| call.gap).sum();
        let length = (window.1.0 - window.0.0).max(1);
        let draw = key.named(const { name("start") }).below(1 << 20);
        let start = self.instant((part.start << 20) + draw, part.end << 20);
        // A story that would run beyond its part begins earlier, and is told faster when it must be.
        let told = total.min(length - 1);
        let start = Time(start.0.min(window.1.0 - 1 - told).max(window.0.0));
        let mut passed = 0;
        let mut waits: Vec<(Time, Time)> = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            passed += if index == 0 { 0 } else { call.gap };
            let offset = if total > told { part_of(passed, told, total) } else { passed };
            let time = self.when_there(actor.organization, call, Time(start.0 + offset), &mut waits);
            if !call.follows {
                tell(time);
            }
            self.step(actor, time, call);
        }
    }

    /// Whether all of a story's calls still fit, with those that accompany them.
    #[must_use]
    pub(in crate::activity) fn fits(&self, key: Key, calls: &[Call]) -> bool {
        self.in_company(key, calls).len() as u64 <= self.room()
    }

    /// The instant at a place of the chapter, in parts of its events.
    fn instant(&mut self, part: u64, parts: u64) -> Time {
        let count = self.ordinals.1 - self.ordinals.0;
        self.world.calendar.time_near(&mut self.hour, self.ordinals.0, part * count, parts)
    }
}

/// `part` of a whole, for another whole.
pub(super) fn part_of(part: i64, other: i64, whole: i64) -> i64 {
    match part.checked_mul(other) {
        Some(product) => product / whole,
        // Only where time is counted in years.
        None => (i128::from(part) * i128::from(other) / i128::from(whole)) as i64,
    }
}
