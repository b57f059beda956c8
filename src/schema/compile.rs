//! From the files in `schemas/` to rules. The files are ours, so a mistake in them ends the program; a test
//! compiles them all.

use std::collections::BTreeMap;

use include_dir::{Dir, File, include_dir};
use serde_json::{Map, Value as Json};

use super::rule::{Constant, Keyword, Pattern, Rule, RuleId, Rules};
use super::switch::switches;
use super::tape::Kinds;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// What says nothing about values.
const NOTES: [&str; 5] = ["$schema", "$comment", "$defs", "title", "x-reason"];

/// Actions by event source and name.
type Actions = BTreeMap<Box<str>, BTreeMap<Box<str>, RuleId>>;

/// Compiles files, each place in them once.
#[derive(Default)]
pub(super) struct Compiler {
    rules: Rules,
    /// Rules by file and JSON pointer; there before they are filled, so schemas may refer to themselves.
    places: BTreeMap<(String, String), RuleId>,
    patterns: BTreeMap<String, usize>,
}

impl Compiler {
    /// The rule of a whole file.
    pub(super) fn file(&mut self, name: &str) -> RuleId {
        self.place(name, "")
    }

    /// The rules of all actions, by the constants for event source and name in their files.
    pub(super) fn actions(&mut self) -> Actions {
        let mut actions = Actions::new();
        for file in FILES.dirs().flat_map(Dir::files) {
            let rule = self.file(&file.path().to_string_lossy().replace('\\', "/"));
            let document = parse(file);
            let [sources, names] =
                ["eventSource", "eventName"].map(|member| constants(&document["properties"][member]));
            for source in &sources {
                let of_service = actions.entry(source.as_str().into()).or_default();
                of_service.extend(names.iter().map(|name| (name.as_str().into(), rule)));
            }
        }
        actions
    }

    pub(super) fn finish(self) -> Rules {
        self.rules
    }

    /// The rule for a place in a file.
    fn place(&mut self, file: &str, pointer: &str) -> RuleId {
        let place = (file.to_owned(), pointer.to_owned());
        if let Some(rule) = self.places.get(&place) {
            return *rule;
        }
        let rule = self.reserve();
        self.places.insert(place, rule);
        let document = parse(FILES.get_file(file).unwrap_or_else(|| panic!("schemas/{file} is missing")));
        let schema = document.pointer(pointer).unwrap_or_else(|| panic!("schemas/{file} has no {pointer}"));
        self.rules.rules[rule.0] = self.rule(file, schema);
        rule
    }

    fn reserve(&mut self) -> RuleId {
        self.rules.rules.push(Rule::default());
        RuleId(self.rules.rules.len() - 1)
    }

    /// The rule of a schema inside another.
    fn below(&mut self, file: &str, schema: &Json) -> RuleId {
        let rule = self.reserve();
        self.rules.rules[rule.0] = self.rule(file, schema);
        rule
    }

    fn rule(&mut self, file: &str, schema: &Json) -> Rule {
        let Json::Object(members) = schema else {
            let keywords = if *schema == Json::Bool(false) { vec![Keyword::Never] } else { Vec::new() };
            return Rule { keywords, reason: None };
        };
        let keywords = members.iter().filter_map(|(name, value)| self.keyword(file, members, name, value)).collect();
        Rule { keywords, reason: members.get("x-reason").and_then(Json::as_str).map(Into::into) }
    }

