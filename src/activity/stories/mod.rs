//! The stories that a chapter tells.
//!
//! First those that services tell in their files (`told`), then those that change who exists (`turnover`), those
//! that pass within the chapter (`passing`), failures (`mishaps`), and single calls in what room is left
//! (`singles`). A story touches only what
//! is its own or what stays as it is all through the chapter, so stories can be told one after the other
//! and still be true side by side.

pub(super) mod actors;
mod mishaps;
mod passing;
mod singles;
mod told;
mod turnover;

use crate::activity::script::Script;

/// Fills the chapter.
pub(super) fn play(script: &mut Script<'_>) {
    told::play(script);
    turnover::play(script);
    passing::play(script);
    mishaps::play(script);
    singles::play(script);
}
