//! The table of operations: which entities a call names, and what it changes when it succeeds.

use super::links::LinkKind::{Delegation, Membership, Permission};
use super::organization::Kind::{self, Group, Resource, User};
use super::step::{Party, Step};
use super::{addresses, domains, entities, links};

/// A parameter that names an entity, and the kinds it may be of.
pub(super) type End = (&'static str, &'static [Kind]);

const ANY: &[Kind] = &[User, Group, Resource];
const MAILBOX: &[Kind] = &[User, Resource];
const TRUSTEE: &[Kind] = &[User, Group];

/// The entities a call names, in the order in which `apply` receives them.
pub(super) fn ends(operation: &str) -> &'static [End] {
    match operation {
        "DescribeUser" | "UpdateUser" | "ResetPassword" | "DeleteUser" => &[("userId", &[User])],
        "GetMailboxDetails" | "UpdateMailboxQuota" => &[("userId", MAILBOX)],
        "DescribeGroup" | "UpdateGroup" | "DeleteGroup" | "ListGroupMembers" => &[("groupId", &[Group])],
        "DescribeResource" | "UpdateResource" | "DeleteResource" | "ListResourceDelegates" => {
            &[("resourceId", &[Resource])]
        }
        "RegisterToWorkMail" | "DeregisterFromWorkMail" | "UpdatePrimaryEmailAddress" => &[("entityId", ANY)],
        "DescribeEntity" => &[("email", ANY)],
        "CreateAlias" | "DeleteAlias" | "ListAliases" | "ListGroupsForEntity" | "ListMailboxPermissions" => {
            &[("entityId", ANY)]
        }
        "AssociateMemberToGroup" | "DisassociateMemberFromGroup" => &[("groupId", &[Group]), ("memberId", TRUSTEE)],
        "AssociateDelegateToResource" | "DisassociateDelegateFromResource" => {
            &[("resourceId", &[Resource]), ("entityId", TRUSTEE)]
        }
        "PutMailboxPermissions" | "DeleteMailboxPermissions" => &[("entityId", MAILBOX), ("granteeId", TRUSTEE)],
        _ => &[],
    }
}

/// Replays a successful call: its organization must live, the entities it names too, then come its effects.
pub(super) fn succeed(step: &mut Step) {
    if !organization_lives(step) {
        return;
    }
    let mut parties = [Party::Unknown(""); 2];
    let ends = ends(step.call.name);
    for (slot, end) in parties.iter_mut().zip(ends) {
        match step.party(*end) {
            Some(party) => *slot = party,
            None => return,
        }
    }
    apply(step, &parties[..ends.len()]);
}

fn apply(step: &mut Step, parties: &[Party]) {
    match (step.call.name, parties) {
        ("DeleteOrganization", _) => delete_organization(step),

        ("RegisterMailDomain", _) => domains::register(step),
        ("DeregisterMailDomain", _) => domains::deregister(step),
        ("GetMailDomain" | "UpdateDefaultMailDomain", _) => domains::need_registered(step),

        ("CreateUser", _) => entities::create(step, User, "userId"),
        ("CreateGroup", _) => entities::create(step, Group, "groupId"),
        ("CreateResource", _) => entities::create(step, Resource, "resourceId"),
        ("UpdateResource", [resource]) => entities::rename(step, *resource),
        ("DeleteUser" | "DeleteGroup" | "DeleteResource", [entity]) => entities::delete(step, *entity),
        ("DeregisterFromWorkMail", [entity]) => entities::deregister(step, *entity),

        ("RegisterToWorkMail", [entity]) => addresses::register(step, *entity),
        ("UpdatePrimaryEmailAddress", [entity]) => addresses::update_primary(step, *entity),
        ("CreateAlias", [entity]) => addresses::create_alias(step, *entity),
        ("DeleteAlias", [entity]) => addresses::delete_alias(step, *entity),

        ("AssociateMemberToGroup", [group, member]) => links::associate(step, Membership, *group, *member),
        ("DisassociateMemberFromGroup", [group, member]) => links::part(step, Membership, *group, *member),
        ("AssociateDelegateToResource", [resource, entity]) => links::associate(step, Delegation, *resource, *entity),
        ("DisassociateDelegateFromResource", [resource, entity]) => links::part(step, Delegation, *resource, *entity),
        ("PutMailboxPermissions", [mailbox, grantee]) => links::put_permission(step, *mailbox, *grantee),
        ("DeleteMailboxPermissions", [mailbox, grantee]) => links::part(step, Permission, *mailbox, *grantee),
        _ => {}
    }
}

/// Any success proves that the organization is there; a deleted one only answers to its description.
fn organization_lives(step: &mut Step) -> bool {
    let at = step.call.ordinal;
    if let Some(before) = step.organization.not_found_at.take() {
        step.breach(format_args!("the organization lives, but was not found in #{before}"));
    }
    if let Some(deleted) = step.organization.deleted_at
        && step.call.name != "DescribeOrganization"
    {
        step.breach(format_args!("the organization was deleted in #{deleted}"));
        return false;
    }
    if let Some(first) = step.organization.first_success
        && step.call.name == "CreateOrganization"
    {
        step.breach(format_args!("the organization was used in #{first}, before this created it"));
    }
    step.organization.first_success.get_or_insert(at);
    true
}

fn delete_organization(step: &mut Step) {
    let forced = step.call.parameters()["forceDelete"] == true;
    if !forced && let Some(user) = step.organization.enabled_user() {
        let label = step.organization.label(user);
        step.breach(format_args!("{label} is enabled and forceDelete is not set"));
    }
    step.organization.deleted_at = Some(step.call.ordinal);
}
