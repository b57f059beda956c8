//! The log-file encoder: a gzip member from bytes of which the renderer says where they come from.
#![allow(clippy::cast_possible_truncation, clippy::inline_always)]

mod bits;
mod code;
mod header;
mod history;
mod output;
mod symbol;
mod table;
mod window;

use std::sync::Arc;

use history::History;
use output::Output;
pub use table::Tables;
use window::{PIECE, WINDOW, Window};

use crate::sink::{Atom, Sink};

/// Shorter pieces begin no copy.
const SHORT: usize = 4;

/// Encoder.
#[derive(Debug)]
pub struct Encoder {
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

/// A file.
#[derive(Debug)]
pub struct Member<'a> {
    /// The file.
    pub gzip: &'a [u8],
    /// The number of bytes it inflates to.
    pub raw_len: u64,
    /// Their CRC-32.
    pub crc32: u32,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// New.
    #[must_use]
    pub fn new() -> Self {
        Self::with(None)
    }

    /// With tables.
    #[must_use]
    pub fn with_tables(tables: Arc<Tables>) -> Self {
        Self::with(Some(tables))
    }

    fn with(tables: Option<Arc<Tables>>) -> Self {
        Self {
            history: History::default(),
            window: Window::new(),
            output: Output::new(tables),
            base: 0,
            sent: 0,
            copy: 0,
            distance: 0,
        }
    }

    /// Begin.
    pub fn begin(&mut self, atoms: usize) {
        self.base += (self.window.end() + WINDOW + 1) as u64;
        self.window.restart();
        self.history.restart(atoms);
        self.output.restart();
        self.sent = self.window.end();
        self.distance = 0;
    }

    /// Sampler
    #[must_use]
    pub fn sampler() -> Self {
        let mut all = Self::with(None);
        all.output.sample = Some(table::Counts::new());
        all
    }

    /// Counts.
    pub fn fit(&mut self) -> Tables {
        self.block(true);
        self.output.fit()
    }

    /// Finish.
    pub fn finish(&mut self) -> Member<'_> {
        self.block(true);
        let (raw_len, crc32) = self.window.settle();
        Member { gzip: self.output.finish(raw_len, crc32), raw_len, crc32 }
    }

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
            self.block(false);
            self.base += self.window.slide() as u64;
            self.sent = self.window.end();
        }
    }

    fn block(&mut self, last: bool) {
        let end = self.window.end();
        self.end_copy(end);
        self.distance = 0;
        self.output.end_block(self.window.unsummed(), end - self.sent, last);
    }

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
}
