//! Where each atom was last written, and what was written behind it.

use super::window::WINDOW;
use crate::sink::Atom;

/// How many pieces are remembered in their order; a power of two, and more than the window mostly holds.
const LOG: usize = 1024;

/// The place at which each atom of a member was last written, and the last pieces in a row.
///
/// Places count the member's bytes, from beyond the window on: what was never written lies out of reach.
#[derive(Debug)]
pub(super) struct History {
    places: Vec<Place>,
    /// The place of the window's first byte.
    base: u32,
    log: Box<[Atom; LOG]>,
    /// How many pieces were written.
    pieces: u32,
}

/// Where an atom was last written.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    byte: u32,
    piece: u32,
}

/// Where an atom was last written, seen from where it is written now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// So many bytes back; 0 or more than the window holds where it cannot be copied from.
    pub distance: usize,
    /// As which piece, if that is remembered.
    pub piece: Option<u32>,
}

impl Default for History {
    fn default() -> Self {
        Self { places: Vec::new(), base: 0, log: Box::new([0; LOG]), pieces: 0 }
    }
}

impl History {
    /// Stands in the row of pieces for bytes without a number.
    pub(super) const NOTHING: Atom = Atom::MAX;

    /// Beyond this, places begin anew: none may ever be taken for one that lies a whole round back.
    const MOST: u32 = 1 << 31;

    /// Provides for so many atoms, none of which is written yet.
    pub(super) fn restart(&mut self, atoms: usize) {
        self.places.clear();
        self.places.resize(atoms, Place::default());
        self.base = WINDOW as u32 + 1;
    }

    /// The window has moved on.
    pub(super) fn slide(&mut self, by: usize) {
        self.base += by as u32;
        if self.base > Self::MOST {
            let atoms = self.places.len();
            self.restart(atoms);
        }
    }

    /// Notes that an atom is written as the next piece, from this byte of the window on; returns where it was before.
    #[inline(always)]
    pub(super) fn enter(&mut self, atom: Atom, at: usize) -> Last {
        let now = Place { byte: self.base + at as u32, piece: self.pieces };
        self.push(atom);
        let last = std::mem::replace(&mut self.places[atom as usize], now);
        let is_known = now.piece.wrapping_sub(last.piece) < LOG as u32;
        Last { distance: (now.byte - last.byte) as usize, piece: is_known.then_some(last.piece) }
    }

    /// Notes the next piece.
    #[inline(always)]
    pub(super) fn push(&mut self, atom: Atom) {
        self.log[self.pieces as usize % LOG] = atom;
        self.pieces = self.pieces.wrapping_add(1);
    }

    /// The atom of a remembered piece.
    #[inline(always)]
    pub(super) fn piece(&self, piece: u32) -> Atom {
        self.log[piece as usize % LOG]
    }

    /// How many bytes back an atom was noted.
    #[inline(always)]
    pub(super) fn age(&self, atom: Atom, at: usize) -> usize {
        (self.base + at as u32 - self.places[atom as usize].byte) as usize
    }

    /// Notes that atoms are written as parts of a piece that begins there.
    pub(super) fn note_all(&mut self, parts: &[(Atom, u32)], at: usize) {
        let (begin, piece) = (self.base + at as u32, self.pieces.wrapping_sub(LOG as u32));
        for (part, offset) in parts {
            self.places[*part as usize] = Place { byte: begin + offset, piece };
        }
    }

    /// Notes that an atom is written as part of a piece; returns how many bytes back it was before.
    #[inline(always)]
    pub(super) fn note(&mut self, atom: Atom, at: usize) -> usize {
        // What was written behind a part is not remembered, so it counts as a piece of long ago.
        let now = Place { byte: self.base + at as u32, piece: self.pieces.wrapping_sub(LOG as u32) };
        let last = std::mem::replace(&mut self.places[atom as usize], now);
        (now.byte - last.byte) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes back an atom was last written, at three places of a member.
    fn member(history: &mut History) -> [usize; 3] {
        history.restart(8);
        let first = history.enter(3, 20);
        history.slide(100_000);
        let second = history.enter(3, 100);
        history.slide(WINDOW);
        [first, second, history.enter(3, 100)].map(|last| last.distance)
    }

    /// Wherever the window has got to in earlier members, it begins anew in each.
    #[test]
    fn a_member_does_not_depend_on_those_before_it() {
        let mut history = History::default();
        let first = member(&mut history);
        for length in [1, 1 << 20, History::MOST as usize - 300_000, History::MOST as usize - 150_000] {
            history.slide(length);
            assert_eq!(member(&mut history), first, "after {length} bytes");
        }
    }
}
