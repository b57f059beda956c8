//! Creating, renaming, deregistering and deleting users, groups and resources.

use super::ledger::{self, Holder};
use super::organization::{Kind, State};
use super::step::{Party, Step};

/// A new entity starts DISABLED. For resources the documents leave it open; the text of `RegisterToWorkMail`
/// gives them the same cycle.
pub(super) fn create(step: &mut Step, kind: Kind, member: &str) {
    let Some(id) = step.call.answer(member) else { return };
    is_the_id_new(step, id);
    let number = step.organization.create(id, kind, step.call.ordinal);
    if let Some(name) = step.required("name") {
        claim_name(step, number, name);
    }
}

fn is_the_id_new(step: &mut Step, id: &str) {
    let used = match (step.organization.with_id(id), step.organization.names.holder(&ledger::name_key(id))) {
        (Some(number), _) => Some(step.organization.entity(number).first_seen),
        (None, Some(Holder::Somebody { since })) => Some(since),
        _ => None,
    };
    if let Some(at) = used {
        step.breach(format_args!("the id `{id}` was used in #{at}, before this created it"));
    }
}

fn claim_name(step: &mut Step, number: usize, name: &str) {
    let holder = step.organization.names.holder(&ledger::name_key(name));
    if let Some(other) = step.organization.held_by_another(holder, Some(number)) {
        step.breach(format_args!("the name `{name}` is taken: {other}"));
    }
    step.organization.set_name(number, name);
}

/// `UpdateResource` may carry a new name.
pub(super) fn rename(step: &mut Step, resource: Party) {
    let Some(name) = step.call.parameter("name") else { return };
    let Party::Known(number) = resource else { return rename_unknown(step, name) };
    let nobody = Holder::Nobody { since: step.call.ordinal };
    match step.organization.entity(number).name.clone() {
        Some(old) if old == ledger::name_key(name) => return,
        Some(old) => step.organization.names.take_from(number, old, nobody),
        None => step.organization.names.release_unknown(),
    }
    claim_name(step, number, name);
}

fn rename_unknown(step: &mut Step, name: &str) {
    step.organization.blur();
    step.organization.names.release_unknown();
    let somebody = Holder::Somebody { since: step.call.ordinal };
    step.organization.names.set(ledger::name_key(name), somebody);
}

pub(super) fn deregister(step: &mut Step, entity: Party) {
    let Party::Known(number) = entity else {
        step.organization.addresses.release_unknown();
        return step.organization.blur();
    };
    must_not_be(step, number, State::Disabled);
    step.organization.set_state(number, State::Disabled);
    step.organization.let_addresses_linger(number);
    step.organization.links.loosen(number);
    step.organization.things.forget_overrides_of(number);
    if !step.organization.entity(number).born {
        step.organization.addresses.release_unknown();
    }
}

pub(super) fn delete(step: &mut Step, entity: Party) {
    match entity {
        Party::Known(number) => {
            must_not_be(step, number, State::Enabled);
            step.organization.bury(number, step.call.ordinal);
        }
        Party::Unknown(identifier) => delete_unknown(step, identifier),
    }
}

/// Whoever it was, nobody answers to this identifier any more; its other names are unknown.
fn delete_unknown(step: &mut Step, identifier: &str) {
    step.organization.blur();
    step.organization.names.release_unknown();
    step.organization.addresses.release_unknown();
    let nobody = Holder::Nobody { since: step.call.ordinal };
    if identifier.contains('@') {
        step.organization.addresses.set(ledger::address_key(identifier), nobody);
    } else {
        step.organization.names.set(ledger::name_key(identifier), nobody);
    }
}

/// For calls that only an enabled entity can serve: it must not be known DISABLED, and success tells ENABLED.
pub(super) fn must_be_enabled(step: &mut Step, number: usize) {
    must_not_be(step, number, State::Disabled);
    step.organization.set_state(number, State::Enabled);
}

fn must_not_be(step: &mut Step, number: usize, state: State) {
    if step.organization.state(number) == state {
        let label = step.organization.label(number);
        step.breach(format_args!("{label} is {}", state.word()));
    }
}
