//! Where rendered bytes go.
//!
//! The renderer knows which bytes it has written before and which are fresh; a [`Sink`] may use that. Plain
//! memory ignores it, the log-file encoder turns it into back-references without searching for them.

mod interner;
mod renumbered;
mod text;

pub(crate) use interner::Interner;
pub(crate) use renumbered::Renumbered;
pub(crate) use text::{Atoms, Compound, Text};
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
}
