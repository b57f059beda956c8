//! The writers that a command may use, and how wide they are.

use std::io::{self, Write};

use serde::Serialize;

/// Where data and words go.
pub struct Console<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Words for people.
    pub err: &'a mut dyn Write,
    /// The columns of the terminal that shows `out`; `None` where lines may be of any length.
    pub width: Option<usize>,
}

impl<'a> Console<'a> {
    /// The console of this process.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { out, err, width: terminal_width().or_else(asked_width) }
    }

    /// Prints one JSON document, for people too.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, document)?;
        writeln!(self.out)
    }

    /// Says something to people. When nobody listens, that is no reason to fail.
    pub(crate) fn say(&mut self, words: &str) {
        let _ = writeln!(self.err, "{words}");
    }
}

fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

/// For pipes and tests, as the help does it.
fn asked_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}
