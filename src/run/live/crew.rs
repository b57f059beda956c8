//! The threads of a live run: some make files ahead of time, some put them when they are due, one tells what is told at a
//! time of its own.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::agenda::{Agenda, FileId, Task};
use super::herald::Herald;
use super::lateness::Passage;
use super::meter::Meter;
use super::pool::{Next, Pool, Ready};
use super::{Live, Timetable};
use crate::activity::Player;
use crate::clock::{Clock, Moment, Time};
use crate::delivery::{self, Delivered, Destination};
use crate::run::Stop;
use crate::trail::{Batch, Encoder, ObjectLine, Trail};

/// Chapters are made so long before their first file can be due.
const LEAD: Duration = Duration::from_secs(5);

/// Nobody sleeps for longer without looking whether the run has ended.
const NAP: Duration = Duration::from_millis(20);

/// What the threads share.
pub(super) struct Crew<'a> {
    trail: &'a Trail,
    destination: &'a dyn Destination,
    table: Timetable,
    clock: &'a dyn Clock,
    stop: &'a Stop,
    meter: &'a Meter,
    pub(super) herald: Herald<'a>,
    failed: AtomicBool,
    agenda: Mutex<Agenda>,
    pool: Mutex<Pool>,
    /// A finished object has come into the pool.
    arrived: Condvar,
    /// An object has left it.
    left: Condvar,
    /// The last moment at which somebody had to wait for room in the pool.
    granted: AtomicI64,
    /// Threads that make files.
    makers: AtomicUsize,
    /// Threads that put them.
    lanes: AtomicUsize,
}

/// What a thread tells the collector.
pub(super) enum Message {
    /// A chapter was made and has so many files.
    Made { stream: usize, chapter: u64, files: usize },
    /// What became of one of them.
    Fate { id: FileId, slot: Time, line: Box<ObjectLine>, passage: Passage, fate: Result<Delivered, delivery::Error> },
}

impl<'a> Crew<'a> {
    pub(super) fn new(
        trail: &'a Trail,
        destination: &'a dyn Destination,
        live: &'a Live,
        clock: &'a dyn Clock,
        stop: &'a Stop,
        meter: &'a Meter,
    ) -> Self {
        Self {
            trail,
            destination,
            table: live.record.timetable,
            clock,
            stop,
            meter,
            herald: Herald::new(live.announcer.as_ref(), live.record.timetable),
            failed: AtomicBool::new(false),
            agenda: Mutex::new(Agenda::new(&trail.activity, &live.record.timetable)),
            pool: Mutex::new(Pool::new(live.ahead)),
            arrived: Condvar::new(),
            left: Condvar::new(),
            granted: AtomicI64::new(i64::MIN),
            makers: AtomicUsize::new(live.threads.max(1)),
            lanes: AtomicUsize::new(live.lanes.max(1)),
        }
    }

