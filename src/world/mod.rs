//! The fictional accounts, in closed form: who and what exists, at any point, without replaying.
//!
//! Everything here is arithmetic on the seed. The users of an organization are numbered in the order in
//! which they are hired, forever; who lives at some point is a range of numbers ([`cohort`]), and what a
//! user is called and which id they have is drawn from their number ([`organization`]). The same holds for
//! groups, rooms and the people and programs that call the API ([`callers`]).

mod addresses;
mod agents;
mod callers;
mod cohort;
mod names;
mod organization;

pub(crate) use callers::{Callers, IDENTITIES, SessionId};
pub(crate) use cohort::{Cohort, Number, Span};
pub(crate) use organization::{Mailbox, Organization, Sizes};
