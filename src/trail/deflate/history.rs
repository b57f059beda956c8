//! When each atom was last written.

use crate::sink::Atom;

/// The time at which each atom was last written: a count of bytes.
#[derive(Debug, Default)]
pub(super) struct History {
    times: Vec<u64>,
}

impl History {
    /// Provides for so many atoms.
    pub(super) fn restart(&mut self, atoms: usize) {
        self.times.resize(atoms, 0);
    }

    /// Notes that an atom is written at a time; returns how long ago it was written before.
    #[inline(always)]
    pub(super) fn note(&mut self, atom: Atom, now: u64) -> u64 {
        now - std::mem::replace(&mut self.times[atom as usize], now)
    }

    /// How long ago an atom was written.
    #[inline(always)]
    pub(super) fn age(&self, atom: Atom, now: u64) -> u64 {
        now - self.times[atom as usize]
    }
}
