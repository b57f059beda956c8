//! The people and programs that call the API: what they do, with which program, and in sessions of what length.

use crate::clock::{HOUR, MINUTE};
use crate::template::Persona;
use crate::world::agents::Client;

/// One line of `mocktrail identities`.
pub(crate) struct IdentityHelp {
    /// The persona.
    pub persona: Persona,
    /// `userIdentity.type` in its records.
    pub identity: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The program it uses.
    pub(super) client: Client,
    /// How many there are of it in an account.
    pub(super) count: u64,
    /// How long its sessions last, in milliseconds; 0 for a long-lived key.
    pub(super) session: i64,
}

/// Every persona, in the order of [`Persona`].
pub(crate) const IDENTITIES: &[IdentityHelp] = &[
    IdentityHelp {
        persona: Persona::ConsoleAdmin,
        identity: "AssumedRole",
        does: "administers in the console, signed in through IAM Identity Center",
        client: Client::Browser,
        count: 3,
        session: 8 * HOUR,
    },
    IdentityHelp {
        persona: Persona::HelpDesk,
        identity: "AssumedRole",
        does: "resets passwords and looks things up in the console",
        client: Client::Browser,
        count: 4,
        session: 8 * HOUR,
    },
    IdentityHelp {
        persona: Persona::CliAdmin,
        identity: "IAMUser",
        does: "works with the AWS CLI and a long-lived key",
        client: Client::Cli,
        count: 2,
        session: 0,
    },
    IdentityHelp {
        persona: Persona::HrSync,
        identity: "AssumedRole",
        does: "creates and removes users when people join and leave",
        client: Client::JavaScript,
        count: 1,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::Terraform,
        identity: "AssumedRole",
        does: "applies plans and refreshes state",
        client: Client::Terraform,
        count: 1,
        session: 30 * MINUTE,
    },
    IdentityHelp {
        persona: Persona::Scanner,
        identity: "AssumedRole",
        does: "takes the inventory, list by list",
        client: Client::Boto3,
        count: 1,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::MailFlow,
        identity: "AssumedRole",
        does: "Lambda functions that read and change messages in flight",
        client: Client::Lambda,
        count: 2,
        session: 6 * HOUR,
    },
    IdentityHelp {
        persona: Persona::Analyst,
        identity: "IAMUser",
        does: "tries what it has no right to",
        client: Client::Boto3,
        count: 2,
        session: 0,
    },
    IdentityHelp {
        persona: Persona::Root,
        identity: "Root",
        does: "the account's root user, now and then, in the console",
        client: Client::Browser,
        count: 1,
        session: 2 * HOUR,
    },
    IdentityHelp {
        persona: Persona::MfaAdmin,
        identity: "IAMUser",
        does: "works with the AWS CLI in sessions that took a second factor",
        client: Client::Cli,
        count: 2,
        session: 12 * HOUR,
    },
    IdentityHelp {
        persona: Persona::SamlAdmin,
        identity: "AssumedRole",
        does: "administers in the console, signed in through a SAML directory",
        client: Client::Browser,
        count: 2,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::Federated,
        identity: "FederatedUser",
        does: "works with sessions of GetFederationToken that a portal hands out",
        client: Client::Boto3,
        count: 3,
        session: 4 * HOUR,
    },
    IdentityHelp {
        persona: Persona::Pipeline,
        identity: "AssumedRole",
        does: "a CI pipeline that takes its role with a web identity (OIDC)",
        client: Client::Runner,
        count: 1,
        session: 20 * MINUTE,
    },
    IdentityHelp {
        persona: Persona::Partner,
        identity: "AssumedRole",
        does: "a service provider who takes a role from another account",
        client: Client::Cli,
        count: 2,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::OnCall,
        identity: "AssumedRole",
        does: "takes the emergency role, with a second factor and a source identity",
        client: Client::Cli,
        count: 2,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::Automation,
        identity: "AssumedRole",
        does: "Systems Manager runbooks; the service calls on with the role's session",
        client: Client::Service("ssm.amazonaws.com"),
        count: 1,
        session: HOUR,
    },
];

/// What is known of a persona.
pub(super) const fn help(persona: Persona) -> &'static IdentityHelp {
    &IDENTITIES[persona as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        let words: Vec<&str> = IDENTITIES.iter().map(|known| known.persona.word()).collect();
        assert_eq!(words, Persona::words());
    }
}
