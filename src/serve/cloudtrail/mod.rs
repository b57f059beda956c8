//! The CloudTrail calls that programs make beside reading the bucket, and the one of Organizations that goes with them.
//!
//! * `trails`: what the trail is
//! * `public_keys`: the keys that digests are signed with
//! * `lookup`: what events are asked for, and the form in which they are given
//! * `history`, `made`, `filed`: where the events come from: a scenario, or files
//!
//! JSON 1.1: the operation is in `X-Amz-Target`, input and output are JSON, instants are numbers of seconds.

mod filed;
mod history;
mod lookup;
mod made;
mod public_keys;
mod trails;

use std::sync::Arc;

pub(crate) use filed::Filed;
pub(crate) use history::History;
pub(crate) use made::Made;
pub(crate) use public_keys::PublicKeys;
use serde_json::{Value, json};
pub(crate) use trails::Described;

use crate::clock::{SECOND, Time};
use crate::serve::bucket::Trouble;

/// Answers the calls.
pub(crate) struct CloudTrail {
    /// The trail.
    pub(crate) trail: Described,
    /// Its public keys.
    pub(crate) public_keys: PublicKeys,
    /// Its events.
    pub(crate) history: Arc<dyn History>,
}

/// What a caller is told instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The status of the HTTP answer.
    pub(crate) status: u16,
    /// The name of the exception.
    pub(crate) kind: &'static str,
    /// What is wrong.
    pub(crate) message: String,
}

impl Fault {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, kind, message: message.into() }
    }

    /// Something went wrong on this side.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        Self { status: 500, kind: "InternalFailure", message: error.to_string() }
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self::internal(&trouble)
    }
}

const SERVICE: &str = "CloudTrail_20131101.";
const ORGANIZATIONS: &str = "AWSOrganizationsV20161128.";

impl CloudTrail {
    /// Answers a call that came for a region. It may take a while.
    pub(crate) fn answer(&self, target: &str, input: &Value, region: &str) -> Result<Value, Fault> {
        let target = target.strip_prefix("com.amazonaws.cloudtrail.v20131101.").unwrap_or(target);
        match (target.strip_prefix(SERVICE), target.strip_prefix(ORGANIZATIONS)) {
            (Some("DescribeTrails"), _) => Ok(self.trail.describe(input)),
            (Some("ListTrails"), _) => Ok(self.trail.list()),
            (Some("GetTrail"), _) => self.trail.get(input),
            (Some("GetTrailStatus"), _) => self.trail.status(input),
            (Some("ListPublicKeys"), _) => public_keys::list(&self.public_keys, input),
            (Some("LookupEvents"), _) => lookup::events(&*self.history, input, region),
            (_, Some("DescribeOrganization")) => self.trail.organization(),
            _ => Err(Fault::new("UnknownOperationException", format!("`{target}` is not answered here"))),
        }
    }
}

/// An instant in a call: seconds since 1970 as a number, or RFC 3339.
fn instant(input: &Value, name: &'static str) -> Result<Option<Time>, Fault> {
    let wrong = || Fault::new("SerializationException", format!("`{name}` is no instant"));
    match &input[name] {
        Value::Null => Ok(None),
        Value::String(text) => Time::parse(text, Time(0)).map(Some).ok_or_else(wrong),
        value => {
            let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e11).ok_or_else(wrong)?;
            Ok(Some(Time((seconds * 1_000.0) as i64)))
        }
    }
}

/// An instant in an answer.
fn seconds(time: Time) -> Value {
    json!(time.0.div_euclid(SECOND))
}
