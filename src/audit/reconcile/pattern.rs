//! Patterns that more than one guess asks for.

use super::clues::Clues;
use super::outcome::Outcome;

/// Fewer findings than this make no pattern.
pub(super) const LEAST: u64 = 3;

pub(super) fn last_records(outcome: &Outcome, clues: &Clues) -> Option<String> {
    let files = clues.without_last + clues.lost_singles;
    let is_all = clues.partly == clues.without_last && clues.lost_singles == outcome.lost_objects;
    if !is_all || files < LEAST || clues.without_last == 0 {
        return None;
    }
    let all = if clues.with_last == 0 && clues.kept_singles == 0 { ", and of every object near them" } else { "" };
    Some(format!(
        "every lost event is the last record of its object, {files} objects{all}: \
         looks like a consumer that drops the last record of a file"
    ))
}

pub(super) fn faulty(outcome: &Outcome) -> Option<String> {
    let (fault, sums) = outcome.by_fault.iter().find(|(_, sums)| sums.lost == outcome.sums.lost && sums.lost > 0)?;
    let events = sums.lost;
    Some(format!("all {events} lost events lie in objects with the fault {fault}"))
}

/// Whether all lost events lie in objects with a fault.
pub(super) fn all_with(outcome: &Outcome, fault: &str) -> bool {
    outcome.by_fault.get(fault).is_some_and(|sums| sums.lost == outcome.sums.lost)
}
