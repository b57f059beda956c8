//! The files of the chapters that were asked for last, made once and kept while there is room.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use lru::LruCache;

use crate::clock::Time;
use crate::serve::bucket::{About, etag};
use crate::trail::{Encoder, LogFile, Trail};

/// All files of one chapter, in the order of their keys.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) files: Vec<File>,
    bytes: usize,
}

/// A file of a chapter.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) slot: Time,
    pub(crate) key: String,
    pub(crate) about: About,
    pub(crate) body: Bytes,
}

impl Shelf {
    fn make(trail: &Trail, stream: usize, number: u64, encoder: &mut Encoder) -> Self {
        let chapter = trail.activity.chapter(stream, number);
        let batches = trail.batches(stream, &chapter);
        let files: Vec<File> = batches
            .iter()
            .map(|batch| File::new(batch.slot, trail.log_file(stream, &chapter, batch, encoder)))
            .collect();
        // Headers are a few short texts.
        let bytes = files.iter().map(|file| file.body.len() + file.key.len() + size_of::<File>() + 128).sum();
        Self { files, bytes }
    }

    /// The files in a slot.
    pub(crate) fn in_slot(&self, slot: Time) -> &[File] {
        let from = self.files.partition_point(|file| file.slot < slot);
        let to = self.files.partition_point(|file| file.slot <= slot);
        &self.files[from..to]
    }

    /// The next slot with files.
    pub(crate) fn slot_after(&self, slot: Time) -> Option<Time> {
        self.files.get(self.files.partition_point(|file| file.slot <= slot)).map(|file| file.slot)
    }

    /// The file of a key.
    pub(crate) fn file(&self, key: &str) -> Option<&File> {
        self.files.binary_search_by(|file| file.key.as_str().cmp(key)).ok().map(|index| &self.files[index])
    }
}

impl File {
    fn new(slot: Time, file: LogFile) -> Self {
        let object = file.object;
        let about = About {
            size: object.body.len() as u64,
            etag: etag(&object.body),
            modified: file.delivered_at,
            headers: object.headers,
        };
        Self { slot, key: object.key, about, body: Bytes::from(object.body) }
    }
}

/// A chapter that is being made, or is made.
type Place = Arc<OnceLock<Arc<Shelf>>>;

/// The shelves of a trail, the least used of which give way when their bytes are too many.
#[derive(Debug)]
pub(crate) struct Shelves {
    trail: Arc<Trail>,
    most: usize,
    kept: Mutex<Kept>,
    encoders: Mutex<Vec<Encoder>>,
}

#[derive(Debug)]
struct Kept {
    /// With each place the bytes that are counted for it: none while it is being made.
    places: LruCache<(usize, u64), (Place, usize)>,
    bytes: usize,
}

impl Shelves {
    /// Keeps at most so many bytes, and always the last shelf.
    pub(crate) fn new(trail: Arc<Trail>, most: usize) -> Self {
        let kept = Mutex::new(Kept { places: LruCache::unbounded(), bytes: 0 });
        Self { trail, most, kept, encoders: Mutex::default() }
    }

    /// The files of a chapter. Whoever asks meanwhile for the same ones waits for them.
    pub(crate) fn shelf(&self, stream: usize, number: u64) -> Arc<Shelf> {
        let place = Arc::clone(&self.kept().places.get_or_insert((stream, number), Default::default).0);
        let mut made = false;
        let files = Arc::clone(place.get_or_init(|| {
            made = true;
            Arc::new(self.make(stream, number))
        }));
        if made {
            self.keep((stream, number), &place, files.bytes);
        }
        files
    }

    fn make(&self, stream: usize, number: u64) -> Shelf {
        let spare = || self.encoders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut encoder = spare().pop().unwrap_or_else(|| self.trail.encoder());
        let made = Shelf::make(&self.trail, stream, number, &mut encoder);
        spare().push(encoder);
        made
    }

    /// Counts a new shelf, unless it has had to give way already, and makes room.
    fn keep(&self, at: (usize, u64), place: &Place, bytes: usize) {
        let mut kept = self.kept();
        match kept.places.peek_mut(&at) {
            Some((there, counted)) if Arc::ptr_eq(there, place) => *counted = bytes,
            _ => return,
        }
        kept.bytes += bytes;
        while kept.bytes > self.most && kept.places.len() > 1 {
            let Some((_, (_, counted))) = kept.places.pop_lru() else { return };
            kept.bytes -= counted;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, Scenario};

    #[test]
    fn shelves_are_kept_while_there_is_room() {
        let trail = Arc::new(Trail::new(Arc::new(Plan::new(Scenario::new().events(30_000)).unwrap())));
        let one = Shelves::new(Arc::clone(&trail), usize::MAX).shelf(0, 0).bytes;
        let shelves = Shelves::new(trail, one * 2);
        for _ in 0..2 {
            for number in 0..7 {
                assert!(!shelves.shelf(0, number).files.is_empty());
                let kept = shelves.kept();
                assert!(
                    kept.bytes <= one * 2 && kept.places.len() <= 5,
                    "{} of {one} in {}",
                    kept.bytes,
                    kept.places.len()
                );
            }
        }
        assert!(Arc::ptr_eq(&shelves.shelf(0, 6), &shelves.shelf(0, 6)));
        let again = shelves.shelf(0, 0);
        assert_eq!(again.file(&again.files[5].key).unwrap().body, again.files[5].body);
    }
}
