//! Calls that fail, and why: the state of the organization explains every error.

use super::actors::pause;
use super::singles::{actor_for, assumed, further, pick_kind, pick_organization, successful_of};
use crate::activity::script::{Actor, Call, Script};
use crate::activity::troupe::Group;
use crate::event::{ActionId, Kind, NOBODY, Outcome};
use crate::seed::{Key, name};
use crate::template::{Condition, Effect};
use crate::world::{Mailbox, Number};

/// Plays the failures of the chapter.
pub(super) fn play(script: &mut Script<'_>) {
    let failures = script.mix.failures_before(script.ordinals.0)..script.mix.failures_before(script.ordinals.1);
    let mut denied = Vec::new();
    let mut throttled = Vec::new();
    for index in failures {
        let Some(action) = script.mix.failure(index) else { return };
        let key = script.next_story();
        let errors = &script.template(action).errors;
        let error = key.named(const { name("error") }).weighted(errors.iter().map(|error| error.weight.into()));
        match errors[error].condition {
            Condition::Denied => denied.push((action, error as u8)),
            Condition::Throttled => throttled.push((action, error as u8)),
            condition => alone(script, key, action, error as u8, condition),
        }
    }
    bursts(script, &denied, Condition::Denied);
    bursts(script, &throttled, Condition::Throttled);
}

fn alone(script: &mut Script<'_>, key: Key, action: ActionId, error: u8, condition: Condition) {
    let organization = pick_organization(script, key);
    let actor = actor_for(script, action, organization, key);
    let call = failed(script, action, error, condition, organization, key);
    script.play(key, actor, &[call]);
}

/// Refusals come in bursts: someone without rights tries this and that, or a program calls too fast.
fn bursts(script: &mut Script<'_>, failures: &[(ActionId, u8)], condition: Condition) {
    let mut rest = failures;
    while let Some((first, _)) = rest.first() {
        let key = script.next_story();
        let organization = pick_organization(script, key);
        let length = 1 + key.named(const { name("length") }).below(6) as usize;
        let (burst, later) = rest.split_at(rest.len().min(length));
        let actor = match condition {
            Condition::Denied => denied_actor(script, *first, organization, key),
            _ => actor_for(script, *first, organization, key),
        };
        let mut calls = script.no_calls();
        for ((action, error), i) in burst.iter().zip(0..) {
            let here = key.at(i);
            let gap = if condition == Condition::Throttled { 40 + here.wait(120) } else { pause(actor.persona, here) };
            calls.push(failed(script, *action, *error, condition, organization, here).after(gap));
        }
        script.play_all(key, actor, calls);
        rest = later;
    }
}

/// Those who lack rights.
fn denied_actor(script: &Script<'_>, action: ActionId, organization: usize, key: Key) -> Actor {
    let group = match script.template(action).entity.contains(&Kind::Message) {
        true => Group::REFUSED_IN_FLIGHT,
        false => Group::REFUSED,
    };
    script.actor(organization, group, key.named(const { name("actor") }))
}

/// A call that fails for this reason.
fn failed(
    script: &mut Script<'_>,
    action: ActionId,
    error: u8,
    condition: Condition,
    organization: usize,
    key: Key,
) -> Call {
    let template = script.template(action);
    let case = &template.errors[usize::from(error)];
    let mut call = successful_of(script, action, (&case.entity, &case.other), organization, key);
    call.outcome = Outcome::Error(error);
    let kind = pick_kind(&case.entity, key);
    let other_kind = pick_kind(&case.other, key.named(const { name("second") }));
    match condition {
        // An organization that is none of the scenario's may be gone, or lack something, or differ from it.
        Condition::OrganizationMissing
        | Condition::OrganizationDeleted
        | Condition::DirectoryReadOnly
        | Condition::SesBroken => call.organization = Some(further(script, organization, key)),
        Condition::EntityMissing if kind.is_some_and(|kind| script.plan.catalogue.kinds().is_single(kind)) => {
            call.organization = Some(further(script, organization, key));
        }
        Condition::NameTaken if kind == Some(Kind::Organization) => call.organization = None,
        Condition::OtherMissing | Condition::OtherDisabled | Condition::AddressTaken => {
            call.other = other(script, condition, other_kind, organization, key).unwrap_or(call.other);
        }
        Condition::DomainMissing | Condition::DomainPending if kind != Some(Kind::Domain) => {
            call.other = other(script, condition, other_kind, organization, key).unwrap_or(call.other);
        }
        Condition::Malformed => malformed(script, &mut call, kind, organization, key),
        _ => {
            if let Some(entity) = kind.and_then(|kind| entity(script, condition, kind, organization, key)) {
                call.entity = entity;
            }
        }
    }
    // Only one without a mailbox can be given the address of another.
    if condition == Condition::AddressTaken
        && template.effect != Effect::Register
        && let Some(kind @ (Kind::User | Kind::Group | Kind::Resource)) = kind
    {
        call.entity = script.steady(organization, kind, key.at(1));
    }
    call
}

