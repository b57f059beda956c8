//! The log-file encoder: a gzip member from bytes of which the renderer says where they come from.
//!
//! Nothing is searched for. The renderer writes atoms and fresh bytes (`sink`); an atom that was written
//! within the last 32 KiB becomes a copy from there (`history`, `window`), a copy grows over neighbouring
//! pieces as long as they repeat too, and everything else is sent as literals. The Huffman tables are fitted
//! once to a sample of the trail (`table`, `code`, `header`) and written to every file as its one block
//! (`output`, `bits`). All arithmetic is on integers, so the bytes are the same on every machine.

#![expect(clippy::inline_always, reason = "measured: the hot path is a few dozen calls per record")]

mod bits;
mod code;
mod header;
mod history;
mod output;
mod symbol;
mod table;
#[cfg(test)]
mod tests;
mod window;

use std::sync::Arc;

use history::History;
use output::Output;
pub(crate) use table::Tables;
use uuid::Uuid;
use window::{PIECE, WINDOW, Window};

use crate::sink::{Atom, Sink, uuid_text};

const REACH: u64 = WINDOW as u64;

/// Shorter pieces begin no copy.
const SHORT: usize = 4;

/// Makes gzip members, one after the other. What it makes depends only on the calls since
/// [`Encoder::begin`].
#[derive(Debug)]
pub(super) struct Encoder {
    history: History,
    window: Window,
    output: Output,
    /// The time at which the first byte of the window was written.
    base: u64,
    /// What lies before this is sent.
    sent: usize,
    /// From here on it is a copy, if there is a distance.
    copy: usize,
    distance: usize,
}

/// A finished gzip member.
#[derive(Debug)]
pub(super) struct Member<'a> {
    /// Its bytes.
    pub gzip: &'a [u8],
    /// The number of bytes it inflates to.
    pub raw_len: u64,
    /// Their CRC-32.
    pub crc32: u32,
    /// Their SHA-256, when it was asked for.
    pub sha256: Option<[u8; 32]>,
}

impl Encoder {
    /// An encoder that writes by these tables.
    #[must_use]
    pub(super) fn with_tables(tables: Arc<Tables>) -> Self {
        Self::with(Output::write(tables))
    }

    /// An encoder that only counts, for [`Encoder::fit`].
    #[must_use]
    pub(super) fn sampler() -> Self {
        Self::with(Output::sample())
    }

    fn with(output: Output) -> Self {
        Self { history: History::default(), window: Window::new(), output, base: 0, sent: 0, copy: 0, distance: 0 }
    }

    /// Begins a member whose atoms are numbered below `atoms`; what it inflates to is hashed when asked for.
    pub(super) fn begin(&mut self, atoms: usize, is_hashed: bool) {
        self.base += (self.window.end() + WINDOW + 1) as u64;
        self.window.restart(is_hashed);
        self.history.restart(atoms);
        self.output.restart();
        self.sent = self.window.end();
        self.distance = 0;
    }

    /// Tables that fit what has been written to a sampler.
    pub(super) fn fit(&mut self) -> Tables {
        self.end_block();
        self.output.fit()
    }

