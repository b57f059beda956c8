//! Synthetic AWS `CloudTrail` trails for Amazon `WorkMail`.

pub mod activity;
mod clock;
pub mod delivery;
mod event;
mod json;
mod mistake;
mod plan;
mod record;
pub mod run;
pub mod scenario;
mod seed;
mod sink;
mod template;
pub mod trail;
mod world;

pub use activity::Activity;
pub use clock::Time;
pub use mistake::Mistakes;
pub use plan::Plan;
pub use scenario::Scenario;
pub use seed::{Seal, Seed};
pub use trail::{Batch, Encoder, LogFile, Trail};
