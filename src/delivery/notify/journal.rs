//! Which objects were announced, so that a run that is gone on with announces the others, and those only.
//!
//! Eight bytes of each key's hash, one after the other. What was sent and not yet written down when a run was killed
//! is announced again: once at least, as AWS does it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The journal of a run.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// The marks of earlier runs, sorted.
    before: Vec<u64>,
}

impl Journal {
    /// Opens the journal in a folder; one that goes on keeps what is there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path, goes_on: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("announced");
        let mut before = Vec::new();
        if goes_on && path.exists() {
            let bytes = fs::read(&path)?;
            before.extend(bytes.as_chunks().0.iter().map(|mark| u64::from_le_bytes(*mark)));
            before.sort_unstable();
        }
        let marks: Vec<u8> = before.iter().flat_map(|mark| mark.to_le_bytes()).collect();
        // Anew, since a killed run may have left a part of a mark at the end.
        fs::write(&path, marks)?;
        Ok(Self { file: File::options().append(true).open(&path)?, before })
    }

    /// Whether an earlier run has announced the object.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.before.binary_search(&mark(key)).is_ok()
    }

    /// Notes objects that are announced.
    pub(super) fn note<'a>(&mut self, keys: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let marks: Vec<u8> = keys.flat_map(|key| mark(key).to_le_bytes()).collect();
        self.file.write_all(&marks)
    }
}

fn mark(key: &str) -> u64 {
    let hash = Sha256::digest(key);
    u64::from_le_bytes(hash[..8].try_into().expect("a hash has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_announced_is_known_to_the_next_run_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), false).unwrap();
        journal.note(["a", "b"].into_iter()).unwrap();
        assert!(!journal.has("a"));
        // A mark that was cut off.
        journal.file.write_all(&[1, 2, 3]).unwrap();
        let mut journal = Journal::open(folder.path(), true).unwrap();
        journal.note(["c"].into_iter()).unwrap();
        let journal = Journal::open(folder.path(), true).unwrap();
        assert_eq!(["a", "b", "c", "d"].map(|key| journal.has(key)), [true, true, true, false]);
        assert!(!Journal::open(folder.path(), false).unwrap().has("a"));
    }
}
