//! The bytes of a log file, unpacked: gzip taken apart and every part of it checked. RFC 1952.

use std::io::{self, Read};

use crc32fast::Hasher;
use sha2::{Digest, Sha256};
use zlib_rs::{Inflate, InflateFlush, Status};

/// Why bytes end before they should.
#[derive(Debug)]
pub(super) enum Broken {
    /// They cannot be read at all.
    Unreadable(io::Error),
    /// They can, and this is wrong with them.
    Damaged(String),
}

impl From<io::Error> for Broken {
    fn from(cause: io::Error) -> Self {
        Self::Unreadable(cause)
    }
}

/// The text of a log file, plain or gzipped.
pub(super) struct Content<R> {
    packed: Packed<R>,
    gzip: Option<Gzip>,
    /// Bytes given out so far.
    pub(super) raw_bytes: u64,
    /// Their hash so far, where somebody wants to know.
    pub(super) sum: Option<Sha256>,
}

/// A gzip member on its way.
struct Gzip {
    inflate: Inflate,
    sum: Hasher,
    ended: bool,
}

const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// How much is read at once.
const CHUNK: usize = 64 * 1024;

impl<R: Read> Content<R> {
    /// Looks at the first bytes and reads the header.
    pub(super) fn open(reader: R) -> Result<Self, Broken> {
        let mut packed = Packed { reader, chunk: vec![0; CHUNK], next: 0, filled: 0, before: 0 };
        packed.fill()?;
        let is_gzip = packed.rest().starts_with(&MAGIC);
        let gzip = match is_gzip {
            true => Some(Gzip::begin(&mut packed)?),
            false => None,
        };
        Ok(Self { packed, gzip, raw_bytes: 0, sum: None })
    }

    pub(super) const fn is_gzip(&self) -> bool {
        self.gzip.is_some()
    }

    /// Fills the start of `out` and says how much; 0 at the end, which has been checked then.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, Broken> {
        let read = match &mut self.gzip {
            Some(gzip) => gzip.read(&mut self.packed, out)?,
            None => self.packed.read(out)?,
        };
        self.raw_bytes += read as u64;
        if let Some(sum) = &mut self.sum {
            sum.update(&out[..read]);
        }
        Ok(read)
    }
}

impl Gzip {
    /// Reads the header. A member that is not deflate, or has flags that nobody knows, is damaged.
    fn begin<R: Read>(packed: &mut Packed<R>) -> Result<Self, Broken> {
        let header: Vec<u8> = (0..10).map(|_| packed.byte()).collect::<Result<_, _>>()?;
        let flags = header[3];
        if header[2] != 8 || flags & 0b1110_0000 != 0 {
            return Err(Broken::Damaged(format!(
                "the gzip header is wrong: method {}, flags {flags:#04x}; expected method 8 and flags below 0x20",
                header[2]
            )));
        }
        if flags & 4 != 0 {
            let length = u16::from_le_bytes([packed.byte()?, packed.byte()?]);
            packed.skip(usize::from(length))?;
        }
        for text in [8, 16] {
            while flags & text != 0 && packed.byte()? != 0 {}
        }
        if flags & 2 != 0 {
            packed.skip(2)?;
        }
        Ok(Self { inflate: Inflate::new(false, 15), sum: Hasher::new(), ended: false })
    }

    fn read<R: Read>(&mut self, packed: &mut Packed<R>, out: &mut [u8]) -> Result<usize, Broken> {
        while !self.ended && !out.is_empty() {
            packed.fill()?;
            let (consumed, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(packed.rest(), out, InflateFlush::NoFlush);
            let taken = (self.inflate.total_in() - consumed) as usize;
            let written = (self.inflate.total_out() - written) as usize;
            packed.next += taken;
            let place = packed.before + packed.next as u64;
            let status = status.map_err(|error| {
                Broken::Damaged(format!("the gzip data is wrong near byte {place}: {}", error.as_str()))
            })?;
            self.sum.update(&out[..written]);
            if status == Status::StreamEnd {
                self.ended = true;
                self.end(packed)?;
            }
            if written > 0 {
                return Ok(written);
            }
            if !self.ended && taken == 0 && packed.at_end()? {
                return Err(Broken::Damaged(format!("ends within the gzip data, after {place} bytes")));
            }
        }
        Ok(0)
    }

    /// Checks the trailer, and that nothing follows: readers of log files take one member.
    fn end<R: Read>(&mut self, packed: &mut Packed<R>) -> Result<(), Broken> {
        let mut word = || -> Result<u32, Broken> {
            let bytes = [packed.byte()?, packed.byte()?, packed.byte()?, packed.byte()?];
            Ok(u32::from_le_bytes(bytes))
        };
        let (sum, length) = (word()?, word()?);
        let (real_sum, real_length) = (self.sum.clone().finalize(), self.inflate.total_out());
        if sum != real_sum {
            let what = format!("the CRC of the gzip trailer is {sum:08x}, that of the data {real_sum:08x}");
            return Err(Broken::Damaged(what));
        }
        if length != real_length as u32 {
            let what = format!("the length in the gzip trailer is {length}, that of the data {real_length}");
            return Err(Broken::Damaged(what));
        }
        let end = packed.before + packed.next as u64;
        match packed.at_end()? {
            true => Ok(()),
            false => Err(Broken::Damaged(format!("something follows the end of the gzip data, at byte {end}"))),
        }
    }
}

/// Bytes as they are stored, a chunk at a time.
struct Packed<R> {
    reader: R,
    chunk: Vec<u8>,
    next: usize,
    filled: usize,
    /// How many bytes lie before this chunk.
    before: u64,
}

impl<R: Read> Packed<R> {
    fn rest(&self) -> &[u8] {
        &self.chunk[self.next..self.filled]
    }

    /// Makes sure that something is left in the chunk, unless this is the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.next == self.filled {
            self.before += self.filled as u64;
            (self.next, self.filled) = (0, 0);
            match self.reader.read(&mut self.chunk) {
                Ok(0) => break,
                Ok(read) => self.filled = read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn at_end(&mut self) -> io::Result<bool> {
        self.fill()?;
        Ok(self.next == self.filled)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        if self.at_end()? {
            let place = self.before;
            return Err(Broken::Damaged(format!("ends within the gzip header or trailer, after {place} bytes")));
        }
        self.next += 1;
        Ok(self.chunk[self.next - 1])
    }

    fn skip(&mut self, bytes: usize) -> Result<(), Broken> {
        (0..bytes).try_for_each(|_| self.byte().map(drop))
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let read = self.rest().len().min(out.len());
        out[..read].copy_from_slice(&self.chunk[self.next..self.next + read]);
        self.next += read;
        Ok(read)
    }
}
