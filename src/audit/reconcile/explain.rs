//! What the findings look like: a guess, and only where the pattern leaves little doubt.

use std::collections::BTreeMap;

use super::checked::Member;
use super::clues::Clues;
use super::left_out::OF_SERVICES;
use super::order::Order;
use super::outcome::Outcome;
use super::pattern::{LEAST, faulty, last_records};
use super::same::KEYS;
use super::whole::{gap_of, whole};

/// What may be said of a reconciliation, a sentence each.
pub(super) fn looks_like(
    outcome: &Outcome,
    clues: &Clues,
    order: &Order,
    members: &BTreeMap<String, Member>,
) -> Vec<String> {
    let lost = if outcome.sums.lost == 0 { None } else { losses(outcome, clues, order) };
    let twice = duplicates(outcome, clues);
    let altered = alterations(outcome.sums.altered, members);
    let fault = faulty(outcome);
    lost.into_iter().chain(fault).chain(twice).chain(altered).collect()
}

/// The first pattern that explains all losses; the narrower ones come first.
fn losses(outcome: &Outcome, clues: &Clues, order: &Order) -> Option<String> {
    everything(outcome, order)
        .or_else(|| whole(outcome, clues, order))
        .or_else(|| last_records(outcome, clues))
        .or_else(|| long_files(clues))
        .or_else(|| taken_for_one(outcome, clues))
        .or_else(|| left_out(outcome, clues))
}

fn everything(outcome: &Outcome, order: &Order) -> Option<String> {
    let is_all = outcome.distinct == 0 && outcome.expected > 0;
    let died = order.gap.as_ref().filter(|gap| gap.after.is_some());
    is_all.then(|| match (outcome.foreign, died) {
        (0, Some(gap)) => gap_of(gap),
        (0, None) => "nothing of the trail was received at all".to_owned(),
        _ => "nothing of the trail was received, but other events were: looks like the manifest of another trail"
            .to_owned(),
    })
}

fn long_files(clues: &Clues) -> Option<String> {
    let (end, files) = clues.ends.first_key_value()?;
    let is_all = clues.ends.len() == 1 && *files == clues.partly && clues.whole.is_empty();
    (is_all && *files >= LEAST && clues.longest == *end).then(|| {
        format!(
            "all that is lost stands behind the first {end} records of its object, and nothing behind them was received: \
             looks like a consumer that reads {end} records of a file at most"
        )
    })
}

fn taken_for_one(outcome: &Outcome, clues: &Clues) -> Option<String> {
    let (_, (key, _)) = clues.alike.iter().zip(KEYS).find(|(explains, _)| **explains)?;
    (outcome.sums.lost >= LEAST && outcome.distinct > 0).then(|| {
        format!(
            "of the records with the same {key}, or without one, only one was received, and all others were: \
             looks like a consumer that takes records with the same {key} for one event"
        )
    })
}

fn left_out(outcome: &Outcome, clues: &Clues) -> Option<String> {
    let lost = outcome.sums.lost;
    let what = clues.left_out.what(lost)?;
    let which = match what == OF_SERVICES {
        true => "leaves out the second record of a call, that of what a service did because of it",
        false => "leaves these records out",
    };
    (lost >= LEAST && outcome.distinct > 0)
        .then(|| format!("every lost event is one {what}, and no received one is: looks like a consumer that {which}"))
}

fn duplicates(outcome: &Outcome, clues: &Clues) -> Option<String> {
    let is_whole = clues.partly_twice == 0 && clues.whole_twice > 0;
    (is_whole && outcome.sums.duplicated >= LEAST).then(|| {
        format!(
            "whatever came too often did so with its whole object, {} of them: looks like a consumer that read these \
             objects again, and does not drop events that it has",
            clues.whole_twice
        )
    })
}

fn alterations(altered: u64, members: &BTreeMap<String, Member>) -> Option<String> {
    if altered < LEAST || members.is_empty() {
        return None;
    }
    let all = |part: fn(&Member) -> u64| members.values().all(|member| part(member) >= member.records);
    let names = || {
        let names: Vec<&str> = members.keys().map(String::as_str).take(5).collect();
        names.join(", ") + if members.len() > names.len() { ", …" } else { "" }
    };
    if members.contains_key("") {
        let whole = members.len() == 1;
        return whole
            .then(|| "every altered record breaks off: looks like a consumer that cuts long messages".to_owned());
    }
    if let Some(length) = one_length(members) {
        return Some(format!(
            "everything altered is a text cut to {length} characters, in {}: looks like a consumer with a limit for the length of fields",
            names()
        ));
    }
    if all(|member| member.nulls) {
        return Some(format!("all that is altered are members left out that were null, {}", names()));
    }
    if all(|member| member.as_text) {
        return Some(format!("all that is altered are numbers or truth values written as texts, {}", names()));
    }
    (members.len() == 1).then(|| format!("every altered record differs in {}, and in nothing else", names()))
}

/// The length to which all altered texts were cut.
fn one_length(members: &BTreeMap<String, Member>) -> Option<usize> {
    let length = *members.values().next()?.cut.keys().next()?;
    let is_cut =
        |member: &Member| member.cut.len() == 1 && member.cut.get(&length).is_some_and(|cut| *cut >= member.records);
    members.values().all(is_cut).then_some(length)
}
