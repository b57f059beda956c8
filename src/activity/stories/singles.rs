//! Single calls, gathered into the sessions in which people and programs make them.
//!
//! Reads come in runs by one reader: a scanner goes from list to list, a help desk looks at one user from
//! several sides. Calls that would change who exists, but have no story, are about someone who is taken to
//! exist for that call alone.

use super::actors::pause;
use crate::activity::script::{Actor, Call, Script};
use crate::activity::troupe::Group;
use crate::event::{ActionId, Kind, NOBODY};
use crate::seed::{Key, name};
use crate::template::{Effect, Persona};
use crate::world::{Mailbox, Number};

/// Fills the rest of the chapter.
pub(crate) fn play(script: &mut Script<'_>) {
    let room = script.room();
    // Reads are shuffled, so that a session's lists are not always neighbours on the wheel.
    let shuffle = script.key.named(const { name("shuffle") });
    let (mut reads, mut drawn) = std::mem::take(&mut script.memory.reads);
    reads.clear();
    drawn.clear();
    for turn in 0..room {
        let Some(action) = script.mix.single(script.ordinals.0 + turn).or_else(|| script.mix.failure(turn)) else {
            unreachable!("a plan in which nothing can happen is refused");
        };
        match script.part(action).is_alone {
            true => alone(script, action),
            false => reads.push(action),
        }
    }
    drawn.extend(reads.iter().zip(0..).map(|(action, index)| (shuffle.at(index).draw(), *action)));
    let mut order = std::mem::take(&mut script.memory.read_order);
    sessions(script, order.of(drawn.iter().copied(), u64::MAX, |(draw, _)| *draw));
    (script.memory.reads, script.memory.read_order) = ((reads, drawn), order);
}

/// Plays one call by itself.
fn alone(script: &mut Script<'_>, action: ActionId) {
    let key = script.next_story();
    let organization = pick_organization(script, key);
    let actor = actor_for(script, action, organization, key);
    let call = successful(script, action, organization, key);
    script.play(key, actor, &[call]);
}

/// One of the stream's organizations.
pub(crate) fn pick_organization(script: &Script<'_>, key: Key) -> usize {
    key.named(const { name("organization") }).below(script.organizations() as u64) as usize
}

/// Someone who would make this call.
pub(crate) fn actor_for(script: &Script<'_>, action: ActionId, organization: usize, key: Key) -> Actor {
    script.actor(organization, script.part(action).group, key.named(const { name("actor") }))
}

/// Cuts the reads into sessions and plays them.
fn sessions(script: &mut Script<'_>, reads: &[(u64, ActionId)]) {
    let mut rest = reads;
    let mut actions = Vec::new();
    while !rest.is_empty() {
        let key = script.next_story();
        let organization = pick_organization(script, key);
        let actor = script.actor(organization, Group::READERS, key.named(const { name("actor") }));
        let wanted = match actor.persona {
            Persona::Scanner => 6 + key.below(18),
            Persona::Terraform => 3 + key.below(8),
            _ => 1 + key.below(6),
        };
        let (session, later) = rest.split_at(rest.len().min(wanted as usize));
        put_in_order(script, session, &mut actions);
        session_of(script, key, actor, &actions);
        rest = later;
    }
}

/// Organizations first, then lists, then single things: what was listed is looked at.
fn put_in_order(script: &Script<'_>, reads: &[(u64, ActionId)], actions: &mut Vec<ActionId>) {
    let depth = |action| usize::from(script.part(action).depth);
    let mut places = [0; DEPTHS + 1];
    for (_, action) in reads {
        places[depth(*action) + 1] += 1;
    }
    for depth in 1..DEPTHS {
        places[depth] += places[depth - 1];
    }
    actions.resize(reads.len(), ActionId(0));
    for (_, action) in reads {
        let place = &mut places[depth(*action)];
        actions[*place] = *action;
        *place += 1;
    }
}

/// Readers get less deep than this.
const DEPTHS: usize = 8;

fn session_of(script: &mut Script<'_>, key: Key, actor: Actor, actions: &[ActionId]) {
    let focus = key.named(const { name("focus") });
    // People look at one thing from several sides, programs at one after the other.
    let is_program = matches!(actor.persona, Persona::Scanner | Persona::Terraform);
    let mut calls = script.no_calls();
    for (action, i) in actions.iter().zip(0..) {
        let here = key.at(i);
        let about = if !is_program && here.chance(600_000) { focus } else { here };
        let mut call = successful(script, *action, actor.organization, about);
        call.gap = pause(actor.persona, here);
        if let Some(last) = calls.last().filter(|last| last.action == *action && script.part(*action).is_paged) {
            call = Call { page: last.page.saturating_add(1), entity: last.entity, other: last.other, ..call };
        }
        calls.push(call);
    }
    script.play_all(key, actor, calls);
}

/// A call that succeeds, with entities in the state that it needs.
pub(crate) fn successful(script: &mut Script<'_>, action: ActionId, organization: usize, key: Key) -> Call {
    let template = script.template(action);
    successful_of(script, action, (&template.entity, &template.other), organization, key)
}

