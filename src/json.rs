//! JSON that remembers where each value stands, so that a mistake in it can be shown.

use std::cell::RefCell;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::mistake::{Mistake, closest};

/// A value and the bytes it stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes of the value in its file, quotes included.
    pub span: Range<usize>,
    /// The value.
    pub value: Json,
}

/// A JSON value; numbers keep their text, objects their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Bytes of the name, quotes included.
    pub name_span: Range<usize>,
    /// Its value.
    pub value: Node,
}

/// A file being read, and the mistakes found in it so far.
pub struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'a> Reader<'a> {
    /// Reads a file of this name and content.
    #[must_use]
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, mistakes: RefCell::default() }
    }

    /// The whole file as one value; `None` after a mistake in the syntax.
    pub fn parse(&self) -> Option<Node> {
        let strict = ParseOptions {
            allow_comments: false,
            allow_loose_object_property_names: false,
            allow_trailing_commas: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        match parse_to_ast(self.text, &CollectOptions::default(), &strict) {
            Ok(result) => {
                if let Some(value) = result.value {
                    Some(self.node(value))
                } else {
                    self.complain_with(&(0..0), "expected a JSON object, found an empty file", "write `{…}`");
                    None
                }
            }
            Err(error) => {
                let what = error.kind().to_string();
                let first = what.chars().next().unwrap_or_default().to_lowercase().to_string();
                let rest: String = what.chars().skip(1).collect();
                let hint = "JSON has commas between members, none behind the last one, and no comments";
                let span = error.range().start..error.range().end;
                self.complain_with(&span, first + rest.trim_end_matches('.'), hint);
                None
            }
        }
    }

    fn node(&self, value: ast::Value<'_>) -> Node {
        let span = value.start()..value.end();
        let value = match value {
            ast::Value::NullKeyword(_) => Json::Null,
            ast::Value::BooleanLit(b) => Json::Bool(b.value),
            ast::Value::NumberLit(n) => Json::Number(n.value.to_owned()),
            ast::Value::StringLit(s) => Json::Text(s.value.into_owned()),
            ast::Value::Array(a) => Json::Array(a.elements.into_iter().map(|v| self.node(v)).collect()),
            ast::Value::Object(o) => Json::Object(self.members_of(o)),
        };
        Node { span, value }
    }

    fn members_of(&self, object: ast::Object<'_>) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let name_span = property.name.start()..property.name.end();
            let name = property.name.into_string();
            if members.iter().any(|m| m.name == name) {
                self.complain_with(&name_span, format!("member `{name}` stands here twice"), "take one of them out");
            }
            members.push(Member { name, name_span, value: self.node(property.value) });
        }
        members
    }

    /// Remembers a mistake at some bytes of the file, with advice; once, however often it is come across.
    pub fn complain_with(&self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let mistake = Mistake::at(self.file, self.text, span.clone(), what).hint(hint);
        let mut mistakes = self.mistakes.borrow_mut();
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }

    /// Remembers an unknown word, with the nearest known one as advice.
    pub fn unknown(&self, span: &Range<usize>, what: &str, word: &str, known: &[&str], listed: &str) {
        let advice = match closest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? {listed}"),
            None => listed.to_owned(),
        };
        self.complain_with(span, format!("unknown {what} `{word}`"), advice);
    }

    /// The members of an object whose names are all among `known`; a mistake for every other.
    pub fn object<'n>(&self, node: &'n Node, known: &[&str]) -> Option<&'n [Member]> {
        let Json::Object(members) = &node.value else {
            let hint = format!("write `{{…}}`; known here: {}", known.join(", "));
            self.complain_with(&node.span, format!("expected an object, found {}", node.value.describe()), hint);
            return None;
        };
        for member in members.iter().filter(|m| !known.contains(&m.name.as_str())) {
            let listed = format!("known here: {}", known.join(", "));
            self.unknown(&member.name_span, "member", &member.name, known, &listed);
        }
        Some(members)
    }

    /// The text of a value; a mistake when it is none.
    pub fn text<'n>(&self, node: &'n Node) -> Option<&'n str> {
        match &node.value {
            Json::Text(text) => Some(text),
            other => {
                let what = format!("expected a text, found {}", other.describe());
                self.complain_with(&node.span, what, "write it in quotes: `\"…\"`");
                None
            }
        }
    }

    /// The whole number that a value is, or a default where there is none; a mistake when it is another value.
    pub(crate) fn whole(&self, node: Option<&Node>, default: u32) -> u32 {
        let Some(node) = node else { return default };
        let number = match &node.value {
            Json::Number(number) => number.parse().ok(),
            _ => None,
        };
        number.unwrap_or_else(|| {
            let what = format!("expected a whole number, found {}", node.value.describe());
            self.complain_with(&node.span, what, "write digits alone, such as `3`");
            default
        })
    }

    /// How many mistakes have been found so far.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// The members of an object; none where there is nothing, and a mistake where there is something else.
    pub(crate) fn members<'n>(&self, node: Option<&'n Node>) -> &'n [Member] {
        match node.map(|node| (&node.value, &node.span)) {
            None => &[],
            Some((Json::Object(members), _)) => members,
            Some((other, span)) => {
                self.complain_with(span, format!("expected an object, found {}", other.describe()), "write `{…}`");
                &[]
            }
        }
    }

    /// The bytes of the `index`-th slot in a text, `inner` between its braces; all of the text where escapes
    /// hide the slot, or where the text stands somewhere else.
    pub(crate) fn slot_span(&self, text: &Range<usize>, index: usize, inner: &str) -> Range<usize> {
        let raw = self.text.get(text.clone()).unwrap_or_default();
        match raw.match_indices("{{").nth(index) {
            Some((at, _)) if raw[at + 2..].starts_with(inner) => text.start + at + 2..text.start + at + 2 + inner.len(),
            _ => text.clone(),
        }
    }

    /// Everything found wrong, in the order of the file.
    #[must_use]
    pub fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        mistakes
    }
}

impl Json {
    /// The value in words, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(b) => b.to_string(),
            Self::Number(n) => format!("number {n}"),
            Self::Text(t) => format!("text \"{t}\""),
            Self::Array(_) => "an array".into(),
            Self::Object(_) => "an object".into(),
        }
    }
}

/// The member of this name.
#[must_use]
pub(crate) fn member<'n>(members: &'n [Member], name: &str) -> Option<&'n Node> {
    members.iter().find(|m| m.name == name).map(|m| &m.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_where_they_stand() {
        let text = r#"{"a": [1, "b"]}"#;
        let reader = Reader::new("x.json", text);
        let node = reader.parse().unwrap();
        let members = reader.object(&node, &["a"]).unwrap();
        let Json::Array(items) = &member(members, "a").unwrap().value else { panic!() };
        assert_eq!(&text[items[1].span.clone()], "\"b\"");
    }

    #[test]
    fn mistakes_in_the_syntax_have_a_place() {
        for (text, line, column) in
            [("{\n  \"a\": }", 2, 8), ("{\"a\": 1,}", 1, 8), ("", 1, 1), ("{\"a\":1,\"a\":2}", 1, 8)]
        {
            let reader = Reader::new("x.json", text);
            reader.parse();
            let mistakes = reader.into_mistakes();
            assert_eq!((mistakes[0].line, mistakes[0].column), (line, column), "{text}: {}", mistakes[0]);
        }
    }
}
