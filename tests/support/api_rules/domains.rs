//! Mail domains of an organization.

use super::ledger::{self, Holder};
use super::organization::Domain;
use super::step::Step;

pub(super) fn register(step: &mut Step) {
    let Some(name) = step.required("domainName") else { return };
    if let Some(Domain::Registered { at }) = step.organization.domain(name) {
        step.breach(format_args!("the domain `{name}` is registered, known since #{at}"));
    }
    let registered = Domain::Registered { at: step.call.ordinal };
    step.organization.domains.insert(name.to_lowercase(), registered);
}

/// The test domain stays for ever, and addresses hold their domain.
pub(super) fn deregister(step: &mut Step) {
    let Some(name) = step.required("domainName") else { return };
    if let Some(Domain::Deregistered { at }) = step.organization.domain(name) {
        step.breach(format_args!("the domain `{name}` was already deregistered in #{at}"));
    }
    if name.ends_with(".awsapps.com") {
        step.breach(format_args!("the test domain `{name}` cannot be removed"));
    }
    if let Some(address) = address_in_use(step, name) {
        step.breach(format_args!("the domain `{name}` still has the address `{address}`"));
    }
    let deregistered = Domain::Deregistered { at: step.call.ordinal };
    step.organization.domains.insert(name.to_lowercase(), deregistered);
}

fn address_in_use(step: &Step, domain: &str) -> Option<String> {
    let organization = &*step.organization;
    let prefix = ledger::domain_prefix(domain);
    let mut addresses = organization.addresses.starting_with(&prefix);
    let found = addresses.find(|(_, holder)| match holder {
        Holder::Entity(number) => organization.is_living(*number),
        Holder::Somebody { .. } => true,
        Holder::Lingering(_) | Holder::Nobody { .. } => false,
    });
    found.map(|(key, _)| ledger::written_address(key))
}

pub(super) fn need_registered(step: &mut Step) {
    let Some(name) = step.required("domainName") else { return };
    match step.organization.domain(name) {
        Some(Domain::Deregistered { at }) => {
            step.breach(format_args!("the domain `{name}` was deregistered in #{at}"));
        }
        _ => step.learn_domain(name),
    }
}
