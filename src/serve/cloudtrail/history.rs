//! Where events are looked up, whatever they come from.

use serde_json::Value;

use super::Fault;
use super::lookup::Query;

/// The events of an account, newest first.
pub(crate) trait History: Send + Sync {
    /// A page of the events that a query asks for. It may be empty though there are more: then only so much of the
    /// trail was looked through.
    fn look(&self, query: &Query) -> Result<Page, Fault>;
}

/// Events in the form of `LookupEvents`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) events: Vec<Value>,
    /// Where to go on, as it comes back in a query.
    pub(crate) next: Option<String>,
}
