//! How an action looks in the log: templates, read from files, checked, and compiled.
//!
//! A template is one JSON file per action ([`Action`]), a folder per service ([`Service`]). It states the
//! action's facts and the shape of its parameters with typed slots ([`slot`]); [`shape`] compiles that to
//! steps which only copy and fill. A service can declare kinds of entities of its own ([`kind`]) and stories
//! with them ([`story`]). [`Catalogue`] holds all of a run. Everything that is wrong in a template is found
//! while it is loaded; [`check`] also finds what is surely not meant.

mod action;
mod catalogue;
mod changed;
mod check;
mod company;
mod condition;
mod errors;
mod field;
mod folder;
mod issued;
mod kind;
mod manner;
mod optional;
mod own;
mod plot;
mod read;
mod rendering;
mod service;
mod shape;
mod slot;
mod story;

pub(crate) use action::Action;
pub(crate) use catalogue::Catalogue;
pub(crate) use check::{Contents, check};
pub use condition::ParameterOrder;
pub(crate) use condition::{Condition, Effect, Persona};
pub(crate) use folder::built_in_files;
pub(crate) use kind::{Declared, Kinds};
pub(crate) use manner::Appearance;
pub(crate) use rendering::Rendering;
pub(crate) use slot::SLOTS;
pub(crate) use story::{By, Story, StoryCall};
