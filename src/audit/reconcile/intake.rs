//! All that was received, file by file.

use std::cell::Cell;
use std::io::{self, Read};
use std::sync::atomic::AtomicBool;

use super::ledger::Ledger;
use super::received::{self, Broken, Finder, Received};
use super::truth::Truth;
use super::{Error, Options};
use crate::audit::Progress;
use crate::audit::place::Kind;
use crate::audit::source::Source;

/// Reads what was received, file by file.
pub(super) fn read_all(
    truth: &Truth,
    sources: &[Box<dyn Source>],
    options: &Options,
    ledger: &mut Ledger,
    stop: &AtomicBool,
    progress: &dyn Fn(Progress),
) -> Result<(), Error> {
    let finder = Finder {
        seal: truth.trail.plan().seal.clone(),
        id: options.id.clone(),
        arrival: options.arrival.clone(),
        ids_only: options.ids_only,
    };
    let mut files = Vec::new();
    for source in sources {
        let before = files.len();
        source.list(&mut |key, size| {
            let is_digest = Kind::of(&source.place(key)) == Kind::Digest && !source.is_one_file();
            if !is_digest && !key.ends_with('/') {
                files.push((source, key.to_owned(), size));
            }
        })?;
        files[before..].sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
    }
    let all_bytes = files.iter().map(|(.., size)| size).sum();
    let done = Done { sum: Cell::new(Progress { all_bytes, ..Progress::default() }), tell: progress };
    for (source, key, _) in &files {
        let place = source.place(key);
        ledger.begin(&place);
        let received = Received {
            reader: Box::new(Counted { inner: source.read(key)?, done: &done }),
            file: &|| source.file(key),
            passed: &|bytes| done.add(bytes, 0),
        };
        received::read(received, &finder, ledger, stop).map_err(|broken| match broken {
            Broken::Unreadable(cause) => Error::Unreadable { place, cause },
            Broken::Wrong(line, what) => Error::Broken { place, line, what },
        })?;
        done.add(0, 1);
    }
    Ok(())
}

/// How much has been read so far.
struct Done<'a> {
    sum: Cell<Progress>,
    tell: &'a dyn Fn(Progress),
}

impl Done<'_> {
    fn add(&self, bytes: u64, files: u64) {
        let mut sum = self.sum.get();
        sum.bytes += bytes;
        sum.files += files;
        sum.all_bytes = sum.all_bytes.max(sum.bytes);
        self.sum.set(sum);
        (self.tell)(sum);
    }
}

/// Counts the bytes that are read.
struct Counted<'a, R> {
    inner: R,
    done: &'a Done<'a>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.done.add(read as u64, 0);
        Ok(read)
    }
}
