//! The last rendered bytes.

use sha2::{Digest, Sha256};

/// How far back a copy may reach.
pub(super) const WINDOW: usize = 32 * 1024;
/// How many bytes are gathered before the older ones are let go.
const BLOCK: usize = 128 * 1024;
/// Where the first byte of a file lies: comparing backwards reads some bytes before.
const START: usize = 16;
const ROOM: usize = START + WINDOW + BLOCK;
/// Where a file's first block ends: small files stay in the fast part of the cache.
const FIRST: usize = START + 64 * 1024;

/// The last bytes, at least [`WINDOW`] of them, and the checksum of those before.
#[derive(Debug)]
pub(super) struct Window {
    bytes: Box<[u8; ROOM]>,
    end: usize,
    /// Up to here bytes may be appended.
    full: usize,
    /// What lies before is in the sum.
    summed: usize,
    length: u64,
    sum: crc32fast::Hasher,
    hash: Option<Sha256>,
}

impl Window {
    /// For so many bytes room can always be made.
    pub(super) const PIECE: usize = 4 * 1024;

    pub(super) fn new() -> Self {
        Self {
            bytes: vec![0; ROOM].try_into().expect("as much as there is room for"),
            end: START,
            full: FIRST,
            summed: START,
            length: 0,
            sum: crc32fast::Hasher::new(),
            hash: None,
        }
    }

    /// Lets go of all bytes. What comes is hashed when asked for.
    pub(super) fn restart(&mut self, is_hashed: bool) {
        (self.end, self.summed, self.length) = (START, START, 0);
        self.sum.reset();
        self.hash = is_hashed.then(Sha256::new);
        self.full = FIRST;
    }

    /// Where the next byte goes.
    #[inline(always)]
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// Whether there is room for so many bytes.
    #[inline(always)]
    pub(super) const fn has_room(&self, count: usize) -> bool {
        count <= self.full - self.end
    }

    /// Appends bytes for which there is room.
    #[inline(always)]
    pub(super) fn append(&mut self, bytes: &[u8]) {
        copy(&mut self.bytes[self.end..self.end + bytes.len()], bytes);
        self.end += bytes.len();
    }

    #[inline(always)]
    pub(super) fn slice(&self, from: usize, to: usize) -> &[u8] {
        &self.bytes[from..to]
    }

    /// Makes room by letting go of what is out of reach; returns how far everything moved.
    pub(super) fn slide(&mut self) -> usize {
        self.settle();
        let by = self.end.saturating_sub(START + WINDOW);
        self.bytes.copy_within(START + by..self.end, START);
        self.end -= by;
        self.summed = self.end;
        self.full = ROOM;
        by
    }

    /// How many bytes there were, and their checksum.
    pub(super) fn settle(&mut self) -> (u64, u32) {
        let new = &self.bytes[self.summed..self.end];
        self.sum.update(new);
        if let Some(hash) = &mut self.hash {
            hash.update(new);
        }
        self.length += new.len() as u64;
        self.summed = self.end;
        (self.length, self.sum.clone().finalize())
    }

    /// The hash of all bytes that are settled, when it was asked for.
    pub(super) fn hash(&mut self) -> Option<[u8; 32]> {
        self.hash.take().map(|hash| hash.finalize().into())
    }

    /// How many of the first bytes are equal to those at `at`.
    #[inline(always)]
    pub(super) fn same_after(&self, at: usize, bytes: &[u8]) -> usize {
        let there = &self.bytes[at..at + bytes.len()];
        // Most differ at once or not at all.
        if let (Some(x), Some(y)) = (bytes.first_chunk::<8>(), there.first_chunk::<8>())
            && x != y
        {
            return (u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y)).trailing_zeros() as usize / 8;
        }
        common(bytes, there)
    }

    /// How many of the last bytes before two places are equal, 16 at most.
    #[inline(always)]
    pub(super) fn same_before(&self, a: usize, b: usize) -> usize {
        let word = |at: usize| self.bytes[at - 16..at].as_array().map_or(0, |bytes| u128::from_le_bytes(*bytes));
        ((word(a) ^ word(b)).leading_zeros() as usize / 8).min(b - START)
    }
}

/// How many first bytes are equal, of the same number.
#[inline(always)]
fn common(a: &[u8], b: &[u8]) -> usize {
    let n = a.len();
    let b = &b[..n];
    if let (Some(x), Some(y)) = (a.last_chunk::<16>(), b.last_chunk::<16>()) {
        let mut at = 0;
        for (x, y) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0) {
            if x != y {
                return at + first16(x, y);
            }
            at += 16;
        }
        return if x == y { n } else { n - 16 + first16(x, y) };
    }
    if let (Some(x), Some(y), Some(v), Some(w)) =
        (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>())
    {
        let first = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        let last = u64::from_le_bytes(*v) ^ u64::from_le_bytes(*w);
        return if first != 0 {
            first.trailing_zeros() as usize / 8
        } else {
            n - 8 + last.trailing_zeros() as usize / 8
        };
    }
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

#[inline(always)]
fn first16(x: &[u8; 16], y: &[u8; 16]) -> usize {
    (u128::from_le_bytes(*x) ^ u128::from_le_bytes(*y)).trailing_zeros() as usize / 8
}

/// Copies bytes; short ones, which most are, without a call.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    if from.len() > 64 {
        to.copy_from_slice(from);
    } else if from.len() > 32 {
        ends::<32>(to, from);
    } else if from.len() >= 16 {
        ends::<16>(to, from);
    } else if from.len() >= 8 {
        ends::<8>(to, from);
    } else if from.len() >= 4 {
        ends::<4>(to, from);
    } else {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
    }
}

/// Copies the first and the last `N` bytes, which may overlap.
#[inline(always)]
fn ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(a), Some(b)) = (to.first_chunk_mut::<N>(), from.first_chunk()) {
        *a = *b;
    }
    if let (Some(a), Some(b)) = (to.last_chunk_mut::<N>(), from.last_chunk()) {
        *a = *b;
    }
}