    pub(super) fn ended(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    /// What was due and is neither delivered nor under way.
    pub(super) fn left_over(&self) -> (MutexGuard<'_, Pool>, MutexGuard<'_, Agenda>) {
        (lock(&self.pool), lock(&self.agenda))
    }

    /// Makes files as long as there are some to be made.
    pub(super) fn make_all(&self, send: &Sender<Message>) {
        let (mut player, mut encoder) = (self.trail.activity.player(), self.trail.encoder());
        while let Some(task) = self.next_task() {
            let rest = self.make(task, &mut player, &mut encoder, send);
            lock(&self.agenda).end(rest);
        }
        self.makers.fetch_sub(1, Ordering::Relaxed);
        self.arrived.notify_all();
    }

    /// Waits for the next chapter that is to be made; none when all are made, or the run has ended.
    fn next_task(&self) -> Option<Task> {
        loop {
            if !self.wait_for_room() {
                return None;
            }
            let mut agenda = lock(&self.agenda);
            let now = self.clock.now();
            match agenda.next_due() {
                Some(due) if due <= now.after(LEAD) => return agenda.take(&self.trail.activity, &self.table),
                None if agenda.is_done() => return None,
                _ => {}
            }
            drop(agenda);
            thread::sleep(NAP);
        }
    }

    /// Waits until the pool is not full; false when the run has ended.
    fn wait_for_room(&self) -> bool {
        let mut pool = lock(&self.pool);
        let has_to_wait = pool.is_full();
        let mut is_late = false;
        while pool.is_full() && !self.ended() {
            is_late |= pool.is_late(self.clock.now());
            pool = self.left.wait_timeout(pool, NAP).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(pool);
        self.meter.with(|figures| figures.full += u64::from(is_late));
        if has_to_wait {
            self.granted.fetch_max(self.clock.now().0, Ordering::Relaxed);
        }
        !self.ended()
    }

    /// Makes the files of a chapter, those that are due first before the others. What is due only later and finds
    /// the pool half full is put off: any file can be made at any time.
    fn make(&self, task: Task, player: &mut Player<'_>, encoder: &mut Encoder, send: &Sender<Message>) -> Option<Task> {
        let Task { stream, chapter: number, .. } = task;
        let granted = Moment(self.granted.load(Ordering::Relaxed));
        let chapter = player.chapter(stream, number);
        let batches = self.trail.batches(stream, &chapter);
        if !task.again {
            let _ = send.send(Message::Made { stream, chapter: number, files: batches.len() });
        }
        for (position, index) in by_delivery(&batches).into_iter().enumerate().skip(task.from) {
            let batch = &batches[index];
            let due = self.table.due(batch.delivered_at);
            let put_off = due > self.clock.now().after(LEAD) && !lock(&self.pool).is_roomy();
            if put_off || self.ended() {
                return Some(Task { due, from: position, again: true, ..task });
            }
            let mut file = self.trail.log_file(stream, &chapter, batch, encoder);
            let id = FileId { stream, chapter: number, index };
            let (slot, line, made) = (batch.slot, ObjectLine::of(&mut file), self.clock.now());
            let notice = self.herald.notice(id, due, &file);
            lock(&self.pool).push(Ready { id, slot, due, granted, made, line, notice, object: file.object });
            self.arrived.notify_one();
        }
        player.take_back(chapter);
        None
    }

    /// Puts what is due, one object at a time.
    pub(super) fn put_all(&self, send: &Sender<Message>) {
        while let Some(ready) = self.next_due() {
            let Ready { id, slot, due, granted, made, line, notice, object } = *ready;
            self.herald.before_put(id, due);
            let (bytes, taken) = (object.body.len(), self.clock.now());
            let (tell, told) = sync_channel(1);
            self.destination.put(object, Box::new(move |fate| drop(tell.send(fate))));
            let fate = told.recv().unwrap_or(Err(delivery::Error::Stopped));
            let passage = Passage { due, granted, ready: made, taken, done: self.clock.now() };
            if let Ok(delivered) = &fate {
                self.herald.after_put(id, *delivered, notice);
            }
            lock(&self.pool).release(bytes);
            self.left.notify_all();
            let _ = send.send(Message::Fate { id, slot, line: Box::new(line), passage, fate });
        }
        self.lanes.fetch_sub(1, Ordering::Release);
        // Whoever waits for the last object finds that there is none.
        self.arrived.notify_all();
    }

    /// Tells what is told before its object is put, or once more after it, until there is nothing left of it.
    pub(super) fn tell_all(&self) {
        while !self.ended() {
            // Looked at first: a lane that has ended brings nothing more to tell.
            let is_last = self.lanes.load(Ordering::Acquire) == 0;
            self.herald.tell_due(self.clock.now());
            if is_last && self.herald.left() == 0 {
                return;
            }
            thread::sleep(NAP);
        }
    }

    /// Waits for the next object that is due; none when all are delivered, or the run has ended.
    fn next_due(&self) -> Option<Box<Ready>> {
        let mut pool = lock(&self.pool);
        while !self.ended() {
            let now = self.clock.now();
            let wait = match pool.next(now) {
                Next::Due(ready) => return Some(ready),
                Next::At(due) => due.since(now).min(NAP),
                Next::Nothing if self.makers.load(Ordering::Relaxed) == 0 => return None,
                Next::Nothing => NAP,
            };
            pool = self.arrived.wait_timeout(pool, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }

    /// Writes down how full the pool is.
    pub(super) fn look(&self) {
        let pool = lock(&self.pool);
        let (overdue, _) = pool.overdue(self.clock.now());
        self.meter.with(|figures| {
            figures.queued_objects = (pool.len() + pool.under_way) as u64;
            figures.overdue_objects = overdue + pool.under_way as u64;
            figures.held_bytes = pool.held as u64;
            figures.peak_bytes = pool.peak as u64;
        });
    }
}

/// The indexes of a chapter's files in the order in which they are delivered.
pub(super) fn by_delivery(batches: &[Batch]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..batches.len()).collect();
    order.sort_by_key(|index| batches[*index].delivered_at);
    order
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
