//! People, groups and rooms that come and go.
//!
//! Who joins, retires and leaves in a chapter follows from the counts of joiners alone (`world::Cohort`).
//! Each of them has one story here with the calls that bring that about, in their order.

use super::actors::pause;
use crate::activity::known::Known;
use crate::activity::mix::StoryKind;
use crate::activity::script::{Actor, Call, Script};
use crate::activity::troupe::Group;
use crate::clock::{HOUR, MINUTE};
use crate::event::Kind;
use crate::seed::{Key, name};
use crate::world::{Cohort, Mailbox, Number};

/// Tells of all who join, retire and leave in the chapter.
pub(super) fn play(script: &mut Script<'_>) {
    for organization in 0..script.organizations() {
        for kind in [Kind::User, Kind::Group, Kind::Resource] {
            for number in changing(script, organization, kind) {
                life(script, organization, kind, number);
            }
        }
        let renaming: Vec<i64> = script.standing(organization).renaming().collect();
        for number in renaming {
            rename(script, organization, number);
        }
    }
}

/// The numbers with a change in this chapter, each once, oldest first.
fn changing(script: &Script<'_>, organization: usize, kind: Kind) -> impl Iterator<Item = i64> + use<> {
    let span = script.span(organization, kind);
    let cohort = *script.organization(organization).cohort(kind);
    let (leaving, retiring, joining) = (cohort.leaving(span), cohort.retiring(span), Cohort::joining(span));
    let retiring_only = retiring.start.max(leaving.end)..retiring.end;
    let joining_only = joining.start.max(retiring.end).max(leaving.end)..joining.end;
    leaving.chain(retiring_only).chain(joining_only)
}

/// All that happens to one of them in this chapter.
fn life(script: &mut Script<'_>, organization: usize, kind: Kind, number: i64) {
    let span = script.span(organization, kind);
    let cohort = *script.organization(organization).cohort(kind);
    let key = script.next_story();
    let actor = script.actor(organization, Group::ADMINISTRATORS, key.named(const { name("actor") }));
    let mut calls = script.no_calls();
    if Cohort::joining(span).contains(&number) {
        join(script, actor, kind, Number::Member(number), key, &mut calls);
    }
    if cohort.retiring(span).contains(&number) {
        retire(script, actor, kind, Number::Member(number), key, &mut calls);
    }
    if cohort.leaving(span).contains(&number) {
        let gone = script.cast.member(organization, kind, Number::Member(number), Mailbox::None);
        let delete = script.action([Known::DeleteUser, Known::DeleteGroup, Known::DeleteResource][index(kind)]);
        calls.push(Call::of(delete).about(gone).after(10 * MINUTE + key.named(const { name("delete") }).wait(HOUR)));
    }
    script.play_all(key, actor, calls);
}

/// Place of a kind in lists by kind.
const fn index(kind: Kind) -> usize {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
        _ => 2,
    }
}

fn join(script: &mut Script<'_>, actor: Actor, kind: Kind, number: Number, key: Key, calls: &mut Vec<Call>) {
    let key = key.named(const { name("join") });
    let organization = actor.organization;
    let fresh = script.cast.member(organization, kind, number, Mailbox::None);
    let enabled = script.cast.member(organization, kind, number, Mailbox::First);
    let address = script.cast.address_of(enabled);
    let mut pauses = (0..).map(|i| pause(actor.persona, key.at(i)));
    let mut next = move || pauses.next().unwrap_or_default();

    let create = script.action([Known::CreateUser, Known::CreateGroup, Known::CreateResource][index(kind)]);
    calls.push(Call::of(create).about(fresh));
    calls.push(Call::of(script.action(Known::RegisterToWorkMail)).about(fresh).with(address).after(next()));
    match kind {
        Kind::User => settle_user(script, organization, number, enabled, key, &mut next, calls),
        Kind::Group => {
            for member in script.standing(organization).first_members(number) {
                let member = script.steady_entity(organization, Kind::User, member);
                let add = script.action(Known::AssociateMemberToGroup);
                calls.push(Call::of(add).about(enabled).with(member).after(next()));
            }
        }
        _ => settle_resource(script, organization, number, enabled, key, &mut next, calls),
    }
}

