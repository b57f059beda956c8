//! Lost objects in the order in which all objects were delivered.

use std::collections::BTreeSet;

use super::Error;
use super::truth::Truth;
use crate::clock::Time;
use crate::trail::slot_of;

/// How lost objects lie among the others. It takes 24 bytes for each object of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Objects delivered after one of the same stream that has a later key, and the lost ones among them.
    pub(super) behind: u64,
    pub(super) lost_behind: u64,
    /// The same, by the times in the keys alone.
    pub(super) behind_slot: u64,
    pub(super) lost_behind_slot: u64,
    /// When the lost objects were delivered, if nothing in between was received.
    pub(super) gap: Option<Gap>,
}

/// Lost objects that were delivered one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: Time,
    pub(super) to: Time,
    /// They are the first, or the last, of all.
    pub(super) is_first: bool,
    pub(super) is_last: bool,
    /// The faults of the object delivered right before, with its key.
    pub(super) after: Option<(String, Vec<String>)>,
}

/// An object on its way through the order of delivery.
#[derive(Clone, Copy)]
struct Delivered {
    time: Time,
    /// Its place in the manifest, which is the order of keys.
    number: u32,
    stream: u16,
    is_lost: bool,
    slot: Time,
}

impl Order {
    /// Goes through the manifest once more.
    pub(super) fn of(truth: &Truth, lost: &BTreeSet<String>) -> Result<Self, Error> {
        let mut objects = Vec::new();
        truth.log_files(&mut |key, time| {
            let stream = (0..truth.trail.plan().streams.len())
                .find(|stream| key.starts_with(&truth.trail.place(*stream).logs()))
                .unwrap_or_default() as u16;
            let slot = slot_of(key).unwrap_or(time);
            let number = objects.len() as u32;
            objects.push(Delivered { time, number, stream, is_lost: lost.contains(key), slot });
        })?;
        objects.sort_by_key(|object| (object.time, object.number));
        let mut order = Self::default();
        order.behind(&objects, truth.trail.plan().streams.len());
        order.gap(&objects, truth)?;
        Ok(order)
    }

    fn behind(&mut self, objects: &[Delivered], streams: usize) {
        let mut latest = vec![(0, Time(i64::MIN)); streams];
        for object in objects {
            let (number, slot) = &mut latest[usize::from(object.stream)];
            if object.number < *number {
                self.behind += 1;
                self.lost_behind += u64::from(object.is_lost);
            }
            if object.slot < *slot {
                self.behind_slot += 1;
                self.lost_behind_slot += u64::from(object.is_lost);
            }
            (*number, *slot) = (object.number.max(*number), object.slot.max(*slot));
        }
    }

    fn gap(&mut self, objects: &[Delivered], truth: &Truth) -> Result<(), Error> {
        let is_lost = |object: &Delivered| object.is_lost;
        let (Some(from), Some(to)) = (objects.iter().position(is_lost), objects.iter().rposition(is_lost)) else {
            return Ok(());
        };
        if !objects[from..=to].iter().all(is_lost) {
            return Ok(());
        }
        let before = from.checked_sub(1).map(|before| objects[before].number);
        let after = before.map(|number| key_of(truth, number)).transpose()?;
        let faults = |key: &String| truth.faults.of(key).map(<[String]>::to_vec);
        self.gap = Some(Gap {
            from: objects[from].time,
            to: objects[to].time,
            is_first: from == 0,
            is_last: to + 1 == objects.len(),
            after: after.and_then(|key| faults(&key).map(|faults| (key, faults))),
        });
        Ok(())
    }
}

/// The key of the object at a place in the manifest.
fn key_of(truth: &Truth, number: u32) -> Result<String, Error> {
    let (mut found, mut at) = (String::new(), 0);
    truth.log_files(&mut |key, _| {
        if at == number {
            key.clone_into(&mut found);
        }
        at += 1;
    })?;
    Ok(found)
}
