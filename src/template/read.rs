//! Values that several files have in common: kinds, weights, waits, shares, callers.

use crate::event::Kind;
use crate::json::{Json, Member, Node, Reader};
use crate::template::condition::Persona;
use crate::template::kind::Scope;
use crate::template::story::By;

/// A kind or a list of kinds.
pub(super) fn kinds(reader: &Reader<'_>, node: Option<&Node>, scope: Scope<'_>) -> Vec<Kind> {
    let one = |node: &Node| -> Option<Kind> {
        let word = reader.text(node)?;
        let found = scope.find(word);
        if found.is_none() {
            let words: Vec<String> = scope.all().into_iter().map(|(_, word)| word).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            reader.unknown(&node.span, "kind", word, &words, &format!("kinds: {}", words.join(", ")));
        }
        found
    };
    match node {
        None => Vec::new(),
        Some(Node { value: Json::Array(items), .. }) => {
            let mut kinds: Vec<Kind> = Vec::with_capacity(items.len());
            for item in items {
                match one(item) {
                    Some(kind) if kinds.contains(&kind) => {
                        reader.complain_with(&item.span, "this kind stands here twice", "take one of them out");
                    }
                    kind => kinds.extend(kind),
                }
            }
            kinds
        }
        Some(node) => one(node).into_iter().collect(),
    }
}

/// True or false; false where there is nothing.
pub(super) fn truth(reader: &Reader<'_>, node: Option<&Node>) -> Option<bool> {
    match node {
        None => Some(false),
        Some(Node { value: Json::Bool(truth), .. }) => Some(*truth),
        Some(other) => {
            let what = format!("expected true or false, found {}", other.value.describe());
            reader.complain_with(&other.span, what, "write `true` or `false`, without quotes");
            None
        }
    }
}

/// A weight with up to three decimals, in thousandths; 1 where there is nothing.
pub(super) fn weight(reader: &Reader<'_>, node: Option<&Node>) -> u32 {
    let Some(node) = node else { return 1_000 };
    let number = match &node.value {
        Json::Number(number) => number.parse::<f64>().ok().map(|weight| weight * 1_000.0),
        _ => None,
    };
    let fits =
        |thousandths: &f64| (0.0..=1e9).contains(thousandths) && (thousandths.round() - thousandths).abs() < 1e-6;
    number.filter(fits).map_or_else(
        || {
            let found = node.value.describe();
            let what = format!("expected a weight with up to three decimals, found {found}");
            reader.complain_with(&node.span, what, "such as `8`, `0.5` or `0.025`");
            1_000
        },
        |thousandths| thousandths.round() as u32,
    )
}

/// A share from 0 to 1, in parts in a million.
pub(super) fn share(reader: &Reader<'_>, node: &Node) -> Option<u32> {
    let share = match &node.value {
        Json::Number(number) => parse_share(number),
        _ => None,
    };
    if share.is_none() {
        let what = format!("expected a share from 0 to 1, found {}", node.value.describe());
        reader.complain_with(&node.span, what, "`0.25` is a quarter, `1` is always");
    }
    share
}

/// Reads a share from 0 to 1 as parts in a million.
pub(super) fn parse_share(text: &str) -> Option<u32> {
    let share: f64 = text.parse().ok()?;
    (0.0..=1.0).contains(&share).then_some((share * 1e6).round() as u32)
}

/// A time such as `90s`, in milliseconds.
pub(super) fn wait(reader: &Reader<'_>, node: &Node) -> Option<i64> {
    let text = reader.text(node)?;
    let span = crate::clock::Span::parse(text);
    if span.is_none() {
        let hint = "whole numbers with units: `90s`, `5m`, `24h`, `1h30m`";
        reader.complain_with(&node.span, format!("`{text}` is not a length of time"), hint);
    }
    span.map(|span| span.0)
}

/// Who calls: a group of callers, or identities by name with their weights.
pub(super) fn by(reader: &Reader<'_>, node: &Node) -> Option<By> {
    if let Json::Object(members) = &node.value {
        return Some(By::Personas(personas(reader, node, members)));
    }
    let word = reader.text(node)?;
    let group = By::from_word(word);
    if group.is_none() {
        let listed = format!("groups: {}", By::WORDS.join(", "));
        reader.unknown(&node.span, "group of callers", word, By::WORDS, &listed);
    }
    group
}

fn personas(reader: &Reader<'_>, node: &Node, members: &[Member]) -> Vec<(Persona, u64)> {
    let words = Persona::words();
    let one = |member: &Member| {
        let persona = Persona::from_word(&member.name);
        if persona.is_none() {
            let listed = "`mocktrail identities` lists them all";
            reader.unknown(&member.name_span, "identity", &member.name, &words, listed);
        }
        Some((persona?, weight(reader, Some(&member.value)).into()))
    };
    let personas: Vec<(Persona, u64)> = members.iter().filter_map(one).collect();
    if personas.len() == members.len() && personas.iter().all(|(_, weight)| *weight == 0) {
        let hint = "such as `{\"console-admin\": 5, \"cli-admin\": 2}`";
        reader.complain_with(&node.span, "nobody here ever calls", hint);
    }
    personas
}
