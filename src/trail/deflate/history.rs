//! Where each atom was last written.

use super::window::WINDOW;
use crate::sink::Atom;

/// The place at which each atom of a member was last written.
///
/// Places count the member's bytes, from beyond the window on: what was never written lies out of reach.
#[derive(Debug, Default)]
pub(super) struct History {
    places: Vec<u32>,
    /// The place of the window's first byte.
    base: u32,
}

impl History {
    /// Beyond this, places begin anew: none may ever be taken for one that lies a whole round back.
    const MOST: u32 = 1 << 31;

    /// Provides for so many atoms, none of which is written yet.
    pub(super) fn restart(&mut self, atoms: usize) {
        self.places.clear();
        self.places.resize(atoms, 0);
        self.base = WINDOW as u32 + 1;
    }

    /// Notes that an atom is written where it stands in the window; returns how far back it was written before.
    #[inline(always)]
    pub(super) fn note(&mut self, atom: Atom, at: usize) -> usize {
        let now = self.base + at as u32;
        (now - std::mem::replace(&mut self.places[atom as usize], now)) as usize
    }

    /// The window has moved on.
    pub(super) fn slide(&mut self, by: usize) {
        self.base += by as u32;
        if self.base > Self::MOST {
            let atoms = self.places.len();
            self.restart(atoms);
        }
    }
}
