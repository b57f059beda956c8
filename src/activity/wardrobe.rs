//! What callers look like in records: worked out once, for most sessions go on from one chapter to the next.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::activity::cast::scatter;
use crate::event::{Caller, NOBODY};
use crate::sink::Interner;
use crate::world::SessionId;

/// A session as it is seen, or a service that acts for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) session: Option<SessionId>,
    pub(super) entrance: u16,
}

/// Someone as they are seen.
#[derive(Clone, Debug)]
pub(super) struct Look {
    visit: Visit,
    /// Who, with the wardrobe's numbers for their texts.
    pub(super) caller: Caller,
    /// Their index among the callers of the chapter; nobody's when they have not appeared in it yet.
    pub(super) index: u32,
}

/// The looks of all who appeared lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Wardrobe {
    texts: Interner,
    looks: HashTable<Look>,
}

/// When there are more looks than these, of 3 KB each, all are thrown away: most are of sessions that have ended.
const MOST: usize = 256;

impl Visit {
    fn hash(&self) -> u64 {
        scatter(self.session.map_or(u64::MAX, SessionId::packed).rotate_left(8) ^ u64::from(self.entrance))
    }
}

impl Wardrobe {
    /// Ends a chapter: in the next one, nobody has appeared yet.
    pub(super) fn end(&mut self) {
        if self.looks.len() > MOST {
            *self = Self::default();
        }
        for look in &mut self.looks {
            look.index = NOBODY;
        }
    }

    /// The look of someone, which `make` makes when they are new.
    pub(super) fn look(&mut self, visit: Visit, make: impl FnOnce(&mut Interner) -> Caller) -> &mut Look {
        match self.looks.entry(visit.hash(), |look| look.visit == visit, |look| look.visit.hash()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                place.insert(Look { visit, caller: make(&mut self.texts), index: NOBODY }).into_mut()
            }
        }
    }
}
