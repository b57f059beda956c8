//! The buckets of an endpoint: the trail's own, and those that readers make, which live in memory until the end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Time;
use crate::serve::bucket::Bucket;
use crate::serve::memory::Memory;

/// All buckets, by name.
pub(crate) struct Buckets {
    name: String,
    own: Arc<dyn Bucket>,
    since: Time,
    others: Mutex<BTreeMap<String, (Arc<Memory>, Time)>>,
    /// Bytes in the others.
    used: Arc<AtomicU64>,
}

/// So many buckets can be made.
const MOST: usize = 1_000;

/// Why a bucket was not made or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is there already.
    Exists,
    /// There is no such bucket.
    Absent,
    /// Something is in it.
    NotEmpty,
    /// It is the trail's.
    Own,
    /// There are too many.
    TooMany,
}

impl Buckets {
    /// The trail's bucket, which has been there since some instant.
    pub(crate) fn new(name: String, own: Arc<dyn Bucket>, since: Time) -> Self {
        Self { name, own, since, others: Mutex::default(), used: Arc::default() }
    }

    /// A bucket, if there is one of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<dyn Bucket>> {
        if name == self.name {
            return Some(Arc::clone(&self.own));
        }
        self.others().get(name).map(|(bucket, _)| Arc::clone(bucket) as Arc<dyn Bucket>)
    }

    /// The names of all buckets in order, and since when they have been there.
    pub(crate) fn names(&self) -> Vec<(String, Time)> {
        let mut names: Vec<_> = self.others().iter().map(|(name, (_, since))| (name.clone(), *since)).collect();
        names.push((self.name.clone(), self.since));
        names.sort();
        names
    }

    /// Makes a bucket.
    pub(crate) fn make(&self, name: &str, now: Time) -> Result<(), Refusal> {
        let mut others = self.others();
        if name == self.name || others.contains_key(name) {
            return Err(Refusal::Exists);
        }
        if others.len() >= MOST {
            return Err(Refusal::TooMany);
        }
        others.insert(name.to_owned(), (Arc::new(Memory::sharing(&self.used)), now));
        Ok(())
    }

    /// Removes an empty bucket.
    pub(crate) fn remove(&self, name: &str) -> Result<(), Refusal> {
        let mut others = self.others();
        match others.get(name) {
            _ if name == self.name => Err(Refusal::Own),
            None => Err(Refusal::Absent),
            Some((bucket, _)) if !bucket.is_empty() => Err(Refusal::NotEmpty),
            Some(_) => {
                others.remove(name);
                Ok(())
            }
        }
    }

    fn others(&self) -> MutexGuard<'_, BTreeMap<String, (Arc<Memory>, Time)>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Buckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::{Headers, Object};

    #[test]
    fn buckets_come_and_go_and_the_own_one_stays() {
        let buckets = Buckets::new("trail".into(), Arc::new(Memory::default()), Time(5));
        assert_eq!(buckets.make("trail", Time(6)), Err(Refusal::Exists));
        assert_eq!(buckets.make("other", Time(6)), Ok(()));
        assert_eq!(buckets.make("other", Time(7)), Err(Refusal::Exists));
        assert_eq!(buckets.names(), [("other".to_owned(), Time(6)), ("trail".to_owned(), Time(5))]);
        let other = buckets.find("other").unwrap();
        other
            .put(Object { key: "a".into(), body: vec![1], sha256: None, headers: Headers::default() }, Time(8))
            .unwrap();
        assert_eq!(buckets.remove("other"), Err(Refusal::NotEmpty));
        other.delete("a").unwrap();
        assert_eq!((buckets.remove("other"), buckets.remove("other")), (Ok(()), Err(Refusal::Absent)));
        assert_eq!((buckets.remove("trail"), buckets.find("other").is_none()), (Err(Refusal::Own), true));
    }
}
