//! The bytes of what was received, unpacked: plain, gzip or zstd, told by the first bytes and not by the name.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// What files begin with that cannot be read here, and what they are.
const OTHERS: [(&[u8], &str); 9] = [
    (b"PARE", "encrypted Parquet; write it without encryption"),
    (b"ORC", "ORC; export it as CSV or JSON"),
    (b"Obj\x01", "Avro; export it as CSV or JSON"),
    (b"PK\x03\x04", "a zip archive; unpack it first"),
    (b"BZh", "bzip2; unpack it first"),
    (b"\xfd7zXZ\x00", "xz; unpack it first"),
    (b"\x04\x22\x4d\x18", "lz4; unpack it first"),
    (b"\xff\xfe", "UTF-16; write it as UTF-8"),
    (b"\xfe\xff", "UTF-16; write it as UTF-8"),
];

/// What Parquet begins and ends with.
const PARQUET: &[u8] = b"PAR1";

/// What a file has turned out to be.
pub(super) enum Unpacked<'a> {
    /// Text of some form.
    Text(Box<dyn Read + 'a>),
    /// Parquet, and whether something had to be unpacked to see that.
    Parquet(Box<dyn Read + 'a>, bool),
}

/// Looks at the first bytes and unpacks what needs it. Compressed in compressed is unpacked twice.
pub(super) fn unpack<'a>(reader: Box<dyn Read + 'a>) -> io::Result<Unpacked<'a>> {
    let mut reader: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(CHUNK, reader));
    for layer in 0..3 {
        let start = reader.fill_buf()?;
        if start.starts_with(PARQUET) {
            return Ok(Unpacked::Parquet(reader, layer > 0));
        }
        if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("this is {what}")));
        }
        reader = match start {
            [0x1f, 0x8b, ..] => Box::new(BufReader::with_capacity(CHUNK, MultiGzDecoder::new(reader))),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Box::new(BufReader::with_capacity(CHUNK, Zstd { source: Some(reader), frame: None }))
            }
            [0xef, 0xbb, 0xbf, ..] => {
                reader.consume(3);
                reader
            }
            _ => break,
        };
    }
    Ok(Unpacked::Text(reader))
}

/// The frames of zstd data, one after the other.
struct Zstd<R: Read> {
    source: Option<R>,
    frame: Option<Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>>,
}

impl<R: BufRead> Zstd<R> {
    /// Opens the next frame; false at the end.
    fn open(&mut self) -> io::Result<bool> {
        while let Some(mut source) = self.source.take() {
            let start = source.fill_buf()?;
            if start.is_empty() {
                self.source = Some(source);
                return Ok(false);
            }
            if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] = start {
                self.source = Some(skipped(source)?);
                continue;
            }
            let frame = StreamingDecoder::new(source).map_err(|error| match error {
                FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_)) => {
                    io::Error::new(io::ErrorKind::InvalidData, "something follows the end of the zstd data")
                }
                error => broken(&error),
            })?;
            self.frame = Some(Box::new(frame));
            return Ok(true);
        }
        Ok(true)
    }
}

/// Passes over a frame that holds no data.
fn skipped<R: BufRead>(mut source: R) -> io::Result<R> {
    let mut head = [0; 8];
    source.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    io::copy(&mut source.by_ref().take(length.into()), &mut io::sink())?;
    Ok(source)
}

fn broken(error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the zstd data is wrong: {error}"))
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.is_none() && !self.open()? {
                return Ok(0);
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let read = frame.read(out).map_err(|error| broken(&error))?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            self.source = self.frame.take().map(|frame| frame.into_inner());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn read(bytes: &[u8]) -> io::Result<String> {
        match unpack(Box::new(bytes))? {
            Unpacked::Text(reader) => io::read_to_string(reader),
            Unpacked::Parquet(reader, was_packed) => Ok(format!("{was_packed} {}", io::read_to_string(reader)?)),
        }
    }

    #[test]
    fn plain_and_packed_bytes_are_read_in_any_number_of_parts() {
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        for bytes in [
            b"one two".to_vec(),
            b"\xef\xbb\xbfone two".to_vec(),
            gzip(b"one two"),
            [gzip(b"one "), gzip(b""), gzip(b"two")].concat(),
            zstd(b"one two"),
            [zstd(b"one "), skippable.clone(), zstd(b"two"), skippable].concat(),
            gzip(&zstd(b"\xef\xbb\xbfone two")),
        ] {
            assert_eq!(read(&bytes).unwrap(), "one two");
        }
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(b"PAR1...").unwrap(), "false PAR1...");
        assert_eq!(read(&gzip(b"PAR1...")).unwrap(), "true PAR1...");
    }

    #[test]
    fn what_is_broken_or_unknown_is_an_error() {
        let (gzip, zstd) = (gzip(&[b'a'; 999]), zstd(&[b'a'; 999]));
        for bytes in [&gzip[..gzip.len() - 9], &zstd[..zstd.len() - 5], b"PARE...", b"PK\x03\x04..."] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        assert!(read(&[&zstd[..], b"what"].concat()).unwrap_err().to_string().contains("follows the end"));
    }
}
