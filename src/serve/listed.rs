//! What the manifests beside a trail say of its objects, found by key without holding it all in memory.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::clock::Time;
use crate::trail::Headers;

/// The manifests of a directory: of each object's line, where it begins.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    manifests: Vec<PathBuf>,
    /// Hash of the key, manifest, and place of the line in it; in order.
    lines: Vec<(u64, u16, u64)>,
}

/// What a manifest says of an object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    key: String,
    /// Its length.
    pub(crate) bytes: u64,
    delivered_at: String,
    /// What is stored beside it.
    pub(crate) headers: Headers,
}

impl Line {
    /// When the object was delivered.
    pub(crate) fn delivered_at(&self) -> Option<Time> {
        Time::parse(&self.delivered_at, Time(0))
    }
}

/// Only as much of a line as finding it needs.
#[derive(Deserialize)]
struct KeyOnly {
    key: String,
}

impl Listed {
    /// Reads the manifests in a folder; there may be none.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut listed = Self::default();
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listed),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("manifest") && name.ends_with(".jsonl") {
                listed.manifests.push(path);
            }
        }
        listed.manifests.sort();
        for (number, path) in (0..).zip(&listed.manifests) {
            collect(path, number, &mut listed.lines)?;
        }
        listed.lines.sort_unstable();
        Ok(listed)
    }

    /// The line of an object, from the last manifest that has one.
    pub(crate) fn find(&self, key: &str) -> io::Result<Option<Line>> {
        let hash = hash(key);
        let from = self.lines.partition_point(|(other, ..)| *other < hash);
        let same = self.lines[from..].iter().take_while(|(other, ..)| *other == hash);
        let mut found = None;
        for (_, manifest, place) in same {
            let mut file = BufReader::new(File::open(&self.manifests[usize::from(*manifest)])?);
            file.seek(SeekFrom::Start(*place))?;
            let mut text = String::new();
            file.read_line(&mut text)?;
            // A manifest that has been replaced since has other lines there.
            found = serde_json::from_str(&text).ok().filter(|line: &Line| line.key == key).or(found);
        }
        Ok(found)
    }
}

fn collect(path: &Path, number: u16, lines: &mut Vec<(u64, u16, u64)>) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 18, File::open(path)?);
    let (mut text, mut place) = (Vec::new(), 0);
    loop {
        text.clear();
        let length = file.read_until(b'\n', &mut text)?;
        if length == 0 {
            return Ok(());
        }
        // The first line and the last have no key; a line that is no JSON helps nobody.
        if let Ok(KeyOnly { key }) = serde_json::from_slice(&text) {
            lines.push((hash(&key), number, place));
        }
        place += length as u64;
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        assert!(Listed::read(&place.path().join("none")).unwrap().find("a").unwrap().is_none());
        let line = |key: &str, bytes: u64| {
            let headers = r#"{"contentType":"text/plain","metadata":{"signature":"00ff"}}"#;
            let time = "2026-03-02T00:00:01.500Z";
            format!(
                "{{\"type\":\"object\",\"key\":\"{key}\",\"bytes\":{bytes},\"deliveredAt\":\"{time}\",\"headers\":{headers}}}\n"
            )
        };
        let first = ["{\"type\":\"header\"}\n", &line("a", 1), &line("b/ä", 2), "{\"type\":\"footer\"}\n"].concat();
        fs::write(place.path().join("manifest-1-of-2.jsonl"), first).unwrap();
        fs::write(place.path().join("manifest-2-of-2.jsonl"), [&line("c", 3), "no json\n", &line("a", 4)].concat())
            .unwrap();
        let listed = Listed::read(place.path()).unwrap();
        for (key, bytes) in [("a", 4), ("b/ä", 2), ("c", 3)] {
            let found = listed.find(key).unwrap().unwrap();
            assert_eq!((found.bytes, found.delivered_at()), (bytes, Some(Time(1_772_409_601_500))));
            assert_eq!(found.headers.metadata["signature"], "00ff");
        }
        assert!(listed.find("d").unwrap().is_none());
    }
}
