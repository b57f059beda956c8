//! A thread for each target, which sends in batches, tries again what failed, and counts.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, mem};

use super::packing::fitting;
use super::{Channel, Fault, Journal, Message, Notice, Shape, Turn, Voice};
use crate::clock::Time;

/// So many messages wait for a target; whoever brings one more waits too.
const WAITING: usize = 1_024;

/// How often a message is sent at most.
const ATTEMPTS: u32 = 8;

/// How long the first wait for another try is; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);

/// What became of the messages for a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// The target.
    pub target: String,
    /// Messages that it took.
    pub sent: u64,
    /// Messages of these that told of an object for the second time, on purpose.
    pub repeated: u64,
    /// Messages of these that told of an object before it was put, on purpose.
    pub early: u64,
    /// Objects that it was not told of, on purpose.
    pub withheld: u64,
    /// Objects that are no log files, where notifications are of log files only.
    pub left_out: u64,
    /// Messages that were sent again, each time counted.
    pub retried: u64,
    /// Messages that were given up.
    pub failed: u64,
    /// Why the last of them was.
    pub fault: Option<String>,
}

/// Tells all targets of objects that have come.
pub struct Announcer {
    voice: Voice,
    shape: Shape,
    lines: Vec<Line>,
    /// None until a run begins that keeps one.
    journal: Shelf,
    /// When notifications are set up, if that is to be told.
    set_up: Option<Time>,
}

type Shelf = Arc<Mutex<Option<Journal>>>;

/// The way to one target.
struct Line {
    is_topic: bool,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Item>,
    closed: bool,
    /// Nothing is sent again any more.
    hurries: bool,
    announced: Announced,
}

struct Item {
    message: Message,
    ticket: Option<Arc<Ticket>>,
}

/// What is told of an object, and how many targets have not been told.
struct Ticket {
    mark: String,
    turn: Turn,
    left: AtomicUsize,
}

impl Announcer {
    /// Starts a thread for each channel.
    #[must_use]
    pub fn start(voice: Voice, shape: Shape, channels: Vec<Box<dyn Channel>>) -> Self {
        let journal = Shelf::default();
        let lines = channels.into_iter().map(|channel| Line::start(channel, Arc::clone(&journal))).collect();
        Self { voice, shape, lines, journal, set_up: None }
    }

    /// The same, and it first sends what AWS sends when notifications are set up.
    #[must_use]
    pub fn set_up_at(mut self, at: Time) -> Self {
        self.set_up = Some(at);
        self
    }

    /// Begins to announce; with a folder, what is announced is noted there, and a run that goes on knows what was.
    ///
    /// # Errors
    /// The journal cannot be opened.
    pub fn begin(&self, journal: Option<(&Path, bool)>) -> io::Result<()> {
        if let Some((folder, goes_on)) = journal {
            *lock(&self.journal) = Some(Journal::open(folder, goes_on)?);
        }
        if let Some(at) = self.set_up {
            self.test(at);
        }
        Ok(())
    }

    /// The form of the messages.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether an earlier run has told of the object, or has left it out.
    #[must_use]
    pub fn has_announced(&self, key: &str, turn: Turn) -> bool {
        lock(&self.journal).as_ref().is_some_and(|journal| journal.has(&turn.mark(key)))
    }

    /// Brings the message about an object on its way. Waits while too many are. What lies among log files is left out
    /// where notifications are of log files only.
    pub fn announce(&self, notice: &Notice, turn: Turn) {
        if notice.is_stray && !self.shape.tells_of_strays() {
            return self.leave_out(notice, |announced| announced.left_out += 1);
        }
        let mark = turn.mark(&notice.key);
        let ticket = Arc::new(Ticket { mark, turn, left: AtomicUsize::new(self.lines.len()) });
        for line in &self.lines {
            let message = self.voice.message(self.shape, notice, line.is_topic);
            line.shared.push(Item { message, ticket: Some(Arc::clone(&ticket)) });
        }
    }

    /// Tells nobody of an object, on purpose.
    pub fn withhold(&self, notice: &Notice) {
        self.leave_out(notice, |announced| announced.withheld += 1);
    }

    fn leave_out(&self, notice: &Notice, count: impl Fn(&mut Announced)) {
        for line in &self.lines {
            count(&mut lock(&line.shared.state).announced);
        }
        note(&self.journal, &[&Turn::Usual.mark(&notice.key)]);
    }

    fn test(&self, at: Time) {
        for line in &self.lines {
            if let Some(message) = self.voice.test(self.shape, at, line.is_topic) {
                line.shared.push(Item { message, ticket: None });
            }
        }
    }

