//! The life of an organization: created, there, deleted, and who may not share what with whom.

use std::collections::BTreeMap;

use super::call::Call;
use super::organization::{Domain, Organization};
use super::step::{Breaches, Step};

/// Any success proves that the organization is there; a deleted one only answers to its description.
pub(super) fn must_live(step: &mut Step) -> bool {
    let at = step.call.ordinal;
    let creates = step.call.name == "CreateOrganization";
    if let Some(before) = step.organization.not_found_at.take().filter(|_| !creates) {
        step.breach(format_args!("the organization lives, but was not found in #{before}"));
    }
    if let Some(deleted) = step.organization.deleted_at
        && step.call.name != "DescribeOrganization"
    {
        step.breach(format_args!("the organization was deleted in #{deleted}"));
        return false;
    }
    if let Some(first) = step.organization.proven_at.filter(|_| creates) {
        step.breach(format_args!("the organization was used in #{first}, before this created it"));
    }
    step.organization.proven_at.get_or_insert(at);
    true
}

/// All but a few errors are found out inside an organization that is there.
pub(super) fn prove_by_error(step: &mut Step, code: &str) {
    let before_looking = ["AccessDenied", "Throttling", "Internal", "ServiceUnavailable", "InvalidParameter"];
    let proves_nothing =
        code == not_found_code(step.call) || before_looking.iter().any(|start| code.starts_with(start));
    if !proves_nothing {
        step.organization.proven_at.get_or_insert(step.call.ordinal);
    }
}

/// What a call about an organization that never was is answered.
pub(super) fn not_found_code(call: &Call) -> &'static str {
    if call.is_about_tags() { "ResourceNotFoundException" } else { "OrganizationNotFoundException" }
}

/// Said only of ids that never existed; a later success finds the note, see `must_live`. The ARN of a deleted
/// organization, however, need not name a resource any more.
pub(super) fn not_found(step: &mut Step) {
    let may_be_gone = step.call.is_about_tags() && step.organization.deleted_at.is_some();
    match step.organization.proven_at {
        Some(_) if may_be_gone => {}
        Some(at) => step.breach(format_args!("{}, but it was there in #{at}", not_found_code(step.call))),
        None => step.organization.not_found_at = Some(step.call.ordinal),
    }
}

/// A new organization has no settings but the default ones; people may have been in its directory before.
pub(super) fn create(step: &mut Step) {
    let at = step.call.ordinal;
    step.organization.born_at = Some(at);
    step.organization.alias = step.call.parameter("alias").map(str::to_lowercase);
    step.organization.directory = step.call.parameter("directoryId").map(str::to_owned);
    for domain in domains_asked_for(step.call) {
        step.organization.domains.insert(domain.to_lowercase(), Domain::Registered { at });
    }
}

pub(super) fn delete(step: &mut Step) {
    let forced = step.call.parameters()["forceDelete"] == true;
    if !forced && let Some(user) = step.organization.enabled_user() {
        let label = step.organization.label(user);
        step.breach(format_args!("{label} is enabled and forceDelete is not set"));
    }
    step.organization.deleted_at = Some(step.call.ordinal);
}

/// What no two living organizations of an account and region share: domains, aliases, directories.
pub(super) fn must_not_share(call: &Call, organizations: &BTreeMap<String, Organization>, breaches: &mut Breaches) {
    let claims = call.error.is_none() && matches!(call.name, "CreateOrganization" | "RegisterMailDomain");
    let Some(id) = call.organization().filter(|_| claims) else { return };
    let place = call.place();
    let neighbours = organizations.range(place.clone()..).take_while(|(key, _)| key.starts_with(&place));
    let others = neighbours.map(|(key, other)| (&key[place.len()..], other));
    for (name, other) in others.filter(|(name, other)| *name != id && other.deleted_at.is_none()) {
        for domain in domains_asked_for(call).filter(|domain| other.serves(domain)) {
            breaches.add(call, format_args!("the domain `{domain}` belongs to the organization `{name}`"));
        }
        if call.name == "CreateOrganization" {
            must_not_have_the_same(call, name, other, breaches);
        }
    }
}

fn must_not_have_the_same(call: &Call, name: &str, other: &Organization, breaches: &mut Breaches) {
    let alias = call.parameter("alias").map(str::to_lowercase);
    if let Some(alias) = alias.filter(|alias| other.alias.as_ref() == Some(alias)) {
        breaches.add(call, format_args!("the alias `{alias}` belongs to the organization `{name}`"));
    }
    let directory = call.parameter("directoryId");
    if let Some(directory) = directory.filter(|directory| other.directory.as_deref() == Some(directory)) {
        breaches.add(call, format_args!("the directory `{directory}` serves the organization `{name}`"));
    }
}

fn domains_asked_for<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let new = call.parameter("domainName").filter(|_| call.name == "RegisterMailDomain");
    let list = call.parameters()["domains"].as_array().filter(|_| call.name == "CreateOrganization");
    new.into_iter().chain(list.into_iter().flatten().filter_map(|domain| domain["domainName"].as_str()))
}
