//! A bucket in memory, for what readers put there until the server ends.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::clock::Time;
use crate::serve::bucket::{About, Bucket, Content, Stored, Trouble, etag};
use crate::trail::Object;

/// What all buckets in memory may hold together.
const MOST: u64 = 1 << 30;

/// A bucket in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    objects: Mutex<BTreeMap<String, Stored>>,
    /// Bytes in all buckets that share this.
    used: Arc<AtomicU64>,
}

impl Memory {
    /// A bucket that shares its limit with others.
    pub(crate) fn sharing(used: &Arc<AtomicU64>) -> Self {
        Self { objects: Mutex::default(), used: Arc::clone(used) }
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects().is_empty()
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Stored>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an object costs, with something for its place.
fn cost(key: &str, size: u64) -> u64 {
    size + key.len() as u64 + 512
}

impl Bucket for Memory {
    fn walk(&self, from: &[u8], prefix: &str, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Trouble> {
        let mut from = from.to_vec();
        loop {
            // A few keys at a time, because `each` may want to look at the objects.
            let some: Vec<String> = {
                let objects = self.objects();
                let first = prefix.as_bytes().max(&from).to_vec();
                let after = |key: &&String| key.as_bytes() >= first.as_slice();
                let start = String::from_utf8_lossy(&first[..valid(&first)]).into_owned();
                let range = objects.range::<String, _>((Bound::Included(start), Bound::Unbounded));
                let keys = range.map(|(key, _)| key).filter(after);
                keys.take_while(|key| key.starts_with(prefix)).take(1_000).cloned().collect()
            };
            match some.last() {
                None => return Ok(()),
                Some(last) => from = [last.as_bytes(), b"\0"].concat(),
            }
            if !some.iter().all(|key| each(key)) {
                return Ok(());
            }
        }
    }

    fn head(&self, key: &str) -> Result<Option<About>, Trouble> {
        Ok(self.objects().get(key).map(|stored| stored.about.clone()))
    }

    fn get(&self, key: &str) -> Result<Option<Stored>, Trouble> {
        Ok(self.objects().get(key).cloned())
    }

    fn put(&self, object: Object, now: Time) -> Result<String, Trouble> {
        let etag = etag(&object.body);
        let size = object.body.len() as u64;
        let cost_of_it = cost(&object.key, size);
        if self.used.fetch_add(cost_of_it, Ordering::Relaxed) + cost_of_it > MOST {
            self.used.fetch_sub(cost_of_it, Ordering::Relaxed);
            return Err(Trouble::Full);
        }
        let about = About { size, etag: etag.clone(), modified: now, headers: object.headers };
        let stored = Stored { about, body: Content::Bytes(Bytes::from(object.body)) };
        if let Some(old) = self.objects().insert(object.key.clone(), stored) {
            self.used.fetch_sub(cost(&object.key, old.about.size), Ordering::Relaxed);
        }
        Ok(etag)
    }

    fn delete(&self, key: &str) -> Result<(), Trouble> {
        if let Some(old) = self.objects().remove(key) {
            self.used.fetch_sub(cost(key, old.about.size), Ordering::Relaxed);
        }
        Ok(())
    }
}

/// How many of the bytes are whole letters.
fn valid(bytes: &[u8]) -> usize {
    str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::Headers;

    #[test]
    fn what_is_too_much_is_refused_and_what_is_removed_makes_room() {
        let bucket = Memory::default();
        let object = |key: &str, size: usize| Object {
            key: key.into(),
            body: vec![0; size],
            sha256: None,
            headers: Headers::default(),
        };
        bucket.used.store(MOST - 10_000, Ordering::Relaxed);
        bucket.put(object("a", 8_000), Time(1)).unwrap();
        assert!(matches!(bucket.put(object("b", 8_000), Time(1)), Err(Trouble::Full)));
        bucket.delete("a").unwrap();
        bucket.put(object("b", 8_000), Time(1)).unwrap();
        assert!(bucket.head("a").unwrap().is_none() && !bucket.is_empty());
        bucket.delete("b").unwrap();
        assert_eq!(bucket.used.load(Ordering::Relaxed), MOST - 10_000);
    }
}
