//! The user's folders of template files, as far as they can be read.

use std::io;
use std::path::{Path, PathBuf};

use crate::mistake::Mistake;
use crate::template::folder::Folder;

/// The folders in some of the user's, each folder itself when its files lie in it directly, and what cannot be
/// read.
pub(super) fn read(roots: &[impl AsRef<Path>]) -> (Vec<Folder>, Vec<Mistake>) {
    let mut found = Found::default();
    for root in roots {
        let before = (found.folders.len(), found.mistakes.len());
        found.read(root.as_ref());
        if before == (found.folders.len(), found.mistakes.len()) {
            let empty = Mistake::of_file(&shown(root.as_ref()), "no template files (`*.json`) lie in this folder");
            found.mistakes.push(empty.hint("`mocktrail templates export DIR` writes the built-in ones to learn from"));
        }
    }
    (found.folders, found.mistakes)
}

#[derive(Default)]
struct Found {
    folders: Vec<Folder>,
    mistakes: Vec<Mistake>,
}

impl Found {
    fn read(&mut self, root: &Path) {
        let entries = match entries(root) {
            Ok(entries) => entries,
            Err(cause) => return self.mistakes.push(unreadable(root, "the templates", &cause)),
        };
        let mut here = Folder { name: shown(root), ..Folder::default() };
        let mut folders = Vec::new();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                self.file(&mut here, &path);
            }
        }
        if !here.is_empty() {
            self.folders.push(here);
        }
        for folder in folders {
            self.read(&folder);
        }
    }

    fn file(&mut self, folder: &mut Folder, path: &Path) {
        match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => folder.add(shown(path), text),
            Ok(Err(error)) => self.mistakes.push(not_utf8(path, error.as_bytes(), error.utf8_error().valid_up_to())),
            Err(cause) => self.mistakes.push(unreadable(path, "this file", &cause)),
        }
    }
}

/// What lies in a folder, in the order of the names.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    Ok(entries)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(path: &Path, what: &str, cause: &io::Error) -> Mistake {
    let hint = match cause.kind() {
        io::ErrorKind::NotFound => "`mocktrail templates export DIR` writes the built-in ones to start from",
        io::ErrorKind::NotADirectory => "name the folder in which the templates lie, not a file",
        _ => "make it readable, or take it away",
    };
    let cause = cause.to_string();
    let (first, rest) = cause.split_at_checked(1).unwrap_or((&cause, ""));
    Mistake::of_file(&shown(path), format!("cannot read {what}: {}{rest}", first.to_lowercase())).hint(hint)
}

fn not_utf8(path: &Path, bytes: &[u8], place: usize) -> Mistake {
    let text = String::from_utf8_lossy(bytes);
    let what = format!("byte 0x{:02X} is not UTF-8", bytes[place]);
    Mistake::at(&shown(path), &text, place..place + 1, what).hint("save the file as UTF-8")
}
