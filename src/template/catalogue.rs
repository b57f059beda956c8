//! All actions of a run, the kinds of entities that they are about, and the stories that they make:
//! the built-in ones and the user's.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::event::ActionId;
use crate::json::{Reader, member};
use crate::mistake::{Mistake, Mistakes};
use crate::record::Fixed;
use crate::sink::Interner;
use crate::template::action::Action;
use crate::template::condition::ParameterOrder;
use crate::template::folder::{self, File, Folder};
use crate::template::kind::{Kinds, Scope};
use crate::template::own;
use crate::template::service::Service;
use crate::template::story::{self, Story};

/// Every action that can happen, in the order of their keys, and what belongs to them.
#[derive(Clone, Debug)]
pub struct Catalogue {
    actions: Vec<Action>,
    kinds: Kinds,
    stories: Vec<Story>,
    /// For each action those that follow it, with the mean time until they do.
    followers: Vec<Vec<(ActionId, i64)>>,
    atoms: Interner,
}

impl Catalogue {
    /// The built-in templates and those in the user's folders, which add actions or replace built-in ones.
    ///
    /// # Errors
    /// Everything wrong in any of the files.
    pub fn load(user_folders: &[impl AsRef<Path>]) -> Result<Self, Mistakes> {
        Self::in_order(user_folders, ParameterOrder::Templates)
    }

    /// The same with parameters in an order of their own.
    ///
    /// # Errors
    /// Everything wrong in any of the files.
    pub fn in_order(user_folders: &[impl AsRef<Path>], order: ParameterOrder) -> Result<Self, Mistakes> {
        if user_folders.is_empty() && order == ParameterOrder::Templates {
            // A run asks for these several times, and reading them takes as long as making thousands of events.
            static BUILT_IN: OnceLock<Catalogue> = OnceLock::new();
            let read =
                || Self::of(&[], Vec::new(), order).expect("the built-in templates are right; a test reads them");
            return Ok(BUILT_IN.get_or_init(read).clone());
        }
        let (own, mistakes) = own::read(user_folders);
        Self::of(&own, mistakes, order)
    }

    /// The built-in templates and these; `mistakes` have been found while they were read.
    pub(super) fn of(own: &[Folder], mistakes: Vec<Mistake>, order: ParameterOrder) -> Result<Self, Mistakes> {
        let mut reading = Reading { mistakes, order, ..Reading::default() };
        for folder in folder::built_in().iter().chain(own) {
            reading.folder(folder);
        }
        reading.finish()
    }

    /// The action of this number.
    #[must_use]
    pub fn action(&self, id: ActionId) -> &Action {
        &self.actions[usize::from(id.0)]
    }

    /// The action of this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<ActionId> {
        find(&self.actions, key)
    }

    /// Every action with its number, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        self.actions.iter().enumerate().map(|(index, action)| (ActionId(index as u16), action))
    }

    /// The kinds of entities that services declare.
    #[must_use]
    pub const fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// The stories that services tell, in the order in which they were read.
    #[must_use]
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// The neighbours that follow an action every time, each with the mean time until it does, in milliseconds.
    #[must_use]
    pub fn followers(&self, action: ActionId) -> &[(ActionId, i64)] {
        &self.followers[usize::from(action.0)]
    }

    /// The texts of all templates, with their numbers.
    #[must_use]
    pub(crate) fn atoms(&self) -> Interner {
        self.atoms.clone()
    }

    /// The keys of all actions.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.actions.iter().map(|action| &*action.key).collect()
    }
}

/// The action of a key, among actions in the order of their keys.
pub(super) fn find(actions: &[Action], key: &str) -> Option<ActionId> {
    actions.binary_search_by(|action| (*action.key).cmp(key)).ok().map(|index| ActionId(index as u16))
}

/// The neighbours of each action, in the order in which they follow it.
fn followers(actions: &[Action]) -> Vec<Vec<(ActionId, i64)>> {
    let followers_of = |action: &Action| {
        let wait = |other: &Action| other.company.accompanies.get(&*action.key).copied();
        let mut followers: Vec<(ActionId, i64)> =
            actions.iter().zip(0..).filter_map(|(other, id)| Some((ActionId(id), wait(other)?))).collect();
        followers.sort_by_key(|(_, wait)| *wait);
        followers
    };
    actions.iter().map(followers_of).collect()
}

/// What has been read so far.
struct Reading {
    atoms: RefCell<Interner>,
    kinds: RefCell<Kinds>,
    services: BTreeMap<Box<str>, Arc<Service>>,
    actions: BTreeMap<Box<str>, Action>,
    /// Actions that are there, but wrong: stories may name them.
    broken: BTreeSet<String>,
    /// Files of actions that follow others, which may be read later.
    followers: Vec<File>,
    /// Files of stories with their service, which can be read once all actions are there.
    stories: Vec<(File, Arc<Service>)>,
    mistakes: Vec<Mistake>,
    order: ParameterOrder,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            atoms: RefCell::new(Interner::from(Fixed::atoms())),
            kinds: RefCell::default(),
            services: BTreeMap::new(),
            actions: BTreeMap::new(),
            broken: BTreeSet::new(),
            followers: Vec::new(),
            stories: Vec::new(),
            mistakes: Vec::new(),
            order: ParameterOrder::Templates,
        }
    }
}

