//! The facts of every public operation, as `tests/facts/workmail.json` has them.
#![allow(dead_code, unreachable_pub, reason = "each test file takes its own part of this support")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub services: BTreeMap<String, Service>,
    pub operations: BTreeMap<String, Operation>,
    pub shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    pub event_source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub service: String,
    pub read_only: bool,
    /// The IAM resource type that an access is denied on.
    pub resource: Option<String>,
    /// Member to shape, and which of them no call can do without.
    pub request: BTreeMap<String, String>,
    pub required: Vec<String>,
    pub response: BTreeMap<String, String>,
    /// `responseElements` shows the response; everywhere else it is null.
    pub response_logged: bool,
    pub errors: Vec<String>,
    pub idempotency_token: Option<String>,
}

#[derive(Deserialize)]
pub struct Shape {
    #[serde(rename = "type")]
    pub form: Form,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub pattern: Option<String>,
    #[serde(rename = "enum")]
    pub words: Option<Vec<String>>,
    #[serde(default)]
    pub sensitive: bool,
    /// The shape of a list's items.
    pub of: Option<String>,
    #[serde(default)]
    pub members: BTreeMap<String, String>,
    #[serde(default)]
    pub required: Vec<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    String,
    Boolean,
    Integer,
    Long,
    Double,
    Timestamp,
    Blob,
    List,
    Structure,
}

impl Operation {
    /// The members that `responseElements` has after a success.
    pub fn logged_response(&self) -> impl Iterator<Item = &String> {
        self.response.keys().filter(|_| self.response_logged)
    }
}

pub fn facts() -> &'static Facts {
    static FACTS: LazyLock<Facts> =
        LazyLock::new(|| serde_json::from_str(include_str!("../facts/workmail.json")).expect("the facts are valid"));
    &FACTS
}

/// The operation of that name; `None` for what only the console calls.
pub fn operation(name: &str) -> Option<&'static Operation> {
    facts().operations.get(name)
}
