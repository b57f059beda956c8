//! What a live run tells of itself while it goes on: for the status line, for scrapers and for the final report.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::lateness::{Lateness, Passage};
use crate::delivery::Delivered;
use crate::trail::ObjectLine;

/// The figures of a run so far.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Events delivered, those that lay there already included.
    pub events: u64,
    /// Objects delivered.
    pub objects: u64,
    /// Objects that were written now.
    pub written: u64,
    /// Objects that lay there already.
    pub already_there: u64,
    /// Bytes of the objects before compression.
    pub raw_bytes: u64,
    /// Bytes of the objects.
    pub bytes: u64,
    /// How late the written ones were.
    pub lateness: Lateness,
    /// How late the one was that was written last.
    pub last_late: Duration,
    /// Objects that are finished and not delivered.
    pub queued_objects: u64,
    /// Objects of these that are due.
    pub overdue_objects: u64,
    /// Bytes of finished objects in memory.
    pub held_bytes: u64,
    /// The most that there ever were.
    pub peak_bytes: u64,
    /// How often there was no room for more finished objects while some were due.
    pub full: u64,
}

/// Where a run writes its figures.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Figures>);

impl Meter {
    /// The figures as they are now.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes or reads them in place.
    pub fn with<T>(&self, change: impl FnOnce(&mut Figures) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a delivered object.
    pub(super) fn delivered(&self, line: &ObjectLine, delivered: Delivered, passage: &Passage) {
        self.with(|figures| {
            figures.events += line.events();
            figures.objects += 1;
            figures.raw_bytes += line.raw_bytes;
            figures.bytes += line.bytes;
            match delivered {
                Delivered::AlreadyThere => figures.already_there += 1,
                Delivered::Written => {
                    figures.written += 1;
                    let parts = passage.parts();
                    figures.lateness.record(parts);
                    figures.last_late = parts.total;
                }
            }
        });
    }
}
