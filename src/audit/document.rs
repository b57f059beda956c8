//! Records out of the bytes of a log file, one by one: memory does not grow with the file.

use std::io::Read;

use serde_json::Deserializer;

use super::content::{Broken, Content};
use crate::schema::Tape;

/// More than this for one value is no record: `CloudTrail` stops at 256 KB.
const LONGEST: usize = 16 * 1024 * 1024;
/// How much is unpacked at once.
const STEP: usize = 256 * 1024;

/// A log file on its way through a window.
pub(super) struct Document<R> {
    pub(super) content: Content<R>,
    window: Vec<u8>,
    next: usize,
    filled: usize,
    /// How many bytes lie before the window.
    before: u64,
    ended: bool,
}

/// What is left of a log file when its records are taken out: `{"Records":[]}`, as text.
pub(super) type Frame = Vec<u8>;

impl<R: Read> Document<R> {
    pub(super) fn new(content: Content<R>) -> Self {
        Self { content, window: vec![0; STEP], next: 0, filled: 0, before: 0, ended: false }
    }

    /// Hands out every record and gives back the rest.
    pub(super) fn read(&mut self, each: &mut dyn FnMut(Tape)) -> Result<Frame, Broken> {
        let frame = match self.look()? {
            Some(b'{') => self.object(each)?,
            _ => self.value()?,
        };
        match self.look()? {
            None => Ok(frame),
            Some(_) => Err(self.damaged("something follows the end of the JSON document")),
        }
    }

    fn object(&mut self, each: &mut dyn FnMut(Tape)) -> Result<Frame, Broken> {
        self.next += 1;
        let mut frame = b"{".to_vec();
        if self.look()? == Some(b'}') {
            self.next += 1;
            return Ok(b"{}".to_vec());
        }
        loop {
            let name = self.value()?;
            self.expect(b':', "`:`")?;
            let is_records = name == b"\"Records\"" && self.look()? == Some(b'[');
            let value = if is_records { self.records(each)? } else { self.value()? };
            frame.extend([name, b":".to_vec(), value].concat());
            match self.look()? {
                Some(b',') => frame.push(b','),
                Some(b'}') => break,
                _ => return Err(self.damaged("expected `,` or `}`")),
            }
            self.next += 1;
        }
        self.next += 1;
        frame.push(b'}');
        Ok(frame)
    }

    fn records(&mut self, each: &mut dyn FnMut(Tape)) -> Result<Frame, Broken> {
        self.next += 1;
        if self.look()? != Some(b']') {
            loop {
                self.look()?;
                self.parse(&mut |tape, _| each(tape))?;
                match self.look()? {
                    Some(b',') => self.next += 1,
                    Some(b']') => break,
                    _ => return Err(self.damaged("expected `,` or `]` after a record")),
                }
            }
        }
        self.next += 1;
        Ok(b"[]".to_vec())
    }

    /// The text of the next value.
    fn value(&mut self) -> Result<Vec<u8>, Broken> {
        self.look()?;
        let mut text = Vec::new();
        self.parse(&mut |_, bytes| text = bytes.to_vec())?;
        Ok(text)
    }

    /// Reads the next value. One that does not fit into the window is read again when there is more of it.
    fn parse(&mut self, take: &mut dyn FnMut(Tape, &[u8])) -> Result<(), Broken> {
        loop {
            let bytes = &self.window[self.next..self.filled];
            let mut stream = Deserializer::from_slice(bytes).into_iter::<Tape>();
            let next = stream.next();
            let length = stream.byte_offset();
            match next {
                // A number at the very end of the window may go on.
                Some(Ok(value)) if self.ended || length < bytes.len() => {
                    take(value, &bytes[..length]);
                    self.next += length;
                    return Ok(());
                }
                Some(Err(error)) if self.ended || !error.is_eof() => {
                    self.next += offset(bytes, error.line(), error.column());
                    let words = error.to_string();
                    let words = words.split(" at line ").next().unwrap_or_default();
                    return Err(self.damaged(words));
                }
                None if self.ended => return Err(self.damaged("ends where a value should stand")),
                _ if bytes.len() > LONGEST => {
                    return Err(self.damaged("a value of more than 16 MiB begins"));
                }
                _ => self.more()?,
            }
        }
    }

    /// The next byte that is no blank; `None` at the end.
    fn look(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            let rest = &self.window[self.next..self.filled];
            let blanks = rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            self.next += blanks;
            match self.window[self.next..self.filled].first() {
                Some(byte) => return Ok(Some(*byte)),
                None if self.ended => return Ok(None),
                None => self.more()?,
            }
        }
    }

    fn expect(&mut self, byte: u8, name: &str) -> Result<(), Broken> {
        if self.look()? != Some(byte) {
            return Err(self.damaged(&format!("expected {name}")));
        }
        self.next += 1;
        Ok(())
    }

    /// Moves what is left to the front and reads more behind it.
    fn more(&mut self) -> Result<(), Broken> {
        self.window.copy_within(self.next..self.filled, 0);
        self.before += self.next as u64;
        self.filled -= self.next;
        self.next = 0;
        if self.window.len() - self.filled < STEP / 2 {
            self.window.resize(self.window.len() * 2, 0);
        }
        let read = self.content.read(&mut self.window[self.filled..])?;
        self.filled += read;
        self.ended = read == 0;
        Ok(())
    }

    fn damaged(&self, what: &str) -> Broken {
        Broken::Damaged(format!("is not JSON at byte {}: {what}", self.before + self.next as u64))
    }
}

/// Where line and column, both from 1, lie in some bytes.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1);
    let start = std::iter::once(0).chain(ends).nth(line.saturating_sub(1)).unwrap_or(0);
    (start + column.saturating_sub(1)).min(bytes.len())
}
