//! The words by which templates and stories understand each other: what an action does to the world, and
//! what the world must be like for an error.

use std::ops::Range;

use crate::event::Kind;
use crate::json::{Node, Reader};

/// Defines an enumeration whose variants have words in template files.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// The word in template files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What a word means.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }

            /// All words.
            #[must_use]
            pub fn words() -> Vec<&'static str> {
                vec![$($word,)*]
            }
        }
    };
}

words! {
    /// What a successful call does to its entity.
    Effect {
        /// Nothing that matters for its life.
        None = "none",
        /// It begins to exist, disabled.
        Create = "create",
        /// It ceases to exist.
        Delete = "delete",
        /// It gets a mailbox and an address.
        Register = "register",
        /// It loses them.
        Deregister = "deregister",
        /// A group gets a member.
        AddMember = "addMember",
        /// A group loses a member.
        RemoveMember = "removeMember",
        /// A resource gets a delegate.
        AddDelegate = "addDelegate",
        /// A resource loses a delegate.
        RemoveDelegate = "removeDelegate",
        /// Someone gets rights on a mailbox.
        Grant = "grant",
        /// Someone loses them.
        Revoke = "revoke",
        /// A further address leads to the entity.
        AddAlias = "addAlias",
        /// An address no longer does.
        RemoveAlias = "removeAlias",
        /// The entity's main address changes.
        ChangeAddress = "changeAddress",
        /// The organization gets a mail domain.
        AddDomain = "addDomain",
        /// The organization loses one.
        RemoveDomain = "removeDomain",
        /// Another mail domain becomes the default.
        DefaultDomain = "defaultDomain",
        /// It is created, or replaced when it exists.
        Put = "put",
    }
}

impl Effect {
    /// Whether it can happen to an entity of this kind.
    #[must_use]
    pub const fn suits(self, kind: Kind) -> bool {
        match self {
            Self::None => true,
            Self::Create | Self::Delete => !matches!(kind, Kind::Domain | Kind::Address | Kind::Message),
            Self::Put => matches!(kind, Kind::Declared(_)),
            Self::AddDomain | Self::RemoveDomain | Self::DefaultDomain => matches!(kind, Kind::Domain),
            _ => matches!(kind, Kind::User | Kind::Group | Kind::Resource),
        }
    }

    /// Ties the entity to the second thing, or unties them.
    #[must_use]
    pub const fn is_about_ties(self) -> bool {
        matches!(
            self,
            Self::AddMember
                | Self::RemoveMember
                | Self::AddDelegate
                | Self::RemoveDelegate
                | Self::Grant
                | Self::Revoke
                | Self::AddAlias
                | Self::RemoveAlias
                | Self::ChangeAddress
                | Self::Register
        )
    }
}

words! {
    /// What the world must be like for an error.
    Condition {
        /// The caller may not do it.
        Denied = "denied",
        /// There were too many calls.
        Throttled = "throttled",
        /// The organization never existed.
        OrganizationMissing = "organization-missing",
        /// The organization was deleted.
        OrganizationDeleted = "organization-deleted",
        /// The entity never existed.
        EntityMissing = "entity-missing",
        /// The entity was deleted.
        EntityDeleted = "entity-deleted",
        /// The second thing does not exist.
        OtherMissing = "other-missing",
        /// The entity has no mailbox.
        EntityDisabled = "entity-disabled",
        /// The entity has a mailbox.
        EntityEnabled = "entity-enabled",
        /// The second thing has no mailbox.
        OtherDisabled = "other-disabled",
        /// The entity has a mailbox under another address.
        AlreadyRegistered = "already-registered",
        /// The name belongs to a living entity.
        NameTaken = "name-taken",
        /// The name is not allowed.
        NameReserved = "name-reserved",
        /// The password does not meet the policy.
        WeakPassword = "weak-password",
        /// The address belongs to a living entity.
        AddressTaken = "address-taken",
        /// The mail domain is not in the organization.
        DomainMissing = "domain-missing",
        /// The mail domain is not verified.
        DomainPending = "domain-pending",
        /// Addresses still use the mail domain, or another organization has it.
        DomainInUse = "domain-in-use",
        /// A parameter breaks its pattern.
        Malformed = "malformed",
        /// The entity has as many aliases as it can have.
        AliasLimit = "alias-limit",
        /// The organization has as many domains as it can have.
        DomainLimit = "domain-limit",
        /// There are as many of the entity's kind as there can be.
        LimitReached = "limit-reached",
        /// The organization has as many tags as it can have.
        TagLimit = "tag-limit",
        /// The resource has no delegate who could decide.
        NoDelegate = "no-delegate",
        /// The directory cannot be written to.
        DirectoryReadOnly = "directory-read-only",
        /// Another organization has the directory.
        DirectoryInUse = "directory-in-use",
        /// The account's SES rules are not as `WorkMail` needs them.
        SesBroken = "ses-broken",
        /// Nothing that the records show.
        Unexplained = "unexplained",
        /// The directory does not answer.
        DirectoryDown = "directory-down",
        /// The directory refuses `WorkMail`'s credentials.
        DirectoryRefuses = "directory-refuses",
        /// The message is no longer in flight.
        MessageGone = "message-gone",
        /// The message cannot be changed any more.
        MessageFrozen = "message-frozen",
        /// The new content is refused.
        MessageRejected = "message-rejected",
        /// The new content cannot be read.
        BadLocation = "bad-location",
    }
}

