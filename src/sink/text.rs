//! Texts with numbers.

use std::sync::Arc;

use super::{Atom, Sink};

/// Hands out the numbers of atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Atoms {
    pub(super) next: Atom,
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
    pub(super) atom: Atom,
    pub(super) text: Arc<str>,
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
    pub(super) atom: Atom,
    pub(super) bytes: Arc<[u8]>,
    pub(super) parts: Vec<(Atom, u32)>,
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
pub(super) const COMPOUND: Atom = 2;