    /// Ends the member.
    pub(super) fn finish(&mut self) -> Member<'_> {
        self.end_block();
        let (raw_len, crc32) = self.window.settle();
        Member { gzip: self.output.finish(raw_len, crc32), raw_len, crc32, sha256: self.window.hash() }
    }

    /// The number of bytes written so far, over all members.
    #[inline(always)]
    fn time(&self) -> u64 {
        self.base + self.window.end() as u64
    }

    /// Finds what the bytes at `at` repeat, whose atom was last written `own` bytes before.
    #[inline(always)]
    fn link(&mut self, at: usize, own: u64, bytes: &[u8]) {
        if own == self.distance as u64 {
            return;
        }
        let mut more = 0;
        if self.distance > 0 {
            more = self.window.same_after(at - self.distance, bytes);
            if more == bytes.len() {
                return;
            }
        }
        if own.wrapping_sub(1) >= WINDOW as u64 || bytes.len() < SHORT {
            if self.distance > 0 {
                self.end_copy(at + more);
                self.distance = 0;
            }
            return;
        }
        let own = own as usize;
        if self.distance > 0 {
            let held = at - self.copy;
            if self.window.same_before(at - self.distance, at - own) >= held {
                self.distance = own;
                return;
            }
            self.end_copy(at);
        }
        self.copy = at;
        if at > self.sent {
            self.copy -= self.window.same_before(at, at - own).min(at - self.sent);
        }
        self.distance = own;
    }

    /// Sends the literals and the copy behind them.
    #[inline(always)]
    fn end_copy(&mut self, end: usize) {
        if self.distance > 0 && end - self.copy >= 3 {
            let length = end - self.copy;
            self.output.send(self.window.slice(self.sent, self.copy), length, self.distance);
            self.sent = end;
        }
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.window.is_full() {
            self.end_block();
            self.base += self.window.slide() as u64;
            self.sent = self.window.end();
        }
    }

    /// Sends everything that is in the window.
    fn end_block(&mut self) {
        let end = self.window.end();
        self.end_copy(end);
        self.distance = 0;
        self.output.send_rest(self.window.slice(self.sent, end));
        self.sent = end;
    }

    /// Appends a piece whose atom was last written `own` bytes before.
    #[inline(always)]
    fn piece(&mut self, own: u64, bytes: &[u8]) {
        if bytes.len() > PIECE || self.window.is_full() {
            return self.far_piece(own, bytes);
        }
        let at = self.window.end();
        self.window.append(bytes);
        self.link(at, own, bytes);
    }

    /// A piece that is long or lies where room must be made.
    #[cold]
    #[inline(never)]
    fn far_piece(&mut self, own: u64, bytes: &[u8]) {
        for bytes in bytes.chunks(PIECE) {
            self.make_room();
            let at = self.window.end();
            self.window.append(bytes);
            self.link(at, own, bytes);
        }
    }
}

impl Sink for Encoder {
    #[inline(never)]
    fn repeat(&mut self, atom: Atom, bytes: &[u8]) {
        let time = self.time();
        let own = self.history.note(atom, time);
        self.piece(own, bytes);
    }

    #[inline(never)]
    fn compound(&mut self, atom: Atom, bytes: &[u8], parts: &[(Atom, u32)]) {
        let time = self.time();
        let own = self.history.age(atom, time);
        let mut begin = 0;
        if own.wrapping_sub(1) < WINDOW as u64 {
            for (part, end) in parts {
                self.history.note(*part, time + begin);
                begin = u64::from(*end);
            }
            self.piece(own, bytes);
        } else if bytes.len() > PIECE || self.window.is_full() {
            for (part, end) in parts {
                self.repeat(*part, &bytes[begin as usize..*end as usize]);
                begin = u64::from(*end);
            }
            self.fresh(&bytes[begin as usize..]);
        } else {
            let at = self.window.end();
            self.window.append(bytes);
            for (part, end) in parts {
                let own = self.history.note(*part, time + begin);
                self.link(at + begin as usize, own, &bytes[begin as usize..*end as usize]);
                begin = u64::from(*end);
            }
            if (begin as usize) < bytes.len() {
                self.link(at + begin as usize, u64::MAX, &bytes[begin as usize..]);
            }
        }
        self.history.note(atom, time);
    }

    #[inline(never)]
    fn fresh(&mut self, bytes: &[u8]) {
        self.piece(u64::MAX, bytes);
    }

    #[inline(never)]
    fn uuid(&mut self, id: Uuid) {
        if self.window.is_full() {
            return self.fresh(&uuid_text(id));
        }
        // No copy can reach into what is random, so it is sent at once.
        let at = self.window.end();
        self.window.append(&uuid_text(id));
        self.end_copy(at);
        self.distance = 0;
        self.output.send_uuid(self.window.slice(self.sent, at), id.as_bytes());
        self.sent = self.window.end();
    }

    #[inline(never)]
    fn similar(&mut self, atom: Atom, bytes: &[u8]) {
        let own = self.history.note(atom, self.time());
        if bytes.len() > PIECE || self.window.is_full() {
            return self.fresh(bytes);
        }
        let at = self.window.end();
        self.window.append(bytes);
        let here = if self.distance > 0 { self.window.same_after(at - self.distance, bytes) } else { 0 };
        let there = match own {
            1..=REACH => self.window.same_after(at - own as usize, bytes),
            _ => 0,
        };
        if self.distance > 0 {
            self.end_copy(at + here);
            self.distance = 0;
        }
        if there >= here + SHORT {
            let length = there - here;
            self.output.send(self.window.slice(self.sent, at + here), length, own as usize);
            self.sent = at + there;
        }
    }
}
