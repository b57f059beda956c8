//! A past window, as fast as possible.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::manifest::ManifestFile;
use super::seal::{Unsealed, seal};
use super::{Error, Options, Outcome, Progress, Stop};
use crate::clock::Time;
use crate::delivery::{self, Delivered, Destination};
use crate::shard::{Part, Shard};
use crate::trail::{Digests, Encoder, KeyOrder, ObjectLine, Trail};

/// Makes every file of the trail and delivers it. `watch` is told of every delivery.
///
/// When `stop` is set, or the destination fails, what is under way is finished and the manifest lists what
/// is delivered; the same call later goes on from there.
///
/// # Errors
/// What the destination or the manifest fails with.
pub fn generate(
    trail: &Trail,
    destination: &dyn Destination,
    options: &Options,
    stop: &Stop,
    watch: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    generate_part(trail, None, destination, options, stop, watch)
}

/// Makes the log files of one shard of the trail and delivers them; without a shard, as [`generate`].
///
/// The manifest of a shard has a name of its own. [`super::Merge`] joins those of all shards, and makes the digests.
///
/// # Errors
/// As [`generate`].
pub fn generate_part(
    trail: &Trail,
    shard: Option<Shard>,
    destination: &dyn Destination,
    options: &Options,
    stop: &Stop,
    watch: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    let part = trail.part(shard);
    let digests = digests(trail, options)?;
    destination.prepare().map_err(|source| Error::Delivery { source, done: Progress::default() })?;
    if !options.force {
        super::foreign::refuse(trail, &part, digests.as_ref(), destination)?;
    }
    let scenario = &trail.plan().scenario;
    let manifest = ManifestFile::create(scenario, shard, &options.manifest_dir)?;
    // Digests are chained through all shards, so no shard can make them.
    let digests = digests.filter(|_| shard.is_none());
    if let Some(digests) = &digests {
        manifest.public_keys(scenario, digests)?;
    }
    let crew = Crew::new(trail, part, destination, options.threads.max(1) as u64, stop);
    let (send, receive) = channel();
    thread::scope(|scope| {
        for _ in 0..crew.threads {
            let (crew, send) = (&crew, send.clone());
            scope.spawn(move || crew.work(&send));
        }
        drop(send);
        Collector::new(&crew, manifest, digests.as_ref(), watch).collect(&receive)
    })
}

/// What the trail's digests have in common, if it has any.
fn digests(trail: &Trail, options: &Options) -> Result<Option<Digests>, Error> {
    let scenario = &trail.plan().scenario;
    let digests = || Digests::new(scenario, options.signing_key.as_deref()).map_err(|source| Error::Key { source });
    scenario.trail.digests.on.then(digests).transpose()
}

/// What the workers share.
struct Crew<'a> {
    trail: &'a Trail,
    destination: &'a dyn Destination,
    threads: u64,
    /// The chapters to be made; tasks have their numbers.
    part: Part,
    next: AtomicU64,
    /// Chapters that the collector is through with. No worker runs far ahead of it.
    done: Mutex<u64>,
    more_done: Condvar,
    /// The user wants the run to end.
    stop: &'a Stop,
    /// The run cannot go on.
    failed: AtomicBool,
}

/// What a worker or the destination tells the collector.
enum Message {
    /// The files of a chapter, in the order of their keys; not all of them when the run ended meanwhile.
    Made { task: u64, files: Vec<(Time, ObjectLine)>, all: bool },
    /// What became of one of them.
    Fate { task: u64, index: usize, fate: Result<Delivered, delivery::Error> },
}

impl<'a> Crew<'a> {
    fn new(trail: &'a Trail, part: Part, destination: &'a dyn Destination, threads: u64, stop: &'a Stop) -> Self {
        Self {
            trail,
            destination,
            threads: threads.min(part.range.end - part.range.start).max(1),
            next: AtomicU64::new(part.range.start),
            done: Mutex::new(part.range.start),
            part,
            more_done: Condvar::new(),
            stop,
            failed: AtomicBool::new(false),
        }
    }

    fn ended(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    fn work(&self, send: &Sender<Message>) {
        let mut encoder = self.trail.encoder();
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= self.part.range.end || !self.wait_for_turn(task) {
                return;
            }
            self.make(task, &mut encoder, send);
        }
    }

