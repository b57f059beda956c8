//! Calls that accompany others, when the scenario wants neighbours.

use std::borrow::Cow;

use super::{Call, Script};
use crate::event::{ActionId, Outcome};
use crate::seed::{Key, name};

impl Script<'_> {
    /// The calls with those that accompany them, when the scenario wants neighbours.
    #[inline]
    pub(super) fn in_company<'c>(&self, key: Key, calls: &'c [Call]) -> Cow<'c, [Call]> {
        match self.mix.company() {
            0 => Cow::Borrowed(calls),
            company => self.with_company(key, calls, company),
        }
    }

    fn with_company<'c>(&self, key: Key, calls: &'c [Call], company: u32) -> Cow<'c, [Call]> {
        match calls.iter().all(|call| self.plan.catalogue.followers(call.action).is_empty()) {
            true => Cow::Borrowed(calls),
            false => Cow::Owned(self.accompanied(key, calls, company)),
        }
    }

    /// The calls of which some are accompanied: so many in a million.
    fn accompanied(&self, key: Key, calls: &[Call], company: u32) -> Vec<Call> {
        let key = key.named(const { name("company") });
        let mut all: Vec<Call> = Vec::new();
        for (call, i) in calls.iter().zip(0..) {
            // Those that follow one call come before the next.
            let taken: i64 = all.iter().rev().take_while(|other| other.follows).map(|other| other.gap).sum();
            all.push(Call { gap: (call.gap - taken).max(0), ..*call });
            if call.outcome != Outcome::Success || !key.at(i).chance(company) {
                continue;
            }
            let mut passed = 0;
            for (follower, wait) in self.followers(call.action) {
                let wait = wait / 2 + key.at(i).at(u64::from(follower.0)).wait(wait / 2);
                let gap = (wait - passed).max(0);
                passed += gap;
                all.push(Call { action: follower, gap, follows: true, ..*call });
            }
        }
        all
    }

    /// The neighbours that follow an action in this region.
    fn followers(&self, action: ActionId) -> impl Iterator<Item = (ActionId, i64)> + use<'_> {
        let region = &*self.plan.streams[self.stream].region;
        let catalogue = &self.plan.catalogue;
        let fits = move |(id, _): &(ActionId, i64)| catalogue.action(*id).fits(region);
        catalogue.followers(action).iter().copied().filter(fits)
    }
}
