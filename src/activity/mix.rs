//! How often everything happens: from the weights of actions to the rates of stories and single calls.
//!
//! A story is a chain of calls that only make sense together. Each kind of story takes its share out of the
//! weights of its actions, as much as the scarcest of them allows; what is left of the weights is made of
//! single calls. So the share of each action is what the user asked for, whether it comes in stories or
//! alone, and a story that misses an action is not played. Stories are numbered: first those that are told
//! here ([`StoryKind`]), then those of the catalogue.

use crate::activity::known::{Known, Places};
use crate::event::ActionId;
use crate::plan::Plan;
use crate::template::Story;

/// Rates are counted in parts of this per ordinal.
const ONE: u128 = 1 << 40;

/// A kind of story with a rate of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoryKind {
    UserTurnover,
    GroupTurnover,
    ResourceTurnover,
    PassingAlias,
    PassingMember,
    PassingDelegate,
    PassingGrant,
    PassingDomain,
    EditedMessage,
}

/// What a kind of story is made of: actions and how many calls of each, in thousandths.
struct Recipe {
    /// Without these it cannot be played.
    needs: &'static [(Known, u64)],
    /// These come along as often as their weights allow.
    wants: &'static [(Known, u64)],
}

/// In the order of [`StoryKind`], which is also the order in which they take from the weights.
const RECIPES: [Recipe; 9] = [
    Recipe {
        needs: &[
            (Known::CreateUser, 1_000),
            (Known::RegisterToWorkMail, 1_000),
            (Known::DeregisterFromWorkMail, 1_000),
            (Known::DeleteUser, 1_000),
        ],
        wants: &[
            (Known::AssociateMemberToGroup, 1_600),
            (Known::CreateAlias, 500),
            (Known::UpdatePrimaryEmailAddress, 400),
            (Known::DescribeUser, 700),
            (Known::PutMailboxPermissions, 400),
            (Known::DisassociateMemberFromGroup, 700),
        ],
    },
    Recipe {
        needs: &[
            (Known::CreateGroup, 1_000),
            (Known::RegisterToWorkMail, 1_000),
            (Known::DeregisterFromWorkMail, 1_000),
            (Known::DeleteGroup, 1_000),
        ],
        wants: &[(Known::AssociateMemberToGroup, 2_500)],
    },
    Recipe {
        needs: &[
            (Known::CreateResource, 1_000),
            (Known::RegisterToWorkMail, 1_000),
            (Known::DeregisterFromWorkMail, 1_000),
            (Known::DeleteResource, 1_000),
        ],
        wants: &[(Known::AssociateDelegateToResource, 1_000), (Known::UpdateResource, 700)],
    },
    Recipe { needs: &[(Known::CreateAlias, 1_000), (Known::DeleteAlias, 1_000)], wants: &[] },
    Recipe {
        needs: &[(Known::AssociateMemberToGroup, 1_000), (Known::DisassociateMemberFromGroup, 1_000)],
        wants: &[],
    },
    Recipe {
        needs: &[(Known::AssociateDelegateToResource, 1_000), (Known::DisassociateDelegateFromResource, 1_000)],
        wants: &[],
    },
    Recipe { needs: &[(Known::PutMailboxPermissions, 1_000), (Known::DeleteMailboxPermissions, 1_000)], wants: &[] },
    Recipe {
        needs: &[(Known::RegisterMailDomain, 1_000), (Known::DeregisterMailDomain, 1_000)],
        wants: &[(Known::UpdateDefaultMailDomain, 2_000), (Known::GetMailDomain, 1_000)],
    },
    Recipe { needs: &[(Known::GetRawMessageContent, 1_000), (Known::PutRawMessageContent, 1_000)], wants: &[] },
];

/// The number of the first story of the catalogue.
const OWN: usize = RECIPES.len();

/// The ingredients of a story: actions, as places in the catalogue, and how many calls of each, in thousandths.
struct Ingredients {
    needs: Vec<(Option<usize>, u64)>,
    wants: Vec<(Option<usize>, u64)>,
}

impl Ingredients {
    fn of_recipe(recipe: &Recipe, places: &Places) -> Self {
        let find = |(action, count): &(Known, u64)| (places.of(*action).map(|id| usize::from(id.0)), *count);
        Self { needs: recipe.needs.iter().map(find).collect(), wants: recipe.wants.iter().map(find).collect() }
    }