    /// Waits until the collector is near; false when the run has ended meanwhile.
    fn wait_for_turn(&self, task: u64) -> bool {
        let ahead = self.threads * 4;
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        while task >= *done + ahead && !self.ended() {
            done = self.more_done.wait(done).unwrap_or_else(PoisonError::into_inner);
        }
        !self.ended()
    }

    fn make(&self, task: u64, encoder: &mut Encoder, send: &Sender<Message>) {
        let (stream, number) = self.part.locate(task);
        let chapter = self.trail.activity.chapter(stream, number);
        let batches = self.trail.batches(stream, &chapter);
        let mut files = Vec::with_capacity(batches.len());
        for (index, batch) in batches.iter().enumerate() {
            if self.ended() {
                break;
            }
            let mut file = self.trail.log_file(stream, &chapter, batch, encoder);
            files.push((batch.slot, ObjectLine::of(&mut file)));
            let send = send.clone();
            // A collector that has gone away needs no more news.
            let report = move |fate| drop(send.send(Message::Fate { task, index, fate }));
            self.destination.put(file.object, Box::new(report));
        }
        let all = files.len() == batches.len();
        let _ = send.send(Message::Made { task, files, all });
    }

    fn advance(&self, done: u64) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = done;
        self.more_done.notify_all();
    }
}

/// The files of one chapter that the collector knows of.
#[derive(Default)]
struct Pending {
    files: Option<Vec<(Time, ObjectLine)>>,
    /// Whether these are all files of the chapter.
    all: bool,
    fates: BTreeMap<usize, Delivered>,
}

impl Pending {
    fn is_complete(&self) -> bool {
        self.all && self.files.as_ref().is_some_and(|files| files.len() == self.fates.len())
    }
}

/// Puts what happened in order.
struct Collector<'a> {
    crew: &'a Crew<'a>,
    manifest: ManifestFile,
    digests: Option<&'a Digests>,
    /// Streams whose digests are made.
    sealed: usize,
    watch: &'a (dyn Fn(Progress) + Sync),
    pending: BTreeMap<u64, Pending>,
    next: u64,
    order: KeyOrder<ObjectLine>,
    progress: Progress,
    written: u64,
    already_there: u64,
    failure: Option<Error>,
}

impl<'a> Collector<'a> {
    fn new(
        crew: &'a Crew<'a>,
        manifest: ManifestFile,
        digests: Option<&'a Digests>,
        watch: &'a (dyn Fn(Progress) + Sync),
    ) -> Self {
        Self {
            crew,
            manifest,
            digests,
            sealed: 0,
            watch,
            pending: BTreeMap::new(),
            next: crew.part.range.start,
            order: KeyOrder::default(),
            progress: Progress::default(),
            written: 0,
            already_there: 0,
            failure: None,
        }
    }

