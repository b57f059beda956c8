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

use history::{History, Last};
use output::{Output, Run};
pub(crate) use table::Tables;
use uuid::Uuid;
use window::{WINDOW, Window};

use crate::sink::{Atom, Sink, UUID_LENGTH, uuid_text};

/// Shorter pieces begin no copy.
const SHORT: usize = 4;

/// Parts that were noted so many bytes ago are noted anew.
const RENEW: usize = WINDOW / 2;

/// For fewer bytes than this it is not worth to leave one copy for another.
const WORTH: usize = 6;

/// Makes gzip members, one after the other. What it makes depends only on the calls since
/// [`Encoder::begin`].
#[derive(Debug)]
pub(super) struct Encoder {
    history: History,
    window: Window,
    output: Output,
    /// What is found and not yet sent, in order.
    runs: Vec<Run>,
    /// The UUIDs among it.
    ids: Vec<Uuid>,
    /// Where they begin.
    begin: usize,
    /// What lies before this belongs to a run.
    sent: usize,
    /// From here on it is a copy, if there is a distance.
    copy: usize,
    distance: usize,
    /// The piece that the copy has reached, if it is known.
    source: Option<u32>,
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

    /// An encoder that only counts what it would write, for [`Encoder::fit`].
    #[must_use]
    pub(super) fn sampler() -> Self {
        Self::with(Output::sample())
    }

    /// Tables that fit the members that a sampler has counted.
    pub(super) fn fit(self) -> Tables {
        self.output.fit()
    }

    /// Begins a member whose atoms are numbered below `atoms`; what it inflates to is hashed when asked for.
    pub(super) fn begin(&mut self, atoms: usize, is_hashed: bool) {
        self.window.restart(is_hashed);
        self.history.restart(atoms);
        self.output.restart();
        (self.begin, self.sent) = (self.window.end(), self.window.end());
        (self.distance, self.source) = (0, None);
    }

