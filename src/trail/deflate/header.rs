//! How a block says which codes it uses.

use super::bits::Bits;
use super::code;
use super::symbol::{DISTANCES, LITERALS};
use super::table::Lengths;

/// The order in which the lengths of the length code are sent.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The part of a block that lists the lengths of the codes.
pub(super) struct Header {
    literals: usize,
    distances: usize,
    /// Symbols of the length code with the value of their extra bits.
    steps: Vec<(u8, u8)>,
    lengths: [u8; 19],
}

impl Header {
    /// The header that lists these lengths.
    pub(super) fn new(table: &Lengths) -> Self {
        let used =
            |lengths: &[u8], least| lengths.iter().rposition(|length| *length > 0).map_or(0, |at| at + 1).max(least);
        let literals = used(&table.literals, 257);
        let distances = used(&table.distances, 1);
        let mut all = [0; LITERALS + DISTANCES];
        all[..literals].copy_from_slice(&table.literals[..literals]);
        all[literals..][..distances].copy_from_slice(&table.distances[..distances]);
        let steps = steps(&all[..literals + distances]);
        let mut counts = [0; 19];
        for (symbol, _) in &steps {
            counts[usize::from(*symbol)] += 1;
        }
        for symbol in [0, 1] {
            counts[symbol] = counts[symbol].max(1);
        }
        let mut lengths = [0; 19];
        code::lengths(&counts, 7, &mut lengths);
        Self { literals, distances, steps, lengths }
    }

    /// How many lengths of the length code are sent.
    fn listed(&self) -> usize {
        ORDER.iter().rposition(|symbol| self.lengths[*symbol] > 0).map_or(4, |at| at + 1).max(4)
    }

    /// Appends the header, behind the three bits that begin a block.
    pub(super) fn write(&self, out: &mut Bits) {
        out.put(self.literals as u64 - 257, 5);
        out.put(self.distances as u64 - 1, 5);
        out.put(self.listed() as u64 - 4, 4);
        for symbol in &ORDER[..self.listed()] {
            out.put(self.lengths[*symbol].into(), 3);
        }
        let mut codes = [0; 19];
        code::codes(&self.lengths, &mut codes);
        for (symbol, extra) in &self.steps {
            let at = usize::from(*symbol);
            out.put(codes[at].into(), self.lengths[at].into());
            out.put((*extra).into(), width(*symbol));
        }
    }
}

/// How many extra bits follow a symbol of the length code.
fn width(symbol: u8) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

/// Runs of equal lengths, put shortly.
fn steps(lengths: &[u8]) -> Vec<(u8, u8)> {
    let mut steps = Vec::with_capacity(lengths.len());
    for run in lengths.chunk_by(|a, b| a == b) {
        let mut left = run.len();
        if run[0] > 0 {
            steps.push((run[0], 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, first, most) = if run[0] > 0 {
                (16, 3, 6)
            } else if left < 11 {
                (17, 3, 10)
            } else {
                (18, 11, 138)
            };
            let taken = left.min(most);
            steps.push((symbol, (taken - first) as u8));
            left -= taken;
        }
        steps.extend(std::iter::repeat_n((run[0], 0), left));
    }
    steps
}
