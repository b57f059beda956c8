//! A finished trail damaged on purpose, with what must be found written into its manifest.
//!
//! One [`Kind`] of damage at a time, to one object that a seed or the user picks. The lines of the objects then
//! say what lies there now, the fault, and what `aws cloudtrail validate-logs` prints about it.
//!
//! In reading order: `kind` (what can be done), `manifest` (the lines), `name` (what a key says), `pick` (which
//! object), `log` and `digest` (what happens to its bytes), `expect` (what the validator says), `change` (all of
//! it together), `error`.

mod change;
mod digest;
mod error;
mod expect;
mod kind;
mod log;
mod manifest;
mod name;
mod pick;

pub use change::{Damaged, Wanted, damage};
pub use error::Error;
pub use kind::Kind;
