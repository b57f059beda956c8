//! Files read by several threads, and what they came to handed out one after the other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use super::Error;
use super::item::Item;

/// How many files may be ahead of the one that is handed out next.
const AHEAD: usize = 256;

/// Does `read` with all files and gives `each` what they came to, in order. Stops at the first failure.
pub(super) fn in_order<T: Send>(
    items: &[Item],
    threads: usize,
    stop: &AtomicBool,
    read: &(dyn Fn(&Item) -> Result<T, Error> + Sync),
    each: &mut dyn FnMut(&Item, T) -> Result<(), Error>,
) -> Result<(), Error> {
    let (next, pace) = (AtomicUsize::new(0), Pace::default());
    let work = |send: mpsc::Sender<_>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else { break };
            if !pace.wait(number) || stop.load(Ordering::Relaxed) {
                break;
            }
            // Nobody listens only when everything is over.
            let _ = send.send((number, read(item)));
        }
        // The others may wait for a file that is not read any more.
        if stop.load(Ordering::Relaxed) {
            pace.end();
        }
    };
    thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            let (send, work) = (send.clone(), &work);
            scope.spawn(move || work(send));
        }
        drop(send);
        let (mut waiting, mut done) = (BTreeMap::new(), 0);
        for (number, report) in receive {
            waiting.insert(number, report);
            while let Some(report) = waiting.remove(&done) {
                let given = report.and_then(|report| each(&items[done], report));
                if given.is_err() {
                    pace.end();
                    return given;
                }
                done += 1;
            }
            pace.go(done);
        }
        Ok(())
    })
}

/// Holds threads back that are far ahead, so that what they found does not pile up behind a large file.
#[derive(Default)]
struct Pace {
    done: Mutex<Done>,
    moved: Condvar,
}

#[derive(Default)]
struct Done {
    files: usize,
    is_over: bool,
}

impl Pace {
    /// Waits until the file of this number may be begun; false when none may any more.
    fn wait(&self, number: usize) -> bool {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let is_far = |done: &mut Done| !done.is_over && number > done.files + AHEAD;
        !self.moved.wait_while(done, is_far).unwrap_or_else(PoisonError::into_inner).is_over
    }

    /// So many files are handed out.
    fn go(&self, files: usize) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).files = files;
        self.moved.notify_all();
    }

    /// No file is begun any more.
    fn end(&self) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.moved.notify_all();
    }
}
