//! What files hold, chapter by chapter, the chapters that were asked for last being kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::trail::{Contents, Trail};

/// How many chapters are kept: more than have files in a slot of a busy trail, and at most some 40 MB.
const MOST: usize = 1_024;

/// When a chapter was asked for last, and its files.
type Kept = (u64, Rc<Vec<Contents>>);

/// Plays chapters and keeps what their files hold.
#[derive(Default)]
pub(super) struct Layouts {
    kept: BTreeMap<(usize, u64), Kept>,
    asked: u64,
}

impl Layouts {
    /// What the file of a key holds, and its stream; `None` when the trail has no such file.
    pub(super) fn of(&mut self, trail: &Trail, key: &str) -> Option<(usize, Contents)> {
        let (stream, number) = trail.chapter_of(key)?;
        let files = self.chapter(trail, stream, number);
        let place = files.binary_search_by(|contents| contents.key.as_str().cmp(key)).ok()?;
        Some((stream, files[place].clone()))
    }

    fn chapter(&mut self, trail: &Trail, stream: usize, number: u64) -> Rc<Vec<Contents>> {
        self.asked += 1;
        if let Some((asked, files)) = self.kept.get_mut(&(stream, number)) {
            *asked = self.asked;
            return Rc::clone(files);
        }
        if self.kept.len() >= MOST {
            let oldest = self.kept.iter().min_by_key(|(_, (asked, _))| *asked).map(|(at, _)| *at);
            oldest.and_then(|at| self.kept.remove(&at));
        }
        let files = Rc::new(trail.contents(stream, &trail.activity.chapter(stream, number)));
        self.kept.insert((stream, number), (self.asked, Rc::clone(&files)));
        files
    }
}