words! {
    /// A role that people or programs play in the account.
    Persona {
        /// An administrator in the console.
        ConsoleAdmin = "console-admin",
        /// The help desk in the console.
        HelpDesk = "help-desk",
        /// An administrator at a command line.
        CliAdmin = "cli-admin",
        /// The program that follows the personnel department.
        HrSync = "hr-sync",
        /// Terraform.
        Terraform = "terraform",
        /// A program that takes the inventory.
        Scanner = "scanner",
        /// A Lambda function that handles messages in flight.
        MailFlow = "mail-flow",
        /// Someone who looks around.
        Analyst = "analyst",
        /// The root user.
        Root = "root",
        /// An administrator at a command line, after a second factor.
        MfaAdmin = "mfa-admin",
        /// An administrator in the console, signed in by SAML.
        SamlAdmin = "saml-admin",
        /// Someone with a session that a portal fetched.
        Federated = "federated",
        /// A CI pipeline with a web identity.
        Pipeline = "pipeline",
        /// Someone from another account.
        Partner = "partner",
        /// Someone with emergency access.
        OnCall = "on-call",
        /// A runbook of Systems Manager.
        Automation = "automation",
    }
}

words! {
    /// In which order `requestParameters` has its members.
    ParameterOrder {
        /// As in the template.
        Templates = "templates",
        /// By their names.
        Alphabetical = "alphabetical",
    }
}

impl Condition {
    /// The condition that a value names; a mistake when there is none of that name.
    pub fn read(reader: &Reader<'_>, node: &Node) -> Option<Self> {
        Self::named(reader, &node.span, reader.text(node)?)
    }

    /// The condition of a word at some place; a mistake when there is none of that name.
    pub fn named(reader: &Reader<'_>, span: &Range<usize>, word: &str) -> Option<Self> {
        let condition = Self::from_word(word);
        if condition.is_none() {
            let words = Self::words();
            reader.unknown(span, "condition", word, &words, &format!("conditions: {}", words.join(", ")));
        }
        condition
    }

    /// What a call needs so that it can fail in this way: a role by its name in templates, and the only kind that
    /// can stand there if there is one.
    #[must_use]
    pub const fn needs(self) -> Option<(&'static str, Option<Kind>)> {
        match self {
            Self::EntityMissing
            | Self::EntityDeleted
            | Self::EntityDisabled
            | Self::EntityEnabled
            | Self::AlreadyRegistered
            | Self::NameTaken
            | Self::NameReserved
            | Self::AliasLimit => Some(("entity", None)),
            Self::OtherMissing | Self::OtherDisabled => Some(("other", None)),
            Self::MessageGone | Self::MessageFrozen | Self::MessageRejected | Self::BadLocation => {
                Some(("entity", Some(Kind::Message)))
            }
            _ => None,
        }
    }
}
