//! All files of a trail, by several threads, told in the order of their keys.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use super::Error;
use super::file::{self, Item, Report};
use super::manifest::Manifest;
use super::outcome::{Finding, Outcome};
use super::place::Kind;
use super::source::Source;
use super::twins::Fingerprints;
use crate::schema::Schemas;

/// How a check goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Worker threads; at least 1.
    pub threads: usize,
    /// How many findings are told; all are counted.
    pub max_findings: usize,
}

/// How far a check is, for those who watch.
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

/// How many files may be ahead of the one that is told next.
const AHEAD: usize = 256;

/// Doubled eventIDs beyond these are counted, and not looked for again.
const TWINS: usize = 100_000;

/// Checks everything in the sources.
///
/// # Errors
///
/// Something could not be read, or `tell` failed.
pub fn check(
    sources: &[Box<dyn Source>],
    options: Options,
    stop: &AtomicBool,
    tell: Tell,
    progress: &dyn Fn(Progress),
) -> Result<Outcome, Error> {
    let schemas = Schemas::built_in();
    let mut teller = Teller { tell, left: options.max_findings, outcome: Outcome::default() };
    let items = list(sources, &mut teller)?;
    let mut fingerprints = Fingerprints::default();
    let mut done = Progress { all_bytes: items.iter().map(|item| item.size).sum(), ..Progress::default() };
    in_order(&items, &schemas, options, stop, &mut |item, report| {
        done.bytes += item.size;
        done.files += 1;
        progress(done);
        fingerprints.extend(&report.fingerprints);
        teller.report(report)
    })?;
    if stop.load(Ordering::Relaxed) {
        teller.outcome.interrupted = true;
        return Ok(teller.outcome);
    }
    find_twins(&items, fingerprints, &mut teller)?;
    Ok(teller.outcome)
}

/// Tells findings, up to a number, and adds everything up.
struct Teller<'a> {
    tell: Tell<'a>,
    left: usize,
    outcome: Outcome,
}

impl Teller<'_> {
    fn report(&mut self, report: Report) -> Result<(), Error> {
        let found = report.outcome;
        let total = &mut self.outcome;
        total.files += found.files;
        total.records += found.records;
        total.bytes += found.bytes;
        total.raw_bytes += found.raw_bytes;
        total.findings += found.findings;
        total.late += found.late;
        for (source, names) in &found.unknown {
            names.iter().for_each(|(name, records)| total.add_unknown(source, name, *records));
        }
        report.findings.iter().try_for_each(|finding| self.show(finding))
    }

    /// One more finding.
    fn finding(&mut self, finding: &Finding) -> Result<(), Error> {
        self.outcome.findings += 1;
        self.show(finding)
    }

    fn show(&mut self, finding: &Finding) -> Result<(), Error> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        (self.tell)(finding).map_err(Error::Output)
    }
}

/// Everything that is to be read, in order; what a manifest lists and is not there is told.
fn list<'a>(sources: &'a [Box<dyn Source>], teller: &mut Teller) -> Result<Vec<Item<'a>>, Error> {
    let mut items = Vec::new();
    for source in sources {
        let mut manifest = manifest(&**source, teller)?;
        let mut objects = Vec::new();
        source.list(&mut |key, size| objects.push((key.to_owned(), size)))?;
        objects.sort_unstable();
        for (key, size) in objects {
            let shown: Arc<str> = if sources.len() == 1 { key.as_str().into() } else { source.place(&key).into() };
            let kind = kind(&**source, &key, teller);
            let listed = manifest.as_mut().and_then(|manifest| manifest.objects.remove(&key));
            if manifest.is_some() && listed.is_none() && kind != Kind::Other {
                teller.finding(&whole(&shown, "is not listed in the manifest".into()))?;
            }
            if kind == Kind::Log || listed.is_some() {
                items.push(Item { source: &**source, key, shown, kind, size, listed });
            }
        }
        for key in manifest.into_iter().flat_map(|manifest| manifest.objects.into_keys()) {
            teller.finding(&whole(&key.as_str().into(), "is listed in the manifest and not there".into()))?;
        }
    }
    Ok(items)
}

