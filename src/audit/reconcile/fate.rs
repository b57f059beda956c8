//! What became of each object, in the order of delivery.

use std::collections::BTreeSet;

use crate::clock::Time;

/// What is known of the lost objects beside their keys.
pub(super) struct Losses<'a> {
    /// The keys of objects of which nothing was received.
    pub(super) whole: &'a BTreeSet<String>,
    /// The object that has lost its end, when no other is lost in part.
    pub(super) torn: Option<&'a str>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Received,
    Lost,
    /// Lost from some record on.
    Torn,
    /// There is nothing in it to be received.
    Empty,
}

/// An object on its way through the order of delivery. It takes 32 bytes.
#[derive(Clone, Copy)]
pub(super) struct Delivered {
    pub(super) time: Time,
    pub(super) slot: Time,
    /// Its place in the manifest, which is the order of keys.
    pub(super) number: u32,
    /// The set of its faults.
    pub(super) faults: Option<u32>,
    pub(super) stream: u16,
    pub(super) fate: Fate,
}

impl Losses<'_> {
    pub(super) fn fate(&self, key: &str, records: u64) -> Fate {
        match () {
            () if self.whole.contains(key) => Fate::Lost,
            () if self.torn == Some(key) => Fate::Torn,
            () if records == 0 => Fate::Empty,
            () => Fate::Received,
        }
    }
}
