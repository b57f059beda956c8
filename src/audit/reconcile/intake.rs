//! All that was received, file by file.

use std::io::{self, Read};
use std::sync::atomic::AtomicBool;

use super::ledger::Ledger;
use super::received::{self, Broken, Finder};
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
    let finder =
        Finder { seal: truth.trail.plan().seal.clone(), id: options.id.clone(), arrival: options.arrival.clone() };
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
    let mut done = Progress { all_bytes: files.iter().map(|(.., size)| size).sum(), ..Progress::default() };
    for (source, key, _) in &files {
        let place = source.place(key);
        ledger.begin(&place);
        let counted = Counted { inner: source.read(key)?, progress, done: &mut done };
        received::read(Box::new(counted), &finder, ledger, stop).map_err(|broken| match broken {
            Broken::Unreadable(cause) => Error::Unreadable { place, cause },
            Broken::Wrong(line, what) => Error::Broken { place, line, what },
        })?;
        done.files += 1;
        progress(done);
    }
    Ok(())
}

/// Counts the bytes that are read.
struct Counted<'a, R> {
    inner: R,
    progress: &'a dyn Fn(Progress),
    done: &'a mut Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.done.bytes += read as u64;
        self.done.all_bytes = self.done.all_bytes.max(self.done.bytes);
        (self.progress)(*self.done);
        Ok(read)
    }
}
