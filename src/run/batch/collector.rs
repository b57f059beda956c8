//! What became of files, put into the order of their keys for the manifest.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::crew::{Crew, Message};
use crate::clock::Time;
use crate::delivery::{self, Delivered};
use crate::run::manifest::ManifestFile;
use crate::run::seal::{Unsealed, seal};
use crate::run::{Error, Outcome, Progress};
use crate::trail::{Digests, KeyOrder, ObjectLine};

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
pub(super) struct Collector<'a> {
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
    pub(super) fn new(
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
    pub(super) fn collect(mut self, receive: &Receiver<Message>) -> Result<Outcome, Error> {
        loop {
            match receive.recv_timeout(Duration::from_millis(100)) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            for message in receive.try_iter() {
                self.take(message);
            }
            while self.failure.is_none() && self.pending.get(&self.next).is_some_and(Pending::is_complete) {
                self.settle_next();
            }
            if self.crew.ended() {
                self.crew.destination.stop();
                self.crew.more_done.notify_all();
            }
            self.crew.nap();
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
        Ok(finished?.outcome(self.written, self.already_there, !complete))
    }
}
