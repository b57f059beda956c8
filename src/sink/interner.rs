//! The same number for equal texts.

use hashbrown::HashTable;

use super::text::COMPOUND;
use super::{Atom, Atoms, Compound, Text};

/// Hands out the numbers of atoms, the same number for equal texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    /// For texts that are known to be new.
    pub atoms: Atoms,
    known: HashTable<Text>,
    compounds: HashTable<(Atom, Box<[u8]>)>,
}

impl Interner {
    /// Goes on behind numbers that others have handed out.
    #[must_use]
    pub(crate) const fn from(atoms: Atoms) -> Self {
        Self { atoms, known: HashTable::new(), compounds: HashTable::new() }
    }

    /// The text, with the number it has or a new one.
    pub(crate) fn text(&mut self, text: &str) -> Text {
        Text { atom: self.number(text), text: text.into() }
    }

    /// The text of these pieces in a row, with a number of its own.
    pub(crate) fn compound<'p>(&mut self, pieces: impl IntoIterator<Item = &'p str>) -> Compound {
        let (mut bytes, mut parts) = (Vec::new(), Vec::new());
        for piece in pieces {
            parts.push((self.number(piece), bytes.len() as u32));
            bytes.extend_from_slice(piece.as_bytes());
        }
        Compound { atom: self.compound_number(&bytes), bytes: bytes.into(), parts }
    }

    fn compound_number(&mut self, bytes: &[u8]) -> Atom {
        let hash = hash(bytes);
        if let Some((known, _)) = self.compounds.find(hash, |(_, known)| **known == *bytes) {
            return *known;
        }
        self.atoms.next += COMPOUND;
        let atom = self.atoms.next - COMPOUND;
        self.compounds.insert_unique(hash, (atom, bytes.into()), |(_, known)| self::hash(known));
        atom
    }

    fn number(&mut self, text: &str) -> Atom {
        let hash = hash(text.as_bytes());
        if let Some(known) = self.known.find(hash, |known| known.as_str() == text) {
            return known.atom;
        }
        let new = self.atoms.text(text);
        let atom = new.atom;
        self.known.insert_unique(hash, new, |known| self::hash(known.as_str().as_bytes()));
        atom
    }
}

/// A hash that is the same everywhere; what it decides is only how long a search takes.
fn hash(text: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = text.as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number_and_others_another() {
        let mut texts = Interner::from(Atoms::from(7));
        let words = ["", "a", "b", "userName", "userNames", "arn:aws:iam::111122223333:user/"];
        let numbers = words.map(|word| texts.text(word).atom);
        assert_eq!(words.map(|word| texts.text(word).atom), numbers);
        assert_eq!(numbers, [7, 8, 9, 10, 11, 12]);
        let compound = texts.compound(["a", "c", "a"]);
        assert_eq!((compound.as_bytes(), &*compound.parts), (b"aca" as &[u8], &[(8, 0), (13, 1), (8, 2)][..]));
    }
}
