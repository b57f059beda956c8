//! All actions of a run: the built-in ones and the user's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::event::ActionId;
use crate::mistake::{Mistake, Mistakes};
use crate::record::Fixed;
use crate::sink::Atoms;
use crate::template::action::Action;
use crate::template::service::Service;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder of the services whose calls accompany those of `WorkMail`.
const NEIGHBOURS: &str = "neighbours";

const SERVICE_FILE: &str = "service.json";

/// Every action that can happen, in the order of their names.
#[derive(Clone, Debug)]
pub struct Catalogue {
    actions: Vec<Action>,
    atoms: Atoms,
}

/// A folder of template files: its name and its files with their names and texts.
type Folder = (String, Vec<(String, String)>);

impl Catalogue {
    /// The built-in templates and those in the user's folders, which add actions or replace built-in ones.
    ///
    /// # Errors
    /// Everything wrong in any of the files.
    pub fn load(user_folders: &[impl AsRef<Path>]) -> Result<Self, Mistakes> {
        let atoms = RefCell::new(Fixed::atoms());
        let mut actions = BTreeMap::new();
        let mut mistakes = Vec::new();
        for folder in built_in() {
            read_folder(&folder, &atoms, &mut actions, &mut mistakes);
        }
        for root in user_folders {
            match user_folder(root.as_ref()) {
                Ok(folders) => {
                    for folder in &folders {
                        read_folder(folder, &atoms, &mut actions, &mut mistakes);
                    }
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(Mistakes(mistakes));
        }
        Ok(Self { actions: actions.into_values().collect(), atoms: atoms.into_inner() })
    }

    /// The action of this number.
    #[must_use]
    pub fn action(&self, id: ActionId) -> &Action {
        &self.actions[usize::from(id.0)]
    }

    /// The action of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ActionId> {
        let index = self.actions.binary_search_by(|action| (*action.name).cmp(name)).ok()?;
        Some(ActionId(index as u16))
    }

    /// Every action with its number, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        self.actions.iter().enumerate().map(|(index, action)| (ActionId(index as u16), action))
    }

    /// The numbers handed out so far.
    #[must_use]
    pub fn atoms(&self) -> Atoms {
        self.atoms.clone()
    }

    /// The names of all actions.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.actions.iter().map(|action| &*action.name).collect()
    }
}

/// The built-in folders, in the order of their names. Those of the services around `WorkMail` lie one level
/// deeper.
fn built_in() -> Vec<Folder> {
    let text = |file: &include_dir::File<'_>| {
        let text = file.contents_utf8().expect("built-in templates are UTF-8; a test reads them all");
        (format!("templates/{}", file.path().display()), text.to_owned())
    };
    let services = BUILT_IN.dirs().filter(|dir| dir.path() != Path::new(NEIGHBOURS));
    services.map(|dir| (dir.path().display().to_string(), dir.files().map(text).collect())).collect()
}

/// The folders in a user's folder; the folder itself when its files lie in it directly.
fn user_folder(root: &Path) -> Result<Vec<Folder>, Mistake> {
    let shown = root.display().to_string();
    let failed = |error: std::io::Error| Mistake::of_file(&shown, format!("cannot read the templates: {error}"));
    let mut folders = Vec::new();
    let mut here = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(root).and_then(Iterator::collect::<Result<_, _>>).map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            folders.extend(user_folder(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).map_err(failed)?;
            here.push((path.display().to_string(), text));
        }
    }
    if !here.is_empty() {
        folders.push((shown, here));
    }
    Ok(folders)
}

fn read_folder(
    (name, files): &Folder,
    atoms: &RefCell<Atoms>,
    actions: &mut BTreeMap<Box<str>, Action>,
    mistakes: &mut Vec<Mistake>,
) {
    let is_service = |file: &str| Path::new(file).file_name().is_some_and(|name| name == SERVICE_FILE);
    let Some((file, source)) = files.iter().find(|(file, _)| is_service(file)) else {
        let missing = Mistake::of_file(name, format!("`{SERVICE_FILE}` is missing"));
        return mistakes.push(missing.hint("it names the event source, the host and the errors of the service"));
    };
    let service = match Service::read(file, source) {
        Ok(service) => Arc::new(service),
        Err(more) => return mistakes.extend(more),
    };
    for (file, source) in files.iter().filter(|(file, _)| !is_service(file)) {
        match Action::read(file, source, &service, atoms) {
            Ok(action) => {
                actions.insert(action.name.clone(), action);
            }
            Err(more) => mistakes.extend(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each by itself, as actions of different services share names.
    #[test]
    fn the_templates_of_neighbours_are_right() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(NEIGHBOURS);
        let folders = user_folder(&root).unwrap_or_else(|mistake| panic!("{mistake}"));
        for folder in folders {
            let (mut actions, mut mistakes) = (BTreeMap::new(), Vec::new());
            read_folder(&folder, &RefCell::default(), &mut actions, &mut mistakes);
            assert!(mistakes.is_empty(), "{}", Mistakes(mistakes));
            assert_eq!(actions.len() + 1, folder.1.len(), "{}", folder.0);
            assert!(actions.values().all(|action| action.weight == 0), "{}", folder.0);
        }
    }

    #[test]
    fn the_built_in_templates_are_right() {
        let catalogue = Catalogue::load(&[] as &[&str]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert!(catalogue.find("CreateUser").is_some());
        assert_eq!(catalogue.find("CreatUser"), None);
    }
}
