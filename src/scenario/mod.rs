//! What the user asks for: read from a scenario file and from flags, checked, and made complete.
//!
//! A file becomes a [`Wish`], where everything may be missing. Flags are a second wish, laid over the first.
//! A wish is then resolved to a [`Scenario`], where nothing is missing: every default is filled in and every
//! relative time is an instant. Later stages see only the scenario, and it can be written back as TOML.
//!
//! Whatever is wrong is found here, all of it at once, as [`crate::mistake::Mistakes`] with places.
//! In reading order:
//!
//! * `problem`, `asked`: what is wrong with a value, and where a value was asked for
//! * `number`, `choice`, `name`, `moment`, `rate`, `pace`, `account`, `cidr`, `mix`, `fault`: the kinds of values and their
//!   rules
//! * `fields`, `value`, `section`: the keys of the file, and reading one value or section of it
//! * `wish`, `file`: the wish, and reading it from TOML
//! * `conflict`, `resolve`: what does not fit together, and a wish made complete
//! * `write`, `streams`: what a scenario can tell

mod account;
mod asked;
mod choice;
mod cidr;
mod conflict;
mod digests;
mod fault;
mod fields;
mod file;
mod mix;
mod moment;
mod name;
mod number;
mod pace;
mod problem;
mod rate;
mod resolve;
mod section;
mod streams;
mod value;
mod wish;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::clock::{Span, Time};
use crate::mistake::Mistakes;
pub use crate::template::ParameterOrder;

pub use account::{AccountId, REGIONS, region};
pub use asked::{Asked, Place, Source};
pub use choice::{AUTO, EVENT_VERSIONS, Gzip, MessageFlow, Shape, Style};
pub use cidr::Cidr;
pub use digests::{DigestWish, Digests};
pub use fault::{FAULTS, FaultAbout, FaultKind, FaultWish, Faults, Measure};
pub use file::templates_of;
pub use mix::weighted_action;
pub use moment::{flush, instant, span};
pub use name::{bucket, identity, prefix};
pub use number::{Bounds, EVENTS, SEED, share};
pub(crate) use pace::{Course, per};
pub use pace::{Leg, Pace};
pub use problem::Problem;
pub use rate::Rate;
pub use wish::{AccountWish, Amount, End, Wish};
pub(crate) use write::shown_weight;
pub use write::toml_of;

/// The number of the output format this version writes.
pub const FORMAT: u32 = 1;

/// An annotated scenario file that shows every key; as it stands it asks for the default scenario.
pub const STARTER: &str = include_str!("starter.toml");

/// Everything that decides the bytes of a trail. Made by [`Wish::resolve`].
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What every draw starts from.
    pub seed: u64,
    /// The number of the output format, [`FORMAT`].
    pub format: u32,
    /// When it happens.
    pub time: Window,
    /// What happens, and how much of it.
    pub traffic: Traffic,
    /// Where it happens: at least one account, none twice.
    pub accounts: Vec<Account>,
    /// The trail that records it.
    pub trail: Trail,
    /// How its records look.
    pub records: Records,
    /// The ranges that callers' addresses come from, at least one.
    pub addresses: Vec<Cidr>,
    /// What goes wrong with it on purpose.
    pub faults: Faults,
    /// Folders with templates of the user's own.
    pub templates: Vec<PathBuf>,
}

/// The time in which all events happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// The first instant inside.
    pub start: Time,
    /// The first instant after it; later than `start`.
    pub end: Time,
    /// How the day is filled.
    pub shape: Shape,
}

/// What happens, and how much of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The exact number of events over all streams.
    pub events: u64,
    /// How fast it happens in the course of the window, where that is no matter of the day.
    pub pace: Option<Pace>,
    /// The share of calls that fail, in millionths.
    pub errors_ppm: u32,
    /// The share of records that are calls of other services, in millionths.
    pub neighbours_ppm: u32,
    /// The weights that differ from the defaults, by action, in thousandths; 0 removes the action.
    pub mix: BTreeMap<String, u32>,
    /// Whether actions that `mix` does not name are removed.
    pub only: bool,
    /// The one type of identity that calls, where not all of them do.
    pub identity: Option<String>,
}

/// One account, and what each of its regions holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Who it is.
    pub id: AccountId,
    /// Its regions, at least one, none twice, each of [`REGIONS`].
    pub regions: Vec<String>,
    /// The WorkMail organizations in each region.
    pub organizations: u32,
    /// The standing staff of each organization.
    pub users: u32,
    /// The groups of each organization.
    pub groups: u32,
    /// The rooms and equipment of each organization.
    pub resources: u32,
}

/// The trail: where its files lie and how records are cut into files.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// The trail's name.
    pub name: String,
    /// The bucket's name, as digests and notifications give it.
    pub bucket: String,
    /// What stands before `AWSLogs/` in every key, without slashes at its ends; empty for nothing.
    pub prefix: String,
    /// The id of the AWS organization, for an organization trail.
    pub organization: Option<String>,
    /// The largest number of records in one log file.
    pub records_per_file: u32,
    /// How many of CloudTrail's writers share a delivery slot; 0 for as many as the traffic needs.
    pub writers: u32,
    /// How its log files are compressed.
    pub gzip: Gzip,
    /// How long a delivery slot is; the ways of records and files are shorter or longer with it.
    pub flush: Span,
    /// How it is validated, and when it does not log.
    pub digests: Digests,
}

/// How records look.
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    /// Which years' habits they follow.
    pub style: Style,
    /// One `eventVersion` for all records, one of [`EVENT_VERSIONS`], or [`AUTO`]; else the style decides.
    pub event_version: Option<String>,
    /// Whether calls over TLS carry `tlsDetails`.
    pub tls_details: bool,
    /// Whether sensitive values are hidden.
    pub redaction: bool,
    /// How the event source of the Message Flow is spelt.
    pub message_flow_source: MessageFlow,
    /// The order of the members of `requestParameters`.
    pub parameter_order: ParameterOrder,
}

/// What an empty scenario file asks for.
impl Default for Scenario {
    fn default() -> Self {
        Wish::default().resolve().expect("the defaults fit together, as the tests show")
    }
}

/// ```
/// # use mocktrail::Scenario;
/// let scenario = Scenario::new().seed(7).events(500);
/// assert_eq!(scenario.check(&[]), Ok(()));
/// ```
impl Scenario {
    /// The default scenario: 1 000 events of one account on one day.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same scenario from another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same scenario with this many events.
    #[must_use]
    pub fn events(mut self, events: u64) -> Self {
        self.traffic.events = events;
        self
    }

    /// Checks a scenario that was put together by hand by the rules for files; the places in the mistakes are
    /// those in [`Scenario::to_toml`]. `actions` are the known ones.
    ///
    /// # Errors
    ///
    /// All rules that it breaks.
    pub fn check(&self, actions: &[&str]) -> Result<(), Mistakes> {
        Wish::parse("scenario", &self.to_toml(), actions, self.time.start)?.resolve().map(drop)
    }
}
