//! Stories in files: calls that only make sense together, one after the other.

use std::ops::RangeInclusive;

use crate::event::{ActionId, Kind};
use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::Mistake;
use crate::template::action::Action;
use crate::template::catalogue::find;
use crate::template::condition::{Effect, Persona};
use crate::template::kind::Scope;
use crate::template::read;

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

/// Reads all stories of a file, with actions in the order of their keys.
///
/// # Errors
/// Everything wrong with it.
pub(super) fn read(file: &str, source: &str, scope: Scope<'_>, actions: &[Action]) -> Result<Vec<Story>, Vec<Mistake>> {
    let reader = Reader::new(file, source);
    let teller = Teller { reader: &reader, scope, actions };
    let stories = match reader.parse() {
        Some(Node { value: Json::Object(stories), .. }) => stories.iter().filter_map(|one| teller.story(one)).collect(),
        Some(node) => {
            reader.complain(&node.span, format!("expected an object of stories, found {}", node.value.describe()));
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
}

impl Teller<'_> {
    fn story(&self, story: &Member) -> Option<Story> {
        let members = self.reader.object(&story.value, &["by", "new", "one", "calls"])?;
        let Some(Node { value: Json::Array(items), .. }) = member(members, "calls") else {
            self.reader.complain(&story.name_span, "`calls` is missing: a list of calls in their order");
            return None;
        };
        let told = Story {
            name: story.name.as_str().into(),
            service: self.scope.service.into(),
            by: member(members, "by").map_or(Some(By::Administrators), |node| read::by(self.reader, node))?,
            fresh: read::kinds(self.reader, member(members, "new"), self.scope),
            fixed: read::kinds(self.reader, member(members, "one"), self.scope),
            calls: items.iter().map(|item| self.call(item)).collect::<Option<_>>()?,
        };
        self.check(story, &told, items);
        Some(told)
    }

    fn call(&self, item: &Node) -> Option<StoryCall> {
        let members = self.reader.object(item, &["action", "share", "times", "after"])?;
        let Some(action) = member(members, "action") else {
            self.reader.complain(&item.span, "`action` is missing");
            return None;
        };
        let name = self.reader.text(action)?;
        // A service's stories name its actions as the service does.
        let own = find(self.actions, &format!("{}:{name}", self.scope.service));
        let found = own.or_else(|| find(self.actions, name));
        if found.is_none() {
            let names: Vec<&str> = self.actions.iter().map(|action| &*action.key).collect();
            self.reader.unknown(&action.span, "action", name, &names, "a story needs actions that have templates");
        }
        Some(StoryCall {
            action: found?,
            share: member(members, "share").map(|node| read::share(self.reader, node)).unwrap_or_default(),
            times: self.times(member(members, "times"))?,
            after: member(members, "after").and_then(|node| read::wait(self.reader, node)),
        })
    }

    /// `"2..5"`; once where there is nothing.
    fn times(&self, node: Option<&Node>) -> Option<RangeInclusive<u32>> {
        let Some(node) = node else { return Some(1..=1) };
        let text = self.reader.text(node)?;
        let ends = text.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        match ends {
            Some((low, high)) if 1 <= low && low <= high && high <= 100 => Some(low..=high),
            _ => {
                self.reader.complain(&node.span, format!("expected a range such as \"2..5\", found \"{text}\""));
                None
            }
        }
    }

    /// A story leaves nothing behind that other calls would stumble over.
    fn check(&self, story: &Member, told: &Story, items: &[Node]) {
        if told.calls.iter().all(|call| call.share.is_some()) {
            self.reader
                .complain(&story.name_span, "a story needs a call without `share`, which decides how often it is told");
        }
        for kind in &told.fresh {
            let uses = told.calls.iter().zip(items).find(|(call, _)| self.is_about(call.action, *kind));
            match uses {
                None => self.reader.complain(&story.name_span, "no call uses what is `new`"),
                Some((call, item)) if !self.creates(call.action) || call.share.is_some() => {
                    let what = "the first call that uses what is `new` must create it, and without `share`";
                    self.reader.complain(&item.span, what);
                }
                Some(_) => {}
            }
        }
        for kind in &told.fixed {
            self.check_fixed(told, items, *kind);
        }
    }

    fn check_fixed(&self, told: &Story, items: &[Node], kind: Kind) {
        let mut gone = None;
        for (call, item) in told.calls.iter().zip(items).filter(|(call, _)| self.is_about(call.action, kind)) {
            match (self.action(call.action).effect, call.share) {
                (Effect::Delete, Some(_)) => {
                    self.reader.complain(&item.span, "a call that takes away what stands has no `share`");
                }
                (Effect::Delete, _) if !self.scope.is_single(kind) => {
                    self.reader.complain(&item.span, "a story deletes only what is `new`, or a `single` kind");
                }
                (Effect::Delete, _) => gone = Some(item),
                (Effect::Create | Effect::Put, None) => gone = None,
                _ => {}
            }
        }
        if let Some(item) = gone {
            self.reader.complain(&item.span, "what this call deletes must be put back later in the story");
        }
    }

    fn action(&self, id: ActionId) -> &Action {
        &self.actions[usize::from(id.0)]
    }

    fn is_about(&self, id: ActionId, kind: Kind) -> bool {
        kind == Kind::Organization || self.action(id).entity.contains(&kind)
    }

    fn creates(&self, id: ActionId) -> bool {
        matches!(self.action(id).effect, Effect::Create | Effect::Put)
    }
}