    fn keyword(&mut self, file: &str, members: &Map<String, Json>, name: &str, value: &Json) -> Option<Keyword> {
        let keyword = match name {
            "type" => Keyword::Kind(kinds(value)),
            "const" | "enum" => Keyword::Among(among(value).map(constant).collect()),
            "minLength" => Keyword::MinLength(size(value)),
            "maxLength" => Keyword::MaxLength(size(value)),
            "pattern" => Keyword::Pattern(self.pattern(text(value))),
            "minimum" => Keyword::Minimum(value.as_f64().expect("a number")),
            "maximum" => Keyword::Maximum(value.as_f64().expect("a number")),
            "minItems" => Keyword::MinItems(size(value)),
            "maxItems" => Keyword::MaxItems(size(value)),
            "items" => Keyword::Items(self.below(file, value)),
            "minProperties" => Keyword::MinProperties(size(value)),
            "required" => Keyword::Required(texts(value)),
            "properties" => self.properties(file, members, value),
            "x-order" => Keyword::Order(texts(value)),
            "not" => Keyword::Not(self.below(file, value)),
            "allOf" => {
                let rules: Vec<RuleId> = among(value).map(|schema| self.below(file, schema)).collect();
                Keyword::All(switches(&mut self.rules, rules))
            }
            "anyOf" => Keyword::Any(among(value).map(|schema| self.below(file, schema)).collect()),
            "if" => self.condition(file, members, value),
            "$ref" => Keyword::Same(self.reference(file, text(value))),
            // Read together with `properties` and `if`.
            "additionalProperties" | "then" | "else" => return None,
            note if NOTES.contains(&note) => return None,
            unknown => panic!("schemas/{file}: unknown keyword `{unknown}`"),
        };
        Some(keyword)
    }

    fn properties(&mut self, file: &str, members: &Map<String, Json>, value: &Json) -> Keyword {
        let known = value.as_object().expect("an object of schemas");
        let known = known.iter().map(|(name, schema)| (name.as_str().into(), self.below(file, schema))).collect();
        Keyword::Properties { known, open: members.get("additionalProperties") != Some(&Json::Bool(false)) }
    }

    fn condition(&mut self, file: &str, members: &Map<String, Json>, value: &Json) -> Keyword {
        let condition = self.below(file, value);
        let [then, otherwise] = ["then", "else"].map(|name| members.get(name).map(|schema| self.below(file, schema)));
        Keyword::If { condition, then, otherwise }
    }

    /// `#/$defs/name` in the same file, or the name of another file.
    fn reference(&mut self, file: &str, target: &str) -> RuleId {
        match target.strip_prefix('#') {
            Some(pointer) => self.place(file, pointer),
            None => self.place(target, ""),
        }
    }

    fn pattern(&mut self, source: &str) -> usize {
        if let Some(pattern) = self.patterns.get(source) {
            return *pattern;
        }
        let pattern = Pattern::new(source).unwrap_or_else(|fault| panic!("{fault}"));
        self.rules.patterns.push(pattern);
        let number = self.rules.patterns.len() - 1;
        self.patterns.insert(source.to_owned(), number);
        number
    }
}

fn parse(file: &File) -> Json {
    serde_json::from_slice(file.contents()).unwrap_or_else(|error| panic!("{}: {error}", file.path().display()))
}

/// The items of an array, or the one value.
fn among(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice).iter()
}

/// The texts that `const` or `enum` of a schema allow.
fn constants(schema: &Json) -> Vec<String> {
    let value = schema.get("const").or_else(|| schema.get("enum")).expect("an action names its source and name");
    among(value).map(|value| text(value).to_owned()).collect()
}

fn constant(value: &Json) -> Constant {
    match value {
        Json::Null => Constant::Null,
        Json::Bool(value) => Constant::Bool(*value),
        Json::String(text) => Constant::Text(text.as_str().into()),
        other => panic!("{other} cannot be a constant of a schema"),
    }
}

fn kinds(value: &Json) -> Kinds {
    let kind = |name: &Json| match text(name) {
        "null" => Kinds::NULL,
        "boolean" => Kinds::BOOLEAN,
        "integer" => Kinds::INTEGER,
        "number" => Kinds::INTEGER.and(Kinds::FRACTION),
        "string" => Kinds::STRING,
        "array" => Kinds::ARRAY,
        "object" => Kinds::OBJECT,
        unknown => panic!("unknown type `{unknown}`"),
    };
    among(value).map(kind).fold(Kinds(0), Kinds::and)
}

fn size(value: &Json) -> usize {
    value.as_u64().and_then(|size| usize::try_from(size).ok()).expect("a size")
}

fn text(value: &Json) -> &str {
    value.as_str().expect("a text")
}

fn texts(value: &Json) -> Vec<Box<str>> {
    among(value).map(|value| text(value).into()).collect()
}
