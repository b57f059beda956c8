//! Giving and taking e-mail addresses: registration, primary address, aliases.

use super::entities::must_be_enabled;
use super::ledger::{self, Holder};
use super::organization::{EntityNumber, State};
use super::step::{Party, Step};

pub(super) fn register(step: &mut Step, entity: Party) {
    let Some(address) = step.required("email") else { return };
    if let Party::Known(number) = entity {
        must_not_have_another_primary(step, number, address);
    }
    claim_primary(step, entity, address);
}

/// Registering an enabled entity again with the address it has changes nothing and may succeed.
fn must_not_have_another_primary(step: &mut Step, number: EntityNumber, address: &str) {
    if step.organization.state(number) != State::Enabled {
        return;
    }
    let primary = step.organization.primary(number).map(ledger::written_address);
    if let Some(primary) = primary.filter(|primary| *primary != address.to_lowercase()) {
        let label = step.organization.label(number);
        step.breach(format_args!("{label} is ENABLED with `{primary}`, so it cannot be registered as `{address}`"));
    }
}

/// The old primary address stays its own, as an alias; so does an alias that becomes primary.
pub(super) fn update_primary(step: &mut Step, entity: Party) {
    let Some(address) = step.required("email") else { return };
    if let Party::Known(number) = entity {
        must_be_enabled(step, number);
    }
    claim_primary(step, entity, address);
}

fn claim_primary(step: &mut Step, entity: Party, address: &str) {
    step.accept_address(address);
    let key = ledger::address_key(address);
    let holder = step.organization.addresses.holder(&key);
    if let Some(other) = step.organization.held_by_another(holder, entity.number()) {
        step.breach(format_args!("the address `{address}` is in use: {other}"));
    }
    match entity {
        Party::Known(number) => {
            step.organization.set_state(number, State::Enabled);
            step.organization.set_primary(number, &key);
        }
        Party::Unknown(_) => {
            step.organization.blur();
            step.organization.addresses.set(key, Holder::Somebody { since: step.call.ordinal });
        }
    }
}

pub(super) fn create_alias(step: &mut Step, entity: Party) {
    let Some(alias) = step.required("alias") else { return };
    step.accept_address(alias);
    let key = ledger::address_key(alias);
    alias_must_not_be_in_use(step, alias, &key);
    match entity {
        Party::Known(number) => {
            must_be_enabled(step, number);
            step.organization.give_address(number, &key);
        }
        Party::Unknown(_) => step.organization.addresses.set(key, Holder::Somebody { since: step.call.ordinal }),
    }
}

/// Unlike a registration, an alias may not even be the entity's own.
fn alias_must_not_be_in_use(step: &mut Step, alias: &str, key: &str) {
    match step.organization.addresses.holder(key) {
        Some(Holder::Entity(number)) if step.organization.is_living(number) => {
            let label = step.organization.label(number);
            step.breach(format_args!("the address `{alias}` is in use: {label} holds it"));
        }
        Some(Holder::Somebody { since }) => {
            step.breach(format_args!("the address `{alias}` is in use: it was already so in #{since}"));
        }
        _ => {}
    }
}

pub(super) fn delete_alias(step: &mut Step, entity: Party) {
    let Some(alias) = step.required("alias") else { return };
    let key = ledger::address_key(alias);
    if let Party::Known(number) = entity {
        if let Some(why) = why_not_its_alias(step, number, &key) {
            let label = step.organization.label(number);
            step.breach(format_args!("`{alias}` is not an alias of {label}: {why}"));
        }
        must_be_enabled(step, number);
    }
    step.organization.addresses.set(key, Holder::Nobody { since: step.call.ordinal });
}

fn why_not_its_alias(step: &Step, number: EntityNumber, key: &str) -> Option<String> {
    let organization = &*step.organization;
    match organization.addresses.holder(key) {
        _ if organization.primary(number) == Some(key) => Some("it is the primary address".to_owned()),
        Some(Holder::Entity(holder) | Holder::Lingering(holder)) if holder == number => None,
        Some(Holder::Entity(other) | Holder::Lingering(other)) => {
            Some(format!("it was last {}'s", organization.label(other)))
        }
        Some(Holder::Nobody { since }) => Some(format!("nobody holds it since #{since}")),
        Some(Holder::Somebody { .. }) | None => {
            organization.entity(number).born.then(|| "it was never given to it".to_owned())
        }
    }
}