fn settle_user(
    script: &mut Script<'_>,
    organization: usize,
    number: Number,
    user: u32,
    key: Key,
    next: &mut impl FnMut() -> i64,
    calls: &mut Vec<Call>,
) {
    let looks = u64::from(script.mix.wanted(StoryKind::UserTurnover, Known::DescribeUser)) * 7 / 10;
    if key.named(const { name("look") }).chance(looks as u32) {
        calls.push(Call::of(script.action(Known::DescribeUser)).about(user).after(next()));
    }
    for group in script.standing(organization).home_groups(number) {
        let group = script.steady_entity(organization, Kind::Group, group);
        let add = script.action(Known::AssociateMemberToGroup);
        calls.push(Call::of(add).about(group).with(user).after(next()));
    }
    if script.standing(organization).has_home_alias(number) {
        let own = script.organization(organization);
        let alias = script.cast.named(Kind::Address, |out| own.push_home_alias(out, number));
        calls.push(Call::of(script.action(Known::CreateAlias)).about(user).with(alias).after(next()));
    }
}

fn settle_resource(
    script: &mut Script<'_>,
    organization: usize,
    number: Number,
    resource: u32,
    key: Key,
    next: &mut impl FnMut() -> i64,
    calls: &mut Vec<Call>,
) {
    if let Some(delegate) = script.standing(organization).delegate(number) {
        let delegate = script.steady_entity(organization, Kind::User, delegate);
        let add = script.action(Known::AssociateDelegateToResource);
        calls.push(Call::of(add).about(resource).with(delegate).after(next()));
    }
    let sets = u64::from(script.mix.wanted(StoryKind::ResourceTurnover, Known::UpdateResource)) * 7 / 10;
    if key.named(const { name("set") }).chance(sets as u32) {
        calls.push(Call::of(script.action(Known::UpdateResource)).about(resource).after(next()));
    }
}

fn retire(script: &mut Script<'_>, actor: Actor, kind: Kind, number: Number, key: Key, calls: &mut Vec<Call>) {
    let key = key.named(const { name("retire") });
    let organization = actor.organization;
    let leaver = script.steady_entity(organization, kind, number);
    let mut gap = 2 * HOUR + key.named(const { name("since") }).wait(4 * HOUR);
    if kind == Kind::User {
        let hands_over = u64::from(script.mix.wanted(StoryKind::UserTurnover, Known::PutMailboxPermissions)) * 4 / 10;
        if key.named(const { name("hand over") }).chance(hands_over as u32) {
            let heir =
                Number::Core(key.named(const { name("heir") }).below(script.organization(organization).users.core));
            let heir = script.steady_entity(organization, Kind::User, heir);
            calls.push(Call::of(script.action(Known::PutMailboxPermissions)).about(leaver).with(heir).after(gap));
            gap = pause(actor.persona, key.at(0));
        }
        let tidies =
            u64::from(script.mix.wanted(StoryKind::UserTurnover, Known::DisassociateMemberFromGroup)) * 44 / 100;
        if key.named(const { name("tidy") }).chance(tidies as u32) {
            for (i, group) in script.standing(organization).home_groups(number).into_iter().enumerate() {
                let group = script.steady_entity(organization, Kind::Group, group);
                let remove = script.action(Known::DisassociateMemberFromGroup);
                calls.push(Call::of(remove).about(group).with(leaver).after(gap));
                gap = pause(actor.persona, key.at(1 + i as u64));
            }
        }
    }
    calls.push(Call::of(script.action(Known::DeregisterFromWorkMail)).about(leaver).after(gap));
}

fn rename(script: &mut Script<'_>, organization: usize, number: i64) {
    let key = script.next_story();
    let actor = script.actor(organization, Group::HELPERS, key);
    let user = script.cast.member(organization, Kind::User, Number::Member(number), Mailbox::First);
    let own = script.organization(organization);
    let address = script.cast.named(Kind::Address, |out| own.push_renamed_address(out, Number::Member(number)));
    let change = script.action(Known::UpdatePrimaryEmailAddress);
    script.play(key, actor, &[Call::of(change).about(user).with(address)]);
}
