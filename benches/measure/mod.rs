//! What all benches share: clocks, rounds in which variants take turns, and what they print.
//!
//! In reading order: `clock` (wall and processor time), `rounds` (taking turns, medians), `process` (programs as
//! processes of their own), `machine` (where a table was made).

pub mod clock;
pub mod machine;
pub mod process;
pub mod rounds;