    /// Ends the member.
    pub(super) fn finish(&mut self) -> Member<'_> {
        self.end_block();
        let (raw_len, crc32) = self.window.settle();
        Member { gzip: self.output.finish(raw_len, crc32), raw_len, crc32, sha256: self.window.hash() }
    }

    fn with(output: Output) -> Self {
        let window = Window::new();
        let sent = window.end();
        let (history, runs, ids) = (History::default(), Vec::new(), Vec::new());
        Self { history, window, output, runs, ids, begin: sent, sent, copy: 0, distance: 0, source: None }
    }

    /// Appends a piece that was last written there.
    #[inline(always)]
    fn piece(&mut self, atom: Atom, last: Last, bytes: &[u8]) {
        if !self.window.has_room(bytes.len()) {
            self.source = None;
            return self.far_piece(last.distance, bytes);
        }
        let at = self.window.end();
        self.window.append(bytes);
        let is_known = self.source.is_some();
        if self.goes_on(atom) {
            return;
        }
        // Where another piece is known to have followed, there is nothing to compare.
        let own = last.distance;
        match is_known && is_near(own, bytes) {
            true => self.leave(at, own),
            false => self.turn(at, own, bytes),
        }
        self.source = last.piece.filter(|_| self.distance == own);
    }

    /// Whether the copy at hand goes on with this atom, since it was written there next.
    #[inline(always)]
    fn goes_on(&mut self, atom: Atom) -> bool {
        let next = self.source.map(|source| source.wrapping_add(1));
        let goes_on = next.is_some_and(|next| self.history.piece(next) == atom);
        if goes_on {
            self.source = next;
        }
        goes_on
    }

    /// Appends a piece whose parts were last written in different places.
    #[inline(never)]
    fn parts(&mut self, bytes: &[u8], parts: &[(Atom, u32)]) {
        self.source = None;
        let at = self.window.end();
        let is_far = !self.window.has_room(bytes.len());
        if !is_far {
            self.window.append(bytes);
        }
        let mut rest = parts.iter();
        while let Some((part, begin)) = rest.next() {
            let (begin, end) = (*begin as usize, rest.as_slice().first().map_or(bytes.len(), |(_, end)| *end as usize));
            let bytes = &bytes[begin..end];
            if is_far {
                let own = self.history.note(*part, self.window.end());
                self.far_piece(own, bytes);
                continue;
            }
            let own = self.history.note(*part, at + begin);
            if own != self.distance {
                self.turn(at + begin, own, bytes);
            }
        }
    }

    /// A piece that is long or lies where room must be made.
    #[cold]
    #[inline(never)]
    fn far_piece(&mut self, own: usize, bytes: &[u8]) {
        for bytes in bytes.chunks(Window::PIECE) {
            self.make_room();
            let at = self.window.end();
            self.window.append(bytes);
            self.turn(at, own, bytes);
        }
    }

    /// Finds what the bytes at `at` repeat, whose atom was last written `own` bytes before: the copy at hand may go
    /// on, or it ends, and another may begin.
    #[inline(always)]
    fn turn(&mut self, at: usize, own: usize, bytes: &[u8]) {
        if self.distance > 0 {
            let more = self.window.same_after(at - self.distance, bytes);
            if more == bytes.len() {
                return;
            }
            if !is_near(own, bytes) {
                return self.end_copy(at + more);
            }
        }
        if is_near(own, bytes) {
            self.leave(at, own);
        }
    }

    /// Begins a copy from `own` bytes before: at `at`, or earlier where that is as good as the copy at hand.
    #[inline(always)]
    fn leave(&mut self, at: usize, own: usize) {
        if self.distance > 0 {
            if self.window.same_before(at - self.distance, at - own) >= at - self.copy {
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

    /// Ends the copy at hand: a run with the literals before it.
    #[inline(always)]
    fn end_copy(&mut self, end: usize) {
        let length = end - self.copy;
        if length >= 3 {
            self.runs.push(Run::copy(self.copy - self.sent, length, self.distance));
            self.sent = end;
        }
        self.distance = 0;
    }

    fn make_room(&mut self) {
        if !self.window.has_room(Window::PIECE) {
            self.end_block();
            self.history.slide(self.window.slide());
            (self.begin, self.sent) = (self.window.end(), self.window.end());
        }
    }

    /// Sends everything that is in the window.
    fn end_block(&mut self) {
        let end = self.window.end();
        if self.distance > 0 {
            self.end_copy(end);
        }
        self.output.send(self.window.slice(self.begin, end), &self.runs, &self.ids);
        self.runs.clear();
        self.ids.clear();
        (self.begin, self.sent) = (end, end);
    }
}

/// Whether bytes that were last written `own` bytes before can be copied from there.
#[inline(always)]
const fn is_near(own: usize, bytes: &[u8]) -> bool {
    own.wrapping_sub(1) < WINDOW && bytes.len() >= SHORT
}

impl Sink for Encoder {
    #[inline(never)]
    fn repeat(&mut self, atom: Atom, bytes: &[u8]) {
        let last = self.history.enter(atom, self.window.end());
        self.piece(atom, last, bytes);
    }

    #[inline(never)]
    fn compound(&mut self, atom: Atom, bytes: &[u8], parts: &[(Atom, u32)]) {
        let at = self.window.end();
        let last = self.history.enter(atom, at);
        let is_near = last.distance <= WINDOW;
        // The number behind that of a compound notes when its parts were noted.
        if !is_near {
            self.history.note(atom + 1, at);
            return self.parts(bytes, parts);
        }
        if self.history.age(atom + 1, at) > RENEW {
            self.history.note(atom + 1, at);
            self.history.note_all(parts, at);
        }
        self.piece(atom, last, bytes);
    }

    #[inline(never)]
    fn fresh(&mut self, bytes: &[u8]) {
        self.history.push(History::NOTHING);
        self.source = None;
        if self.distance > 0 {
            self.end_copy(self.window.end());
        }
        if self.window.has_room(bytes.len()) {
            self.window.append(bytes);
        } else {
            self.far_piece(0, bytes);
        }
    }

    #[inline(never)]
    fn uuid(&mut self, id: Uuid) {
        if !self.window.has_room(UUID_LENGTH) {
            return self.fresh(&uuid_text(id));
        }
        self.history.push(History::NOTHING);
        self.source = None;
        // No copy can reach into what is random, so it is a run of its own.
        let at = self.window.end();
        self.window.append(&uuid_text(id));
        if self.distance > 0 {
            self.end_copy(at);
        }
        self.runs.push(Run::uuid(at - self.sent));
        self.ids.push(id);
        self.sent = self.window.end();
    }

    #[inline(never)]
    fn similar(&mut self, atom: Atom, bytes: &[u8]) {
        let at = self.window.end();
        let own = self.history.enter(atom, at).distance;
        if !self.window.has_room(bytes.len()) {
            self.source = None;
            return self.far_piece(0, bytes);
        }
        self.window.append(bytes);
        let here = if self.distance > 0 { self.window.same_after(at - self.distance, bytes) } else { 0 };
        if here == bytes.len() {
            if !self.goes_on(atom) {
                self.source = None;
            }
            return;
        }
        self.source = None;
        let is_near = own.wrapping_sub(1) < WINDOW;
        let there = if is_near { self.window.same_after(at - own, bytes) } else { 0 };
        if there >= here + WORTH {
            if self.distance > 0 {
                self.end_copy(at);
            }
            (self.copy, self.distance) = (at, own);
            self.end_copy(at + there);
        } else if self.distance > 0 {
            self.end_copy(at + here);
        }
    }
}
