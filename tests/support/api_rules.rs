//! Cause before effect: an independent reading of the WorkMail API's state rules, for tests.
//!
//! It knows what the API reference says about organizations, mail domains, entities, addresses, links between
//! entities, roles, jobs, rules, configurations, tokens, applications and messages in flight, and nothing of the
//! generator. It believes only what the trail shows:
//! * A trail starts in the middle of life. What was never created in it is *met* at its first successful use and
//!   was there before; its state stays unknown until an event tells it.
//! * What is unknown is never a breach. A name or address nobody is known to hold may belong to any entity that
//!   was met; a write through it makes the state of those entities unknown again (`Organization::blur`).
//! * It must see every WorkMail event of the account. A trail with actions left out on purpose breaks its rules.
//! * Eventual consistency is not modelled: what was created is there for the very next event.
//!
//! Reading order: `call`, `shape` and `company` (one record alone), `operations` (which entities a call needs, and the
//! table of effects), `mentions` (whom else it names), `life`, `entities`, `addresses`, `links`, `domains`, `jobs` (the
//! effects), `things` (all that is made, used and removed by a key), `errors` (what an error code claims),
//! `organization` and `ledger` (what is known), `applications`, `message_flow`.
//!
//! To add an operation: its facts, a line in `operations::ends` for the entities it needs, and a line in
//! `operations::apply` or `things::touch` if it tells or changes anything.
#![allow(dead_code, unreachable_pub, reason = "each test file takes its own part of this support")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

#[path = "api_rules/addresses.rs"]
mod addresses;
#[path = "api_rules/applications.rs"]
mod applications;
#[path = "api_rules/call.rs"]
mod call;
#[path = "api_rules/company.rs"]
mod company;
#[path = "api_rules/domains.rs"]
mod domains;
#[path = "api_rules/entities.rs"]
mod entities;
#[path = "api_rules/errors.rs"]
mod errors;
#[path = "facts.rs"]
pub mod facts;
#[cfg(test)]
#[path = "api_rules/honest_account.rs"]
mod honest_account;
#[cfg(test)]
#[path = "api_rules/honest_service.rs"]
mod honest_service;
#[cfg(test)]
#[path = "api_rules/honest_settings.rs"]
mod honest_settings;
#[path = "api_rules/jobs.rs"]
mod jobs;
#[path = "api_rules/ledger.rs"]
mod ledger;
#[path = "api_rules/life.rs"]
mod life;
#[path = "api_rules/links.rs"]
mod links;
#[path = "api_rules/mentions.rs"]
mod mentions;
#[path = "api_rules/message_flow.rs"]
mod message_flow;
#[path = "api_rules/operations.rs"]
mod operations;
#[path = "api_rules/organization.rs"]
mod organization;
#[path = "api_rules/shape.rs"]
mod shape;
#[path = "api_rules/step.rs"]
mod step;
#[cfg(test)]
#[path = "api_rules/tests.rs"]
mod tests;
#[path = "api_rules/things.rs"]
mod things;

use applications::Applications;
use call::{Call, Ordinal, Service};
use message_flow::Messages;
use organization::Organization;
use step::{Breaches, Step};

/// Which of the rules that go beyond the letter of the API reference are held.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Associating what is associated, or taking apart what is known to be apart, is a breach. The API may well
    /// answer both with success; a person has no reason to do either.
    pub links: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { links: true }
    }
}

/// What was seen, once all records are observed.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Events of Amazon `WorkMail` and its Message Flow.
    pub events: u64,
    /// Events of other services: counted, not judged.
    pub ignored: u64,
    /// Successful events by `eventName`.
    pub successes: BTreeMap<String, u64>,
    /// Failed events by `errorCode`.
    pub errors: BTreeMap<String, u64>,
    /// One sentence per breach: `ordinal eventName: what, with which value`.
    pub breaches: Vec<String>,
}

/// Replays records in the order in which they happened and remembers every breach of the API's state rules.
///
/// ```ignore
/// let mut rules = ApiRules::new();
/// for record in &records {
///     rules.observe(record);
/// }
/// assert_eq!(rules.finish().breaches, Vec::<String>::new());
/// ```
#[derive(Default)]
pub struct ApiRules {
    options: Options,
    observed: Ordinal,
    summary: Summary,
    breaches: Breaches,
    /// By account, region and organization id: separate worlds.
    organizations: BTreeMap<String, Organization>,
    applications: Applications,
    messages: Messages,
    /// Successful calls that carried an idempotency token.
    answered: BTreeSet<String>,
}

impl ApiRules {
    /// All rules on.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the rules asked for.
    pub fn with(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Takes the next `CloudTrail` record; records must come in the order in which their events happened.
    pub fn observe(&mut self, record: &Value) {
        self.observed += 1;
        let Some(call) = Call::of(record, self.observed) else {
            self.summary.ignored += 1;
            return;
        };
        self.count(&call);
        shape::check(&call, &mut self.breaches);
        company::check(&call, &mut self.breaches);
        match call.service {
            Service::WorkMail => self.replay(&call),
            Service::MessageFlow => self.messages.observe(&call, &mut self.breaches),
        }
    }

    /// The breaches so far, in the order of their discovery.
    pub fn breaches(&self) -> &[String] {
        self.breaches.all()
    }

    /// The counts and all breaches.
    pub fn finish(self) -> Summary {
        Summary { breaches: self.breaches.into_all(), ..self.summary }
    }

    fn count(&mut self, call: &Call) {
        self.summary.events += 1;
        match call.error {
            None => add_one(&mut self.summary.successes, call.name),
            Some(code) => add_one(&mut self.summary.errors, code),
        }
    }

    fn replay(&mut self, call: &Call) {
        if self.repeats_a_call(call) {
            return;
        }
        let Some(id) = call.organization() else { return self.replay_outside(call) };
        life::must_not_share(call, &self.organizations, &mut self.breaches);
        let key = format!("{}{id}", call.place());
        if call.error.is_none() {
            self.applications.observe(call, self.organizations.get(&key), &mut self.breaches);
        }
        let organization = self.organizations.entry(key).or_default();
        let mut step = Step { call, organization, breaches: &mut self.breaches, options: self.options };
        match call.error {
            None => operations::succeed(&mut step),
            Some(code) => errors::explain(&mut step, code),
        }
    }

    fn replay_outside(&mut self, call: &Call) {
        if call.error.is_none() {
            self.applications.observe(call, None, &mut self.breaches);
        }
    }

    /// The same request with the same token, answered in the same way: the service did nothing a second time.
    fn repeats_a_call(&mut self, call: &Call) -> bool {
        call.error.is_none()
            && call.parameter("clientToken").is_some()
            && !self.answered.insert(format!("{}{} {} {}", call.place(), call.name, call.parameters(), call.response()))
    }
}

fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else {
        counts.insert(name.to_owned(), 1);
    }
}
