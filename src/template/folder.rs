//! Folders of template files: a service each.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::mistake::Mistake;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// What the actions of a folder share.
pub(super) const SERVICE: &str = "service.json";

/// The stories of a folder.
const STORIES: &str = "stories.json";

/// A file: its name and its text.
type File = (String, String);

/// The template files of one service.
#[derive(Default)]
pub(super) struct Folder {
    /// Where it lies.
    pub name: String,
    /// What its actions share.
    pub service: Option<File>,
    /// Its stories.
    pub stories: Option<File>,
    /// A file for each action.
    pub actions: Vec<File>,
}

impl Folder {
    fn add(&mut self, file: String, text: String) {
        match Path::new(&file).file_name().and_then(|name| name.to_str()) {
            Some(SERVICE) => self.service = Some((file, text)),
            Some(STORIES) => self.stories = Some((file, text)),
            _ => self.actions.push((file, text)),
        }
    }

    fn is_empty(&self) -> bool {
        self.service.is_none() && self.stories.is_none() && self.actions.is_empty()
    }
}

/// The built-in folders, in the order of their names.
pub(super) fn built_in() -> Vec<Folder> {
    let mut folders = Vec::new();
    collect(&BUILT_IN, &mut folders);
    folders
}

fn collect(dir: &Dir<'_>, folders: &mut Vec<Folder>) {
    let mut folder = Folder { name: format!("templates/{}", dir.path().display()), ..Folder::default() };
    for file in dir.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "json")) {
        let text = file.contents_utf8().expect("built-in templates are UTF-8; a test reads them all");
        folder.add(format!("templates/{}", file.path().display()), text.to_owned());
    }
    if !folder.is_empty() {
        folders.push(folder);
    }
    for dir in dir.dirs() {
        collect(dir, folders);
    }
}

/// The folders in a user's folder; the folder itself when its files lie in it directly.
pub(super) fn of_user(root: &Path) -> Result<Vec<Folder>, Mistake> {
    let shown = root.display().to_string();
    let failed = |error: std::io::Error| Mistake::of_file(&shown, format!("cannot read the templates: {error}"));
    let mut folders = Vec::new();
    let mut here = Folder { name: shown.clone(), ..Folder::default() };
    let mut entries: Vec<_> = std::fs::read_dir(root).and_then(Iterator::collect::<Result<_, _>>).map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            folders.extend(of_user(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            here.add(path.display().to_string(), std::fs::read_to_string(&path).map_err(failed)?);
        }
    }
    if !here.is_empty() {
        folders.push(here);
    }
    Ok(folders)
}
