//! Chapter by chapter, what is wrong is added to the outcome.

use super::checked::Checked;
use super::ledger::Ledger;
use super::outcome::{Event, Object, Outcome, Sums};
use super::truth::Truth;
use super::walk::{File, Found, Place};

/// Adds what is wrong in a chapter; of each list the first `most` are kept.
pub(super) fn add(truth: &Truth, ledger: &Ledger, place: &Place, found: Found, most: usize, outcome: &mut Outcome) {
    for (hour, sums) in &found.by_hour {
        outcome.by_hour.entry(hour.clone()).or_default().add(*sums);
    }
    for copies in &found.duplicated {
        outcome.sums.duplicated += 1;
        outcome.surplus += copies.received - copies.delivered;
    }
    let room = most.saturating_sub(outcome.duplicated_events.len());
    outcome.duplicated_events.extend(found.duplicated.into_iter().take(room));
    for (_, event) in found.lost {
        outcome.lose(event, most);
    }
    for file in &found.files {
        let mut sums = file.sums();
        sums.add(ledger.checked.altered_in(place.stream, place.chapter, file.number));
        if sums != Sums::default() {
            outcome.add_object(truth, file, sums, most);
        }
    }
}

impl Outcome {
    /// Takes over what was found by looking at items.
    pub(super) fn take(&mut self, checked: &mut Checked) {
        self.compared = checked.compared;
        self.not_compared += checked.not_compared;
        self.sums.altered = checked.altered;
        self.added = std::mem::take(&mut checked.added);
        self.by_hour = std::mem::take(&mut checked.by_hour);
        self.altered_records = std::mem::take(&mut checked.altered_records);
        self.late_items = std::mem::take(&mut checked.late_items);
        self.by_member = checked.members.iter().map(|(name, member)| (name.clone(), member.records)).collect();
    }

    fn lose(&mut self, event: Event, most: usize) {
        // Times of one form are ordered as their texts are.
        if self.first_lost.as_ref().is_none_or(|first| event.event_time < first.event_time) {
            self.first_lost = Some(event.clone());
        }
        if self.last_lost.as_ref().is_none_or(|last| event.event_time >= last.event_time) {
            self.last_lost = Some(event.clone());
        }
        if self.lost_events.len() < most {
            self.lost_events.push(event);
        }
    }

    fn add_object(&mut self, truth: &Truth, file: &File, sums: Sums, most: usize) {
        self.found_objects += 1;
        self.lost_objects += u64::from(file.is_lost());
        let faults = truth.faults.of(&file.key).unwrap_or_default();
        for fault in faults {
            self.by_fault.entry(fault.clone()).or_default().add(sums);
        }
        if self.in_objects.len() < most {
            self.in_objects.push(Object {
                key: file.key.clone(),
                delivered_at: file.delivered_at.to_string(),
                events: file.events.len() as u64,
                sums,
                faults: faults.to_vec(),
            });
        }
    }
}
