//! Stories in files: calls that only make sense together, one after the other.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::event::{ActionId, Kind};
use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::Mistake;
use crate::template::action::Action;
use crate::template::catalogue::find;
use crate::template::condition::Persona;
use crate::template::kind::Scope;
use crate::template::{plot, read};

/// A story, read from `stories.json`.
#[derive(Clone, Debug)]
pub struct Story {
    /// What it is called.
    pub name: Box<str>,
    /// The service that tells it, as IAM names it.
    pub service: Box<str>,
    /// Who plays it.
    pub by: By,
    /// Kinds of which the story has one of its own, which it creates.
    pub fresh: Vec<Kind>,
    /// Kinds of which the story picks one that stands, and stays with it.
    pub fixed: Vec<Kind>,
    /// What is called.
    pub calls: Vec<StoryCall>,
}

/// One call of a story, or several of the same.
#[derive(Clone, Debug)]
pub struct StoryCall {
    /// What is called.
    pub action: ActionId,
    /// The share of the stories that have it, in parts in a million; `None` when all have.
    pub share: Option<u32>,
    /// How often in a row.
    pub times: RangeInclusive<u32>,
    /// Mean wait since the call before, in milliseconds; `None` for the caller's own pace.
    pub after: Option<i64>,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Those who hire, change and remove people, and set things up.
    Administrators,
    /// Those who look after single users.
    Helpers,
    /// Those who only look.
    Readers,
    /// Functions that handle messages in flight.
    MailFlow,
    /// These, with weights.
    Personas(Vec<(Persona, u64)>),
}

impl By {
    /// The words for groups of callers.
    pub const WORDS: &[&str] = &["administrators", "helpers", "readers", "mail-flow"];

    /// The group of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "administrators" => Some(Self::Administrators),
            "helpers" => Some(Self::Helpers),
            "readers" => Some(Self::Readers),
            "mail-flow" => Some(Self::MailFlow),
            _ => None,
        }
    }
}

/// Reads all stories of a file, with actions in the order of their keys; those in `broken` are there, but cannot
/// be read.
///
/// # Errors
/// Everything wrong with it.
pub(super) fn read(
    file: &str,
    source: &str,
    scope: Scope<'_>,
    actions: &[Action],
    broken: &BTreeSet<String>,
) -> Result<Vec<Story>, Vec<Mistake>> {
    let reader = Reader::new(file, source);
    let teller = Teller { reader: &reader, scope, actions, broken };
    let stories = match reader.parse() {
        Some(Node { value: Json::Object(stories), .. }) => stories.iter().filter_map(|one| teller.story(one)).collect(),
        Some(node) => {
            let what = format!("expected an object of stories, found {}", node.value.describe());
            reader.complain_with(&node.span, what, "such as `{\"rotation\": {\"calls\": […]}}`");
            Vec::new()
        }
        None => Vec::new(),
    };
    let mistakes = reader.into_mistakes();
    if mistakes.is_empty() { Ok(stories) } else { Err(mistakes) }
}

struct Teller<'a> {
    reader: &'a Reader<'a>,
    scope: Scope<'a>,
    actions: &'a [Action],
    broken: &'a BTreeSet<String>,
}

impl Teller<'_> {
    fn story(&self, story: &Member) -> Option<Story> {
        let members = self.reader.object(&story.value, &["by", "new", "one", "calls"])?;
        let items = self.items(story, member(members, "calls"))?;
        let told = Story {
            name: story.name.as_str().into(),
            service: self.scope.service.into(),
            by: member(members, "by").map_or(Some(By::Administrators), |node| read::by(self.reader, node))?,
            fresh: self.kinds(member(members, "new"), "new"),
            fixed: self.kinds(member(members, "one"), "one"),
            calls: items.iter().map(|item| self.call(item)).collect::<Vec<_>>().into_iter().collect::<Option<_>>()?,
        };
        if let Some(one) = member(members, "one").filter(|_| told.fixed.iter().any(|kind| told.fresh.contains(kind))) {
            let hint = "what a story creates is `new`; what stands before it is `one`";
            self.reader.complain_with(&one.span, "a kind is `new` and `one` in the same story", hint);
            return None;
        }
        plot::check(self.reader, self.scope, self.actions, story, &told, items);
        Some(told)
    }

    /// The calls of a story, which has some.
    fn items<'n>(&self, story: &Member, calls: Option<&'n Node>) -> Option<&'n [Node]> {
        let hint = "such as `[{\"action\": \"CreateUser\"}, {\"action\": \"DescribeUser\", \"after\": \"30s\"}]`";
        let (span, what) = match calls {
            Some(Node { value: Json::Array(items), .. }) if !items.is_empty() => return Some(items),
            Some(node) if node.value == Json::Array(Vec::new()) => (&node.span, "a story without calls".to_owned()),
            Some(node) => (&node.span, format!("expected a list of calls, found {}", node.value.describe())),
            None => (&story.name_span, "`calls` is missing: a list of calls in their order".to_owned()),
        };
        self.reader.complain_with(span, what, hint);
        None
    }

    /// Kinds of which a story can have one of its own.
    fn kinds(&self, node: Option<&Node>, member: &str) -> Vec<Kind> {
        let mut kinds = read::kinds(self.reader, node, self.scope);
        kinds.retain(|kind| {
            let fits = match (kind, member) {
                (Kind::Declared(_), "new") => !self.scope.is_single(*kind),
                (Kind::Organization, _) => member == "new",
                (Kind::User | Kind::Group | Kind::Resource | Kind::Declared(_), _) => member == "one",
                _ => false,
            };
            if let Some(node) = node.filter(|_| !fits) {
                let hint = match member {
                    "new" => "kinds in `entities` that are not `single` can be, and `organization`",
                    _ => "`user`, `group`, `resource` and kinds in `entities` can be",
                };
                let what = format!("`{}` cannot be `{member}`", self.scope.word(*kind));
                self.reader.complain_with(&node.span, what, hint);
            }
            fits
        });
        kinds
    }

    fn call(&self, item: &Node) -> Option<StoryCall> {
        let members = self.reader.object(item, &["action", "share", "times", "after"])?;
        let share = member(members, "share").map(|node| read::share(self.reader, node)).unwrap_or_default();
        let times = self.times(member(members, "times"));
        let after = member(members, "after").and_then(|node| read::wait(self.reader, node));
        let Some(action) = member(members, "action") else {
            self.reader.complain_with(&item.span, "`action` is missing", "the name of the action that is called");
            return None;
        };
        let name = self.reader.text(action)?;
        // A service's stories name its actions as the service does.
        let own = find(self.actions, &format!("{}:{name}", self.scope.service));
        let found = own.or_else(|| find(self.actions, name));
        if found.is_none() && !self.broken.contains(name) {
            let names: Vec<&str> = self.actions.iter().map(|action| &*action.key).collect();
            self.reader.unknown(&action.span, "action", name, &names, "a story needs actions that have templates");
        }
        Some(StoryCall { action: found?, share, times: times?, after })
    }

    /// `"2..5"`; once where there is nothing.
    fn times(&self, node: Option<&Node>) -> Option<RangeInclusive<u32>> {
        let Some(node) = node else { return Some(1..=1) };
        let text = self.reader.text(node)?;
        let ends = text.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        match ends {
            Some((low, high)) if 1 <= low && low <= high && high <= 100 => Some(low..=high),
            _ => {
                let what = format!("expected a range such as \"2..5\", found \"{text}\"");
                self.reader.complain_with(&node.span, what, "from 1 to 100; exactly three times is \"3..3\"");
                None
            }
        }
    }
}