    fn of_story(story: &Story) -> Self {
        let (mut needs, mut wants) = (Vec::new(), Vec::new());
        for call in &story.calls {
            let times = u64::from(call.times.start() + call.times.end()) * 500;
            let count = call.share.map_or(times, |share| times * u64::from(share) / 1_000_000);
            let list = if call.share.is_none() { &mut needs } else { &mut wants };
            let index = Some(usize::from(call.action.0));
            match list.iter_mut().find(|(known, _)| *known == index) {
                Some((_, sum)) => *sum += count,
                None => list.push((index, count)),
            }
        }
        Self { needs, wants }
    }
}

/// How often one kind of story is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoryRate {
    /// Stories per ordinal, in parts of [`ONE`].
    rate: u64,
    /// For each action that comes along: its share of what the story would like, in parts in a million.
    wanted: Vec<(Option<usize>, u32)>,
}

/// How often everything happens in a plan.
#[derive(Clone, Debug)]
pub(super) struct Mix {
    places: Places,
    stories: Vec<StoryRate>,
    /// Single calls that succeed.
    singles: Wheel,
    /// Calls that fail.
    failures: Wheel,
    errors_ppm: u32,
    /// The share of calls that have those with them that accompany them, in parts in a million.
    company_ppm: u32,
}

impl Mix {
    /// Works out the rates of a plan.
    #[must_use]
    pub(super) fn new(plan: &Plan) -> Self {
        let weights: Vec<u64> = plan.catalogue.iter().map(|(_, action)| plan.weight(action)).collect();
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let errors_ppm = plan.scenario.traffic.errors_ppm;
        let neighbours_ppm = plan.scenario.traffic.neighbours_ppm;
        let success = ONE * u128::from(1_000_000 - errors_ppm - neighbours_ppm) / 1_000_000;
        let mut left: Vec<u64> = weights.iter().map(|w| (u128::from(*w) * success / total) as u64).collect();
        let company_ppm = invite(plan, ONE * u128::from(neighbours_ppm) / 1_000_000, &mut left);
        let places = Places::new(&plan.catalogue);
        let own = RECIPES.iter().map(|recipe| Ingredients::of_recipe(recipe, &places));
        let told = plan.catalogue.stories().iter().map(Ingredients::of_story);
        let stories = own.chain(told).map(|ingredients| take(&ingredients, &mut left)).collect();
        let failing = plan.catalogue.iter().zip(&weights);
        let failures =
            failing.map(|((_, action), weight)| if action.errors.is_empty() { 0 } else { *weight }).collect();
        Self { places, stories, singles: Wheel::new(left), failures: Wheel::new(failures), errors_ppm, company_ppm }
    }

    /// An action of a story that is told here, if the catalogue has it.
    #[must_use]
    pub(super) const fn action(&self, action: Known) -> Option<ActionId> {
        self.places.of(action)
    }

    /// How many stories of a number began before an ordinal.
    #[must_use]
    pub(super) fn stories_before(&self, story: usize, ordinal: u64) -> u64 {
        (u128::from(ordinal) * u128::from(self.stories[story].rate) / ONE) as u64
    }

    /// The ordinal from which on so many stories of a number have begun; `None` when none ever does.
    #[must_use]
    pub(super) fn ordinal_of(&self, story: usize, count: u64) -> Option<u64> {
        let rate = u128::from(self.stories[story].rate);
        (rate > 0).then(|| (u128::from(count) * ONE).div_ceil(rate) as u64)
    }

    /// The number of the `index`-th story of the catalogue.
    #[must_use]
    pub(super) const fn told(index: usize) -> usize {
        OWN + index
    }

    /// The share of stories of a kind that an action comes along with, in parts in a million of what the
    /// recipe would like.
    #[must_use]
    pub(super) fn wanted(&self, kind: StoryKind, action: Known) -> u32 {
        let place = RECIPES[kind as usize].wants.iter().position(|(known, _)| *known == action);
        place.map_or(0, |place| self.stories[kind as usize].wanted[place].1)
    }

    /// The same for a story of the catalogue.
    #[must_use]
    pub(super) fn wanted_in(&self, story: usize, action: ActionId) -> u32 {
        let index = Some(usize::from(action.0));
        self.stories[story].wanted.iter().find(|(known, _)| *known == index).map_or(0, |(_, share)| *share)
    }

    /// The most stories of a kind that a stretch of so many ordinals can hold.
    #[must_use]
    pub(super) fn most_stories(&self, kind: StoryKind, ordinals: u64) -> u64 {
        self.stories_before(kind as usize, ordinals) + 1
    }

    /// The share of calls that have those with them that accompany them, in parts in a million.
    #[must_use]
    pub(super) const fn company(&self) -> u32 {
        self.company_ppm
    }