/// The same with an entity and a second thing of some of their kinds.
pub(crate) fn successful_of(
    script: &mut Script<'_>,
    action: ActionId,
    (kinds, others): (&[Kind], &[Kind]),
    organization: usize,
    key: Key,
) -> Call {
    let (effect, kind) = (script.template(action).effect, pick_kind(kinds, key));
    let mut call = Call::of(action);
    let mut owner = None;
    match kind {
        None => {}
        Some(Kind::Organization) if effect == Effect::None => {}
        Some(Kind::Organization) => call = call.within(further(script, organization, key)),
        Some(Kind::Domain) => call = call.about(domain(script, effect, organization, key)),
        Some(Kind::Message) => call = call.about(script.message()),
        Some(kind @ Kind::Declared(_)) => {
            let number = stands(script, effect, kind, key);
            if number == SINGLE && matches!(effect, Effect::Create | Effect::Delete) {
                call = call.within(further(script, organization, key));
            }
            call = call.about(script.cast.declared(organization, kind, number));
            owner = script.owner(organization, kind, number);
        }
        Some(kind) => call = call.about(being(script, effect, kind, organization, key)),
    }
    let other = match pick_kind(others, key.named(const { name("second") })) {
        None => NOBODY,
        Some(Kind::Address) => address(script, effect, call.entity, organization, key),
        Some(kind) if owner.is_some_and(|(of, _)| of == kind) => owner.map_or(NOBODY, |(_, owner)| owner),
        Some(kind @ Kind::Declared(_)) => {
            let number = stands(script, Effect::None, kind, key.at(2));
            script.cast.declared(organization, kind, number)
        }
        Some(kind) if !effect.is_about_ties() => script.steady(organization, kind, key.at(2)),
        Some(kind) => assumed(script, organization, kind, Mailbox::First),
    };
    call.with(other)
}

/// The number of what an organization has exactly one of.
const SINGLE: Number = Number::Core(0);

/// One of a kind that a service declares, as an effect needs it: one of those that stand, or one that is taken
/// to exist, or not to, for this call alone.
fn stands(script: &mut Script<'_>, effect: Effect, kind: Kind, key: Key) -> Number {
    let declared = script.declared(kind);
    let is_passing = matches!(effect, Effect::Create | Effect::Delete) || declared.standing == 0;
    match declared.single {
        true => SINGLE,
        false if is_passing => Number::Assumed(script.unique()),
        false => Number::Core(key.named(const { name("stands") }).below(declared.standing)),
    }
}

/// Another organization, which is taken to exist for the sake of a few calls.
pub(crate) fn further(script: &mut Script<'_>, organization: usize, key: Key) -> u32 {
    script.cast.further_organization(organization, key.named(const { name("further") }))
}

/// One of the kinds that fit: users mostly, as there are most of them.
pub(crate) fn pick_kind(kinds: &[Kind], key: Key) -> Option<Kind> {
    if kinds.len() < 2 {
        return kinds.first().copied();
    }
    let weight = |kind: &Kind| match kind {
        Kind::User => 80,
        Kind::Group => 12,
        _ => 8,
    };
    let index = key.named(const { name("kind") }).weighted(kinds.iter().map(weight));
    kinds.get(index).copied()
}

/// A user, group or resource in the state that an effect starts from.
fn being(script: &mut Script<'_>, effect: Effect, kind: Kind, organization: usize, key: Key) -> u32 {
    match effect {
        Effect::Create | Effect::Delete | Effect::Register => assumed(script, organization, kind, Mailbox::None),
        Effect::Deregister | Effect::ChangeAddress | Effect::AddAlias | Effect::RemoveAlias => {
            assumed(script, organization, kind, Mailbox::First)
        }
        _ => script.steady(organization, kind, key.at(1)),
    }
}

/// Someone who is taken to exist for this call alone.
pub(crate) fn assumed(script: &mut Script<'_>, organization: usize, kind: Kind, mailbox: Mailbox) -> u32 {
    let number = Number::Assumed(script.unique());
    script.cast.member(organization, kind, number, mailbox)
}

fn domain(script: &mut Script<'_>, effect: Effect, organization: usize, key: Key) -> u32 {
    let own = script.organization(organization);
    match (effect, key.at(3).below(4)) {
        (Effect::AddDomain | Effect::RemoveDomain, _) => {
            let number = script.unique();
            script.cast.named(Kind::Domain, |out| own.push_campaign_domain(out, key, number))
        }
        (_, 0) => script.cast.entity(Kind::Domain, &[own.test_domain()]),
        _ => script.cast.entity(Kind::Domain, &[own.domain()]),
    }
}

/// The address of a call: the entity's own when it registers, else one of its own kind that nobody has.
fn address(script: &mut Script<'_>, effect: Effect, entity: u32, organization: usize, key: Key) -> u32 {
    let own = script.organization(organization);
    if effect == Effect::Register {
        let mut address = script.cast.field(entity, 1).to_owned();
        own.push_domain(&mut address);
        return script.cast.entity(Kind::Address, &[address]);
    }
    let number = script.unique();
    script.cast.named(Kind::Address, |out| own.push_functional_address(out, key, number))
}
