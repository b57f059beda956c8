//! The stories that a chapter tells.
//!
//! First those that change who exists (`turnover`), then those that pass within the chapter (`passing`),
//! then failures (`mishaps`), and single calls in what room is left (`singles`). A story touches only what
//! is its own or what stays as it is all through the chapter, so stories can be told one after the other
//! and still be true side by side.

mod passing;
pub(super) mod singles;
mod turnover;

pub(super) use turnover::mailbox;

use crate::activity::mishaps;
use crate::activity::script::Script;
use crate::world::Persona;

/// Fills the chapter.
pub(super) fn play(script: &mut Script<'_>) {
    turnover::play(script);
    passing::play(script);
    mishaps::play(script);
    singles::play(script);
}

/// Who hires, changes and removes people.
const ADMINISTRATORS: &[(Persona, u64)] = &[
    (Persona::HrSync, 50),
    (Persona::ConsoleAdmin, 30),
    (Persona::CliAdmin, 12),
    (Persona::Terraform, 7),
    (Persona::Root, 1),
];

/// Who looks after single users.
pub(super) const HELPERS: &[(Persona, u64)] =
    &[(Persona::HelpDesk, 55), (Persona::ConsoleAdmin, 25), (Persona::CliAdmin, 19), (Persona::Root, 1)];

/// Who reads.
pub(super) const READERS: &[(Persona, u64)] = &[
    (Persona::Scanner, 45),
    (Persona::ConsoleAdmin, 18),
    (Persona::HelpDesk, 14),
    (Persona::Terraform, 14),
    (Persona::CliAdmin, 8),
    (Persona::Root, 1),
];

/// Who handles messages in flight.
pub(super) const MAIL_FLOW: &[(Persona, u64)] = &[(Persona::MailFlow, 1)];

/// A pause as long as this persona makes between two calls, in milliseconds.
#[must_use]
pub(super) fn pause(persona: Persona, key: crate::seed::Key) -> i64 {
    let mean = match persona {
        Persona::Scanner | Persona::Terraform => 350,
        Persona::HrSync | Persona::MailFlow => 500,
        Persona::CliAdmin | Persona::Analyst => 14_000,
        Persona::ConsoleAdmin | Persona::HelpDesk | Persona::Root => 6_000,
    };
    mean / 6 + key.wait(mean)
}