impl Reading {
    fn folder(&mut self, folder: &Folder) {
        let Some(service) = self.service(folder) else {
            // What does not depend on the service can still be wrong.
            return folder.actions.iter().for_each(|(file, source)| self.mistakes.extend(Action::look(file, source)));
        };
        let mut names: BTreeMap<Box<str>, &str> = BTreeMap::new();
        for (file, source) in &folder.actions {
            let scope = Scope { kinds: &self.kinds, service: &service.iam_prefix, is_entity: false };
            match Action::read(file, source, &service, scope, self.order, &self.atoms) {
                Ok(action) if !action.company.accompanies.is_empty() && !names.contains_key(&action.key) => {
                    names.insert(action.key.clone(), file);
                    self.followers.push((file.clone(), source.clone()));
                    self.add(action);
                }
                Ok(action) => match names.insert(action.key.clone(), file) {
                    None => self.add(action),
                    Some(first) => {
                        self.mistakes.push(twice(file, source, first));
                        self.broken.insert(folder::stem(file).to_owned());
                    }
                },
                Err(more) => {
                    self.mistakes.extend(more);
                    self.broken.extend(Action::name_in(file, source));
                    self.broken.insert(folder::stem(file).to_owned());
                }
            }
        }
        if let Some(stories) = &folder.stories {
            self.stories.push((stories.clone(), service));
        }
    }

    /// The service of a folder: as its file says, or one that is there and has the folder's name.
    fn service(&mut self, folder: &Folder) -> Option<Arc<Service>> {
        let Some((file, source)) = &folder.service else {
            let known = self.services.get(folder.last_name()).cloned();
            if known.is_none() {
                self.mistakes.push(no_service(folder, self.services.keys()));
            }
            return known;
        };
        let (service, mistakes) = Service::read(file, source, &self.kinds, &self.atoms);
        self.mistakes.extend(mistakes);
        let service = Arc::new(service?);
        self.services.insert(service.iam_prefix.clone(), Arc::clone(&service));
        Some(service)
    }

    /// Replaces the service's action of the same name, or finds a key for a new one.
    fn add(&mut self, mut action: Action) {
        if let Some(known) = self.actions.get(&action.key)
            && known.service.iam_prefix != action.service.iam_prefix
        {
            action.key = format!("{}:{}", action.service.iam_prefix, action.key).into();
        }
        self.actions.insert(action.key.clone(), action);
    }

    fn finish(mut self) -> Result<Catalogue, Mistakes> {
        let actions: Vec<Action> = std::mem::take(&mut self.actions).into_values().collect();
        let mut stories: Vec<Story> = Vec::new();
        for ((file, source), service) in &self.stories {
            let scope = Scope { kinds: &self.kinds, service: &service.iam_prefix, is_entity: false };
            match story::read(file, source, scope, &actions, &self.broken) {
                Ok(more) => {
                    let is_new = |known: &Story| {
                        !more.iter().any(|story| (&story.service, &story.name) == (&known.service, &known.name))
                    };
                    stories.retain(is_new);
                    stories.extend(more);
                }
                Err(more) => self.mistakes.extend(more),
            }
        }
        for (file, source) in &self.followers {
            self.mistakes.extend(unknown_company(file, source, &actions, &self.broken));
        }
        match self.mistakes.is_empty() {
            true => Ok(Catalogue {
                followers: followers(&actions),
                actions,
                kinds: self.kinds.into_inner(),
                stories,
                atoms: self.atoms.into_inner(),
            }),
            false => Err(Mistakes(self.mistakes)),
        }
    }
}

fn no_service<'a>(folder: &Folder, known: impl Iterator<Item = &'a Box<str>>) -> Mistake {
    let missing = Mistake::of_file(&folder.name, format!("`{}` is missing", folder::SERVICE));
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    missing.hint(format!(
        "it names the event source, the host and the errors of the service; only folders with the name of a service \
         that is there ({}) can do without",
        known.join(", ")
    ))
}

/// Mistakes about actions that a file's action follows, but that have no templates.
fn unknown_company(file: &str, source: &str, actions: &[Action], broken: &BTreeSet<String>) -> Vec<Mistake> {
    let reader = Reader::new(file, source);
    let node = reader.parse();
    let names: Vec<&str> = actions.iter().map(|action| &*action.key).collect();
    for other in reader.members(member(reader.members(node.as_ref()), "accompanies")) {
        if find(actions, &other.name).is_none() && !broken.contains(&other.name) {
            reader.unknown(&other.name_span, "action", &other.name, &names, "`mocktrail actions` lists them all");
        }
    }
    reader.into_mistakes()
}

/// The mistake that a folder has two files for one action.
fn twice(file: &str, source: &str, first: &str) -> Mistake {
    let reader = Reader::new(file, source);
    let span = reader.parse().and_then(|node| member(reader.members(Some(&node)), "eventName").map(|n| n.span.clone()));
    let what = format!("the action stands in `{first}` already");
    Mistake::at(file, source, span.unwrap_or_default(), what).hint("`name` tells several templates of one action apart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_templates_are_right() {
        let catalogue = Catalogue::load(&[] as &[&str]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert!(catalogue.find("CreateUser").is_some());
        assert_eq!(catalogue.find("CreatUser"), None);
        let source = |key| catalogue.find(key).map(|id| &*catalogue.action(id).service.event_source);
        assert_eq!(source("ListAliases"), Some("workmail.amazonaws.com"), "`WorkMail` has the short names");
        assert_eq!(source("kms:ListAliases"), Some("kms.amazonaws.com"));
        let (export, lambda) = (catalogue.find("AssumeRoleForExport"), catalogue.find("AssumeRoleForLambda"));
        assert!(export.is_some() && lambda.is_some() && export != lambda);
    }
}
