//! A value and where the user asked for it.

use std::ops::Range;
use std::sync::Arc;

use super::problem::Problem;
use crate::mistake::Mistake;

/// A value the user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<T> {
    /// What was asked for.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// Where the user asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// With the flag of this name, `--events`.
    Flag(String),
    /// In a scenario file, at these bytes.
    File(Arc<Source>, Range<usize>),
}

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name as the user gave it.
    pub name: String,
    /// All of it.
    pub text: String,
}

impl Place {
    /// What is wrong, at this place.
    #[must_use]
    pub fn mistake(&self, problem: Problem) -> Mistake {
        let mistake = match self {
            Self::Flag(flag) => Mistake::of_file(flag, problem.what),
            Self::File(source, bytes) => Mistake::at(&source.name, &source.text, bytes.clone(), problem.what),
        };
        match problem.hint {
            Some(hint) => mistake.hint(hint),
            None => mistake,
        }
    }
}

impl<T> Asked<T> {
    /// A value that a flag gives.
    pub fn by_flag(flag: &str, value: T) -> Self {
        Self { value, place: Place::Flag(flag.to_owned()) }
    }

    /// A flag's text, read by the rule that holds in files too.
    ///
    /// # Errors
    ///
    /// What `read` finds wrong, named after the flag.
    pub fn read_flag(flag: &str, text: &str, read: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Self, Mistake> {
        match read(text) {
            Ok(value) => Ok(Self::by_flag(flag, value)),
            Err(problem) => Err(Place::Flag(flag.to_owned()).mistake(problem)),
        }
    }

    /// What is wrong with the value, at its place.
    #[must_use]
    pub fn mistake(&self, problem: Problem) -> Mistake {
        self.place.mistake(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{EVENTS, Rate};

    #[test]
    fn a_mistake_in_a_flag_is_named_after_the_flag() {
        assert_eq!(Asked::read_flag("--events", "500", |text| EVENTS.parse(text)), Ok(Asked::by_flag("--events", 500)));
        assert_eq!(
            Asked::read_flag("--rate", "50", Rate::parse).unwrap_err().to_string(),
            "--rate: `50` is not a rate\nhint: write events per second, minute or hour: `50/s`, `600/m`, `20/h`"
        );
    }
}
