//! What an error code claims about the state, held against what is known. The unknown explains every error.
//!
//! `OrganizationStateException` is always believed: an organization may be impaired or inactive for reasons that no
//! call shows. So are `ReservedNameException`, `MailDomainInUseException` and all errors about the request alone.

use super::ledger::{self, Holder};
use super::links::{self, Link, LinkKind};
use super::mentions::{self, Mention};
use super::organization::{Domain, EntityNumber, Found, NotFound, State};
use super::step::{Step, looks_like_an_id};
use super::{life, things};

pub(super) fn explain(step: &mut Step, code: &str) {
    life::prove_by_error(step, code);
    things::explain(step, code);
    match code {
        _ if code == life::not_found_code(step.call) => life::not_found(step),
        "EntityNotFoundException" => entity_not_found(step),
        "EntityStateException" => entity_state(step),
        "EntityAlreadyRegisteredException" => entity_already_registered(step),
        "EmailAddressInUseException" => email_address_in_use(step),
        "NameAvailabilityException" => name_availability(step),
        "MailDomainNotFoundException" => mail_domain_not_found(step),
        "MailDomainStateException" => mail_domain_state(step),
        _ => {}
    }
}

fn entity_not_found(step: &mut Step) {
    let named = mentions::entities(step.call);
    let living: Vec<EntityNumber> = named.iter().filter_map(|mention| living_of_that_kind(step, *mention)).collect();
    if named.is_empty() || living.len() < named.len() {
        return remember_missing(step, &named);
    }
    if !may_also_mean_something_else(step, &living) {
        let labels = labels(step, &living);
        step.breach(format_args!("EntityNotFoundException, but {labels} lives"));
    }
}

/// An entity of another kind is not found either, so the kind must be known and right.
fn living_of_that_kind(step: &Step, mention: Mention) -> Option<EntityNumber> {
    let number = living(step, mention)?;
    let kind = step.organization.entity(number).kind;
    kind.map_or(mention.kinds.len() == 3, |kind| mention.kinds.contains(&kind)).then_some(number)
}

/// Some operations about mailboxes declare no other error for an entity without one, and taking apart a pair that
/// may not be one has no error of its own.
fn may_also_mean_something_else(step: &Step, living: &[EntityNumber]) -> bool {
    let pair_is_missing = |kind| links::link(step.organization, (kind, living[0], living[1])) != Link::Together;
    match step.call.name {
        name if finds_only_mailboxes(name) => !all_in(step, living, State::Enabled),
        "DisassociateMemberFromGroup" => pair_is_missing(LinkKind::Membership),
        "DisassociateDelegateFromResource" => pair_is_missing(LinkKind::Delegation),
        "DeleteMailboxPermissions" => pair_is_missing(LinkKind::Permission),
        _ => false,
    }
}

/// Operations that may not find an entity which is there but has no mailbox.
fn finds_only_mailboxes(operation: &str) -> bool {
    matches!(
        operation,
        "GetMailboxDetails"
            | "ListMailboxPermissions"
            | "StartMailboxExportJob"
            | "PutAccessControlRule"
            | "GetAccessControlEffect"
            | "GetMobileDeviceAccessOverride"
            | "DeleteMobileDeviceAccessOverride"
            | "ListMobileDeviceAccessOverrides"
    )
}

/// If the id turns out to have been there before the trail, this answer was wrong.
fn remember_missing(step: &mut Step, named: &[Mention]) {
    let [Mention { identifier, kinds, .. }] = *named else { return };
    let tells = looks_like_an_id(identifier) && !finds_only_mailboxes(step.call.name);
    if tells && matches!(step.organization.find(identifier), Found::Unknown) {
        let note = NotFound { at: step.call.ordinal, kinds };
        step.organization.missing.entry(identifier.to_owned()).or_insert(note);
    }
}

