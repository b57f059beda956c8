//! Ctrl-C, and requests of the system to end: the first one stops in order, the second one ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;

static STOP: AtomicBool = AtomicBool::new(false);

/// Becomes true when the user, or the system, wants the run to end.
pub(crate) fn watch() -> &'static AtomicBool {
    // Without the handler a signal ends the program at once, which leaves no partial file either.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Interrupted.code().into());
        }
    });
    &STOP
}
