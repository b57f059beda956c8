//! Output: literals and copies as bits, or, while tables are fitted, as counts.

use std::sync::Arc;

use uuid::Uuid;

use super::bits::{Bits, Room};
use super::table::{Counts, Tables, parts};
use crate::sink::UUID_LENGTH;

/// Some literals, and behind them a copy or a UUID.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    literals: u32,
    /// 3 or more.
    length: u32,
    /// 0 for a UUID.
    distance: u32,
}

impl Run {
    #[inline(always)]
    pub(super) const fn copy(literals: usize, length: usize, distance: usize) -> Self {
        Self { literals: literals as u32, length: length as u32, distance: distance as u32 }
    }

    #[inline(always)]
    pub(super) const fn uuid(literals: usize) -> Self {
        Self::copy(literals, UUID_LENGTH, 0)
    }
}

/// Where literals and copies go.
#[derive(Debug)]
pub(super) enum Output {
    /// They are counted.
    Sample(Box<Counts>),
    /// They are written by known tables, as one block.
    Write { bits: Bits, room: Room, tables: Arc<Tables> },
}

impl Output {
    pub(super) fn sample() -> Self {
        Self::Sample(Box::new(Counts::new()))
    }

    pub(super) fn write(tables: Arc<Tables>) -> Self {
        Self::Write { bits: Bits::default(), room: Room::new(), tables }
    }

    /// Begins a member.
    pub(super) fn restart(&mut self) {
        if let Self::Write { bits, tables, .. } = self {
            bits.restart(&tables.start);
        }
    }

    /// Sends bytes that consist of these runs, which hold these UUIDs, and of literals behind them.
    pub(super) fn send(&mut self, bytes: &[u8], runs: &[Run], ids: &[Uuid]) {
        match self {
            Self::Sample(counts) => count(counts, bytes, runs),
            Self::Write { bits, room, tables } => write(bits, room, tables, bytes, runs, ids),
        }
    }

    /// Tables that fit what was counted.
    pub(super) fn fit(&self) -> Tables {
        match self {
            Self::Sample(counts) => Tables::fitted(counts),
            Self::Write { .. } => unreachable!("only a sampler is fitted"),
        }
    }

    /// Ends the member, which inflates to so many bytes with this checksum.
    pub(super) fn finish(&mut self, length: u64, sum: u32) -> &[u8] {
        let Self::Write { bits, tables, .. } = self else { return &[] };
        let end = tables.table.end;
        bits.put(end.bits.into(), end.count);
        bits.extend(&sum.to_le_bytes());
        // The trailer holds the length modulo 2^32.
        bits.extend(&(length as u32).to_le_bytes());
        bits.bytes()
    }
}

fn write(bits: &mut Bits, room: &mut Room, tables: &Tables, bytes: &[u8], runs: &[Run], mut ids: &[Uuid]) {
    let table = &tables.table;
    // No literal takes more than two bytes, and no part of a copy, which stands for three bytes or more, more than six.
    let mut cursor = bits.cursor(room, 2 * bytes.len());
    let mut rest = bytes;
    for run in runs {
        let literals = run.literals as usize;
        if literals > 0 {
            table.put_literals(rest, literals, &mut cursor);
        }
        rest = &rest[literals + run.length as usize..];
        if run.distance == 0 {
            let (id, others) = ids.split_first().expect("one for each such run");
            ids = others;
            table.put_uuid(id, &mut cursor);
            continue;
        }
        table.put_copy(run.length as usize, run.distance as usize, &mut cursor);
    }
    table.put_literals(rest, rest.len(), &mut cursor);
    bits.append(&cursor);
}

fn count(counts: &mut Counts, bytes: &[u8], runs: &[Run]) {
    let mut rest = bytes;
    for run in runs {
        let (literals, behind) = rest.split_at(run.literals as usize);
        let (repeated, behind) = behind.split_at(run.length as usize);
        rest = behind;
        counts.add_literals(literals);
        if run.distance == 0 {
            counts.add_literals(repeated);
            continue;
        }
        parts(run.length as usize, |part| counts.add_copy(part, run.distance));
    }
    counts.add_literals(rest);
}
