//! Calls that wait, since what they are about is away.

use super::{Call, Script, part_of};
use crate::clock::Time;
use crate::event::Kind;

/// A stretch of the chapter in which an organization lacks what it usually has one of.
pub(super) struct Away {
    organization: usize,
    kind: Kind,
    from: Time,
    to: Time,
}

impl Script<'_> {
    /// The instant at which a call can happen: later, when what it is about is away. The calls behind it wait
    /// with it.
    #[inline]
    pub(super) fn when_there(
        &self,
        organization: usize,
        call: &Call,
        time: Time,
        waits: &mut Vec<(Time, Time)>,
    ) -> Time {
        match self.part(call.action).waits || !waits.is_empty() {
            true => self.when_back(organization, call, time, waits),
            false => time,
        }
    }

    #[inline(never)]
    fn when_back(&self, organization: usize, call: &Call, time: Time, waits: &mut Vec<(Time, Time)>) -> Time {
        let end = self.window.1.0;
        // From `from` to the end of the chapter, pressed together to from `to` to its end.
        let wait = |time: Time, (from, to): (Time, Time)| {
            let rest = || part_of(time.0 - from.0, end - to.0, (end - from.0).max(1));
            if time < from { time } else { Time((to.0 + rest()).min(end - 1)) }
        };
        let mut time = waits.iter().fold(time, |time, known| wait(time, *known));
        if call.organization.is_some() {
            return time;
        }
        let kinds = &self.template(call.action).entity;
        let mine = |away: &&Away| away.organization == organization && kinds.contains(&away.kind);
        while let Some(away) = self.away.iter().filter(|away| away.from <= time && time <= away.to).find(mine) {
            // At the same instant the one told first comes first, so the wait ends a moment later.
            let window = (away.from, Time((away.to.0 + 1).min(end - 1)));
            waits.push(window);
            let later = wait(time, window);
            if later <= time {
                break;
            }
            time = later;
        }
        time
    }

    /// Lets calls about what an organization has one of wait, between two instants.
    pub(in crate::activity) fn take_away(&mut self, organization: usize, kind: Kind, (from, to): (Time, Time)) {
        self.away.push(Away { organization, kind, from, to });
    }
}
