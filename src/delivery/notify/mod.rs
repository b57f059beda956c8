//! Telling consumers that an object has come, the way AWS does.
//!
//! * `voice`: what is the same in all notifications of a trail, and what is drawn for each of them
//! * `s3_event`, `event_bridge`, `sns`: the documents
//! * `telling`: how often an object is told of, and when
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
mod telling;
#[cfg(test)]
mod tests;
mod voice;

pub use announcer::{Announced, Announcer};
pub use file::Lines;
pub use journal::Journal;
pub use target::Target;
pub use telling::{Telling, Turn};
pub use voice::{Shape, Voice};

use md5::{Digest as _, Md5};

use crate::clock::Time;
use crate::hex::hex;
use crate::trail;

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
    /// It is no log file, and only lies among them.
    pub is_stray: bool,
    /// How it is told of.
    pub telling: Telling,
}

impl Notice {
    /// The notice of an object.
    #[must_use]
    pub fn new(key: &str, body: &[u8], at: Time) -> Self {
        let (bytes, etag) = (body.len() as u64, hex(&Md5::digest(body)));
        Self { key: key.to_owned(), bytes, etag, at, is_stray: false, telling: Telling::Once }
    }

    /// The same, told of as the faults of the object have it.
    #[must_use]
    pub fn with_faults(self, is_stray: bool, faults: &[trail::Fault]) -> Self {
        Self { is_stray, telling: Telling::of(faults), ..self }
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
