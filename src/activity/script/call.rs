//! What a story consists of: calls, and whoever makes them.

use crate::event::{ActionId, NOBODY, Outcome};
use crate::template::Persona;

/// One call of a story.
#[derive(Clone, Copy, Debug)]
pub(in crate::activity) struct Call {
    /// What is called.
    pub action: ActionId,
    /// The entity, or nobody.
    pub entity: u32,
    /// The second thing, or nobody.
    pub other: u32,
    /// How it ends.
    pub outcome: Outcome,
    /// The page asked for.
    pub page: u8,
    /// Milliseconds since the call before it.
    pub gap: i64,
    /// It accompanies the call before it.
    pub follows: bool,
    /// The organization, when it is none of the scenario's.
    pub organization: Option<u32>,
}

impl Call {
    /// A successful call that has nothing but an action.
    #[must_use]
    pub(in crate::activity) const fn of(action: ActionId) -> Self {
        Self {
            action,
            entity: NOBODY,
            other: NOBODY,
            outcome: Outcome::Success,
            page: 0,
            gap: 0,
            follows: false,
            organization: None,
        }
    }

    /// The same call about an entity.
    #[must_use]
    pub(in crate::activity) const fn about(mut self, entity: u32) -> Self {
        self.entity = entity;
        self
    }

    /// The same call with a second thing.
    #[must_use]
    pub(in crate::activity) const fn with(mut self, other: u32) -> Self {
        self.other = other;
        self
    }

    /// The same call in an organization that is none of the scenario's.
    #[must_use]
    pub(in crate::activity) const fn within(mut self, organization: u32) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same call so much later than the one before.
    #[must_use]
    pub(in crate::activity) const fn after(mut self, gap: i64) -> Self {
        self.gap = gap;
        self
    }
}

/// Who plays a story, and where.
#[derive(Clone, Copy, Debug)]
pub(in crate::activity) struct Actor {
    /// In which organization.
    pub organization: usize,
    /// In which role.
    pub persona: Persona,
    /// Who of those in the role.
    pub person: u64,
}
