//! The words of a breach: what was expected, and what is there.

use super::rule::{Constant, Keyword, Rules};
use super::tape::{Kinds, Value};
use crate::mistake::closest;

/// Longer values are cut.
const SHOWN: usize = 60;

/// What is wrong with a value that breaks a keyword.
pub(super) fn breach(rules: &Rules, keyword: &Keyword, value: Value) -> String {
    match keyword {
        Keyword::Never => "must not be there".to_owned(),
        Keyword::Kind(kinds) => format!("expected {}, found {}", names(*kinds), shown(value)),
        Keyword::Among(constants) => format!("expected {}, found {}", choices(constants), shown(value)),
        Keyword::MinLength(length) => format!("{} is shorter than {length} characters", shown(value)),
        Keyword::MaxLength(length) => format!("{} is longer than {length} characters", shown(value)),
        Keyword::Pattern(pattern) => format!("{} does not match {}", shown(value), rules.patterns[*pattern].source),
        Keyword::Minimum(least) => format!("{} is less than {least}", shown(value)),
        Keyword::Maximum(most) => format!("{} is more than {most}", shown(value)),
        Keyword::MinItems(least) => format!("has less than {least} items"),
        Keyword::MaxItems(most) => format!("has more than {most} items"),
        Keyword::MinProperties(1) => "is empty".to_owned(),
        Keyword::MinProperties(least) => format!("has less than {least} members"),
        Keyword::Any(rules) => format!("{} has none of the {} forms that it may have", shown(value), rules.len()),
        _ => format!("{} is not allowed", shown(value)),
    }
}

/// A member that a schema does not know.
pub(super) fn unknown_member<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match closest(name, known) {
        Some(near) => format!("unknown member; there is `{near}`"),
        None => "unknown member".to_owned(),
    }
}

/// A member that stands after one it should stand before.
pub(super) fn misplaced(other: &str) -> String {
    format!("stands after `{other}`; in real files it stands before it")
}

fn choices(constants: &[Constant]) -> String {
    let shown: Vec<String> = constants.iter().take(8).map(Constant::to_string).collect();
    match (constants, constants.len() - shown.len()) {
        ([only], _) => only.to_string(),
        (_, 0) => format!("one of {}", shown.join(", ")),
        (_, more) => format!("one of {} and {more} others", shown.join(", ")),
    }
}

fn names(kinds: Kinds) -> String {
    let all = [
        (Kinds::NULL, "null"),
        (Kinds::BOOLEAN, "a boolean"),
        (Kinds::FRACTION, "a number"),
        (Kinds::INTEGER, "an integer"),
        (Kinds::STRING, "a text"),
        (Kinds::ARRAY, "an array"),
        (Kinds::OBJECT, "an object"),
    ];
    let allowed = all.into_iter().filter(|(kind, _)| kinds.holds(*kind));
    allowed.map(|(_, name)| name).collect::<Vec<_>>().join(" or ")
}

fn shown(value: Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
