//! Values that are one of a few words.

use super::problem::{Problem, listed};
use crate::mistake::closest;
use crate::template::ParameterOrder;

/// How the day is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Busy in office hours, quiet at night and on weekends.
    Office,
    /// The same at every hour.
    Flat,
    /// A flat day and a busy night.
    NightBatch,
}

/// Which years' habits records follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Those of today.
    Current,
    /// Those of 2017, as in the examples of the WorkMail guide.
    Y2017,
}

/// How the event source of the WorkMail Message Flow is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFlow {
    /// With a capital letter, as in the examples of the WorkMail guide.
    Documented,
    /// In lower case, as the API model and most services spell it.
    LowerCase,
}

/// How log files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gzip {
    /// As fast as they are written.
    Fast,
    /// To fewer bytes, at a sixth of the speed.
    Small,
    /// Not at all: gzip around the bytes as they are.
    Stored,
}

/// Asks for the `eventVersion` of the time in which the events happen.
pub const AUTO: &str = "auto";

/// The values of `eventVersion` that records can have.
pub const EVENT_VERSIONS: [&str; 7] = ["1.05", "1.06", "1.07", "1.08", "1.09", "1.10", "1.11"];

const SHAPES: [(&str, Shape); 3] =
    [("office", Shape::Office), ("flat", Shape::Flat), ("night-batch", Shape::NightBatch)];

const MESSAGE_FLOWS: [(&str, MessageFlow); 2] = [
    ("workmailMessageFlow.amazonaws.com", MessageFlow::Documented),
    ("workmailmessageflow.amazonaws.com", MessageFlow::LowerCase),
];

const STYLES: [(&str, Style); 2] = [("current", Style::Current), ("2017", Style::Y2017)];

const GZIPS: [(&str, Gzip); 3] = [("fast", Gzip::Fast), ("small", Gzip::Small), ("stored", Gzip::Stored)];

impl Gzip {
    /// Reads the word.
    ///
    /// # Errors
    ///
    /// A problem that lists the words.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        choose("way to compress", text, &GZIPS)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(self, &GZIPS)
    }
}

impl Shape {
    /// Reads the word.
    ///
    /// # Errors
    ///
    /// A problem that lists the words.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        choose("shape", text, &SHAPES)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(self, &SHAPES)
    }
}

impl Style {
    /// Reads the word.
    ///
    /// # Errors
    ///
    /// A problem that lists the words.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        choose("style", text, &STYLES)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(self, &STYLES)
    }
}

impl MessageFlow {
    /// Reads the event source.
    ///
    /// # Errors
    ///
    /// A problem that lists the spellings.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        choose("event source of the Message Flow", text, &MESSAGE_FLOWS)
    }

    /// The event source.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(self, &MESSAGE_FLOWS)
    }
}

/// Reads an `eventVersion`.
pub(super) fn event_version(text: &str) -> Result<String, Problem> {
    let choices: Vec<(&str, &str)> = EVENT_VERSIONS.iter().chain(&[AUTO]).map(|word| (*word, *word)).collect();
    choose("event version", text, &choices).map(str::to_owned)
}

/// Reads an order of parameters.
pub(super) fn parameter_order(text: &str) -> Result<ParameterOrder, Problem> {
    let choices = [ParameterOrder::Templates, ParameterOrder::Alphabetical].map(|order| (order.word(), order));
    choose("order of parameters", text, &choices)
}

fn choose<T: Copy>(what: &str, text: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    let words = || choices.iter().map(|(word, _)| *word);
    match choices.iter().find(|(word, _)| *word == text) {
        Some((_, choice)) => Ok(*choice),
        None => Err(Problem::new(format!("unknown {what} `{text}`, expected one of {}", listed(words())))
            .meant(closest(text, words()))),
    }
}

fn word<T: Copy + PartialEq>(choice: T, choices: &[(&'static str, T)]) -> &'static str {
    choices.iter().find(|(_, other)| *other == choice).map_or("", |(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_read_from_its_own_word() {
        for (_, shape) in SHAPES {
            assert_eq!(Shape::parse(shape.word()), Ok(shape));
        }
        for (_, style) in STYLES {
            assert_eq!(Style::parse(style.word()), Ok(style));
        }
        for (_, spelling) in MESSAGE_FLOWS {
            assert_eq!(MessageFlow::parse(spelling.word()), Ok(spelling));
        }
        assert_eq!(event_version("1.10"), Ok("1.10".to_owned()));
        assert_eq!(event_version(AUTO), Ok(AUTO.to_owned()));
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let problem = Shape::parse("ofice").unwrap_err();
        assert_eq!(problem.what, "unknown shape `ofice`, expected one of `office`, `flat`, `night-batch`");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `office`?"));
    }
}
