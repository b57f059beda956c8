//! The table of operations: which entities a call names, and what it changes when it succeeds.

use super::links::LinkKind::{Delegation, Membership, Permission};
use super::organization::Kind::{self, Group, Resource, User};
use super::step::{Party, Step};
use super::{addresses, applications, domains, entities, jobs, life, links, mentions, things};

/// A parameter that names an entity, and the kinds it may be of.
pub(super) type End = (&'static str, &'static [Kind]);

const ANY: &[Kind] = &[User, Group, Resource];
pub(super) const MAILBOX: &[Kind] = &[User, Resource];
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
        "PutMobileDeviceAccessOverride" | "GetMobileDeviceAccessOverride" | "DeleteMobileDeviceAccessOverride" => {
            &[("userId", MAILBOX)]
        }
        "GetImpersonationRoleEffect" => &[("targetUser", MAILBOX)],
        "StartMailboxExportJob" => &[("entityId", MAILBOX)],
        "PutMailboxPermissions" | "DeleteMailboxPermissions" => &[("entityId", MAILBOX), ("granteeId", TRUSTEE)],
        _ => &[],
    }
}

/// Replays a successful call: its organization must live, the entities it names too, then come its effects.
pub(super) fn succeed(step: &mut Step) {
    if !life::must_live(step) {
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
    for mention in mentions::beside_the_needed(step.call) {
        if step.mentioned(mention).is_none() {
            return;
        }
    }
    apply(step, &parties[..ends.len()]);
    things::apply(step, &parties[..ends.len()]);
}

fn apply(step: &mut Step, parties: &[Party]) {
    match (step.call.name, parties) {
        ("CreateOrganization", _) => life::create(step),
        ("DeleteOrganization", _) => life::delete(step),
        ("PutIdentityProviderConfiguration", _) => {
            step.organization.application = applications::application_of(step.call).map(str::to_owned);
        }

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
        ("StartMailboxExportJob", [mailbox]) => jobs::start(step, *mailbox),
        ("CancelMailboxExportJob", _) => jobs::cancel(step),
        _ => {}
    }
}