/// The entity of a call that fails for this reason; `None` for the one that a successful call has.
fn entity(script: &mut Script<'_>, condition: Condition, kind: Kind, organization: usize, key: Key) -> Option<u32> {
    match (condition, kind) {
        (Condition::DomainMissing | Condition::DomainPending | Condition::DomainLimit, Kind::Domain) => {
            let number = script.unique();
            let own = script.organization(organization);
            Some(script.cast.named(Kind::Domain, |out| own.push_campaign_domain(out, key, number)))
        }
        (Condition::DomainInUse, Kind::Domain) => {
            let domain = script.organization(organization).domain();
            Some(script.cast.entity(Kind::Domain, &[domain]))
        }
        (Condition::EntityMissing | Condition::EntityDeleted, Kind::Declared(_)) => {
            let number = Number::Assumed(script.unique());
            Some(script.cast.declared(organization, kind, number))
        }
        (Condition::NameTaken, Kind::Declared(_)) if script.declared(kind).standing > 0 => {
            Some(script.cast.declared(organization, kind, Number::Core(0)))
        }
        (_, Kind::Organization | Kind::Domain | Kind::Address | Kind::Message | Kind::Declared(_)) => None,
        (Condition::EntityMissing | Condition::EntityDeleted, kind) => {
            Some(assumed(script, organization, kind, Mailbox::First))
        }
        (Condition::EntityDisabled, kind) => Some(asleep(script, organization, kind, key)),
        (Condition::EntityEnabled | Condition::AlreadyRegistered | Condition::NameTaken, kind) => {
            Some(script.steady(organization, kind, key.at(1)))
        }
        (Condition::NameReserved, kind) => Some(reserved(script, organization, kind, key)),
        (Condition::AliasLimit, kind) => Some(assumed(script, organization, kind, Mailbox::First)),
        _ => None,
    }
}

/// The second thing of a call that fails for this reason.
fn other(
    script: &mut Script<'_>,
    condition: Condition,
    kind: Option<Kind>,
    organization: usize,
    key: Key,
) -> Option<u32> {
    match (kind?, condition) {
        (Kind::Address, Condition::AddressTaken) => {
            let owner = script.steady(organization, Kind::User, key.at(5));
            Some(script.cast.address_of(owner))
        }
        (Kind::Address, _) => {
            let number = script.unique();
            let own = script.organization(organization);
            Some(script.cast.named(Kind::Address, |out| {
                out.push_str("info@");
                own.push_campaign_domain(out, key, number);
            }))
        }
        (kind @ Kind::Declared(_), _) => {
            let number = Number::Assumed(script.unique());
            Some(script.cast.declared(organization, kind, number))
        }
        (kind, Condition::OtherDisabled) => Some(asleep(script, organization, kind, key.at(6))),
        (kind, _) => Some(assumed(script, organization, kind, Mailbox::First)),
    }
}

/// One without a mailbox.
fn asleep(script: &mut Script<'_>, organization: usize, kind: Kind, key: Key) -> u32 {
    let span = script.span(organization, kind);
    let number = script.organization(organization).cohort(kind).pick_asleep(span, key.named(const { name("asleep") }));
    let number = number.unwrap_or_else(|| Number::Assumed(script.unique()));
    script.cast.member(organization, kind, number, Mailbox::None)
}

/// One who would have a name that nobody may have.
fn reserved(script: &mut Script<'_>, organization: usize, kind: Kind, key: Key) -> u32 {
    const RESERVED: &[&str] = &["administrator", "guest", "krbtgt", "postmaster"];
    let model = assumed(script, organization, kind, Mailbox::None);
    let mut fields: Vec<String> =
        (0..script.cast.width(kind)).map(|i| script.cast.field(model, i).to_owned()).collect();
    RESERVED[key.named(const { name("reserved") }).below(RESERVED.len() as u64) as usize].clone_into(&mut fields[1]);
    script.cast.entity(kind, &fields)
}

/// Makes a call break a pattern: in what it is about, or else in the organization.
fn malformed(script: &mut Script<'_>, call: &mut Call, kind: Option<Kind>, organization: usize, key: Key) {
    let mut typo = String::new();
    script.organization(organization).push_local_part(&mut typo, Kind::User, Number::Core(key.below(4)));
    typo.push('#');
    match kind {
        Some(Kind::Domain) => call.entity = script.cast.entity(Kind::Domain, &[&format!("{typo}example")]),
        Some(kind @ (Kind::User | Kind::Group | Kind::Resource | Kind::Declared(_))) => {
            let fields = vec![typo.as_str(); script.cast.width(kind)];
            call.entity = script.cast.entity(kind, &fields);
        }
        _ => {
            let fields = [typo.as_str(); 5];
            call.organization = Some(script.cast.entity(Kind::Organization, &fields));
        }
    }
    if call.other != NOBODY && kind.is_none() {
        call.other = NOBODY;
    }
}
