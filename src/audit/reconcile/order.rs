//! Lost objects in the order in which all objects were delivered.

use super::Error;
use super::behind::Behind;
use super::fate::{Delivered, Losses};
use super::gap::Gap;
use super::truth::Truth;
use crate::trail::slot_of;

/// Objects are put side by side, so a consumer may have met two of them the other way round when their times are nearer
/// than this part of a delivery slot.
const NEAR: i64 = 10;

/// How lost objects lie among the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Lost objects among those that came after one of the same stream with a later key.
    pub(super) by_key: Behind,
    /// The same, by the times in the keys alone.
    pub(super) by_slot: Behind,
    /// When the lost objects were delivered, if nothing in between was received.
    pub(super) gap: Option<Gap>,
}

impl Order {
    /// Goes through the manifest once more.
    pub(super) fn of(truth: &Truth, losses: &Losses) -> Result<Self, Error> {
        let mut objects = Vec::new();
        let plan = truth.trail.plan();
        truth.log_files(&mut |key, time, records| {
            let stream = (0..plan.streams.len())
                .find(|stream| key.starts_with(&truth.trail.place(*stream).logs()))
                .unwrap_or_default() as u16;
            let slot = slot_of(key).unwrap_or(time);
            let number = objects.len() as u32;
            let (faults, fate) = (truth.faults.set_of(key), losses.fate(key, records));
            objects.push(Delivered { time, slot, number, faults, stream, fate });
        })?;
        objects.sort_by_key(|object| (object.time, object.number));
        let near = plan.scenario.trail.flush.0 / NEAR;
        Ok(Self {
            by_key: Behind::of(&objects, plan.streams.len(), near, &|object| i64::from(object.number)),
            by_slot: Behind::of(&objects, plan.streams.len(), near, &|object| object.slot.0),
            gap: Gap::of(&objects, near, truth)?,
        })
    }
}
