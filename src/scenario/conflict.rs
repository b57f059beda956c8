//! What is right in itself but does not fit together.

use std::collections::BTreeSet;

use super::Window;
use super::asked::{Asked, Place};
use super::moment::START;
use super::moment::is_within_years;
use super::number::EVENTS;
use super::problem::Problem;
use super::wish::{AccountWish, Amount, Wish};
use crate::clock::Span;
use crate::mistake::{Mistake, Mistakes};

/// The most (account, region) pairs: the sealed ordinal has 16 bits for them.
const STREAMS: usize = 65_536;

impl Wish {
    /// Everything that does not fit together, as far as it concerns only sections that are sound in themselves.
    pub(super) fn conflicts(&self, is_sound: impl Fn(&str) -> bool) -> Vec<Mistake> {
        let mut conflicts = Vec::new();
        if is_sound("time") {
            conflicts.extend(self.window_conflict());
        }
        if is_sound("time") && is_sound("traffic") && conflicts.is_empty() {
            conflicts.extend(self.rate_conflict());
        }
        if is_sound("time") && is_sound("trail") {
            conflicts.extend(self.digests.conflicts(&self.window()));
        }
        if is_sound("traffic") {
            conflicts.extend(self.mix_conflict());
            conflicts.extend(self.share_conflict());
        }
        if is_sound("time") && is_sound("traffic") && is_sound("faults") {
            conflicts.extend(self.faults.conflicts(self.events(&self.window())));
        }
        if is_sound("records") && is_sound("faults") {
            conflicts.extend(self.faults.drift_conflict(&self.records()));
        }
        if is_sound("account") {
            conflicts.extend(self.account_conflicts());
        }
        conflicts
    }

    fn window_conflict(&self) -> Option<Mistake> {
        let place = self.end.as_ref().map(|end| &end.place).or(self.start.as_ref().map(|start| &start.place))?;
        let Window { start, end, .. } = self.window();
        if !(is_within_years(start) && is_within_years(end)) {
            return Some(place.mistake(Problem::new("the window reaches beyond the years 2010 to 2099")));
        }
        let problem = Problem::new(format!("the window ends at {end}, not later than it starts, at {start}"));
        let problem = match self.start {
            Some(_) => problem,
            None => problem.hint(format!("without `start` it starts at {START}")),
        };
        (end <= start).then(|| place.mistake(problem))
    }

    fn rate_conflict(&self) -> Option<Mistake> {
        let window = self.window();
        let problem = EVENTS.check(self.events(&window).into()).err()?;
        let Some(amount) = &self.amount else { return Some(self.pace.as_ref()?.mistake(problem)) };
        let Amount::Rate(rate) = amount.value else { return Some(amount.mistake(problem)) };
        let length = Span(window.end.0 - window.start.0);
        Some(amount.mistake(Problem { what: format!("{rate} for {length}: {}", problem.what), ..problem }))
    }

    fn share_conflict(&self) -> Option<Mistake> {
        let neighbours = self.neighbours_ppm.as_ref()?;
        let errors = self.errors_ppm.as_ref().map_or(super::resolve::ERRORS_PPM, |errors| errors.value);
        let problem = Problem::new("`neighbours` and `errors` together are more than all records");
        (neighbours.value + errors > 1_000_000).then(|| neighbours.mistake(problem))
    }

    fn mix_conflict(&self) -> Option<Mistake> {
        let only = self.only.as_ref().filter(|only| only.value)?;
        let is_something_left = self.mix.iter().flat_map(|mix| mix.value.values()).any(|weight| *weight > 0);
        let problem =
            Problem::new("`only` removes every action that `mix` does not name, and `mix` names none to keep");
        (!is_something_left).then(|| only.mistake(problem))
    }

    fn account_conflicts(&self) -> Vec<Mistake> {
        let chosen = self.chosen_accounts();
        let mut conflicts = twice_in(&self.regions);
        let (mut ids, mut streams) = (BTreeSet::new(), 0);
        for account in &chosen {
            if !ids.insert(account.id()) {
                let problem = Problem::new(format!("account {} is given twice", account.id()));
                conflicts.push(account.place().mistake(problem.hint("one section holds all its regions")));
            }
            if self.regions.is_empty() {
                conflicts.extend(twice_in(&account.regions));
            }
            let before = streams;
            streams += self.regions_of(account).len().max(1);
            if before <= STREAMS && streams > STREAMS {
                let problem = Problem::new(format!("there can be {STREAMS} pairs of account and region, not more"));
                conflicts.push(account.place().mistake(problem));
            }
        }
        conflicts
    }
}

impl AccountWish {
    fn place(&self) -> Place {
        let id = self.id.as_ref().map(|id| id.place.clone());
        id.or_else(|| self.place.clone()).unwrap_or_else(|| Place::Flag("account".to_owned()))
    }
}

/// Mistakes in the order of the file, after those in flags.
pub(super) fn in_order(mut mistakes: Vec<Mistake>) -> Mistakes {
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    Mistakes(mistakes)
}

fn twice_in(regions: &[Asked<String>]) -> Vec<Mistake> {
    let mut seen = BTreeSet::new();
    let repeated = regions.iter().filter(|region| !seen.insert(&region.value));
    repeated.map(|region| region.mistake(Problem::new(format!("region `{}` is given twice", region.value)))).collect()
}
