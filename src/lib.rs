//! Synthetic AWS CloudTrail trails for Amazon WorkMail.
//!
//! A scenario and a seed in, a trail of gzipped log files out: laid out, timed and written like those that
//! AWS delivers. The bytes of a file depend on the scenario, the seed and the file's place in the trail, and
//! on nothing else.
//!
//! ```
//! use std::sync::Arc;
//! use mocktrail::{Plan, Scenario, Trail};
//!
//! let plan = Plan::new(Scenario::new().seed(7).events(200))?;
//! let trail = Trail::new(Arc::new(plan));
//! for file in trail.files() {
//!     assert!(file.object.key.starts_with("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/0"));
//! }
//! let records: Vec<String> = trail.records().collect();
//! assert_eq!(records.len(), 200);
//! # Ok::<(), mocktrail::Mistakes>(())
//! ```

mod activity;
pub mod audit;
#[doc(hidden)]
pub mod cli;
mod clock;
pub mod damage;
pub mod delivery;
mod event;
mod hex;
mod json;
mod mistake;
mod plan;
mod record;
pub mod run;
pub mod scenario;
mod schema;
mod seed;
#[cfg(feature = "serve")]
pub mod serve;
mod shard;
mod sink;
mod template;
mod trail;
mod world;

pub use activity::{Activity, Chapter, Player};
pub use clock::{Clock, Moment, Span, SteadyClock, Time};
pub use mistake::{Mistake, Mistakes};
pub use plan::{Plan, Stream};
pub use scenario::Scenario;
pub use seed::{Seal, Seed};
pub use shard::Shard;
pub use trail::{Batch, Contents, Encoder, Fault, LogFile, Trail};
