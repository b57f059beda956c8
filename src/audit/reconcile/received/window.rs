//! Unpacked bytes on their way through a window, and the line that reading has come to.

use std::io::{self, Read};

/// How much is read at once.
const STEP: usize = 1 << 20;

/// A window over the bytes of a reader; it grows when something does not fit.
pub(super) struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    next: usize,
    filled: usize,
    ended: bool,
    /// The line of the next byte, from 1.
    pub(super) line: u64,
}

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, bytes: vec![0; STEP], next: 0, filled: 0, ended: false, line: 1 }
    }

    /// What is left in the window.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.next..self.filled]
    }

    /// Whether nothing follows what is in the window.
    pub(super) const fn is_last(&self) -> bool {
        self.ended
    }

    /// Goes on by so many bytes.
    pub(super) fn pass(&mut self, bytes: usize) {
        let passed = &self.bytes[self.next..self.next + bytes];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.next += bytes;
    }

    /// Goes on by so many bytes with so many ends of lines, which the caller has counted.
    pub(super) const fn pass_lines(&mut self, bytes: usize, lines: u64) {
        self.line += lines;
        self.next += bytes;
    }

    /// Moves what is left to the front and reads more behind it.
    pub(super) fn more(&mut self) -> io::Result<()> {
        self.bytes.copy_within(self.next..self.filled, 0);
        self.filled -= self.next;
        self.next = 0;
        if self.bytes.len() - self.filled < STEP / 2 {
            self.bytes.resize(self.bytes.len() * 2, 0);
        }
        loop {
            match self.reader.read(&mut self.bytes[self.filled..]) {
                Ok(read) => {
                    self.filled += read;
                    self.ended = read == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The next byte that is no blank, which is not passed; `None` at the end.
    pub(super) fn look(&mut self) -> io::Result<Option<u8>> {
        loop {
            let blanks = self.rest().iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            self.pass(blanks);
            match self.rest().first() {
                Some(byte) => return Ok(Some(*byte)),
                None if self.ended => return Ok(None),
                None => self.more()?,
            }
        }
    }
}
