//! The keywords that our schemas use, in the form in which they are checked.

use std::fmt;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;

use super::tape::{Kinds, Value};

/// All rules of all schemas; a rule names another by its number.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) rules: Vec<Rule>,
    pub(super) patterns: Vec<Pattern>,
}

/// The number of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RuleId(pub(super) usize);

/// One schema: what a value must be.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) keywords: Vec<Keyword>,
    /// Why it is so, from `x-reason`; added to the words of every breach.
    pub(super) reason: Option<Box<str>>,
}

/// One keyword of a schema.
#[derive(Debug)]
pub(super) enum Keyword {
    /// The schema `false`.
    Never,
    Kind(Kinds),
    /// `const` and `enum`.
    Among(Vec<Constant>),
    MinLength(usize),
    MaxLength(usize),
    /// A number in the table of patterns.
    Pattern(usize),
    Minimum(f64),
    Maximum(f64),
    MinItems(usize),
    MaxItems(usize),
    Items(RuleId),
    MinProperties(usize),
    Required(Vec<Box<str>>),
    Properties {
        known: Vec<(Box<str>, RuleId)>,
        /// Whether there may be others.
        open: bool,
    },
    /// `x-order`: members in the order in which real files have them; others may stand anywhere.
    Order(Vec<Box<str>>),
    Not(RuleId),
    All(Vec<RuleId>),
    Any(Vec<RuleId>),
    If {
        condition: RuleId,
        then: Option<RuleId>,
        otherwise: Option<RuleId>,
    },
    Same(RuleId),
    /// Many `if`s that ask for the same member, decided by one look at it.
    Switch(Switch),
}

/// What holds by the value of one member.
#[derive(Debug, Default)]
pub(super) struct Switch {
    pub(super) member: Box<str>,
    /// For texts that some condition names.
    pub(super) cases: Vec<(Box<str>, Vec<RuleId>)>,
    pub(super) absent: Vec<RuleId>,
    /// For all other values.
    pub(super) others: Vec<RuleId>,
}

impl Switch {
    /// The rules that hold for a value.
    pub(super) fn rules(&self, value: Value) -> &[RuleId] {
        let Some(member) = value.get(&self.member) else { return &self.absent };
        let is_it = |text: &str| self.cases.iter().find(|(case, _)| **case == *text);
        member.text().and_then(is_it).map_or(&self.others, |(_, rules)| rules)
    }
}

/// A value that a schema names.
#[derive(Debug, PartialEq)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Text(Box<str>),
}

impl Constant {
    pub(super) fn is(&self, value: Value) -> bool {
        match self {
            Self::Null => value.kind() == Kinds::NULL,
            Self::Bool(expected) => value.boolean() == Some(*expected),
            Self::Text(expected) => value.text() == Some(expected),
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

/// A pattern for whole texts. Compiled to a table of states: a look at each byte and nothing else.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) source: Box<str>,
    states: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Pattern {
    /// Reads `^…$`, in the part of the syntax that JSON Schema and ours share: classes are written out.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        if !source.starts_with('^') || !source.ends_with('$') || source.contains(['\\']) && has_class(source) {
            return Err(format!("pattern `{source}` is not of the form `^…$` with written-out classes"));
        }
        let states = dense::DFA::new(source).map_err(|error| error.to_string())?;
        let start =
            states.start_state(&start::Config::new().anchored(Anchored::Yes)).map_err(|error| error.to_string())?;
        Ok(Self { source: source.into(), states, start })
    }

    /// Walks all of the text; a search that could stop early would look at every state on the way.
    pub(super) fn matches(&self, text: &str) -> bool {
        let states = &self.states;
        let end = text.bytes().fold(self.start, |state, byte| states.next_state(state, byte));
        states.is_match_state(states.next_eoi_state(end))
    }
}

/// `\d`, `\w` and the like mean different things in different dialects.
fn has_class(source: &str) -> bool {
    ["\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\b", "\\p"].iter().any(|class| source.contains(class))
}
