//! The parameters of a call that fails, where they are not those of any call.

use crate::json::{Json, Member, member};
use crate::template::errors::Failing;
use crate::template::optional::Optional;
use crate::template::shape::{Compiler, Shape};
use crate::template::slot::Surroundings;

/// The action's parameters with these in place of, or besides, the usual ones.
pub(super) fn request<'a>(failing: &Failing<'a>, around: Surroundings<'a>, code: &str, changed: &'a [Member]) -> Shape {
    let usual: &'a [Member] = match member(failing.members, "requestParameters").map(|node| &node.value) {
        Some(Json::Object(usual)) => usual,
        _ => &[],
    };
    // Of alternatives, the changed one is there, and no other.
    let is_changed = |name: &str| changed.iter().any(|member| member.name == name);
    let decided = |group: &&Optional| group.members.iter().any(|name| is_changed(name));
    let is_out = |name: &String| {
        let beside = |group: &Optional| failing.optional.iter().filter(decided).any(|known| known.draws == group.draws);
        let mut groups = failing.optional.iter().filter(|group| group.members.contains(name));
        !is_changed(name) && groups.any(|group| beside(group) && !decided(&group))
    };
    // The usual members keep their draws; the others have their own.
    let as_usual = |known: &'a Member| match changed.iter().find(|member| member.name == known.name) {
        Some(member) => as_changed(member, around, code),
        None => (known, failing.around, format!("requestParameters.{}", known.name)),
    };
    let is_usual = |member: &&Member| usual.iter().any(|known| known.name == member.name);
    let more = changed.iter().filter(|member| !is_usual(member)).map(|member| as_changed(member, around, code));
    let all = usual.iter().filter(|known| !is_out(&known.name)).map(as_usual).chain(more);
    let mut optional = failing.optional.to_vec();
    optional.retain(|group| !decided(&group));
    Compiler::members(failing.reader, all, &optional)
}

fn as_changed<'m, 'a>(
    member: &'m Member,
    around: Surroundings<'a>,
    code: &str,
) -> (&'m Member, Surroundings<'a>, String) {
    (member, around, format!("errors.{code}.request.{}", member.name))
}
