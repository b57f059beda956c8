//! Telling consumers that an object has come, the way AWS does.
//!
//! * `voice`: what is the same in all notifications of a trail, and what is drawn for each of them
//! * `s3_event`, `event_bridge`, `sns`: the documents
//! * `target`: where they go, as the user writes it; [`Channel`] is what takes them
//! * `file`: a channel into a file; those into queues and topics lie with S3, where all that is asynchronous does
//! * `packing`: how many go in one request
//! * `announcer`: a thread for each target, which tries again what failed and counts
//! * `journal`: which objects were announced, for a run that is gone on with

mod announcer;
mod event_bridge;
mod file;
mod journal;
mod packing;
mod s3_event;
mod sns;
mod target;
#[cfg(test)]
mod tests;
mod voice;

pub use announcer::{Announced, Announcer};
pub use file::Lines;
pub use journal::Journal;
pub use target::Target;
pub use voice::{Shape, Voice};

use md5::{Digest as _, Md5};

use crate::clock::Time;
use crate::hex::hex;

/// An object that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its key.
    pub key: String,
    /// Its length.
    pub bytes: u64,
    /// The MD5 of its bytes in hexadecimal digits, as S3's entity tag of an object that was put in one piece.
    pub etag: String,
    /// When it came, in the trail's time.
    pub at: Time,
}

impl Notice {
    /// The notice of an object.
    #[must_use]
    pub fn new(key: &str, body: &[u8], at: Time) -> Self {
        Self { key: key.to_owned(), bytes: body.len() as u64, etag: hex(&Md5::digest(body)), at }
    }
}

/// A text on its way to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub body: String,
    /// The subject that SNS is given, where there is one.
    pub subject: Option<&'static str>,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In words.
    pub what: String,
    /// Trying again does not help.
    pub is_final: bool,
}

/// Something that takes messages.
pub trait Channel: Send {
    /// As a person names it.
    fn name(&self) -> String;

    /// Whether it puts the envelope of SNS around messages itself, so that they are given to it bare.
    fn is_topic(&self) -> bool {
        false
    }

    /// Takes the messages of one request; says of each what kept it from being taken, if anything did.
    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>>;
}