    /// How many calls failed before an ordinal.
    #[must_use]
    pub(super) fn failures_before(&self, ordinal: u64) -> u64 {
        (u128::from(ordinal) * u128::from(self.errors_ppm) / 1_000_000) as u64
    }

    /// The action of the so-manieth call that fails; `None` when no action can fail.
    #[must_use]
    pub(super) fn failure(&self, index: u64) -> Option<ActionId> {
        self.failures.at(index)
    }

    /// The action of the so-manieth single call; `None` when stories use up all weights.
    #[must_use]
    pub(super) fn single(&self, index: u64) -> Option<ActionId> {
        self.singles.at(index)
    }
}

/// Gives neighbours their share: first those that accompany others, by themselves those of the background with
/// what is left. Gives the share of calls that can be accompanied.
fn invite(plan: &Plan, share: u128, left: &mut [u64]) -> u32 {
    let all = || plan.catalogue.iter().map(|(id, action)| (usize::from(id.0), id, action));
    let company: u128 =
        all().map(|(index, id, _)| u128::from(left[index]) * plan.catalogue.followers(id).len() as u128).sum();
    let background: u128 = all().map(|(_, _, action)| u128::from(action.company.background)).sum();
    let rest = share.saturating_sub(company);
    for (index, _, action) in all() {
        left[index] += (rest * u128::from(action.company.background) / background.max(1)) as u64;
    }
    (share.min(company) * 1_000_000 / company.max(1)) as u32
}

/// Takes a story's share out of what is left of the rates of its actions.
fn take(story: &Ingredients, left: &mut [u64]) -> StoryRate {
    let of = |left: &[u64], action: Option<usize>| action.map_or(0, |index| left[index]);
    let rate = story.needs.iter().map(|(action, count)| of(left, *action) * 1_000 / count.max(&1)).min().unwrap_or(0);
    for (action, count) in &story.needs {
        if let Some(index) = action {
            left[*index] -= rate * count / 1_000;
        }
    }
    let mut wanted = Vec::new();
    for (action, count) in &story.wants {
        let would_like = rate * count / 1_000;
        let gets = of(left, *action).min(would_like);
        wanted.push((*action, (u128::from(gets) * 1_000_000 / u128::from(would_like.max(1))) as u32));
        if let Some(index) = action {
            left[*index] -= gets;
        }
    }
    StoryRate { rate, wanted }
}

/// Deals out actions by weight, evenly: any stretch of turns holds each action as often as its weight says,
/// to within a few.
#[derive(Clone, Debug)]
struct Wheel {
    /// Weight up to each action and of the action itself.
    cumulated: Vec<u64>,
    /// For each of many parts of the circle, the action at its start: mostly the only one in it.
    marks: Vec<u16>,
}

/// The first bits of an angle say in which part of the circle it lies.
const PART_BITS: u32 = 11;

impl Wheel {
    fn new(weights: Vec<u64>) -> Self {
        let mut sum = 0;
        let cumulated = weights.into_iter().map(|weight| {
            sum += weight;
            sum
        });
        let mut wheel = Self { cumulated: cumulated.collect(), marks: Vec::new() };
        let mark = |part: u64| {
            wheel.cumulated.partition_point(|until| *until <= wheel.place(part << (u64::BITS - PART_BITS))) as u16
        };
        wheel.marks = (0..1 << PART_BITS).map(mark).collect();
        wheel
    }

    /// The action at a turn: turns go round by the golden ratio, which fills any circle evenly.
    fn at(&self, turn: u64) -> Option<ActionId> {
        let angle = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = self.place(angle);
        let from = usize::from(self.marks[(angle >> (u64::BITS - PART_BITS)) as usize]);
        let ahead = self.cumulated[from..].iter().position(|until| place < *until)?;
        Some(ActionId((from + ahead) as u16))
    }

    /// The weight up to an angle, where the whole circle has 2^64.
    fn place(&self, angle: u64) -> u64 {
        let whole = self.cumulated.last().copied().unwrap_or_default();
        ((u128::from(angle) * u128::from(whole)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_is_fair_over_any_stretch() {
        let wheel = Wheel::new(vec![700, 200, 90, 10]);
        for start in [0, 123_456_789, u64::MAX / 3] {
            let mut counts = [0; 4];
            for turn in start..start + 1_000 {
                counts[usize::from(wheel.at(turn).unwrap().0)] += 1;
            }
            for (count, weight) in counts.iter().zip([700_i32, 200, 90, 10]) {
                assert!((count - weight).abs() <= 4, "{counts:?}");
            }
        }
        assert_eq!(Wheel::new(vec![0, 0]).at(5), None);
    }
}
