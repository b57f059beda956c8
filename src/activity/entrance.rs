//! How callers come on: what is to be seen of them in the records of an action.

use crate::event::ActionId;
use crate::plan::Plan;
use crate::template::Appearance;

/// What is to be seen of a caller, in records of at most some version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entrance {
    /// Who is seen.
    pub appearance: Appearance,
    /// The newest version that the service writes which is called, where it is behind the others.
    pub newest: Option<u8>,
}

/// The entrances of all actions in a region. Most actions share one.
#[derive(Clone, Debug)]
pub(super) struct Entrances {
    all: Vec<Entrance>,
    /// For each action: of a call that succeeds, and of one that fails.
    of_actions: Vec<[u16; 2]>,
}

impl Entrances {
    /// How the callers of all actions come on in a region.
    pub(super) fn new(plan: &Plan, region: &str) -> Self {
        let mut entrances = Self { all: Vec::new(), of_actions: Vec::new() };
        for (_, action) in plan.catalogue.iter() {
            let places = [false, true].map(|has_failed| {
                let appearance = action.manner.appearance(region, has_failed);
                entrances.place(Entrance { appearance, newest: action.manner.newest })
            });
            entrances.of_actions.push(places);
        }
        entrances
    }

    fn place(&mut self, entrance: Entrance) -> u16 {
        let known = self.all.iter().position(|known| *known == entrance);
        let place = known.unwrap_or_else(|| {
            self.all.push(entrance);
            self.all.len() - 1
        });
        place as u16
    }

    /// The place of the entrance of an action's caller.
    pub(super) fn of(&self, action: ActionId, has_failed: bool) -> u16 {
        self.of_actions[usize::from(action.0)][usize::from(has_failed)]
    }

    /// The entrance of a place.
    pub(super) fn at(&self, place: u16) -> &Entrance {
        &self.all[usize::from(place)]
    }
}
