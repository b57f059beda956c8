//! Brings what was delivered, in any order and of all streams at once, into the order of the manifest.
//!
//! The lines of a stream wait in a file of their own until the run ends, for the manifest has one stream after the
//! other: the manifest of a live run is the one that `generate` writes for its scenario.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::agenda::FileId;
use crate::clock::Time;
use crate::run::manifest::{Finished, ManifestFile};
use crate::run::{Error, Progress};
use crate::trail::{FaultCounts, KeyOrder, ObjectLine, Totals, Trail};

/// What is delivered, stream by stream.
pub(super) struct Ledger<'a> {
    trail: &'a Trail,
    manifest: ManifestFile,
    folder: PathBuf,
    streams: Vec<StreamLedger>,
    pub(super) progress: Progress,
}

/// The lines of one stream.
#[derive(Default)]
struct StreamLedger {
    /// The first chapter that is not completely delivered.
    next: u64,
    chapters: BTreeMap<u64, Delivery>,
    order: KeyOrder<ObjectLine>,
    spool: Spool,
}

/// What is known of a chapter.
#[derive(Default)]
struct Delivery {
    /// How many files it has, once it was made.
    files: Option<usize>,
    delivered: BTreeMap<usize, (Time, ObjectLine)>,
}

/// Lines that are certain, and what they come to.
#[derive(Default)]
struct Spool {
    lines: Vec<u8>,
    totals: Totals,
    faults: FaultCounts,
    keys: Option<(String, String)>,
    is_begun: bool,
}

/// So many bytes of lines are kept in memory for each stream.
const KEPT: usize = 16 * 1024;

impl<'a> Ledger<'a> {
    /// Begins the manifest of a run.
    pub(super) fn new(trail: &'a Trail, manifest: ManifestFile, folder: PathBuf) -> Result<Self, Error> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&folder)(error)),
            _ => fs::create_dir(&folder).map_err(failed(&folder))?,
        }
        let streams = trail.plan().streams.iter().map(|_| StreamLedger::default()).collect();
        Ok(Self { trail, manifest, folder, streams, progress: Progress::default() })
    }

    /// A chapter was made and has so many files.
    pub(super) fn expect(&mut self, stream: usize, chapter: u64, files: usize) -> Result<(), Error> {
        self.streams[stream].chapters.entry(chapter).or_default().files = Some(files);
        self.settle(stream)
    }

    /// A file is delivered.
    pub(super) fn delivered(&mut self, id: FileId, slot: Time, line: ObjectLine) -> Result<(), Error> {
        self.progress.objects += 1;
        self.progress.events += line.events();
        self.progress.bytes += line.bytes;
        let chapter = self.streams[id.stream].chapters.entry(id.chapter).or_default();
        chapter.delivered.insert(id.index, (slot, line));
        self.settle(id.stream)
    }

    /// Writes what is certain: no file of a later chapter can come before it.
    fn settle(&mut self, number: usize) -> Result<(), Error> {
        let stream = &mut self.streams[number];
        while stream.chapters.get(&stream.next).is_some_and(Delivery::is_complete) {
            stream.queue(stream.next);
            stream.next += 1;
            let certain: Vec<ObjectLine> = match stream.next == self.trail.activity.chapters(number) {
                true => stream.order.rest().collect(),
                false => stream.order.before(self.trail.first_slot(number, stream.next), stream.next).collect(),
            };
            let path = self.folder.join(number.to_string());
            stream.spool.add(&certain, &path)?;
        }
        Ok(())
    }

    /// Ends the manifest with all that is delivered.
    pub(super) fn finish(mut self) -> Result<(Finished, bool), Error> {
        let mut complete = true;
        for (number, mut stream) in std::mem::take(&mut self.streams).into_iter().enumerate() {
            complete &= stream.next == self.trail.activity.chapters(number);
            for chapter in stream.chapters.keys().copied().collect::<Vec<_>>() {
                stream.queue(chapter);
            }
            let rest: Vec<ObjectLine> = stream.order.rest().collect();
            let path = self.folder.join(number.to_string());
            stream.spool.add(&rest, &path)?;
            if stream.spool.is_begun {
                let mut earlier = File::open(&path).map_err(failed(&path))?;
                self.manifest.append(&mut earlier)?;
            }
            self.manifest.append(&mut &*stream.spool.lines)?;
            self.manifest.count(&stream.spool.totals, stream.spool.faults, stream.spool.keys);
        }
        let _ = fs::remove_dir_all(&self.folder);
        self.manifest.finish(!complete).map(|finished| (finished, complete))
    }
}

impl Delivery {
    fn is_complete(&self) -> bool {
        self.files == Some(self.delivered.len())
    }
}

impl StreamLedger {
    /// Moves the delivered files of a chapter into the order of keys.
    fn queue(&mut self, chapter: u64) {
        let Some(delivery) = self.chapters.remove(&chapter) else { return };
        for (index, (slot, line)) in delivery.delivered {
            self.order.push(slot, chapter, index, line);
        }
    }
}

impl Spool {
    fn add(&mut self, lines: &[ObjectLine], path: &PathBuf) -> Result<(), Error> {
        for line in lines {
            self.totals.add(line);
            self.faults.add(&line.faults);
            match &mut self.keys {
                None => self.keys = Some((line.key.clone(), line.key.clone())),
                Some((_, last)) => line.key.clone_into(last),
            }
            serde_json::to_writer(&mut self.lines, line).map_err(|error| failed(path)(error.into()))?;
            self.lines.push(b'\n');
        }
        if self.lines.len() > KEPT { self.write(path).map_err(failed(path)) } else { Ok(()) }
    }

    fn write(&mut self, path: &PathBuf) -> io::Result<()> {
        File::options().create(true).append(true).open(path)?.write_all(&self.lines)?;
        self.lines.clear();
        self.is_begun = true;
        Ok(())
    }
}

fn failed(path: &std::path::Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Manifest { path: path.clone(), source }
}
