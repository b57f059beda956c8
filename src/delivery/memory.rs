//! A destination that keeps everything in memory: for tests, and for programs that embed mocktrail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Delivered, Destination, Error, Headers, Object, Report};

/// Objects by key. Grows with the trail, so it is for small ones.
#[derive(Debug, Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<String, (Vec<u8>, Headers)>>,
    overwrite: bool,
    stopped: AtomicBool,
}

impl Memory {
    /// An empty place; `overwrite` replaces other bytes under a key.
    #[must_use]
    pub fn new(overwrite: bool) -> Self {
        Self { overwrite, ..Self::default() }
    }

    /// The bytes and headers under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<(Vec<u8>, Headers)> {
        self.locked().get(key).cloned()
    }

    /// Everything delivered so far, by key; leaves the place empty.
    #[must_use]
    pub fn take(&self) -> BTreeMap<String, (Vec<u8>, Headers)> {
        std::mem::take(&mut self.locked())
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, (Vec<u8>, Headers)>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, object: Object) -> Result<Delivered, Error> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        let mut objects = self.locked();
        match objects.get(&object.key) {
            Some((body, _)) if *body == object.body => return Ok(Delivered::AlreadyThere),
            Some(_) if !self.overwrite => return Err(Error::Foreign { place: object.key }),
            _ => objects.insert(object.key, (object.body, object.headers)),
        };
        Ok(Delivered::Written)
    }
}

impl Destination for Memory {
    fn prepare(&self) -> Result<(), Error> {
        Ok(())
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        let sizes: Vec<(String, u64)> =
            self.locked().iter().map(|(key, (body, _))| (key.clone(), body.len() as u64)).collect();
        let _ = sizes.iter().filter(|(key, _)| key.starts_with(prefix)).all(|(key, size)| each(key, *size));
        Ok(())
    }

    fn put(&self, object: Object, report: Report) {
        report(self.store(object));
    }

    fn finish(&self) {}

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn name(&self) -> String {
        "memory".into()
    }
}
