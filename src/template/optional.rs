//! Members of `requestParameters` that are not always there.
//!
//! `"a+b": 0.4` are members that come together, in that share of the calls. `"a=3|b": 0.4` are members of
//! which at most one comes, with weights among themselves.

use crate::json::{Json, Member, Reader, member};
use crate::seed::{Name, name};
use crate::template::read;

/// Members that come together, and how often.
#[derive(Clone)]
pub(super) struct Optional {
    /// Their names.
    pub members: Vec<String>,
    /// The draw that decides; alternatives share one.
    pub draws: Name,
    /// They come when the draw, out of a million, is at least this …
    pub from: u32,
    /// … and below this.
    pub to: u32,
}

/// Reads `optional` of an action.
pub(super) fn read(reader: &Reader<'_>, members: &[Member]) -> Vec<Optional> {
    let Some(node) = member(members, "optional") else { return Vec::new() };
    if member(members, "requestParameters").is_none() && reader.count() > 0 {
        // They may stand under a wrong name.
        return Vec::new();
    }
    let known: Vec<&str> = match member(members, "requestParameters").map(|node| &node.value) {
        Some(Json::Object(request)) => request.iter().map(|m| m.name.as_str()).collect(),
        _ => Vec::new(),
    };
    let mut all: Vec<Optional> = Vec::new();
    for one in reader.members(Some(node)) {
        let more = group(reader, one, &known).unwrap_or_default();
        for name in more.iter().flat_map(|group| &group.members) {
            if all.iter().chain(&more).filter(|group| group.members.contains(name)).count() > 1 {
                let hint = "one group decides whether a member comes";
                reader.complain_with(&one.name_span, format!("`{name}` is optional twice"), hint);
            }
        }
        all.extend(more);
    }
    all
}

/// The alternatives of one group.
fn group(reader: &Reader<'_>, group: &Member, known: &[&str]) -> Option<Vec<Optional>> {
    let share = read::share(reader, &group.value)?;
    let alternatives: Vec<(Vec<String>, u32)> =
        group.name.split('|').map(|part| alternative(reader, group, part, known)).collect::<Option<_>>()?;
    let whole = alternatives.iter().map(|(_, weight)| weight).sum::<u32>().max(1);
    let draws = name(&format!("optional {}", group.name));
    let mut sum = 0;
    let place = |sum: u32| (u64::from(share) * u64::from(sum) / u64::from(whole)) as u32;
    let optional = alternatives.into_iter().map(|(members, weight)| {
        let from = place(sum);
        sum += weight;
        Optional { members, draws, from, to: place(sum) }
    });
    Some(optional.collect())
}

/// `a+b=3`: the names and their weight.
fn alternative(reader: &Reader<'_>, group: &Member, part: &str, known: &[&str]) -> Option<(Vec<String>, u32)> {
    let (names, weight) = part.split_once('=').unwrap_or((part, "1"));
    let Ok(weight) = weight.parse::<u16>() else {
        let what = format!("expected a whole number as weight, found `{weight}`");
        reader.complain_with(&group.name_span, what, "such as `\"ipRanges=3|notIpRanges\": 0.4`");
        return None;
    };
    let names: Vec<String> = names.split('+').map(str::to_owned).collect();
    for unknown in names.iter().filter(|name| !known.contains(&name.as_str())) {
        let listed = "only members of `requestParameters` can be optional";
        reader.unknown(&group.name_span, "member", unknown, known, listed);
    }
    Some((names, weight.into()))
}
