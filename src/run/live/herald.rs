//! Tells consumers of objects: when they have come, and what is told before that or once more, when that is due.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Timetable;
use super::agenda::FileId;
use crate::clock::Moment;
use crate::delivery::Delivered;
use crate::delivery::notify::{Announcer, Notice, Telling, Turn};
use crate::trail::LogFile;

/// What is told before its object is put is told so long before.
const EARLY: Duration = Duration::from_secs(1);

/// Tells of objects, if there is somebody who is told.
pub(super) struct Herald<'a> {
    announcer: Option<&'a Announcer>,
    table: Timetable,
    /// What is told at a time of its own. An object has one such notification at most.
    waiting: Mutex<BTreeMap<(Moment, FileId), (Notice, Turn)>>,
}

impl<'a> Herald<'a> {
    pub(super) const fn new(announcer: Option<&'a Announcer>, table: Timetable) -> Self {
        Self { announcer, table, waiting: Mutex::new(BTreeMap::new()) }
    }

    /// What there is to tell of a file that is made; early, if that is how it is told.
    pub(super) fn notice(&self, id: FileId, due: Moment, file: &LogFile) -> Option<Notice> {
        let announcer = self.announcer?;
        let notice = Notice::new(&file.object.key, &file.object.body, file.delivered_at)
            .with_faults(file.is_stray, &file.faults);
        if notice.telling == Telling::Early && !announcer.has_announced(&notice.key, Turn::Early) {
            self.waiting().insert((due.before(EARLY), id), (notice.clone(), Turn::Early));
        }
        Some(notice)
    }

    /// An object is put now: what must be told before that is told at last.
    pub(super) fn before_put(&self, id: FileId, due: Moment) {
        let early = self.waiting().remove(&(due.before(EARLY), id));
        self.tell(early);
    }

    /// An object has come, or lay there already: then it is told of unless an earlier run did so.
    pub(super) fn after_put(&self, id: FileId, delivered: Delivered, notice: Option<Notice>) {
        let Some((announcer, notice)) = self.announcer.zip(notice) else { return };
        let is_new = |turn| delivered == Delivered::Written || !announcer.has_announced(&notice.key, turn);
        match notice.telling {
            Telling::Early => {}
            Telling::Never if is_new(Turn::Usual) => announcer.withhold(&notice),
            _ if is_new(Turn::Usual) => announcer.announce(&notice, Turn::Usual),
            _ => {}
        }
        if let Telling::Twice(at) = notice.telling
            && is_new(Turn::Again)
        {
            self.waiting().insert((self.table.due(at), id), (notice, Turn::Again));
        }
    }

    /// Tells what is due at a moment.
    pub(super) fn tell_due(&self, now: Moment) {
        let next = || self.waiting().first_entry().filter(|first| first.key().0 <= now).map(OccupiedEntry::remove);
        while let Some(told) = next() {
            self.tell(Some(told));
        }
    }

    fn tell(&self, told: Option<(Notice, Turn)>) {
        let Some((announcer, (notice, turn))) = self.announcer.zip(told) else { return };
        announcer.announce(&notice, turn);
    }

    /// Notifications about objects that have come, and that are to be told once more.
    pub(super) fn left(&self) -> u64 {
        self.waiting().values().filter(|(_, turn)| *turn == Turn::Again).count() as u64
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<(Moment, FileId), (Notice, Turn)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
