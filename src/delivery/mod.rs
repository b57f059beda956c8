//! Where finished objects go: a directory, an S3 bucket or memory.
//!
//! A [`Destination`] takes whole objects and says of each whether it was written, was there already, or
//! why it could not be delivered. It knows nothing of events or scenarios.
//!
//! In reading order: [`Directory`] with its `partial` files, `S3` behind the feature `s3`, and
//! [`Memory`] for programs that want a trail in a test; `notify` tells consumers of what has come. All three
//! destinations keep the same contract:
//!
//! * an object lies under its key whole or not at all, even when the run is killed;
//! * delivering the same object again changes nothing;
//! * other bytes at a key are an error, unless overwriting was asked for.

mod directory;
mod error;
mod memory;
pub mod notify;
mod partial;
#[cfg(feature = "s3")]
mod s3;

pub use directory::Directory;
#[cfg(feature = "serve")]
pub(crate) use directory::{OURS, check};
pub use error::Error;
pub(crate) use error::plain;
pub use memory::Memory;
#[cfg(feature = "s3")]
pub use s3::{Checksums, Credentials, Patience, Queue, S3, S3Options, Topic};

pub use crate::trail::{Headers, Object};

/// What became of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It was written now.
    Written,
    /// It lay there already, byte for byte.
    AlreadyThere,
}

/// Called once when the fate of one object is known, from any thread. It should be quick, and must not call
/// the destination.
pub type Report = Box<dyn FnOnce(Result<Delivered, Error>) + Send>;

/// A place that takes objects.
pub trait Destination: Send + Sync {
    /// Tries the place before anything is generated: it exists (or is made, where that was asked for) and can be written.
    ///
    /// # Errors
    ///
    /// Whatever would keep the first object from being delivered.
    fn prepare(&self) -> Result<(), Error>;

    /// Calls `each` with every key that begins with `prefix` and its size in bytes, in any order, until it
    /// returns false. A place that does not exist yet holds no keys.
    ///
    /// # Errors
    ///
    /// The place could not be read.
    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error>;

    /// Takes one object. Blocks while too many are under way, returns as soon as this one has been
    /// accepted, and reports its fate once. After `stop` nothing new is started: the report is `Error::Stopped`.
    fn put(&self, object: Object, report: Report);

    /// Waits until every accepted object has been reported.
    fn finish(&self);

    /// Starts nothing any more and returns at once: objects that come later, or have not been started, are
    /// reported as [`Error::Stopped`]. What is on its way may still arrive, within a bounded time.
    fn stop(&self);

    /// How a person would name the place: `trail`, `s3://audit-lab`.
    fn name(&self) -> String;
}

/// How an object relates to what lies under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Same,
    Different,
}
