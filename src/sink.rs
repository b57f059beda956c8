//! Where rendered bytes go.
//!
//! The renderer knows which bytes it has written before and which are fresh; a [`Sink`] may use that. Plain
//! memory ignores it, the log-file encoder turns it into back-references without searching for them.

use std::sync::Arc;

use hashbrown::HashTable;
use uuid::Uuid;

/// The number of a byte string: the same number always stands for the same bytes.
pub(crate) type Atom = u32;

/// Takes rendered bytes.
pub trait Sink {
    /// Appends the bytes of an atom.
    fn repeat(&mut self, atom: Atom, bytes: &[u8]);

    /// Appends the bytes of an atom that consists of other atoms, given with the offset at which each begins. The next
    /// number is the sink's own.
    fn compound(&mut self, atom: Atom, bytes: &[u8], parts: &[(Atom, u32)]);

    /// Appends bytes that nothing repeats.
    fn fresh(&mut self, bytes: &[u8]);

    /// Appends a UUID in lower case, which nothing repeats.
    fn uuid(&mut self, id: Uuid);

    /// Appends bytes that mostly begin like those that were last written for this number.
    fn similar(&mut self, atom: Atom, bytes: &[u8]);
}

/// How long a UUID is as text.
pub(crate) const UUID_LENGTH: usize = 36;

/// A UUID as text, in lower case.
#[inline]
pub(crate) fn uuid_text(id: Uuid) -> [u8; UUID_LENGTH] {
    let id = id.as_u128();
    let [a, b, c, d] = [96, 64, 32, 0].map(|shift| hex_digits((id >> shift) as u32));
    let mut text = [b'-'; UUID_LENGTH];
    text[..8].copy_from_slice(&a);
    text[9..13].copy_from_slice(&b[..4]);
    text[14..18].copy_from_slice(&b[4..]);
    text[19..23].copy_from_slice(&c[..4]);
    text[24..28].copy_from_slice(&c[4..]);
    text[28..].copy_from_slice(&d);
    text
}

/// Eight hexadecimal digits at once: the digits are spread to a byte each, and those above 9 become letters.
#[inline]
const fn hex_digits(number: u32) -> [u8; 8] {
    let spread = number as u64;
    let spread = (spread << 16 | spread) & 0x0000_ffff_0000_ffff;
    let spread = (spread << 8 | spread) & 0x00ff_00ff_00ff_00ff;
    let spread = (spread << 4 | spread) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    (spread + 0x3030_3030_3030_3030 + letters * (b'a' - b'0' - 10) as u64).to_be_bytes()
}

impl Sink for Vec<u8> {
    #[inline]
    fn repeat(&mut self, _: Atom, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn compound(&mut self, _: Atom, bytes: &[u8], _: &[(Atom, u32)]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn fresh(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn uuid(&mut self, id: Uuid) {
        self.extend_from_slice(&uuid_text(id));
    }

    #[inline]
    fn similar(&mut self, _: Atom, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Hands out the numbers of atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Atoms {
    next: Atom,
}

impl Atoms {
    /// Goes on behind numbers that others have handed out.
    #[must_use]
    pub const fn from(next: Atom) -> Self {
        Self { next }
    }

    /// How many numbers there are so far.
    #[must_use]
    pub const fn count(&self) -> Atom {
        self.next
    }

    /// Text with a number of its own.
    pub fn text(&mut self, text: impl Into<Arc<str>>) -> Text {
        self.next += 1;
        Text { atom: self.next - 1, text: text.into() }
    }
}

/// Text that is written many times, ready to stand inside JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    atom: Atom,
    text: Arc<str>,
}

impl Text {
    /// Appends the text.
    #[inline]
    pub fn write(&self, out: &mut impl Sink) {
        out.repeat(self.atom, self.text.as_bytes());
    }

    /// The text as such.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Text made of pieces that also occur elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compound {
    atom: Atom,
    bytes: Arc<[u8]>,
    parts: Vec<(Atom, u32)>,
}

impl Compound {
    /// Appends the text.
    #[inline]
    pub fn write(&self, out: &mut impl Sink) {
        out.compound(self.atom, &self.bytes, &self.parts);
    }

    /// The text as such.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A compound takes its number and the next, which is the sink's own.
const COMPOUND: Atom = 2;

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
    use crate::seed::Seed;

    #[test]
    fn a_uuid_is_written_as_everywhere() {
        for i in 0..200 {
            let id = Seed(1).key("ids").at(i).uuid();
            assert_eq!(std::str::from_utf8(&uuid_text(id)), Ok(&*id.to_string()));
        }
    }

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
