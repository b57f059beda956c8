//! Whether a story makes sense: it leaves nothing behind that other calls would stumble over.

use crate::event::{ActionId, Kind};
use crate::json::{Member, Node, Reader};
use crate::template::action::Action;
use crate::template::condition::Effect;
use crate::template::kind::Scope;
use crate::template::story::{Story, StoryCall};

/// Checks a story whose calls are made of these items.
pub(super) fn check(
    reader: &Reader<'_>,
    scope: Scope<'_>,
    actions: &[Action],
    story: &Member,
    told: &Story,
    items: &[Node],
) {
    let plot = Plot { reader, scope, actions, calls: told.calls.iter().zip(items).collect() };
    if told.calls.iter().all(|call| call.share.is_some()) {
        let what = "a story needs a call without `share`, which decides how often it is told";
        reader.complain_with(&story.name_span, what, "take `share` away from the call that the story is about");
    }
    for kind in &told.fresh {
        plot.fresh(story, *kind);
    }
    for kind in &told.fixed {
        plot.fixed(story, *kind);
    }
    if told.fresh.contains(&Kind::Organization) {
        plot.in_new_organization();
    }
    plot.repeated(told);
}

struct Plot<'a> {
    reader: &'a Reader<'a>,
    scope: Scope<'a>,
    actions: &'a [Action],
    calls: Vec<(&'a StoryCall, &'a Node)>,
}

impl Plot<'_> {
    /// What is new begins with its creation, and is not used after its end.
    fn fresh(&self, story: &Member, kind: Kind) {
        let mut uses = self.calls.iter().filter(|(call, _)| self.is_about(call.action, kind));
        let word = self.scope.word(kind);
        match uses.next() {
            None => {
                let what = format!("no call is about the `{word}` that is `new`");
                self.reader.complain_with(
                    &story.name_span,
                    what,
                    "take it out of `new`, or add the call that creates it",
                );
            }
            Some((call, item)) if !self.creates(call.action) || call.share.is_some() => {
                let what = "the first call that uses what is `new` must create it, and without `share`";
                let hint = format!("let an action with the effect `create` or `put` on `{word}` come first");
                self.reader.complain_with(&item.span, what, hint);
            }
            Some(_) => {}
        }
        // An organization that is deleted can still be described.
        if kind == Kind::Organization {
            return;
        }
        let mut gone = false;
        for (call, item) in uses {
            let creates = self.creates(call.action);
            gone = gone && !(creates && call.share.is_none());
            if gone && !creates {
                let what = format!("the story has deleted its `{word}` before this call");
                self.reader.complain_with(&item.span, what, "let the call that deletes it come last");
            }
            gone = gone || self.action(call.action).effect == Effect::Delete;
        }
    }

    /// What stands is there when the story ends.
    fn fixed(&self, story: &Member, kind: Kind) {
        let mut gone = None;
        let mut is_used = false;
        for (call, item) in self.calls.iter().filter(|(call, _)| self.has(call.action, kind)) {
            is_used = true;
            if !self.is_about(call.action, kind) {
                continue;
            }
            match (self.action(call.action).effect, call.share) {
                (Effect::Delete, Some(_)) => {
                    let hint = "take `share` away, so that the call that puts it back always has something to do";
                    self.reader.complain_with(&item.span, "a call that takes away what stands has no `share`", hint);
                }
                (Effect::Delete, _) if !self.scope.is_single(kind) => {
                    let what = "a story deletes only what is `new`, or a `single` kind";
                    self.reader.complain_with(&item.span, what, "name the kind in `new`, and create it in the story");
                }
                (Effect::Delete, _) => gone = Some(item),
                (Effect::Create | Effect::Put, None) => gone = None,
                _ => {}
            }
        }
        if let Some(item) = gone {
            let hint = "add a call with the effect `create` or `put`, without `share`";
            self.reader.complain_with(&item.span, "what this call deletes must be put back later in the story", hint);
        }
        if !is_used {
            let what = format!("no call is about the `{}` that is `one`", self.scope.word(kind));
            self.reader.complain_with(&story.name_span, what, "take it out of `one`");
        }
    }

    /// Nobody and nothing is in an organization that has just begun.
    fn in_new_organization(&self) {
        for (call, item) in &self.calls {
            let action = self.action(call.action);
            if action.entity.iter().chain(&action.other).any(|kind| *kind != Kind::Organization) {
                let what = format!("`{}` is about something that a new organization does not have", action.name);
                let hint = "a story with a new organization can only have calls about the organization itself";
                self.reader.complain_with(&item.span, what, hint);
            }
        }
    }

    /// What has begun cannot begin again, what is gone cannot go.
    fn repeated(&self, told: &Story) {
        for (call, item) in self.calls.iter().filter(|(call, _)| *call.times.end() > 1) {
            let action = self.action(call.action);
            let mut bound = told.fresh.iter().chain(&told.fixed);
            if matches!(action.effect, Effect::Create | Effect::Delete)
                && bound.any(|kind| action.entity.contains(kind))
            {
                let what = format!("`{}` can happen to the same thing only once", action.name);
                self.reader.complain_with(&item.span, what, "leave `times` out");
            }
        }
    }

    fn action(&self, id: ActionId) -> &Action {
        &self.actions[usize::from(id.0)]
    }

    fn is_about(&self, id: ActionId, kind: Kind) -> bool {
        kind == Kind::Organization || self.action(id).entity.contains(&kind)
    }

    /// Whether the call has one of the kind, or something that belongs to one.
    fn has(&self, id: ActionId, kind: Kind) -> bool {
        self.is_about(id, kind) || self.action(id).other.contains(&kind)
    }

    fn creates(&self, id: ActionId) -> bool {
        matches!(self.action(id).effect, Effect::Create | Effect::Put)
    }
}
