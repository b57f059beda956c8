//! The lines of all shards brought into one order, and the digests made on the way.
//!
//! Shards are ranges of chapters, so their lines follow each other nearly as the shards do; only around a cut do those
//! of neighbours mix. A manifest is opened when its first line may be next, so few of them are under way at once.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, VecDeque};
use std::path::Path;
use std::sync::atomic::Ordering;

use super::error::{Fault, MergeError};
use super::head::Head;
use super::lines::Lines;
use super::{Merge, Outcome, Progress, Stop};
use crate::delivery::{Delivered, Destination};
use crate::run::manifest::ManifestFile;
use crate::run::seal::{Unsealed, seal};
use crate::run::{self};
use crate::trail::{Digests, ObjectLine, Place};

/// A manifest on its way.
pub(super) struct Join<'a> {
    places: Vec<Place<'a>>,
    roots: Vec<String>,
    heads: &'a [Head],
    manifest: ManifestFile,
    sealing: Option<(&'a Digests, &'a dyn Destination)>,
    stop: &'a Stop,
    watch: &'a dyn Fn(Progress),
    /// The stream whose lines come now.
    stream: usize,
    last_key: String,
    progress: Progress,
    written: u64,
    already_there: u64,
}

impl<'a> Join<'a> {
    pub(super) fn new(
        merge: &'a Merge,
        manifest_dir: &Path,
        sealing: Option<(&'a Digests, &'a dyn Destination)>,
        stop: &'a Stop,
        watch: &'a dyn Fn(Progress),
    ) -> Result<Self, MergeError> {
        let places: Vec<Place> = Place::all(&merge.scenario).collect();
        if let Some((_, destination)) = sealing {
            destination.prepare().map_err(|source| run::Error::Delivery { source, done: Progress::default() })?;
        }
        let manifest = ManifestFile::create(&merge.scenario, None, manifest_dir)?;
        if let Some((digests, _)) = sealing {
            manifest.public_keys(&merge.scenario, digests)?;
        }
        Ok(Self {
            roots: places.iter().map(Place::logs).collect(),
            places,
            heads: &merge.heads,
            manifest,
            sealing,
            stop,
            watch,
            stream: 0,
            last_key: String::new(),
            progress: Progress::default(),
            written: 0,
            already_there: 0,
        })
    }

    /// Joins everything; what fails leaves no manifest.
    pub(super) fn run(mut self) -> Result<Outcome, MergeError> {
        let joined = self.lines().and_then(|()| self.seal(self.places.len()));
        if let Some((_, destination)) = self.sealing {
            destination.finish();
        }
        if let Err(error) = joined {
            self.manifest.abandon();
            return Err(error);
        }
        Ok(self.manifest.finish(false)?.outcome(self.written, self.already_there, false))
    }

    /// Takes the lines of all manifests in order.
    fn lines(&mut self) -> Result<(), MergeError> {
        let mut waiting = self.waiting();
        let mut open: BinaryHeap<Reverse<Lines>> = BinaryHeap::new();
        loop {
            while let Some((place, head)) = waiting.front() {
                if open.peek().is_some_and(|Reverse(next)| (next.stream, &*next.key) < (place.0, place.1)) {
                    break;
                }
                open.extend(Lines::open(head, &self.roots)?.map(Reverse));
                waiting.pop_front();
            }
            let Some(mut next) = open.peek_mut() else { return Ok(()) };
            self.take(&next.0)?;
            if !next.0.advance(&self.roots)? {
                PeekMut::pop(next);
            }
        }
    }

    /// All manifests with log files, by the place of their first one.
    fn waiting(&self) -> VecDeque<((usize, &'a str), &'a Head)> {
        let stream = |key: &str| self.roots.iter().position(|root| key.starts_with(root.as_str())).unwrap_or(0);
        let first = |head: &'a Head| head.first_key.as_deref().map(|key| ((stream(key), key), head));
        let mut waiting: Vec<_> = self.heads.iter().filter_map(first).collect();
        waiting.sort_by_key(|(place, _)| *place);
        waiting.into()
    }

    fn take(&mut self, line: &Lines) -> Result<(), MergeError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(MergeError::Stopped);
        }
        if line.stream < self.stream || line.stream == self.stream && line.key <= self.last_key {
            return Err(line.wrong(Fault::Order));
        }
        self.seal(line.stream)?;
        self.last_key.clone_from(&line.key);
        self.manifest.log_file_line(&line.text, &line.key, line.totals, &line.faults)?;
        self.progress.events += line.totals.events;
        self.progress.objects += 1;
        self.progress.bytes += line.totals.bytes;
        (self.watch)(self.progress);
        Ok(())
    }

    /// Ends all streams before this one: makes their digests, if the trail has any.
    fn seal(&mut self, streams: usize) -> Result<(), MergeError> {
        while self.stream < streams {
            if let Some((digests, destination)) = self.sealing {
                self.seal_one(digests, destination)?;
            }
            self.stream += 1;
            self.last_key.clear();
        }
        Ok(())
    }

    fn seal_one(&mut self, digests: &Digests, destination: &dyn Destination) -> Result<(), MergeError> {
        let log_files = self.manifest.log_files()?;
        let mut noted = Ok(());
        let done = &mut |line: &ObjectLine, delivered| {
            noted = std::mem::replace(&mut noted, Ok(())).and_then(|()| self.manifest.object(line));
            *match delivered {
                Delivered::Written => &mut self.written,
                Delivered::AlreadyThere => &mut self.already_there,
            } += 1;
            self.progress.objects += 1;
            self.progress.bytes += line.bytes;
            (self.watch)(self.progress);
        };
        let sealed = seal(digests, self.places[self.stream], log_files, destination, self.stop, done);
        let all = sealed.map_err(|error| match error {
            Unsealed::Delivery(source) => run::Error::Delivery { source, done: self.progress },
            Unsealed::Spool(source) => run::Error::Manifest { path: "manifest.jsonl.partial".into(), source },
        })?;
        noted?;
        if !all {
            return Err(MergeError::Stopped);
        }
        Ok(self.manifest.end_stream()?)
    }
}