fn manifest(source: &dyn Source, teller: &mut Teller) -> Result<Option<Manifest>, Error> {
    let Some((name, reader)) = source.manifest()? else { return Ok(None) };
    let read = Manifest::read(&name, reader);
    let (manifest, findings) = read.map_err(|cause| Error::Read { place: source.place(&name), cause })?;
    findings.iter().try_for_each(|finding| teller.finding(finding))?;
    teller.outcome.manifest = true;
    Ok(Some(manifest))
}

/// The kind of an object, counted where it is not looked into.
fn kind(source: &dyn Source, key: &str, teller: &mut Teller) -> Kind {
    let kind = Kind::of(&source.place(key));
    match kind {
        Kind::Log => {}
        Kind::Digest => teller.outcome.digests += 1,
        Kind::Insight => teller.outcome.insights += 1,
        Kind::Other => teller.outcome.others += 1,
    }
    kind
}

fn whole(key: &Arc<str>, message: String) -> Finding {
    Finding { key: Arc::clone(key), record: None, pointer: String::new(), message }
}

/// Lets threads check files and hands out what they found in order.
fn in_order(
    items: &[Item],
    schemas: &Schemas,
    options: Options,
    stop: &AtomicBool,
    each: &mut dyn FnMut(&Item, Report) -> Result<(), Error>,
) -> Result<(), Error> {
    let (next, pace) = (AtomicUsize::new(0), Pace::default());
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..options.threads.clamp(1, items.len().max(1)) {
            let (sender, next, pace) = (sender.clone(), &next, &pace);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    if !pace.wait(number) || stop.load(Ordering::Relaxed) {
                        break;
                    }
                    // Nobody listens only when the check is over.
                    let _ = sender.send((number, file::check(item, schemas, options.max_findings)));
                }
            });
        }
        drop(sender);
        let (mut waiting, mut told, mut result) = (BTreeMap::new(), 0, Ok(()));
        for (number, report) in receiver {
            waiting.insert(number, report);
            while let Some(report) = waiting.remove(&told) {
                // What comes after a failure is thrown away; the threads end with their files.
                result = result.and_then(|()| each(&items[told], report?));
                told += 1;
            }
            pace.go(if result.is_ok() { Some(told) } else { None });
        }
        result
    })
}

/// Holds threads back that are far ahead of the file that is told next, so that what they found does not pile
/// up behind a large one.
#[derive(Default)]
struct Pace {
    told: Mutex<Told>,
    moved: Condvar,
}

#[derive(Default)]
struct Told {
    files: usize,
    is_over: bool,
}

impl Pace {
    /// Waits until the file of this number may be begun; false when none may any more.
    fn wait(&self, number: usize) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_far = |told: &mut Told| !told.is_over && number > told.files + AHEAD;
        !self.moved.wait_while(told, is_far).unwrap_or_else(PoisonError::into_inner).is_over
    }

    fn go(&self, files: Option<usize>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.is_over = files.is_none();
        told.files = files.unwrap_or(told.files);
        self.moved.notify_all();
    }
}

/// Reads the files again for eventIDs that seem to stand twice, and tells of those that do.
fn find_twins(items: &[Item], fingerprints: Fingerprints, teller: &mut Teller) -> Result<(), Error> {
    let (candidates, more) = fingerprints.twice(TWINS);
    if candidates.is_empty() {
        return Ok(());
    }
    let mut first: BTreeMap<String, (Arc<str>, u64)> = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == Kind::Log) {
        for (record, id) in file::event_ids(item, &|number| candidates.contains(&number))? {
            if let Some((key, index)) = first.get(&id) {
                let message = format!("{id} is also that of {key}:{index}");
                let key = Arc::clone(&item.shown);
                teller.finding(&Finding { key, record: Some(record), pointer: "/eventID".into(), message })?;
            } else {
                first.insert(id, (Arc::clone(&item.shown), record));
            }
        }
    }
    teller.outcome.findings += more;
    Ok(())
}
