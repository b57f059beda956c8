//! A look at the user's own templates: what they hold, and what in them is legal but surely not meant.

use std::collections::BTreeMap;
use std::path::Path;

use crate::event::ActionId;
use crate::json::{Json, Member, Node, Reader, member};
use crate::mistake::{Mistake, Mistakes};
use crate::template::ParameterOrder;
use crate::template::catalogue::Catalogue;
use crate::template::condition::Effect;
use crate::template::folder::Folder;
use crate::template::read::parse_share;
use crate::template::{Action, StoryCall, own};

/// What the user's folders hold of one service.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The service, as IAM names it.
    pub service: String,
    /// How many actions, and how many of them replace built-in ones.
    pub actions: (u64, u64),
    /// Kinds of entities.
    pub kinds: u64,
    /// Stories.
    pub stories: u64,
    /// Error codes.
    pub errors: u64,
}

/// Loads the user's folders on top of the built-in templates. Gives what they hold, service by service, and
/// everything in them that is surely not meant.
///
/// # Errors
/// Everything wrong in any of the files.
pub(crate) fn check(folders: &[impl AsRef<Path>]) -> Result<(Vec<Contents>, Vec<Mistake>), Mistakes> {
    let (own, mistakes) = own::read(folders);
    let catalogue = Catalogue::of(&own, mistakes, ParameterOrder::Templates)?;
    let built_in = Catalogue::of(&[], Vec::new(), ParameterOrder::Templates)?;
    let untold = untold(&catalogue);
    let mut contents: BTreeMap<String, Contents> = BTreeMap::new();
    let mut doubts = Vec::new();
    for folder in &own {
        let service = service_of(folder);
        let look = Look { catalogue: &catalogue, built_in: &built_in, untold: &untold, service: &service };
        let fresh = || Contents { service: service.clone(), ..Contents::default() };
        let counts = contents.entry(service.clone()).or_insert_with(fresh);
        doubts.extend(look.folder(folder, counts));
    }
    Ok((contents.into_values().collect(), doubts))
}

/// Stories by service and name that are never told, with the action that none is left of: each story takes its calls
/// out of the weights, as many as its scarcest action allows, and those before it take first.
fn untold(catalogue: &Catalogue) -> BTreeMap<(String, String), ActionId> {
    let mut left: BTreeMap<ActionId, u64> = catalogue.iter().map(|(id, action)| (id, often(action))).collect();
    let mut untold = BTreeMap::new();
    for story in catalogue.stories() {
        let times = |call: &StoryCall| u64::from(call.times.start() + call.times.end()) * 500;
        let mut needs: BTreeMap<ActionId, u64> = BTreeMap::new();
        for call in story.calls.iter().filter(|call| call.share.is_none()) {
            *needs.entry(call.action).or_default() += times(call);
        }
        let rates = needs.iter().map(|(action, count)| (left[action] * 1_000 / count.max(&1), *action));
        let Some((rate, scarce)) = rates.min() else { continue };
        if rate == 0 {
            untold.insert((story.service.to_string(), story.name.to_string()), scarce);
        }
        for call in &story.calls {
            let wanted = rate * times(call) / 1_000 * u64::from(call.share.unwrap_or(1_000_000)) / 1_000_000;
            left.entry(call.action).and_modify(|left| *left = left.saturating_sub(wanted));
        }
    }
    untold
}

/// The service of a folder, as IAM names it.
fn service_of(folder: &Folder) -> String {
    let named = folder.service.as_ref().and_then(|(file, source)| {
        let reader = Reader::new(file, source);
        let node = reader.parse();
        reader.text(member(reader.members(node.as_ref()), "iamPrefix")?).map(str::to_owned)
    });
    named.unwrap_or_else(|| folder.last_name().to_owned())
}

/// What a folder is looked at with.
struct Look<'a> {
    catalogue: &'a Catalogue,
    built_in: &'a Catalogue,
    untold: &'a BTreeMap<(String, String), ActionId>,
    service: &'a str,
}

