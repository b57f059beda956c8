//! Workers that make the files of one chapter after the other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::activity::Player;
use crate::clock::Time;
use crate::delivery::{self, Delivered, Destination};
use crate::run::Stop;
use crate::shard::Part;
use crate::trail::{Encoder, ObjectLine, Trail};

/// What the workers share.
pub(super) struct Crew<'a> {
    pub(super) trail: &'a Trail,
    pub(super) destination: &'a dyn Destination,
    pub(super) threads: u64,
    /// The chapters to be made; tasks have their numbers.
    pub(super) part: Part,
    next: AtomicU64,
    done: Mutex<Done>,
    pub(super) more_done: Condvar,
    /// A worker waits for the collector.
    waited_for: Condvar,
    /// The user wants the run to end.
    pub(super) stop: &'a Stop,
    /// The run cannot go on.
    pub(super) failed: AtomicBool,
}

/// How far the collector has come. No worker runs far ahead of it.
struct Done {
    /// The chapter behind those that it is through with.
    next: u64,
    /// How many workers wait for it.
    waiting: u64,
}

/// How long the collector lets messages gather: to be woken for each file would cost the workers as much as to write it.
const NAP: Duration = Duration::from_millis(1);

/// What a worker or the destination tells the collector.
pub(super) enum Message {
    /// The files of a chapter, in the order of their keys; not all of them when the run ended meanwhile.
    Made { task: u64, files: Vec<(Time, ObjectLine)>, all: bool },
    /// What became of one of them.
    Fate { task: u64, index: usize, fate: Result<Delivered, delivery::Error> },
}

impl<'a> Crew<'a> {
    pub(super) fn new(
        trail: &'a Trail,
        part: Part,
        destination: &'a dyn Destination,
        threads: u64,
        stop: &'a Stop,
    ) -> Self {
        Self {
            trail,
            destination,
            threads: threads.min(part.range.end - part.range.start).max(1),
            next: AtomicU64::new(part.range.start),
            done: Mutex::new(Done { next: part.range.start, waiting: 0 }),
            part,
            more_done: Condvar::new(),
            waited_for: Condvar::new(),
            stop,
            failed: AtomicBool::new(false),
        }
    }

    pub(super) fn ended(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn work(&self, send: &Sender<Message>) {
        let (mut player, mut encoder) = (self.trail.activity.player(), self.trail.encoder());
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= self.part.range.end || !self.wait_for_turn(task) {
                return;
            }
            self.make(task, &mut player, &mut encoder, send);
        }
    }

    /// Waits until the collector is near; false when the run has ended meanwhile.
    fn wait_for_turn(&self, task: u64) -> bool {
        let ahead = self.threads * 4;
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        while task >= done.next + ahead && !self.ended() {
            done.waiting += 1;
            self.waited_for.notify_one();
            done = self.more_done.wait(done).unwrap_or_else(PoisonError::into_inner);
            done.waiting -= 1;
        }
        !self.ended()
    }

    /// Lets messages gather, unless a worker has to wait for what becomes of them.
    pub(super) fn nap(&self) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.waiting == 0 {
            drop(self.waited_for.wait_timeout(done, NAP));
        }
    }

    fn make(&self, task: u64, player: &mut Player<'_>, encoder: &mut Encoder, send: &Sender<Message>) {
        let (stream, number) = self.part.locate(task);
        let chapter = player.chapter(stream, number);
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
        player.take_back(chapter);
        let all = files.len() == batches.len();
        let _ = send.send(Message::Made { task, files, all });
    }

    pub(super) fn advance(&self, done: u64) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).next = done;
        self.more_done.notify_all();
    }
}
