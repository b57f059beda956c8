//! Output: literals and copies as bits, or, while tables are fitted, as counts.

use std::sync::Arc;

use uuid::Uuid;

use super::bits::Bits;
use super::symbol::LONGEST;
use super::table::{Counts, Tables};
use crate::sink::uuid_text;

/// Where literals and copies go.
pub(in crate::trail) trait Output {
    /// Takes literals, and behind them a copy of at least 3 bytes.
    fn copy(&mut self, literals: &[u8], length: usize, distance: usize);

    /// Takes literals, and behind them a UUID.
    fn uuid(&mut self, literals: &[u8], id: &[u8; 16]);

    /// Takes literals.
    fn literals(&mut self, literals: &[u8]);
}

/// Writes by known tables, one block in each member.
#[derive(Debug)]
pub(in crate::trail) struct Writer {
    bits: Bits,
    tables: Arc<Tables>,
}

impl Writer {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self { bits: Bits::default(), tables }
    }

    /// Begins a member.
    pub(super) fn restart(&mut self) {
        self.bits.restart(&self.tables.start);
    }

    /// Ends the member, which inflates to so many bytes with this checksum.
    pub(super) fn finish(&mut self, length: u64, sum: u32) -> &[u8] {
        let [end, count] = self.tables.table.end;
        self.bits.put(end.into(), count);
        self.bits.extend(&sum.to_le_bytes());
        // The trailer holds the length modulo 2^32.
        self.bits.extend(&(length as u32).to_le_bytes());
        self.bits.bytes()
    }
}

impl Output for Writer {
    #[inline(always)]
    fn copy(&mut self, literals: &[u8], length: usize, distance: usize) {
        let table = &self.tables.table;
        let mut cursor = self.bits.cursor(2 * literals.len() + length / 32 + 24);
        if !literals.is_empty() {
            table.put_literals(literals, &mut cursor);
        }
        let mut left = length;
        while left > LONGEST {
            let taken = first_length(left);
            table.put_copy(taken, distance, &mut cursor);
            left -= taken;
        }
        table.put_copy(left, distance, &mut cursor);
        let end = cursor.end();
        self.bits.resume(end);
    }

    #[inline(always)]
    fn uuid(&mut self, literals: &[u8], id: &[u8; 16]) {
        self.tables.table.send_uuid(literals, id, &mut self.bits);
    }

    fn literals(&mut self, literals: &[u8]) {
        self.tables.table.send_literals(literals, &mut self.bits);
    }
}

impl Output for Counts {
    fn copy(&mut self, literals: &[u8], mut length: usize, distance: usize) {
        self.literals(literals);
        while length > 0 {
            let taken = first_length(length);
            self.add_copy(taken, distance as u32);
            length -= taken;
        }
    }

    fn uuid(&mut self, literals: &[u8], id: &[u8; 16]) {
        self.literals(literals);
        self.literals(&uuid_text(Uuid::from_bytes(*id)));
    }

    fn literals(&mut self, literals: &[u8]) {
        self.add_literals(literals);
    }
}

/// The length of the first of the copies that a long one is split into, none below 3.
fn first_length(length: usize) -> usize {
    if length <= LONGEST { length } else { LONGEST.min(length - 3) }
}