    /// What became of the messages so far.
    #[must_use]
    pub fn announced(&self) -> Vec<Announced> {
        self.lines.iter().map(|line| lock(&line.shared.state).announced.clone()).collect()
    }

    /// From now on nothing is sent again: somebody waits for the end.
    pub fn hurry(&self) {
        for line in &self.lines {
            lock(&line.shared.state).hurries = true;
        }
    }

    /// Waits until everything is sent or given up.
    #[must_use]
    pub fn finish(mut self) -> Vec<Announced> {
        self.close();
        self.announced()
    }

    fn close(&mut self) {
        for line in &self.lines {
            lock(&line.shared.state).closed = true;
            line.shared.changed.notify_all();
        }
        for thread in self.lines.iter_mut().filter_map(|line| line.thread.take()) {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Line {
    fn start(channel: Box<dyn Channel>, journal: Shelf) -> Self {
        let announced = Announced { target: channel.name(), ..Announced::default() };
        let state = Mutex::new(State { announced, ..State::default() });
        let shared = Arc::new(Shared { state, changed: Condvar::new() });
        let is_topic = channel.is_topic();
        let sender = Sender { channel, shared: Arc::clone(&shared), journal, attempts: ATTEMPTS };
        Self { is_topic, shared, thread: Some(thread::spawn(move || sender.send_all())) }
    }
}

impl Shared {
    fn push(&self, item: Item) {
        let full = |state: &mut State| state.waiting.len() >= WAITING;
        let mut state = self.changed.wait_while(lock(&self.state), full).unwrap_or_else(PoisonError::into_inner);
        state.waiting.push_back(item);
        self.changed.notify_all();
    }

    /// The messages of the next request; none when there will be no more.
    fn next(&self) -> Option<Vec<Item>> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.changed.wait_while(lock(&self.state), idle).unwrap_or_else(PoisonError::into_inner);
        let fitting = fitting(&state.waiting, |item| &item.message);
        let batch: Vec<Item> = state.waiting.drain(..fitting).collect();
        self.changed.notify_all();
        (!batch.is_empty()).then_some(batch)
    }
}

/// What a target's thread has.
struct Sender {
    channel: Box<dyn Channel>,
    shared: Arc<Shared>,
    journal: Shelf,
    /// How often a message is sent at most: once only, after others were sent in vain, until one is taken.
    attempts: u32,
}

impl Sender {
    fn send_all(mut self) {
        while let Some(batch) = self.shared.next() {
            self.send(batch);
        }
    }

    /// Sends a request, and those of its messages that were not taken again.
    fn send(&mut self, mut batch: Vec<Item>) {
        for attempt in 1.. {
            let messages: Vec<Message> = batch.iter().map(|item| item.message.clone()).collect();
            let mut faults = self.channel.send(&messages);
            faults.resize(batch.len(), None);
            let is_last = attempt >= self.attempts || lock(&self.shared.state).hurries;
            let (mut taken, mut again) = (Vec::new(), Vec::new());
            for (item, fault) in mem::take(&mut batch).into_iter().zip(faults) {
                match fault {
                    None => taken.push(item),
                    Some(fault) if fault.is_final || is_last => self.give_up(fault),
                    Some(_) => again.push(item),
                }
            }
            self.attempts = if !taken.is_empty() {
                ATTEMPTS
            } else if is_last {
                1
            } else {
                self.attempts
            };
            self.settle(&taken, again.len());
            if again.is_empty() {
                return;
            }
            batch = again;
            thread::sleep(PAUSE * 2_u32.pow(attempt - 1));
        }
    }

    fn give_up(&self, fault: Fault) {
        let mut state = lock(&self.shared.state);
        state.announced.failed += 1;
        state.announced.fault = Some(fault.what);
    }

    /// Counts, and writes down the objects of which all targets have been told.
    fn settle(&self, taken: &[Item], again: usize) {
        let tickets = || taken.iter().filter_map(|item| item.ticket.as_ref());
        let of = |turn| tickets().filter(|ticket| ticket.turn == turn).count() as u64;
        let mut state = lock(&self.shared.state);
        state.announced.sent += taken.len() as u64;
        state.announced.repeated += of(Turn::Again);
        state.announced.early += of(Turn::Early);
        state.announced.retried += again as u64;
        drop(state);
        let is_last = |ticket: &&Arc<Ticket>| ticket.left.fetch_sub(1, Ordering::AcqRel) == 1;
        let told: Vec<&str> = tickets().filter(is_last).map(|ticket| ticket.mark.as_str()).collect();
        note(&self.journal, &told);
    }
}

/// Writes down what was told. What is not written down is told again by a run that goes on: that is allowed.
fn note(journal: &Shelf, marks: &[&str]) {
    let _ = lock(journal).as_mut().map(|journal| journal.note(marks.iter().copied()));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
