//! Rows as JSON objects.

use std::ops::Range;

use super::super::{Broken, Finder, Take};
use super::broken::wrong;
use super::leaf::Leaf;
use super::tree::Node;

/// Writes the rows of these lines as objects and gives away their items.
pub(super) fn take(
    leaves: &mut [Leaf],
    lines: Range<u64>,
    tree: &Node,
    finder: &Finder,
    take: &mut dyn Take,
) -> Result<(), Broken> {
    let mut object = Vec::new();
    for line in lines {
        object.clear();
        tree.write(leaves, &mut object)
            .ok_or_else(|| wrong(format_args!("row {line} has more values than its columns hold")))?;
        finder.split(&object, line, take);
    }
    match leaves.iter().all(Leaf::is_empty) {
        true => Ok(()),
        false => Err(wrong("its columns do not hold the same rows")),
    }
}
