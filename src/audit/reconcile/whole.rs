//! What it looks like when objects are lost as a whole.

use super::clues::Clues;
use super::gap::{Gap, Torn};
use super::order::Order;
use super::outcome::Outcome;
use super::pattern::{LEAST, all_with, faulty, last_records};
use crate::scenario::FaultKind;

const ENDED: &str = "a consumer that ended, or dropped its last batch";

/// Losses that are whole objects and nothing else, but for the end of one where the others begin.
pub(super) fn whole(outcome: &Outcome, clues: &Clues, order: &Order) -> Option<String> {
    let lost = outcome.lost_objects;
    if clues.partly > 0 {
        let torn = order.gap.as_ref().filter(|gap| gap.torn != Torn::None && gap.is_last);
        return torn.filter(|_| outcome.sums.lost >= LEAST).map(gap_of);
    }
    // Files of one record are lost as a whole when a last record is.
    if clues.lost_singles == lost && clues.with_last == 0 && clues.kept_singles == 0 {
        return last_records(outcome, clues);
    }
    // What a fault of the lost objects explains needs no gap.
    let gap = order.gap.as_ref().filter(|gap| lost >= LEAST || gap.is_last && faulty(outcome).is_none());
    out_of_order(outcome, order).or_else(|| gap.map(gap_of)).or_else(|| listed(lost, order))
}

fn out_of_order(outcome: &Outcome, order: &Order) -> Option<String> {
    let lost = outcome.lost_objects;
    // A few objects may be behind by chance, unless they were put there.
    let is_pattern = lost >= LEAST || all_with(outcome, FaultKind::Delayed.about().name);
    let (what, consumer) = match () {
        () if order.by_slot.explains(lost) => ("time in its name", "only goes forward in time"),
        () if order.by_key.explains(lost) => ("key", "remembers the last key"),
        () => return None,
    };
    is_pattern.then(|| {
        format!(
            "all {lost} lost objects, and no others, were delivered after one with a later {what}: \
             looks like a consumer that {consumer} and skips files that come out of order"
        )
    })
}

fn listed(lost: u64, order: &Order) -> Option<String> {
    let others = order.by_key.others(lost).filter(|_| lost >= LEAST)?;
    Some(format!(
        "all {lost} lost objects were delivered after one with a later key, as were {others} others: \
         looks like a consumer that lists a bucket now and then, from the last key that it has read"
    ))
}

/// What was lost in one go.
pub(super) fn gap_of(gap: &Gap) -> String {
    let (from, to) = (gap.from, gap.to);
    let behind = gap.after.as_ref().map_or_else(String::new, |(key, faults)| {
        format!("; the object before them, {key}, has the fault {}", faults.join(", "))
    });
    match (gap.is_first, gap.is_last, gap.torn) {
        (_, true, Torn::Only) => {
            format!("all that is lost is the end of the object delivered at {from}, the last one: looks like {ENDED}")
        }
        (_, true, Torn::First) => format!(
            "nothing delivered from {from} on was received, nor the end of the object before: looks like {ENDED}"
        ),
        (_, true, _) if gap.after.is_some() => {
            format!("nothing delivered from {from} on was received{behind}: looks like a consumer that dies of it")
        }
        (_, true, _) => format!("nothing delivered from {from} on was received: looks like {ENDED}"),
        (true, ..) => format!("nothing delivered up to {to} was received: looks like a consumer that began too late"),
        _ => format!(
            "the lost objects are those delivered from {from} to {to}, without a gap{behind}: \
             looks like a consumer that was away and did not catch up"
        ),
    }
}
