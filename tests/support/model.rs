//! Holds the values of a record against the shapes of the API model.
#![allow(dead_code, unreachable_pub, reason = "each test file takes its own part of this support")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::facts::{Form, Shape, facts};

pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// The one secret that the model does not call sensitive.
const SECRET_WITHOUT_TRAIT: &str = "ImpersonationToken";

/// What was read of one or many values.
#[derive(Default)]
pub struct Reading {
    /// Sentences about what does not fit.
    pub problems: BTreeSet<String>,
    /// All members met, nested ones as `outer.inner`.
    pub met: BTreeSet<String>,
    /// The call failed because of its values: they may break patterns and limits.
    pub lenient: bool,
}

impl Reading {
    /// A structure with members of these shapes, some of which must be there.
    pub fn read(&mut self, place: &str, value: &Value, members: &BTreeMap<String, String>, required: &[String]) {
        let nothing = Map::new();
        let found = match value {
            Value::Object(found) => found,
            Value::Null => &nothing,
            _ => return self.problem(place, format_args!("{value} is no object")),
        };
        for name in required.iter().filter(|name| !found.contains_key(*name)) {
            self.problem(place, format_args!("`{name}` is missing"));
        }
        for (name, value) in found {
            let inner = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            match members.get(name) {
                Some(shape) => self.read_value(&inner, value, shape),
                None => self.problem(&inner, "no such member"),
            }
            self.met.insert(inner);
        }
    }

    fn problem(&mut self, place: &str, what: impl std::fmt::Display) {
        self.problems.insert(format!("{place}: {what}"));
    }

    fn read_value(&mut self, place: &str, value: &Value, name: &str) {
        let shape = &facts().shapes[name];
        if (value == HIDDEN) != shape.sensitive && name != SECRET_WITHOUT_TRAIT {
            let what = if shape.sensitive { "is shown" } else { "is hidden" };
            return self.problem(place, format_args!("{value} {what}"));
        }
        match (shape.form, value) {
            (Form::String, Value::String(_)) if shape.sensitive => {}
            (Form::String, Value::String(text)) => self.read_text(place, text, name, shape),
            (Form::Boolean, Value::Bool(_)) => {}
            (Form::Integer | Form::Long, Value::Number(number)) => match number.as_i64() {
                Some(number) => self.is_in_range(place, number, shape),
                None => self.problem(place, format_args!("{number} is no whole number")),
            },
            (Form::Structure, Value::Object(_)) => self.read(place, value, &shape.members, &shape.required),
            (Form::List, Value::Array(items)) => {
                self.is_in_range(place, items.len() as i64, shape);
                let of = shape.of.as_ref().expect("lists have items");
                for item in items {
                    self.read_value(place, item, of);
                }
            }
            (form, _) => self.problem(place, format_args!("{value} is no {form:?}")),
        }
    }

    fn read_text(&mut self, place: &str, text: &str, name: &str, shape: &Shape) {
        self.is_in_range(place, text.chars().count() as i64, shape);
        let is_word = shape.words.as_ref().is_none_or(|words| words.iter().any(|word| word == text));
        let matches = PATTERNS.get(name).is_none_or(|pattern| pattern.is_match(text));
        if !(self.lenient || is_word && matches && !is_forbidden(text, shape)) {
            self.problem(place, format_args!("`{text}` is no {name}"));
        }
    }

    fn is_in_range(&mut self, place: &str, size: i64, shape: &Shape) {
        let fits = shape.min.is_none_or(|min| min <= size) && shape.max.is_none_or(|max| size <= max);
        if !self.lenient && !fits {
            self.problem(place, format_args!("{size} is outside {:?}..{:?}", shape.min, shape.max));
        }
    }
}

/// The model's one look-ahead, which `Regex` does not have.
const NOT_D: &str = "(?!d-)";

/// A pattern holds for the whole text.
static PATTERNS: LazyLock<BTreeMap<&'static str, Regex>> = LazyLock::new(|| {
    let shapes = facts().shapes.iter();
    let patterns = shapes.filter_map(|(name, shape)| Some((name.as_str(), shape.pattern.as_ref()?.replace(NOT_D, ""))));
    patterns.map(|(name, pattern)| (name, Regex::new(&format!("^(?:{pattern})$")).expect("a known pattern"))).collect()
});

fn is_forbidden(text: &str, shape: &Shape) -> bool {
    text.starts_with("d-") && shape.pattern.as_ref().is_some_and(|pattern| pattern.contains(NOT_D))
}

/// All members that a structure can have, nested ones as `outer.inner`.
pub fn all_members(members: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(String, &String)> = members.iter().map(|(name, shape)| (name.clone(), shape)).collect();
    while let Some((place, name)) = open.pop() {
        let shape = &facts().shapes[name];
        open.extend(shape.members.iter().map(|(name, shape)| (format!("{place}.{name}"), shape)));
        open.extend(shape.of.iter().map(|item| (place.clone(), item)));
        found.insert(place);
    }
    found
}
