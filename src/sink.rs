//! Where rendered bytes go.
//!
//! The renderer knows which bytes it has written before and which are fresh; a [`Sink`] may use that. Plain
//! memory ignores it, the log-file encoder turns it into back-references without searching for them.

use std::collections::BTreeMap;

/// The number of a byte string: the same number always stands for the same bytes.
pub(crate) type Atom = u32;

/// Takes rendered bytes.
pub trait Sink {
    /// Appends the bytes of an atom.
    fn repeat(&mut self, atom: Atom, bytes: &[u8]);

    /// Appends the bytes of an atom that consists of other atoms, given with the offset at which each ends.
    fn compound(&mut self, atom: Atom, bytes: &[u8], parts: &[(Atom, u32)]);

    /// Appends bytes that nothing repeats.
    fn fresh(&mut self, bytes: &[u8]);
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
    pub fn text(&mut self, text: impl Into<Box<str>>) -> Text {
        self.next += 1;
        Text { atom: self.next - 1, text: text.into() }
    }

    /// The text of these pieces in a row, with a number of its own.
    pub fn compound(&mut self, pieces: &[Text]) -> Compound {
        self.next += 1;
        let mut compound = Compound { atom: self.next - 1, bytes: Vec::new(), parts: Vec::new() };
        for piece in pieces {
            compound.bytes.extend_from_slice(piece.text.as_bytes());
            compound.parts.push((piece.atom, compound.bytes.len() as u32));
        }
        compound
    }
}

/// Text that is written many times, ready to stand inside JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    atom: Atom,
    text: Box<str>,
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
    bytes: Vec<u8>,
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

/// Hands out the numbers of atoms, the same number for equal texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    /// For texts that are known to be new.
    pub atoms: Atoms,
    known: BTreeMap<Box<str>, Text>,
}

impl Interner {
    /// Goes on behind numbers that others have handed out.
    #[must_use]
    pub(crate) const fn from(atoms: Atoms) -> Self {
        Self { atoms, known: BTreeMap::new() }
    }

    /// The text, with the number it has or a new one.
    pub(crate) fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let new = self.atoms.text(text);
        self.known.insert(text.into(), new.clone());
        new
    }
}
