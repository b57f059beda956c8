//! Folders of template files, a service each, and those that are built in.

use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// What the actions of a folder share.
pub(super) const SERVICE: &str = "service.json";

/// The stories of a folder.
const STORIES: &str = "stories.json";

/// A file: its name and its text.
pub(super) type File = (String, String);

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
    /// Puts a file into its place.
    pub(super) fn add(&mut self, file: String, text: String) {
        match Path::new(&file).file_name().and_then(|name| name.to_str()) {
            Some(SERVICE) => self.service = Some((file, text)),
            Some(STORIES) => self.stories = Some((file, text)),
            _ => self.actions.push((file, text)),
        }
    }

    /// True when no file was put into it.
    pub(super) fn is_empty(&self) -> bool {
        self.service.is_none() && self.stories.is_none() && self.actions.is_empty()
    }

    /// The last part of its path: the service, where it has no file that says so.
    pub(super) fn last_name(&self) -> &str {
        Path::new(&self.name).file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// The name of a file without its folder and ending, which mostly is that of its action.
pub(super) fn stem(file: &str) -> &str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

/// The folder of the services whose calls accompany those of `WorkMail`.
const NEIGHBOURS: &str = "templates/neighbours/";

/// The built-in folders, in the order of their names, neighbours last: where names collide, `WorkMail` has the
/// short ones.
pub(super) fn built_in() -> Vec<Folder> {
    let mut folders = Vec::new();
    collect(&BUILT_IN, &mut folders);
    folders.sort_by_key(|folder| folder.name.starts_with(NEIGHBOURS));
    folders
}

/// Every built-in file: its path, which begins with the folder of its service, and its bytes.
pub(crate) fn built_in_files() -> Vec<(&'static Path, &'static [u8])> {
    let mut files = Vec::new();
    let mut open = vec![&BUILT_IN];
    while let Some(dir) = open.pop() {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(dir) => open.push(dir),
                DirEntry::File(file) => files.push((file.path(), file.contents())),
            }
        }
    }
    files.sort_unstable();
    files
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
