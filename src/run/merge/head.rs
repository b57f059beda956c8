//! Both ends of a shard's manifest: who it is, where it begins, and whether it is whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::MergeError;
use crate::shard::Shard;

/// What a shard's manifest says of itself.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) path: PathBuf,
    pub(super) shard: Shard,
    /// The header, as it stands there.
    pub(super) header: String,
    /// The key of its first log file, if it has any.
    pub(super) first_key: Option<String>,
    /// The events that its footer counts.
    pub(super) events: u64,
}

/// The footer, as far as it is needed.
#[derive(Deserialize)]
struct Footer {
    r#type: String,
    events: u64,
    #[serde(default)]
    interrupted: bool,
}

#[derive(Deserialize)]
struct First {
    key: Option<String>,
}

/// A footer is shorter than that.
const TAIL: u64 = 4_096;

impl Head {
    /// Reads the ends of a manifest.
    pub(super) fn read(path: &Path) -> Result<Self, MergeError> {
        let failed = |cause| MergeError::Read { path: path.to_owned(), cause };
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let header = line(&mut file).map_err(failed)?;
        let shard = shard_in(&header, path)?;
        let first = line(&mut file).map_err(failed)?;
        let first_key = serde_json::from_str::<First>(&first).ok().and_then(|first| first.key);
        let footer = tail(file.into_inner()).map_err(failed)?.filter(|footer| footer.r#type == "footer");
        match footer {
            None => Err(MergeError::NoEnd { path: path.to_owned() }),
            Some(footer) if footer.interrupted => Err(MergeError::Interrupted { shard, path: path.to_owned() }),
            Some(footer) => Ok(Self { path: path.to_owned(), shard, header, first_key, events: footer.events }),
        }
    }

    /// The scenario in its header.
    pub(super) fn scenario(&self) -> Value {
        serde_json::from_str::<Value>(&self.header).map_or(Value::Null, |mut header| header["scenario"].take())
    }
}

fn line(file: &mut impl BufRead) -> io::Result<String> {
    let mut text = String::new();
    file.read_line(&mut text)?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// The shard that a header names; what is wrong with the header if it is none of a shard, or of another version.
fn shard_in(header: &str, path: &Path) -> Result<Shard, MergeError> {
    let path = || path.to_owned();
    let header: Value = serde_json::from_str(header).unwrap_or_default();
    if header["type"] != "header" {
        return Err(MergeError::NoManifest { path: path() });
    }
    match header["version"].as_str() {
        Some(env!("CARGO_PKG_VERSION")) => {}
        theirs => return Err(MergeError::Version { path: path(), theirs: theirs.unwrap_or("?").to_owned() }),
    }
    if header["shard"].is_null() {
        return Err(MergeError::Whole { path: path() });
    }
    let number = |name: &str| header["shard"][name].as_u64().and_then(|number| u32::try_from(number).ok());
    let shard = number("index").zip(number("count")).and_then(|(index, count)| Shard::new(index, count));
    shard.ok_or_else(|| MergeError::NoManifest { path: path() })
}

/// The last line of a file, if it is a footer and whole.
fn tail(mut file: File) -> io::Result<Option<Footer>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let last = end.strip_suffix(b"\n").and_then(|end| end.rsplit(|byte| *byte == b'\n').next());
    Ok(last.and_then(|last| serde_json::from_slice(last).ok()))
}
