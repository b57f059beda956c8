//! How an object is told of: once it has come, unless the trail has it otherwise on purpose.

use crate::clock::Time;
use crate::trail::Fault;

/// How often an object is told of, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// Once, when it has come.
    #[default]
    Once,
    /// Then, and again at this instant.
    Twice(Time),
    /// Not at all.
    Never,
    /// Once, before it comes.
    Early,
}

/// Which of the notifications about an object one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The one that is due when the object has come.
    Usual,
    /// The one that comes before the object.
    Early,
    /// The same once more.
    Again,
}

impl Telling {
    /// How an object with these faults is told of.
    #[must_use]
    pub fn of(faults: &[Fault]) -> Self {
        let Some(fault) = faults.iter().find(|fault| fault.notify.is_some()) else { return Self::Once };
        let again = || Time::parse(fault.delivered_again.first()?, Time(0));
        match fault.notify.as_deref() {
            Some("twice") => again().map_or(Self::Once, Self::Twice),
            Some("never") => Self::Never,
            Some("early") => Self::Early,
            _ => Self::Once,
        }
    }
}

impl Turn {
    /// What a journal knows this notification by.
    pub(super) fn mark(self, key: &str) -> String {
        match self {
            Self::Usual | Self::Early => key.to_owned(),
            // No key has a line break.
            Self::Again => format!("{key}\nagain"),
        }
    }
}
