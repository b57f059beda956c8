//! Output: from literals and copies to bits, by codes that are known or fitted to the first of them.

use std::sync::Arc;

use super::bits::Bits;
use super::header::Header;
use super::symbol::LONGEST;
use super::table::{Counts, Lengths, Table, Tables};

const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// A run of literals and the copy behind it.
#[derive(Clone, Copy, Debug)]
struct Step {
    literals: u32,
    length: u16,
    distance: u16,
}

#[derive(Debug)]
pub(super) struct Output {
    bits: Bits,
    given: Option<Arc<Tables>>,
    tables: Option<Arc<Tables>>,
    steps: Vec<Step>,
    pub(super) sample: Option<Counts>,
}

impl Output {
    pub(super) fn new(given: Option<Arc<Tables>>) -> Self {
        Self { bits: Bits::default(), given, tables: None, steps: Vec::new(), sample: None }
    }

    pub(super) fn restart(&mut self) {
        self.bits.restart(&HEADER);
        self.steps.clear();
        self.tables.clone_from(&self.given);
        if let Some(tables) = &self.given {
            self.bits.put(1 | 2 << 1, 3);
            Header::new(&tables.lengths).write(&mut self.bits);
        }
    }

    /// Sends literals, and behind them a copy of at least 3 bytes.
    #[inline(always)]
    pub(super) fn send(&mut self, literals: &[u8], length: usize, distance: usize) {
        let Some(tables) = &self.tables else { return self.push(literals.len(), length, distance) };
        if !literals.is_empty() {
            tables.table.send_literals(literals, &mut self.bits);
        }
        if length > LONGEST {
            return self.send_long(length, distance);
        }
        let mut cursor = self.bits.cursor(16);
        tables.table.put_copy(length, distance, &mut cursor);
        let rest = cursor.end();
        self.bits.resume(rest);
    }

    #[inline(never)]
    fn send_long(&mut self, mut length: usize, distance: usize) {
        let Some(tables) = &self.tables else { return };
        let mut cursor = self.bits.cursor(length / 16 + 16);
        while length > 0 {
            let taken = first_length(length);
            tables.table.put_copy(taken, distance, &mut cursor);
            length -= taken;
        }
        let rest = cursor.end();
        self.bits.resume(rest);
    }

    #[inline(never)]
    fn push(&mut self, literals: usize, mut length: usize, distance: usize) {
        let mut literals = literals as u32;
        while length > 0 {
            let taken = first_length(length);
            self.steps.push(Step { literals, length: taken as u16, distance: distance as u16 });
            length -= taken;
            literals = 0;
        }
    }

    pub(super) fn end_block(&mut self, bytes: &[u8], rest: usize, last: bool) {
        let counts = self.sample.is_some().then(|| self.count(bytes));
        if let (Some(sample), Some(counts)) = (&mut self.sample, counts) {
            sample.add(&counts);
            self.steps.clear();
        } else if let Some(tables) = &self.tables {
            tables.table.send_literals(&bytes[bytes.len() - rest..], &mut self.bits);
        } else {
            self.write_steps(bytes, last);
        }
    }

    fn write_steps(&mut self, bytes: &[u8], last: bool) {
        let counts = self.count(bytes);
        let lengths = Lengths::fitted(&counts, u32::from(!last));
        let header = Header::new(&lengths);
        let mut table = Table::new(&lengths);
        let fixed = Table::new(&Lengths::fixed());
        if !last || header.cost() + table.cost(&counts) < fixed.cost(&counts) {
            self.bits.put(1 | 2 << 1, 3);
            header.write(&mut self.bits);
        } else {
            self.bits.put(1 | 1 << 1, 3);
            table = fixed;
        }
        let tables = Arc::new(Tables { lengths, table });
        self.send_steps(bytes, &tables.table);
        self.tables = Some(tables);
        self.steps.clear();
    }

    #[inline(never)]
    fn send_steps(&mut self, bytes: &[u8], table: &Table) {
        let mut cursor = self.bits.cursor(2 * bytes.len() + 64);
        let mut left = bytes;
        for step in &self.steps {
            let (literals, rest) = left.split_at(step.literals as usize);
            if !literals.is_empty() {
                table.put_literals(literals, &mut cursor);
            }
            table.put_copy(usize::from(step.length), usize::from(step.distance), &mut cursor);
            left = &rest[usize::from(step.length)..];
        }
        table.put_literals(left, &mut cursor);
        let end = cursor.end();
        self.bits.resume(end);
    }

    #[inline(never)]
    fn count(&self, bytes: &[u8]) -> Counts {
        let mut counts = Counts::new();
        let mut left = bytes;
        for step in &self.steps {
            let (literals, rest) = left.split_at(step.literals as usize);
            counts.add_literals(literals);
            counts.add_copy(step.length.into(), step.distance.into());
            left = &rest[usize::from(step.length)..];
        }
        counts.add_literals(left);
        counts
    }

    pub(super) fn fit(&self) -> Tables {
        let lengths = Lengths::fitted(self.sample.as_ref().unwrap(), 1);
        Tables { table: Table::new(&lengths), lengths }
    }

    pub(super) fn finish(&mut self, length: u64, sum: u32) -> &[u8] {
        if let Some(tables) = &self.tables {
            self.bits.put(tables.table.end[0].into(), tables.table.end[1]);
        }
        self.bits.extend(&sum.to_le_bytes());
        self.bits.extend(&(length as u32).to_le_bytes());
        self.bits.bytes()
    }
}

/// The length of the first of the copies that a long one is split into, none below 3.
fn first_length(length: usize) -> usize {
    if length <= LONGEST { length } else { LONGEST.min(length - 3) }
}
