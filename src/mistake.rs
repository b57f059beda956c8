//! A mistake in a file the user wrote: where it is, what it is, what to do about it.
//!
//! Shared by every reader of user files, so that all of them report alike: all mistakes at once, each with
//! file, line, column, the marked line and the nearest right word.

use std::fmt;
use std::ops::Range;

/// One mistake, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file as the user named it.
    pub file: String,
    /// Line and column, both from 1; 0 when the whole file is meant.
    pub line: usize,
    /// See `line`; counted in characters.
    pub column: usize,
    /// What is wrong, lowercase, without full stop.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The line itself and how many of its characters to mark.
    pub snippet: Option<(String, usize)>,
}

impl Mistake {
    /// A mistake at some bytes of a text; half letters count as whole ones.
    #[must_use]
    pub fn at(file: &str, text: &str, bytes: Range<usize>, what: impl Into<String>) -> Self {
        let start = text.floor_char_boundary(bytes.start);
        let bytes = start..text.ceil_char_boundary(bytes.end);
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_text = text[line_start..].lines().next().unwrap_or_default();
        let marked = &text[start..bytes.end.clamp(start, line_start + line_text.len().max(start - line_start))];
        Self {
            file: file.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            what: what.into(),
            hint: None,
            snippet: Some((line_text.to_owned(), marked.chars().count().max(1))),
        }
    }

    /// A mistake that concerns a whole file.
    #[must_use]
    pub fn of_file(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, what: what.into(), hint: None, snippet: None }
    }

    /// The same mistake with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Writes `scenario.toml:9:7: unknown action …`, then the marked line, then the hint.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what)?,
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.what)?,
        }
        if let Some((text, width)) = &self.snippet {
            let indent: String =
                text.chars().take(self.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            write!(f, "\n{:>5} | {text}\n      | {indent}{}", self.line, "^".repeat(*width))?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Everything wrong with the user's files, in the order of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            write!(f, "{}{mistake}", if index == 0 { "" } else { "\nerror: " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// The known word nearest to a misspelt one, when there is one near enough.
#[must_use]
pub(crate) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_shown_with_its_line_marked() {
        let text = "seed = 7\n[traffic]\nevnts = 10\n";
        let mistake =
            Mistake::at("scenario.toml", text, 19..24, "unknown field `evnts`").hint("did you mean `events`?");
        assert_eq!(
            mistake.to_string(),
            "scenario.toml:3:1: unknown field `evnts`\n    3 | evnts = 10\n      | ^^^^^\nhint: did you mean `events`?"
        );
    }

    #[test]
    fn places_beyond_the_end_are_shown_at_the_end() {
        let mistake = Mistake::at("a.json", "{", 1..9, "unexpected end");
        assert_eq!((mistake.line, mistake.column), (1, 2));
    }

    #[test]
    fn places_inside_letters_are_shown_at_the_letters() {
        let mistake = Mistake::at("a.json", "\"é€\" ü", 2..4, "odd");
        assert_eq!(mistake.to_string(), "a.json:1:2: odd\n    1 | \"é€\" ü\n      |  ^^");
        for (start, end) in (0..12).flat_map(|start| (0..12).map(move |end| (start, end))) {
            assert!(Mistake::at("a.json", "\"é€\" ü", start..end, "odd").to_string().ends_with('^'));
        }
    }

    #[test]
    fn the_nearest_word_is_found_and_far_ones_are_not() {
        let known = ["CreateUser", "CreateAlias", "ListUsers"];
        assert_eq!(closest("CreatUser", known), Some("CreateUser"));
        assert_eq!(closest("createuser", known), Some("CreateUser"));
        assert_eq!(closest("Frobnicate", known), None);
    }
}