    /// Takes messages until every worker and every delivery has ended.
    fn collect(mut self, receive: &Receiver<Message>) -> Result<Outcome, Error> {
        loop {
            match receive.recv_timeout(Duration::from_millis(100)) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while self.failure.is_none() && self.pending.get(&self.next).is_some_and(Pending::is_complete) {
                self.settle_next();
            }
            if self.crew.ended() {
                self.crew.destination.stop();
                self.crew.more_done.notify_all();
            }
        }
        if self.failure.is_none() && self.next == self.crew.part.range.end {
            self.seal(self.crew.part.streams());
        }
        self.crew.destination.finish();
        self.end()
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Made { task, files, all } => {
                let pending = self.pending.entry(task).or_default();
                (pending.files, pending.all) = (Some(files), all);
            }
            Message::Fate { task, index, fate } => {
                let pending = self.pending.entry(task).or_default();
                match fate {
                    Ok(delivered) => {
                        pending.fates.insert(index, delivered);
                        self.count(delivered);
                    }
                    Err(error) => self.fail(Error::Delivery { source: error, done: self.progress }),
                }
            }
        }
    }

    fn count(&mut self, delivered: Delivered) {
        match delivered {
            Delivered::Written => self.written += 1,
            Delivered::AlreadyThere => self.already_there += 1,
        }
        self.progress.objects += 1;
        (self.watch)(self.progress);
    }

    fn fail(&mut self, error: Error) {
        let stopped = matches!(&error, Error::Delivery { source: delivery::Error::Stopped, .. });
        if self.failure.is_none() && !stopped {
            self.failure = Some(error);
        }
        self.crew.failed.store(true, Ordering::Relaxed);
    }

    /// Writes what is certain after the next chapter in order.
    fn settle_next(&mut self) {
        self.queue(self.next);
        let part = &self.crew.part;
        let (stream, number) = part.locate(self.next);
        let is_last = number + 1 == part.chapters(stream);
        let certain: Vec<ObjectLine> = match is_last {
            true => self.order.rest().collect(),
            false => self.order.before(self.crew.trail.first_slot(stream, number + 1), number + 1).collect(),
        };
        self.write(&certain);
        self.next += 1;
        if self.next < part.range.end && is_last {
            self.seal(stream + 1);
        }
        self.crew.advance(self.next);
    }

    /// Makes the digests of the streams before this one; those of streams without log files, too.
    fn seal(&mut self, streams: usize) {
        while self.sealed < streams {
            match self.seal_one(self.sealed) {
                Ok(true) => self.sealed += 1,
                Ok(false) => return,
                Err(error) => return self.fail(error),
            }
        }
    }

    /// Makes the digests of a stream; false when it was to stop before all of them were made.
    fn seal_one(&mut self, stream: usize) -> Result<bool, Error> {
        let Some(digests) = self.digests else { return Ok(true) };
        if self.crew.ended() {
            return Ok(false);
        }
        // Streams without chapters come before the one whose log files were added last.
        let is_empty = self.crew.part.chapters(stream) == 0;
        let log_files = if is_empty { None } else { Some(self.manifest.log_files()?) };
        let (crew, mut written) = (self.crew, Ok(()));
        let done = &mut |line: &ObjectLine, delivered| {
            written = std::mem::replace(&mut written, Ok(())).and_then(|()| self.manifest.object(line));
            self.progress.bytes += line.bytes;
            self.count(delivered);
        };
        let all = match log_files {
            Some(lines) => seal(digests, crew.trail.place(stream), lines, crew.destination, crew.stop, done),
            None => seal(digests, crew.trail.place(stream), io::empty(), crew.destination, crew.stop, done),
        }
        .map_err(|error| match error {
            Unsealed::Delivery(source) => Error::Delivery { source, done: self.progress },
            Unsealed::Spool(source) => Error::Manifest { path: "manifest.jsonl.partial".into(), source },
        })?;
        written?;
        if all && !is_empty {
            self.manifest.end_stream()?;
        }
        Ok(all)
    }

    /// Moves the delivered files of a chapter into the order of keys.
    fn queue(&mut self, task: u64) {
        let Some(Pending { files: Some(files), fates, .. }) = self.pending.remove(&task) else { return };
        for (index, (slot, line)) in files.into_iter().enumerate() {
            if fates.contains_key(&index) {
                self.progress.events += line.records;
                self.progress.bytes += line.bytes;
                self.order.push(slot, task, index, line);
            }
        }
        (self.watch)(self.progress);
    }

    fn write(&mut self, lines: &[ObjectLine]) {
        for line in lines {
            if let Err(error) = self.manifest.log_file(line) {
                return self.fail(error);
            }
        }
    }

    /// Writes down what is delivered beyond the last complete chapter, and ends the manifest.
    fn end(mut self) -> Result<Outcome, Error> {
        let complete = self.next == self.crew.part.range.end && self.sealed == self.crew.part.streams();
        let last = self.crew.part.range.end.saturating_sub(1);
        let mut stream = self.crew.part.locate(self.next.min(last)).0;
        for task in self.pending.keys().copied().collect::<Vec<_>>() {
            let of = self.crew.part.locate(task).0;
            if of != stream {
                let lines: Vec<ObjectLine> = self.order.rest().collect();
                self.write(&lines);
                stream = of;
            }
            self.queue(task);
        }
        let lines: Vec<ObjectLine> = self.order.rest().collect();
        self.write(&lines);
        let finished = self.manifest.finish(!complete);
        // What failed first is what the user has to hear: a full disk takes the manifest's end too.
        match self.failure {
            Some(Error::Delivery { source, .. }) => return Err(Error::Delivery { source, done: self.progress }),
            Some(error) => return Err(error),
            None => {}
        }
        let finished = finished?;
        Ok(Outcome {
            totals: finished.totals,
            written: self.written,
            already_there: self.already_there,
            keys: finished.keys,
            manifest: finished.path,
            interrupted: !complete,
        })
    }
}
