//! Work done by several threads, what came of it handed out in order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// So many items are on their way at once for each thread.
const AHEAD: usize = 8;

/// Does `work` with all items and gives the results to `each`, in order, until `stop`.
pub(super) fn in_order<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    stop: &AtomicBool,
    work: &(dyn Fn(&I) -> T + Sync),
    each: &mut dyn FnMut(&I, T),
) {
    for items in items.chunks(AHEAD * threads.max(1)) {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let next = AtomicUsize::new(0);
        let done: Vec<Mutex<Option<T>>> = items.iter().map(|_| Mutex::new(None)).collect();
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, items.len()) {
                scope.spawn(|| {
                    while let Some((number, item)) =
                        Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|number| Some((number, items.get(number)?)))
                    {
                        *done[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(work(item));
                    }
                });
            }
        });
        for (item, done) in items.iter().zip(done) {
            let result = done.into_inner().unwrap_or_else(PoisonError::into_inner);
            each(item, result.expect("every item is worked on"));
        }
    }
}
