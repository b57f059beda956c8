//! How far a run is: a bar on a terminal, and a stopwatch.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressState, ProgressStyle};

use crate::audit;
use crate::run::Progress;

/// A bar on standard error; nothing at all when that is no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    objects: Arc<AtomicU64>,
}

/// The bar takes the columns that the words leave, some even of 60.
const TEMPLATE: &str = "[{wide_bar}] {human_pos} events, {files} files, {rate}/s, {rest}";

/// The same for bytes that are read.
const READING: &str = "[{wide_bar}] {bytes}, {files} files, {bytes_per_sec}, {rest}";

/// The same for the objects that a manifest lists.
const MANIFEST: &str = "[{wide_bar}] {bytes} of the manifest, {files} objects, {rest}";

/// How often the bar is drawn when nothing arrives.
const TICK: Duration = Duration::from_millis(200);

impl Bar {
    /// The bar for a run of so many events, which says so when `stop` has been asked for.
    pub(crate) fn new(events: u64, stop: &'static AtomicBool) -> Self {
        Self::with(TEMPLATE, events, stop)
    }

    /// The bar for reading files.
    pub(crate) fn reading(stop: &'static AtomicBool) -> Self {
        Self::with(READING, 0, stop)
    }

    /// The bar for reading a manifest.
    pub(crate) fn manifest(stop: &'static AtomicBool) -> Self {
        Self::with(MANIFEST, 0, stop)
    }

    fn with(template: &str, length: u64, stop: &'static AtomicBool) -> Self {
        let objects = Arc::new(AtomicU64::new(0));
        let bar = ProgressBar::new(length).with_style(style(template, Arc::clone(&objects), stop));
        if !bar.is_hidden() {
            bar.enable_steady_tick(TICK);
        }
        Self { bar, objects }
    }

    /// Shows how far the run is. Cheap: it is drawn a few times per second only.
    pub(crate) fn show(&self, progress: Progress) {
        self.objects.store(progress.objects, Ordering::Relaxed);
        self.bar.set_position(progress.events);
    }

    /// Shows how far reading is.
    pub(crate) fn show_read(&self, progress: audit::Progress) {
        self.objects.store(progress.files, Ordering::Relaxed);
        self.bar.set_length(progress.all_bytes);
        self.bar.set_position(progress.bytes);
    }

    /// Writes lines without the bar getting in their way.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str, objects: Arc<AtomicU64>, stop: &'static AtomicBool) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let style = style.progress_chars("=> ");
    let style = style.with_key("files", move |_: &ProgressState, out: &mut dyn fmt::Write| {
        say(out, &HumanCount(objects.load(Ordering::Relaxed)));
    });
    let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
        say(out, &HumanCount(state.per_sec() as u64));
    });
    style.with_key("rest", |state: &ProgressState, out: &mut dyn fmt::Write| {
        say(out, &rest(state, stop.load(Ordering::Relaxed)));
    })
}

/// How long the rest will take; unknown as long as nothing is done.
fn rest(state: &ProgressState, is_stopping: bool) -> String {
    match (is_stopping, state.pos()) {
        (true, _) => "stopping".to_owned(),
        (false, 0) => "? left".to_owned(),
        (false, _) => format!("{:#} left", HumanDuration(state.eta())),
    }
}

/// A bar that cannot be drawn is no reason to fail.
fn say(out: &mut dyn fmt::Write, words: &dyn fmt::Display) {
    let _ = write!(out, "{words}");
}

/// Tells how long something took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "how long a run took is told to people and decides no byte")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_templates() {
        assert!([TEMPLATE, READING, MANIFEST].iter().all(|template| ProgressStyle::with_template(template).is_ok()));
    }
}
