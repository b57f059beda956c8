//! The scenario as it is written down beside a manifest, where it is a scenario file like any other.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::scenario::Scenario;

/// The scenario with its templates and its key named as the file in `dir` has to name them: relative to itself.
pub(super) fn seen_from(dir: &Path, scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    let named = scenario.templates.iter_mut().chain(&mut scenario.trail.digests.signing_key);
    for path in named.filter(|path| path.is_relative()) {
        // Links on the way would make names alone lead elsewhere. What is not there stays as it is named.
        if let (Ok(dir), Ok(there)) = (fs::canonicalize(dir), fs::canonicalize(&*path)) {
            *path = way(&dir, &there);
        }
    }
    scenario
}

/// The way from one absolute path to another: up to what they share, and down again.
fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_up_and_down_again() {
        for (from, to, found) in [
            ("/a/trail/.mocktrail", "/a/mine", "../../mine"),
            ("/a", "/a/b/c", "b/c"),
            ("/a/b", "/a/b", "."),
            ("/a/b", "/", "../.."),
        ] {
            assert_eq!(way(Path::new(from), Path::new(to)), Path::new(found), "{from} {to}");
        }
    }

    #[test]
    fn folders_are_named_as_the_file_sees_them() {
        let dir = tempfile::tempdir_in(".").unwrap();
        fs::create_dir_all(dir.path().join("trail/.mocktrail")).unwrap();
        fs::create_dir(dir.path().join("mine")).unwrap();
        let name = Path::new(dir.path().file_name().unwrap());
        let folders = vec![name.join("mine"), PathBuf::from("/absolute"), PathBuf::from("gone")];
        let scenario = Scenario { templates: folders, ..Scenario::default() };
        let seen = seen_from(&name.join("trail/.mocktrail"), &scenario).templates;
        assert_eq!(seen, ["../../mine", "/absolute", "gone"].map(PathBuf::from));
    }
}
