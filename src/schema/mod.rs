//! What records and log files must look like: the files in `schemas/`, compiled.
//!
//! They are JSON Schema 2020-12, written from the documents of AWS and from nothing of ours, so that they and
//! the templates catch each other's mistakes. [`Schemas`] holds them all in one table of rules; a [`Tape`] is
//! a JSON value in the form that can be checked fastest, and a [`Breach`] is a place in it that breaks a rule.
//!
//! In reading order: `tape` (values), `pointer` (places), `rule` (keywords), `compile` (from files to rules),
//! `switch` (many conditions on one member), `check` (values against rules), `describe` (the words of a breach).

mod check;
mod compile;
mod describe;
mod pointer;
mod rule;
mod switch;
mod tape;

use std::collections::BTreeMap;

pub(crate) use check::{Breach, Breaches};
pub(crate) use pointer::Pointer;
pub(crate) use rule::RuleId;
pub(crate) use tape::{Tape, Value};

use compile::Compiler;
use rule::Rules;

/// All schemas.
#[derive(Debug)]
pub(crate) struct Schemas {
    rules: Rules,
    record: RuleId,
    log_file: RuleId,
    digest: RuleId,
    actions: BTreeMap<Box<str>, BTreeMap<Box<str>, RuleId>>,
}

impl Schemas {
    /// The schemas of this version.
    pub(crate) fn built_in() -> Self {
        let mut compiler = Compiler::default();
        let record = compiler.file("record.json");
        let log_file = compiler.file("log-file.json");
        let digest = compiler.file("digest.json");
        let actions = compiler.actions();
        Self { rules: compiler.finish(), record, log_file, digest, actions }
    }

    /// The schema of an action of a service, if there is one.
    pub(crate) fn action(&self, event_source: &str, event_name: &str) -> Option<RuleId> {
        self.actions.get(event_source)?.get(event_name).copied()
    }

    /// Checks a record by what holds for all of them.
    pub(crate) fn check_record(&self, record: Value, breaches: &mut Breaches) {
        self.check(self.record, record, breaches);
    }

    /// Checks a log file; its records may be left out.
    pub(crate) fn check_log_file(&self, document: Value, breaches: &mut Breaches) {
        self.check(self.log_file, document, breaches);
    }

    /// Checks a digest file.
    pub(crate) fn check_digest(&self, document: Value, breaches: &mut Breaches) {
        self.check(self.digest, document, breaches);
    }

    /// Checks a value by one rule.
    pub(crate) fn check(&self, rule: RuleId, value: Value, breaches: &mut Breaches) {
        self.rules.check(rule, value, &Pointer::Root, breaches);
    }
}

#[cfg(test)]
mod tests;
