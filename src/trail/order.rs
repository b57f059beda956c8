//! Brings the files of chapters, which overlap in time, into the order of their keys.

use std::collections::BTreeMap;

use crate::clock::Time;

/// Holds back what may still be preceded by something of a later chapter.
#[derive(Debug)]
pub(crate) struct KeyOrder<T> {
    waiting: BTreeMap<(Time, u64, usize), T>,
}

impl<T> Default for KeyOrder<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new() }
    }
}

impl<T> KeyOrder<T> {
    /// Takes the `index`-th file of a chapter, which lies in this slot.
    pub(crate) fn push(&mut self, slot: Time, chapter: u64, index: usize, item: T) {
        self.waiting.insert((slot, chapter, index), item);
    }

    /// Gives back everything that lies before the files of this chapter, the first of which can lie in this slot, in the
    /// order of keys. Within a slot, that is the order of chapters.
    pub(crate) fn before(&mut self, slot: Time, chapter: u64) -> impl Iterator<Item = T> + use<T> {
        let later = self.waiting.split_off(&(slot, chapter, 0));
        std::mem::replace(&mut self.waiting, later).into_values()
    }

    /// Gives back everything that is left, in the order of keys.
    pub(crate) fn rest(&mut self) -> impl Iterator<Item = T> + use<T> {
        std::mem::take(&mut self.waiting).into_values()
    }
}