impl Look<'_> {
    fn folder(&self, folder: &Folder, counts: &mut Contents) -> Vec<Mistake> {
        let mut doubts = Vec::new();
        let mut look = |file: &(String, String), with: &mut dyn FnMut(&Reader<'_>, &[Member])| {
            let reader = Reader::new(&file.0, &file.1);
            let node = reader.parse();
            with(&reader, reader.members(node.as_ref()));
            doubts.extend(reader.into_mistakes());
        };
        if let Some(file) = &folder.service {
            look(file, &mut |reader, members| self.service(reader, members, counts));
        }
        for file in &folder.actions {
            look(file, &mut |reader, members| self.action(reader, members, counts));
        }
        if let Some(file) = &folder.stories {
            look(file, &mut |reader, stories| {
                counts.stories += stories.len() as u64;
                for story in stories {
                    self.story(reader, story);
                }
            });
        }
        doubts
    }

    /// The actions of the service.
    fn actions(&self) -> impl Iterator<Item = &Action> {
        self.catalogue.iter().map(|(_, action)| action).filter(|action| &*action.service.iam_prefix == self.service)
    }

    fn service(&self, reader: &Reader<'_>, members: &[Member], counts: &mut Contents) {
        let kinds = reader.members(member(members, "entities"));
        counts.kinds += kinds.len() as u64;
        for entity in kinds {
            let kind = self.catalogue.kinds().find(self.service, &entity.name);
            let is_used = |action: &Action| action.entity.iter().chain(&action.other).any(|used| Some(*used) == kind);
            if !self.actions().any(is_used) {
                let hint = "name it in `entity` or `other` of an action, or take it out";
                reader.complain_with(&entity.name_span, format!("no action is about `{}`", entity.name), hint);
            }
        }
        for entity in kinds {
            self.standing(reader, entity);
        }
        let codes = reader.members(member(members, "errors"));
        counts.errors += codes.len() as u64;
        for code in codes {
            if !self.actions().any(|action| action.errors.iter().any(|case| case.code.as_str() == code.name)) {
                let hint = "name it in `errors` of an action or in `everyAction`, or take it out";
                reader.complain_with(&code.name_span, format!("no action fails with `{}`", code.name), hint);
            }
        }
    }

    /// Of a kind of which none stands, a call that comes alone finds none that other calls have been about.
    fn standing(&self, reader: &Reader<'_>, entity: &Member) {
        let Some(kind) = self.catalogue.kinds().find(self.service, &entity.name) else { return };
        let Some(standing) = member(reader.members(Some(&entity.value)), "standing") else { return };
        let is_none = matches!(&standing.value, Json::Number(number) if number == "0");
        let needs = self.actions().find(|action| action.effect == Effect::None && action.entity.contains(&kind));
        if let (true, Some(Action { name, .. })) = (is_none, needs) {
            let what = format!("with `standing` 0, every `{name}` that comes alone is about another `{}`", entity.name);
            reader.complain_with(&standing.span, what, "let some stand, so that calls can be about the same one");
        }
    }

    fn action(&self, reader: &Reader<'_>, members: &[Member], counts: &mut Contents) {
        let name = member(members, "name").or_else(|| member(members, "eventName"));
        let Some(name) = name.and_then(|node| reader.text(node)) else { return };
        let is_named = |key: &str| key == name || key.split_once(':').is_some_and(|(_, key)| key == name);
        let same = |action: &Action| is_named(&action.key) && &*action.service.iam_prefix == self.service;
        counts.actions.0 += 1;
        counts.actions.1 += u64::from(self.built_in.iter().any(|(_, action)| same(action)));
        let is_neighbour = member(members, "background").or_else(|| member(members, "accompanies")).is_some();
        if let Some(weight) = member(members, "weight").filter(|node| !is_neighbour && share(node) == Some(0)) {
            let what = format!("with weight 0 no `{name}` is ever called, alone or in a story");
            reader.complain_with(&weight.span, what, "give it a weight, or let `mix` in the scenario do so");
        }
        for group in reader.members(member(members, "optional")) {
            if share(&group.value) == Some(0) {
                let what = format!("`{}` never comes", group.name);
                reader.complain_with(&group.value.span, what, "give it a share above 0, or take the member out");
            }
        }
    }

    fn story(&self, reader: &Reader<'_>, story: &Member) {
        if let Some(scarce) = self.untold.get(&(self.service.to_owned(), story.name.clone())) {
            let Action { name, weight, .. } = self.catalogue.action(*scarce);
            let what = format!("the story \"{}\" is never told, as no call of `{name}` is left for it", story.name);
            let hint = match weight {
                0 => format!("give `{name}` a weight"),
                _ => format!("other stories use them all: give `{name}` a greater weight, or put this story first"),
            };
            return reader.complain_with(&story.name_span, what, hint);
        }
        let calls = member(reader.members(Some(&story.value)), "calls").map(|node| &node.value);
        let Some(Json::Array(calls)) = calls else { return };
        for members in calls.iter().map(|call| reader.members(Some(call))) {
            if let Some(never) = member(members, "share").filter(|node| share(node) == Some(0)) {
                reader.complain_with(&never.span, "this call never comes", "give it a share above 0, or take it out");
            }
            let Some(action) = member(members, "action") else { continue };
            let found = reader.text(action).and_then(|name| self.find(name)).map(|id| self.catalogue.action(id));
            if let Some(Action { name, .. }) = found.filter(|found| often(found) == 0) {
                let what = format!("this call never comes, as `{name}` has weight 0");
                reader.complain_with(&action.span, what, format!("give `{name}` a weight, or take the call out"));
            }
        }
    }

    /// The action that a story means.
    fn find(&self, name: &str) -> Option<ActionId> {
        self.catalogue.find(&format!("{}:{name}", self.service)).or_else(|| self.catalogue.find(name))
    }
}

/// How often an action happens: by its weight, or beside others.
fn often(action: &Action) -> u64 {
    action.weight.max(action.company.background).into()
}

/// A number from 0 to 1, in parts in a million.
fn share(node: &Node) -> Option<u32> {
    match &node.value {
        Json::Number(number) => parse_share(number),
        _ => None,
    }
}
