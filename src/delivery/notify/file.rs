//! A file that gets a line for each message.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Channel, Fault, Message};
use crate::delivery::plain;

/// Appends lines to a file.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    file: File,
}

impl Lines {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { path: path.to_owned(), file })
    }
}

impl Channel for Lines {
    fn name(&self) -> String {
        format!("file:{}", self.path.display())
    }

    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>> {
        let lines: String = batch.iter().flat_map(|message| [message.body.as_str(), "\n"]).collect();
        let fault = self.file.write_all(lines.as_bytes()).err();
        let fault = fault.map(|cause| Fault { what: plain(&cause), is_final: true });
        vec![fault; batch.len()]
    }
}
