//! The actions that the stories told here are made of, so that nobody looks for them by name while telling.

use crate::event::ActionId;
use crate::template::Catalogue;

macro_rules! known {
    ($($action:ident),+ $(,)?) => {
        /// An action of one of the built-in stories.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Known { $($action),+ }

        /// Their names, in the same order.
        const NAMES: &[&str] = &[$(stringify!($action)),+];
    };
}

known![
    AssociateDelegateToResource,
    AssociateMemberToGroup,
    CreateAlias,
    CreateGroup,
    CreateResource,
    CreateUser,
    DeleteAlias,
    DeleteGroup,
    DeleteMailboxPermissions,
    DeleteResource,
    DeleteUser,
    DeregisterFromWorkMail,
    DeregisterMailDomain,
    DescribeUser,
    DisassociateDelegateFromResource,
    DisassociateMemberFromGroup,
    GetMailDomain,
    GetRawMessageContent,
    PutMailboxPermissions,
    PutRawMessageContent,
    RegisterMailDomain,
    RegisterToWorkMail,
    UpdateDefaultMailDomain,
    UpdatePrimaryEmailAddress,
    UpdateResource,
];

/// Where these actions stand in a catalogue.
#[derive(Clone, Debug)]
pub(super) struct Places([Option<ActionId>; NAMES.len()]);

impl Places {
    /// Looks all of them up.
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        Self(std::array::from_fn(|index| catalogue.find(NAMES[index])))
    }

    /// The action, if the catalogue has it.
    pub(super) const fn of(&self, action: Known) -> Option<ActionId> {
        self.0[action as usize]
    }
}
