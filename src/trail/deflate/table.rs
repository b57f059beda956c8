//! Tables: what to send for each literal, length and distance.

use std::hint::select_unpredictable;

use uuid::Uuid;

use super::bits::{Bits, Code, Cursor};
use super::code;
use super::header::Header;
use super::symbol::{self, DISTANCES, END, LITERALS, LONGEST};
use crate::sink::{UUID_LENGTH, uuid_text};
use crate::trail::gzip::HEADER;

/// The longest code of a literal or length; less than deflate allows, so that four literals have at most 52 bits.
const LIMIT: usize = 14;
/// The longest code of a distance: with a length, at most 43 bits.
const FAR_LIMIT: usize = 12;

/// How often what occurs.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub literals: [u32; 256],
    pub lengths: [u32; LONGEST + 1],
    pub distances: [u32; DISTANCES],
}

impl Counts {
    pub(super) fn new() -> Self {
        Self { literals: [0; 256], lengths: [0; LONGEST + 1], distances: [0; DISTANCES] }
    }

    #[inline(always)]
    pub(super) fn add_literals(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.literals[usize::from(*byte)] += 1;
        }
    }

    #[inline(always)]
    pub(super) fn add_copy(&mut self, length: usize, distance: u32) {
        self.lengths[length] += 1;
        self.distances[symbol::of_distance(distance).0 as usize] += 1;
    }
}

/// Code lengths of all symbols.
#[derive(Clone, Debug)]
pub(super) struct Lengths {
    pub literals: [u8; LITERALS],
    pub distances: [u8; DISTANCES],
}

impl Lengths {
    /// Code lengths that fit these counts, with a code for every symbol: any byte can occur in any file.
    pub(super) fn fitted(counts: &Counts) -> Self {
        let mut symbols = [0; LITERALS];
        symbols[..END].copy_from_slice(&counts.literals);
        symbols[END] = 1;
        for (length, count) in (0..).zip(&counts.lengths).skip(3) {
            symbols[symbol::of_length(length).0 as usize] += count;
        }
        let mut far = counts.distances;
        for count in symbols.iter_mut().chain(&mut far) {
            *count = (*count).max(1);
        }
        let mut fitted = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        code::lengths(&symbols, LIMIT, &mut fitted.literals);
        code::lengths(&far, FAR_LIMIT, &mut fitted.distances);
        fitted
    }
}

/// What to send for a group of distances: the sum of a number for all of them and of the distance, moved up.
#[derive(Clone, Copy, Debug, Default)]
struct Far {
    base: u32,
    /// The length of the code, behind which the lower bits of the distance follow.
    shift: u16,
    count: u16,
}

impl Far {
    /// For distances from `first` less one up, which differ in so many lower bits.
    fn new(code: u16, length: u8, first: u32, extra: u32) -> Self {
        let base = u32::from(code).wrapping_sub(first << length);
        Self { base, shift: length.into(), count: u16::from(length) + extra as u16 }
    }

    /// For this distance less one.
    #[inline(always)]
    fn of(self, rest: u32) -> Code {
        Code { bits: (rest << (self.shift & 31)).wrapping_add(self.base), count: self.count.into() }
    }
}

/// What an encoder writes by: made once for a trail, and used for all of its files.
#[derive(Debug)]
pub(crate) struct Tables {
    /// What every member begins with: its header, and that of its one block.
    pub(super) start: Bits,
    pub(super) table: Table,
}

impl Tables {
    /// Tables that fit these counts.
    pub(super) fn fitted(counts: &Counts) -> Self {
        let lengths = Lengths::fitted(counts);
        let mut start = Bits::default();
        start.extend(&HEADER);
        // The last block, with tables of its own.
        start.put(1 | 2 << 1, 3);
        Header::new(&lengths).write(&mut start);
        Self { start, table: Table::new(&lengths) }
    }
}

/// What to send for each literal, length and distance.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Those of all bytes, and none at [`NOTHING`].
    literals: [Code; 257],
    lengths: [Code; 512],
    /// By the distance less one up to 255, and then by its upper bits.
    distances: [Far; 512],
    pub end: Code,
    /// The two hexadecimal digits of each byte.
    bytes: [Code; 256],
    /// The same and a hyphen: whole if they are brief.
    last_bytes: [Code; 256],
    /// So short are hexadecimal digits and hyphens that a UUID can be sent in few steps.
    is_brief: bool,
}

/// What stands in [`Table::literals`] for no byte at all.
const NOTHING: usize = 256;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The most bits of two digits, and of a hyphen: so four and two fit between two flushes.
const BRIEF: (u32, u32) = (10, 6);

