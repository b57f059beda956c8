//! Output: literals and copies as bits, or, while tables are fitted, as counts.

use std::sync::Arc;

use uuid::Uuid;

use super::bits::Bits;
use super::header::Header;
use super::symbol::LONGEST;
use super::table::{Counts, Lengths, Table, Tables};
use crate::sink::uuid_text;

/// A gzip header with nothing ambient in it: deflate, no flags, no time, unknown system.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// Where literals and copies go.
#[derive(Debug)]
pub(super) enum Output {
    /// They are counted.
    Sample(Box<Counts>),
    /// They are written by known tables, as one block.
    Write { bits: Bits, tables: Arc<Tables> },
}

impl Output {
    pub(super) fn sample() -> Self {
        Self::Sample(Box::new(Counts::new()))
    }

    pub(super) fn write(tables: Arc<Tables>) -> Self {
        Self::Write { bits: Bits::default(), tables }
    }

    /// Begins a file.
    pub(super) fn restart(&mut self) {
        if let Self::Write { bits, tables } = self {
            bits.restart(&HEADER);
            // The last block, with tables of its own.
            bits.put(1 | 2 << 1, 3);
            Header::new(&tables.lengths).write(bits);
        }
    }

    /// Sends literals, and behind them a copy of at least 3 bytes.
    #[inline(always)]
    pub(super) fn send(&mut self, literals: &[u8], length: usize, distance: usize) {
        let Self::Write { bits, tables } = self else { return self.count(literals, length, distance) };
        if !literals.is_empty() {
            tables.table.send_literals(literals, bits);
        }
        let mut cursor = bits.cursor(length / 16 + 16);
        let mut left = length;
        while left > LONGEST {
            let taken = first_length(left);
            tables.table.put_copy(taken, distance, &mut cursor);
            left -= taken;
        }
        tables.table.put_copy(left, distance, &mut cursor);
        let rest = cursor.end();
        bits.resume(rest);
    }

    /// Sends literals, and behind them a UUID.
    #[inline(always)]
    pub(super) fn send_uuid(&mut self, literals: &[u8], id: &[u8; 16]) {
        match self {
            Self::Sample(counts) => {
                counts.add_literals(literals);
                counts.add_literals(&uuid_text(Uuid::from_bytes(*id)));
            }
            Self::Write { bits, tables } => tables.table.send_uuid(literals, id, bits),
        }
    }

    /// Sends literals with no copy behind them.
    pub(super) fn send_rest(&mut self, literals: &[u8]) {
        match self {
            Self::Sample(counts) => counts.add_literals(literals),
            Self::Write { bits, tables } => tables.table.send_literals(literals, bits),
        }
    }

    #[cold]
    #[inline(never)]
    fn count(&mut self, literals: &[u8], mut length: usize, distance: usize) {
        let Self::Sample(counts) = self else { return };
        counts.add_literals(literals);
        while length > 0 {
            let taken = first_length(length);
            counts.add_copy(taken, distance as u32);
            length -= taken;
        }
    }

    /// Tables that fit what was counted.
    pub(super) fn fit(&self) -> Tables {
        let lengths = match self {
            Self::Sample(counts) => Lengths::fitted(counts),
            Self::Write { tables, .. } => tables.lengths.clone(),
        };
        Tables { table: Table::new(&lengths), lengths }
    }

    /// Ends the file, which inflates to so many bytes with this checksum.
    pub(super) fn finish(&mut self, length: u64, sum: u32) -> &[u8] {
        let Self::Write { bits, tables } = self else { return &[] };
        let [end, count] = tables.table.end;
        bits.put(end.into(), count);
        bits.extend(&sum.to_le_bytes());
        // The trailer holds the length modulo 2^32.
        bits.extend(&(length as u32).to_le_bytes());
        bits.bytes()
    }
}

/// The length of the first of the copies that a long one is split into, none below 3.
fn first_length(length: usize) -> usize {
    if length <= LONGEST { length } else { LONGEST.min(length - 3) }
}
