//! Lost objects that were delivered one after the other.

use std::collections::BTreeSet;

use super::Error;
use super::fate::{Delivered, Fate};
use super::truth::Truth;
use crate::clock::Time;

/// A time in which nothing was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: Time,
    pub(super) to: Time,
    /// What is lost is the first, or the last, of all.
    pub(super) is_first: bool,
    pub(super) is_last: bool,
    /// One object has lost its end before the others are lost, if there are others.
    pub(super) torn: Torn,
    /// The object before, when it is the first with some faults: its key, and what these are.
    pub(super) after: Option<(String, Vec<String>)>,
}

/// Whether an object has lost its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Torn {
    None,
    First,
    /// And nothing else is lost.
    Only,
}

impl Gap {
    /// The gap that holds all losses, if there is one. Objects nearer to each other than `near` may have come the other
    /// way round.
    pub(super) fn of(objects: &[Delivered], near: i64, truth: &Truth) -> Result<Option<Self>, Error> {
        let place = |fate: Fate| objects.iter().position(|object| object.fate == fate);
        let (torn, lost) = (place(Fate::Torn), place(Fate::Lost));
        let Some(first) = torn.into_iter().chain(lost).min() else { return Ok(None) };
        let edge = Time(objects[first].time.0 + near);
        let end = objects.iter().rposition(|object| object.fate == Fate::Lost).unwrap_or(first);
        let received = objects.iter().rposition(|object| object.fate == Fate::Received);
        let is_last = received.is_none_or(|received| objects[received].time <= edge);
        let is_torn_later = torn.is_some_and(|torn| objects[torn].time > edge);
        if is_torn_later || !is_last && has_received(&objects[first..=end]) {
            return Ok(None);
        }
        let behind = received.filter(|_| is_last).map_or(0, |received| received + 1);
        let from = (behind..objects.len()).find(|place| objects[*place].fate == Fate::Lost).or(lost).unwrap_or(first);
        Ok(Some(Self {
            from: objects[from].time,
            to: objects[end].time,
            is_first: !has_received(&objects[..first]),
            is_last,
            torn: match (torn, lost) {
                (None, _) => Torn::None,
                (_, None) => Torn::Only,
                _ => Torn::First,
            },
            after: cause(objects, from, near, truth)?,
        }))
    }
}

fn has_received(objects: &[Delivered]) -> bool {
    objects.iter().any(|object| object.fate == Fate::Received)
}

/// The object that may have ended it: the one before, or one nearby of which nothing can be received. It is the first
/// with its fault, for what was got over once is no cause.
fn cause(objects: &[Delivered], from: usize, near: i64, truth: &Truth) -> Result<Option<(String, Vec<String>)>, Error> {
    let is_near = |object: &Delivered| object.time.0.abs_diff(objects[from].time.0) <= near.unsigned_abs();
    let nearby = (0..objects.len()).filter(|place| objects[*place].fate == Fate::Empty && is_near(&objects[*place]));
    let names = |object: &Delivered| object.faults.map_or(&[][..], |set| truth.faults.names(set));
    for place in from.checked_sub(1).into_iter().chain(nearby) {
        let known: BTreeSet<&String> = objects[..place].iter().flat_map(names).collect();
        let new: Vec<String> = names(&objects[place]).iter().filter(|name| !known.contains(name)).cloned().collect();
        if !new.is_empty() && objects[place].fate != Fate::Torn {
            return Ok(Some((key_of(truth, objects[place].number)?, new)));
        }
    }
    Ok(None)
}

/// The key of the object at a place in the manifest.
fn key_of(truth: &Truth, number: u32) -> Result<String, Error> {
    let (mut found, mut at) = (String::new(), 0);
    truth.log_files(&mut |key, _, _| {
        if at == number {
            key.clone_into(&mut found);
        }
        at += 1;
    })?;
    Ok(found)
}