fn entity_state(step: &mut Step) {
    let named = mentions::entities(step.call);
    let living: Vec<EntityNumber> = named.iter().filter_map(|mention| living(step, *mention)).collect();
    if named.is_empty() || living.len() < named.len() {
        return;
    }
    let unexplained = no_state_error_in(step.call.name);
    if let Some(state) = unexplained.iter().find(|state| all_in(step, &living, **state)) {
        let labels = labels(step, &living);
        step.breach(format_args!("EntityStateException, but {labels} is {}", state.word()));
    } else if is_deletion(step.call.name) {
        // Nothing but being enabled keeps a living entity from deletion.
        step.organization.set_state(living[0], State::Enabled);
    }
}

/// The states in which the operation finds nothing wrong with an entity.
fn no_state_error_in(operation: &str) -> &'static [State] {
    match operation {
        _ if is_deletion(operation) => &[State::Disabled],
        // Only a deleted entity is in the wrong state for a registration.
        "RegisterToWorkMail" => &[State::Enabled, State::Disabled],
        _ => &[State::Enabled],
    }
}

fn is_deletion(operation: &str) -> bool {
    matches!(operation, "DeleteUser" | "DeleteGroup" | "DeleteResource")
}

fn all_in(step: &Step, entities: &[EntityNumber], state: State) -> bool {
    entities.iter().all(|number| step.organization.state(*number) == state)
}

fn living(step: &Step, mention: Mention) -> Option<EntityNumber> {
    match step.organization.find(mention.identifier) {
        Found::Entity(number) if step.organization.is_living(number) => Some(number),
        _ => None,
    }
}

fn entity_already_registered(step: &mut Step) {
    let Some(identifier) = step.call.parameter("entityId") else { return };
    let Found::Entity(number) = step.organization.find(identifier) else { return };
    let label = step.organization.label(number);
    if let Some(at) = step.organization.entity(number).deleted_at {
        step.breach(format_args!("EntityAlreadyRegisteredException, but {label} was deleted in #{at}"));
    } else if step.organization.state(number) == State::Disabled {
        step.breach(format_args!("EntityAlreadyRegisteredException, but {label} is DISABLED"));
    }
}

/// Free is only what was in use in the trail and given back.
fn email_address_in_use(step: &mut Step) {
    let asked = step.call.parameter("email").or_else(|| step.call.parameter("alias"));
    let Some(address) = asked else { return };
    if let Some(Holder::Nobody { since }) = step.organization.addresses.holder(&ledger::address_key(address)) {
        step.breach(format_args!("EmailAddressInUseException, but `{address}` is free since #{since}"));
    }
}

fn name_availability(step: &mut Step) {
    let entities = ["CreateUser", "CreateGroup", "CreateResource", "UpdateResource"];
    let Some(name) = step.call.parameter("name").filter(|_| entities.contains(&step.call.name)) else { return };
    if let Some(Holder::Nobody { since }) = step.organization.names.holder(&ledger::name_key(name)) {
        step.breach(format_args!("NameAvailabilityException, but `{name}` is free since #{since}"));
    }
}

fn mail_domain_not_found(step: &mut Step) {
    let Some(domain) = domain_asked_for(step) else { return };
    if let Some(Domain::Registered { at }) = step.organization.domain(domain) {
        step.breach(format_args!("MailDomainNotFoundException, but `{domain}` is registered, known since #{at}"));
    }
}

/// A domain that is gone has no state: it is not found.
fn mail_domain_state(step: &mut Step) {
    let Some(domain) = domain_asked_for(step) else { return };
    if let Some(Domain::Deregistered { at }) = step.organization.domain(domain) {
        step.breach(format_args!("MailDomainStateException, but `{domain}` was deregistered in #{at}"));
    }
}

fn domain_asked_for<'a>(step: &Step<'a>) -> Option<&'a str> {
    let address = || step.call.parameter("email").or_else(|| step.call.parameter("alias"));
    step.call.parameter("domainName").or_else(|| address().map(ledger::domain_of))
}

fn labels(step: &Step, numbers: &[EntityNumber]) -> String {
    let labels: Vec<String> = numbers.iter().map(|number| step.organization.label(*number)).collect();
    labels.join(" and ")
}
