//! What begins and ends within the chapter: an alias for a campaign, a guest in a group, a stand-in for a
//! room, a look into a colleague's mailbox, a further mail domain, a message that is changed in flight.

use super::actors::pause;
use crate::activity::known::Known;
use crate::activity::mix::StoryKind;
use crate::activity::script::{Actor, Call, Script};
use crate::activity::troupe::Group;
use crate::clock::{HOUR, MINUTE};
use crate::event::Kind;
use crate::seed::{Key, name};
use crate::world::Number;

/// Tells all stories of the chapter that pass.
pub(super) fn play(script: &mut Script<'_>) {
    type Teller = fn(&mut Script<'_>, usize, Key);
    let tellers: [(StoryKind, Teller); 6] = [
        (StoryKind::PassingAlias, alias),
        (StoryKind::PassingMember, member),
        (StoryKind::PassingDelegate, delegate),
        (StoryKind::PassingGrant, grant),
        (StoryKind::PassingDomain, domain),
        (StoryKind::EditedMessage, edited_message),
    ];
    for (kind, tell) in tellers {
        for story in script.turns(kind as usize) {
            let organization = (story % script.organizations() as u64) as usize;
            let key = script.next_story();
            tell(script, organization, key);
        }
    }
}

fn helper(script: &Script<'_>, organization: usize, key: Key) -> Actor {
    script.actor(organization, Group::HELPERS, key.named(const { name("actor") }))
}

/// How long something passing lasts, in milliseconds.
fn meanwhile(key: Key) -> i64 {
    20 * MINUTE + key.named(const { name("meanwhile") }).wait(6 * HOUR)
}

fn alias(script: &mut Script<'_>, organization: usize, key: Key) {
    let user = script.steady(organization, Kind::User, key.named(const { name("user") }));
    let number = script.unique();
    let own = script.organization(organization);
    let address = script.cast.named(Kind::Address, |out| own.push_functional_address(out, key, number));
    there_and_back(script, organization, key, [Known::CreateAlias, Known::DeleteAlias], user, address);
}

fn member(script: &mut Script<'_>, organization: usize, key: Key) {
    let group = script.steady_one(organization, Kind::Group, key.named(const { name("group") }));
    let user = pick_other(script, organization, group.1, key, |script, user| {
        script.standing(organization).is_member(user, group.0)
    });
    let calls = [Known::AssociateMemberToGroup, Known::DisassociateMemberFromGroup];
    there_and_back(script, organization, key, calls, group.1, user);
}

fn delegate(script: &mut Script<'_>, organization: usize, key: Key) {
    let resource = script.steady_one(organization, Kind::Resource, key.named(const { name("resource") }));
    let user = pick_other(script, organization, resource.1, key, |script, user| {
        script.standing(organization).delegate(resource.0) == Some(user)
    });
    let calls = [Known::AssociateDelegateToResource, Known::DisassociateDelegateFromResource];
    there_and_back(script, organization, key, calls, resource.1, user);
}

fn grant(script: &mut Script<'_>, organization: usize, key: Key) {
    let owner = script.steady_one(organization, Kind::User, key.named(const { name("owner") }));
    let user = pick_other(script, organization, owner.1, key, |_, user| user == owner.0);
    there_and_back(
        script,
        organization,
        key,
        [Known::PutMailboxPermissions, Known::DeleteMailboxPermissions],
        owner.1,
        user,
    );
}

/// A user for whom `taken` is false and whom no other story of the chapter ties to the same entity.
fn pick_other(
    script: &mut Script<'_>,
    organization: usize,
    entity: u32,
    key: Key,
    taken: impl Fn(&Script<'_>, Number) -> bool,
) -> u32 {
    for attempt in 0..8 {
        let key = key.named(const { name("other") }).at(attempt);
        let (number, user) = script.steady_one(organization, Kind::User, key);
        if !taken(script, number) && script.tie(entity, user) {
            return user;
        }
    }
    // In a tiny organization everyone may be taken; then it is someone from outside the story's view.
    let number = Number::Assumed(script.unique());
    script.steady_entity(organization, Kind::User, number)
}

/// A call and, some time later, the one that undoes it.
fn there_and_back(
    script: &mut Script<'_>,
    organization: usize,
    key: Key,
    [there, back]: [Known; 2],
    entity: u32,
    other: u32,
) {
    let actor = helper(script, organization, key);
    let there = Call::of(script.action(there)).about(entity).with(other);
    let back = Call::of(script.action(back)).about(entity).with(other).after(meanwhile(key));
    script.play(key, actor, &[there, back]);
}

fn domain(script: &mut Script<'_>, organization: usize, key: Key) {
    let actor = helper(script, organization, key);
    let number = script.unique();
    let own = script.organization(organization);
    let campaign = script.cast.named(Kind::Domain, |out| own.push_campaign_domain(out, key, number));
    let usual = own.domain();
    let usual = script.cast.entity(Kind::Domain, &[usual]);
    let mut calls = script.no_calls();
    calls.push(Call::of(script.action(Known::RegisterMailDomain)).about(campaign));
    if key.named(const { name("look") }).chance(script.mix.wanted(StoryKind::PassingDomain, Known::GetMailDomain)) {
        let gap = pause(actor.persona, key.at(0));
        calls.push(Call::of(script.action(Known::GetMailDomain)).about(campaign).after(gap));
    }
    if key
        .named(const { name("default") })
        .chance(script.mix.wanted(StoryKind::PassingDomain, Known::UpdateDefaultMailDomain))
    {
        let make_default = script.action(Known::UpdateDefaultMailDomain);
        // By then the domain's records have spread, and it is verified.
        calls.push(Call::of(make_default).about(campaign).after(HOUR + key.at(1).wait(HOUR)));
        calls.push(Call::of(make_default).about(usual).after(meanwhile(key)));
    }
    let gap = pause(actor.persona, key.at(2)) + MINUTE;
    calls.push(Call::of(script.action(Known::DeregisterMailDomain)).about(campaign).after(gap));
    script.play_all(key, actor, calls);
}

fn edited_message(script: &mut Script<'_>, organization: usize, key: Key) {
    let actor = script.actor(organization, Group::MAIL_FLOW, key.named(const { name("actor") }));
    let message = script.message();
    let get = Call::of(script.action(Known::GetRawMessageContent)).about(message);
    let put =
        Call::of(script.action(Known::PutRawMessageContent)).about(message).after(pause(actor.persona, key.at(0)));
    script.play(key, actor, &[get, put]);
}
