//! Other numbers for texts that are kept.

use std::sync::Arc;

use super::text::COMPOUND;
use super::{Atom, Atoms, Compound, Text};

/// Numbers among others for the atoms of an interner: each gets one when it is asked for first, in the order in which the
/// interner itself would have handed them out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Renumbered {
    /// For texts that the interner does not know.
    pub atoms: Atoms,
    /// By the number that the interner gave.
    numbers: Vec<Option<Atom>>,
}

impl Renumbered {
    /// Begins anew, behind numbers that others have handed out.
    pub(crate) fn begin(&mut self, atoms: Atoms) {
        self.atoms = atoms;
        self.numbers.clear();
    }

    /// The same text.
    pub(crate) fn text(&mut self, text: &Text) -> Text {
        Text { atom: self.number(text.atom, 1), text: Arc::clone(&text.text) }
    }

    /// The same text of pieces.
    pub(crate) fn compound(&mut self, Compound { atom, bytes, parts }: &Compound) -> Compound {
        let parts = parts.iter().map(|(atom, start)| (self.number(*atom, 1), *start)).collect();
        Compound { atom: self.number(*atom, COMPOUND), bytes: Arc::clone(bytes), parts }
    }

    /// The number of an atom; a new one reaches so far.
    fn number(&mut self, atom: Atom, width: Atom) -> Atom {
        let place = atom as usize;
        if place >= self.numbers.len() {
            self.numbers.resize(place + 1, None);
        }
        *self.numbers[place].get_or_insert_with(|| {
            self.atoms.next += width;
            self.atoms.next - width
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Interner;

    #[test]
    fn texts_that_are_renumbered_have_the_numbers_of_an_interner() {
        let mut kept = Interner::default();
        for word in ["other", "c", "texts"] {
            kept.text(word);
        }
        let mut fresh = Interner::from(Atoms::from(7));
        let mut renumbered = Renumbered::default();
        renumbered.begin(Atoms::from(7));
        for words in [&["a", "b"][..], &["c", "a"], &["a", "b"], &["b", "d", "texts"]] {
            let (text, compound) = (kept.text(words[1]), kept.compound(words.iter().copied()));
            assert_eq!(renumbered.text(&text), fresh.text(words[1]));
            assert_eq!(renumbered.compound(&compound), fresh.compound(words.iter().copied()));
        }
        assert_eq!(renumbered.atoms, fresh.atoms);
    }
}
