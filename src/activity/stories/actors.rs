//! Who plays which stories, and how fast they work: the groups that the [`crate::activity::troupe`] is made of.

use crate::seed::Key;
use crate::template::Persona;

/// Who hires, changes and removes people.
pub(in crate::activity) const ADMINISTRATORS: &[(Persona, u64)] = &[
    (Persona::HrSync, 50),
    (Persona::ConsoleAdmin, 30),
    (Persona::CliAdmin, 12),
    (Persona::Terraform, 7),
    (Persona::Root, 1),
    (Persona::MfaAdmin, 4),
    (Persona::SamlAdmin, 5),
    (Persona::Pipeline, 4),
    (Persona::Partner, 2),
    (Persona::OnCall, 1),
    (Persona::Automation, 3),
];

/// Who looks after single users.
pub(in crate::activity) const HELPERS: &[(Persona, u64)] = &[
    (Persona::HelpDesk, 55),
    (Persona::ConsoleAdmin, 25),
    (Persona::CliAdmin, 19),
    (Persona::Root, 1),
    (Persona::MfaAdmin, 4),
    (Persona::SamlAdmin, 5),
    (Persona::Federated, 2),
    (Persona::Partner, 3),
    (Persona::OnCall, 1),
    (Persona::Automation, 4),
];

/// Who reads.
pub(in crate::activity) const READERS: &[(Persona, u64)] = &[
    (Persona::Scanner, 45),
    (Persona::ConsoleAdmin, 18),
    (Persona::HelpDesk, 14),
    (Persona::Terraform, 14),
    (Persona::CliAdmin, 8),
    (Persona::Root, 1),
    (Persona::MfaAdmin, 2),
    (Persona::SamlAdmin, 3),
    (Persona::Federated, 4),
    (Persona::Pipeline, 2),
    (Persona::Partner, 2),
    (Persona::OnCall, 1),
    (Persona::Automation, 2),
];

/// Who handles messages in flight.
pub(in crate::activity) const MAIL_FLOW: &[(Persona, u64)] = &[(Persona::MailFlow, 1)];

/// Who tries what they have no right to: an analyst, a help desk beyond its tasks.
pub(in crate::activity) const REFUSED: &[(Persona, u64)] =
    &[(Persona::Analyst, 70), (Persona::HelpDesk, 20), (Persona::Scanner, 10)];

/// The same with messages in flight: a function with too narrow a role.
pub(in crate::activity) const REFUSED_IN_FLIGHT: &[(Persona, u64)] = &[(Persona::MailFlow, 3), (Persona::Analyst, 1)];

/// A pause as long as this persona makes between two calls, in milliseconds.
#[must_use]
pub(in crate::activity) fn pause(persona: Persona, key: Key) -> i64 {
    let mean = match persona {
        Persona::Scanner | Persona::Terraform => 350,
        Persona::HrSync | Persona::MailFlow | Persona::Pipeline | Persona::Automation => 500,
        Persona::CliAdmin | Persona::Analyst | Persona::MfaAdmin | Persona::Partner | Persona::OnCall => 14_000,
        Persona::ConsoleAdmin | Persona::HelpDesk | Persona::Root | Persona::SamlAdmin | Persona::Federated => 6_000,
    };
    mean / 6 + key.wait(mean)
}