impl Table {
    pub(super) fn new(lengths: &Lengths) -> Self {
        let mut codes = [0; LITERALS];
        code::codes(&lengths.literals, &mut codes);
        let entry = |symbol: usize| Code { bits: codes[symbol].into(), count: lengths.literals[symbol].into() };
        let mut table = Self {
            literals: std::array::from_fn(|i| if i == NOTHING { Code::default() } else { entry(i) }),
            lengths: [Code::default(); 512],
            distances: [Far::default(); 512],
            end: entry(END),
            bytes: [Code::default(); 256],
            last_bytes: [Code::default(); 256],
            is_brief: false,
        };
        for (byte, pair) in table.bytes.iter_mut().enumerate() {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| entry(DIGITS[digit].into()));
            *pair = high.then(low);
        }
        table.last_bytes = table.bytes.map(|pair| pair.then(entry(b'-'.into())));
        table.is_brief =
            table.bytes.iter().all(|pair| pair.count <= BRIEF.0) && table.literals[usize::from(b'-')].count <= BRIEF.1;
        for length in 3..=LONGEST {
            let (symbol, extra, value) = symbol::of_length(length as u32);
            table.lengths[length] = entry(symbol as usize).then(Code { bits: value, count: extra });
        }
        let mut far = [0; DISTANCES];
        code::codes(&lengths.distances, &mut far);
        for row in 0..512 {
            let rest = if row < 256 { row } else { (row - 256) << 7 };
            let (symbol, extra) = symbol::of_distance(rest + 1);
            let at = symbol as usize;
            table.distances[row as usize] = Far::new(far[at], lengths.distances[at], rest >> extra << extra, extra);
        }
        table
    }

    /// Puts the first `count` of these bytes.
    #[inline(always)]
    pub(super) fn put_literals(&self, bytes: &[u8], count: usize, out: &mut Cursor<'_>) {
        let (fours, rest) = bytes.split_at(count & !3);
        let code = |byte: &u8| self.literals[usize::from(*byte)];
        for [a, b, c, d] in fours.as_chunks().0 {
            out.add(code(a).then(code(b)));
            out.add(code(c).then(code(d)));
            out.flush();
        }
        self.put_few(rest, count & 3, out);
    }

    /// Puts the first of these bytes, 3 at most. How many cannot be foreseen, and a branch that is guessed wrong costs
    /// more than to look up what is not wanted.
    #[inline(always)]
    fn put_few(&self, bytes: &[u8], count: usize, out: &mut Cursor<'_>) {
        let code = |at: usize, byte: u8| self.literals[select_unpredictable(at < count, byte.into(), NOTHING)];
        match bytes.first_chunk() {
            Some([a, b, c]) => put_all([code(0, *a), code(1, *b), code(2, *c)], out),
            None => bytes[..count].iter().for_each(|byte| put_all([code(0, *byte)], out)),
        }
    }

    /// Puts a UUID, two digits at a time.
    #[inline(always)]
    pub(super) fn put_uuid(&self, id: &Uuid, out: &mut Cursor<'_>) {
        let [a, b, c, d] = id.as_bytes().as_chunks().0 else { unreachable!("a UUID has 16 bytes") };
        if !self.is_brief {
            return self.put_literals(&uuid_text(*id), UUID_LENGTH, out);
        }
        self.put_bytes(a, [false, false, false, true], out);
        self.put_bytes(b, [false, true, false, true], out);
        self.put_bytes(c, [false, true, false, false], out);
        self.put_bytes(d, [false, false, false, false], out);
    }

    /// Puts the digits of some bytes, and a hyphen behind those where one follows.
    #[inline(always)]
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "measured: by value, all digits are looked up before any is put"
    )]
    fn put_bytes(&self, bytes: &[u8; 4], hyphens: [bool; 4], out: &mut Cursor<'_>) {
        for (byte, has_hyphen) in bytes.iter().zip(hyphens) {
            let table = if has_hyphen { &self.last_bytes } else { &self.bytes };
            out.add(table[usize::from(*byte)]);
        }
        out.flush();
    }

    /// Puts a copy of 3 bytes or more, in as many parts as it takes.
    #[inline(always)]
    pub(super) fn put_copy(&self, length: usize, distance: usize, out: &mut Cursor<'_>) {
        let rest = distance - 1;
        let row = if rest < 256 { rest } else { 256 + (rest >> 7) };
        let far = self.distances[row & 511].of(rest as u32);
        parts(length, |part| put_all([self.lengths[part & 511], far], out));
    }
}

/// Puts several at once, of at most 56 bits in all.
#[inline(always)]
fn put_all<const N: usize>(codes: [Code; N], out: &mut Cursor<'_>) {
    for code in codes {
        out.add(code);
    }
    out.flush();
}

/// Calls with the length of each of the copies that a long one is split into, none below 3.
#[inline(always)]
pub(super) fn parts(mut length: usize, mut put: impl FnMut(usize)) {
    while length > LONGEST + 2 {
        put(LONGEST);
        length -= LONGEST;
    }
    if length > LONGEST {
        put(length - 3);
        length = 3;
    }
    put(length);
}
