//! One look at a trail: how large, how late, how mixed it is, beside the figures of a real one.
//!
//! [`measure`] reads all log files of a [`Source`](super::Source) once and gives [`Figures`], in which everything is
//! counted already: showing them needs no file any more. [`REAL`] holds the same figures of a trail that AWS delivered.
//! [`page`] writes both as a page of HTML that needs nothing else.
//!
//! In reading order: `measure` (all files), `file` (one file), `tally` (what is added up), `spread` and `names` (how
//! values and names are spread), `level_six` (what gzip makes of it), `figures` (what comes out), `real`, `compare`
//! (one beside the other), `page`.

mod compare;
mod figures;
mod file;
mod level_six;
mod measure;
mod names;
mod page;
mod real;
mod spread;
mod tally;

pub use compare::{Row, SpreadRow, part_of, rows, slots, spreads};
pub use figures::{Backwards, Errors, Figures, Hour};
pub use measure::measure;
pub use names::Ranking;
pub use page::page;
pub use real::{REAL, Real};
pub use spread::Summary;

/// A text from a record, with nothing in it that could move the cursor or break a page.
#[must_use]
pub fn legible(text: &str) -> String {
    let is_odd =
        |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}');
    text.chars().map(|letter| if is_odd(letter) { '\u{fffd}' } else { letter }).collect()
}
