//! All files of all sources: list them, check them, compare what they hold.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Error;
use super::file;
use super::in_order::in_order;
use super::item::Item;
use super::listing::list;
use super::outcome::{Finding, Outcome};
use super::seals::{PublicKeys, Seals};
use super::source::Source;
use super::teller::Teller;
use super::twins::{Fingerprints, find_twins};
use crate::schema::Schemas;

/// How a check goes about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Worker threads; at least 1.
    pub threads: usize,
    /// How many findings are told; all are counted.
    pub max_findings: usize,
    /// The keys that digests may be signed with; else those that lie beside a trail.
    pub public_keys: Option<PublicKeys>,
}

/// How far reading is, for those who watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Bytes of files that are done.
    pub bytes: u64,
    /// Bytes of all files.
    pub all_bytes: u64,
    /// Files that are done.
    pub files: u64,
}

/// Takes findings as they come.
pub type Tell<'a> = &'a mut dyn FnMut(&Finding) -> io::Result<()>;

/// Checks everything in the sources. Findings are told in the order of the files, then those that
/// no file has alone: about chains of digests, and about eventIDs.
///
/// # Errors
///
/// Something could not be read, or `tell` failed.
pub fn check(
    sources: &[Box<dyn Source>],
    options: &Options,
    stop: &AtomicBool,
    tell: Tell,
    progress: &dyn Fn(Progress),
) -> Result<Outcome, Error> {
    let schemas = Schemas::built_in();
    let mut teller = Teller::new(tell, options.max_findings);
    let items = list(sources, options.public_keys.as_ref(), &mut teller)?;
    let mut seals = Seals::new(&items);
    let mut number = 0;
    let mut fingerprints = Fingerprints::default();
    let mut done = Progress { all_bytes: items.iter().map(|item| item.size).sum(), ..Progress::default() };
    let read = |item: &Item| file::check(item, &schemas, options.max_findings);
    in_order(&items, options.threads, stop, &read, &mut |item, report| {
        done.bytes += item.size;
        done.files += 1;
        progress(done);
        fingerprints.extend(&report.fingerprints);
        teller.report(&report)?;
        seals.add(number, report.part);
        number += 1;
        Ok(())
    })?;
    if stop.load(Ordering::Relaxed) {
        teller.outcome.interrupted = true;
        return Ok(teller.outcome);
    }
    seals.finish(&mut teller)?;
    find_twins(&items, fingerprints, &mut teller)?;
    Ok(teller.outcome)
}
