//! Whom a call names: in members it needs, in members it may have, and in lists.

use serde_json::Value;

use super::call::Call;
use super::operations::{MAILBOX, ends};
use super::organization::Kind;

/// An identifier in a request, the member it stands in, and the kinds it may be of.
#[derive(Clone, Copy)]
pub(super) struct Mention<'a> {
    pub(super) member: &'static str,
    pub(super) identifier: &'a str,
    pub(super) kinds: &'static [Kind],
}

/// The entities named by a call: those it needs, then all others.
pub(super) fn entities<'a>(call: &Call<'a>) -> Vec<Mention<'a>> {
    let needed = ends(call.name).iter().filter_map(|(member, kinds)| {
        let identifier = call.parameter(member)?;
        Some(Mention { member, identifier, kinds })
    });
    needed.chain(beside_the_needed(call)).collect()
}

/// The entities that a call need not name.
pub(super) fn beside_the_needed<'a>(call: &Call<'a>) -> Vec<Mention<'a>> {
    let mention = |member| move |identifier| Mention { member, identifier, kinds: MAILBOX };
    match call.name {
        "GetAccessControlEffect" | "ListPersonalAccessTokens" | "ListMobileDeviceAccessOverrides" => {
            call.parameter("userId").into_iter().map(mention("userId")).collect()
        }
        "PutAccessControlRule" => lists(call, ["userIds", "notUserIds"], mention),
        "CreateImpersonationRole" | "UpdateImpersonationRole" => targets(call),
        _ => Vec::new(),
    }
}

fn lists<'a, T, F: Fn(&'a str) -> T>(
    call: &Call<'a>,
    members: [&'static str; 2],
    of: impl Fn(&'static str) -> F,
) -> Vec<T> {
    members.into_iter().flat_map(|member| call.texts(member).map(of(member))).collect()
}

/// The rules of an impersonation role name those it may act for.
fn targets<'a>(call: &Call<'a>) -> Vec<Mention<'a>> {
    let rules = call.parameters()["rules"].as_array().into_iter().flatten();
    let lists = rules.flat_map(|rule| ["targetUsers", "notTargetUsers"].map(|member| (member, &rule[member])));
    let items = lists.flat_map(|(member, list)| list.as_array().into_iter().flatten().map(move |item| (member, item)));
    items
        .filter_map(|(member, item): (&'static str, &'a Value)| {
            Some(Mention { member, identifier: item.as_str()?, kinds: MAILBOX })
        })
        .collect()
}

/// The impersonation roles that a call names.
pub(super) fn roles<'a>(call: &Call<'a>) -> Vec<&'a str> {
    match call.name {
        "PutAccessControlRule" => {
            lists(call, ["impersonationRoleIds", "notImpersonationRoleIds"], |_| std::convert::identity)
        }
        _ => call.parameter("impersonationRoleId").into_iter().collect(),
    }
}
