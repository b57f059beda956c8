//! Templates of the user's own: every mistake is found, with its place and what to do about it.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mocktrail::{Plan, Scenario, Trail};
use tempfile::TempDir;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates")
}

/// A copy of the templates in `right/vault`, to be changed.
fn vault() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("vault");
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(here().join("right/vault")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    root
}

/// A plan with the templates in a folder.
fn plan(folder: &Path) -> Result<Plan, String> {
    let mut scenario = Scenario::new().seed(1).events(20_000);
    scenario.templates = vec![folder.to_owned()];
    let prefix = format!("{}/", folder.display());
    Plan::new(scenario).map_err(|mistakes| mistakes.to_string().replace(&prefix, ""))
}

/// Does to a file what a line says: `FILE: OLD -> NEW`, or `FILE = TEXT`.
fn change(folder: &Path, line: &str) {
    let end = line.find([':', ' ']).unwrap();
    let (name, what) = line.split_at(end);
    let file = folder.join(name);
    if let Some(text) = what.strip_prefix(" =") {
        return fs::write(file, text.trim_start()).unwrap();
    }
    let (old, new) = what.strip_prefix(": ").unwrap().split_once(" ->").unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(old), "nothing to change: {line}");
    fs::write(file, text.replacen(old, new.trim_start(), 1)).unwrap();
}

/// `wrong.txt` holds a block for each mistake: what it is, what is changed in the right templates, and what is said
/// then. `SNAPSHOTS=overwrite` accepts what is said now.
#[test]
fn every_mistake_is_told_with_its_place_and_advice() {
    let file = here().join("wrong.txt");
    let text = fs::read_to_string(&file).unwrap();
    let mut told = Vec::new();
    for block in text.split("\n\n") {
        let lines: Vec<&str> = block.lines().take(2).collect();
        let root = vault();
        change(&root.path().join("vault"), lines[1]);
        let said = plan(root.path()).err().unwrap_or_else(|| panic!("nothing is said: {block}"));
        let count = |what: &str| said.lines().filter(|line| line.starts_with(what)).count();
        assert_eq!(count("hint: "), 1 + count("error: "), "advice is missing: {said}");
        told.push(format!("{}\nerror: {said}", lines.join("\n")));
    }
    assert!(told.len() >= 90, "{} mistakes", told.len());
    let told = told.join("\n\n") + "\n";
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&file, told).unwrap();
    } else {
        snapbox::assert_data_eq!(told, snapbox::Data::read_from(&file, None).raw());
    }
}

/// Whatever is done to the files, there is an answer: letters of several bytes are put everywhere, pieces are cut out.
#[test]
fn no_file_makes_the_program_stumble() {
    const PIECES: [&str; 8] = ["é", "“{{", "}}„", "{{sécret.id}}", "\\u00e9", "\"", "🔑", "{"];
    let files = ["service.json", "GetSecret.json", "stories.json"];
    let mut draw = 7_u64;
    let mut below = |most: usize| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (draw >> 33) as usize % most
    };
    let mut mistakes = 0;
    for _ in 0..240 {
        let root = vault();
        let file = root.path().join("vault").join(files[below(files.len())]);
        let text = fs::read_to_string(&file).unwrap();
        let start = text.floor_char_boundary(below(text.len()));
        let end = text.ceil_char_boundary(start + below(4) * below(9));
        fs::write(&file, format!("{}{}{}", &text[..start], PIECES[below(PIECES.len())], &text[end..])).unwrap();
        mistakes += u32::from(plan(root.path()).is_err_and(|said| said.contains(" | ")));
    }
    assert!(mistakes > 120, "{mistakes}");
}

#[test]
fn the_right_templates_are_right() {
    let trail = Trail::new(Arc::new(plan(&here().join("right")).unwrap()));
    let records: Vec<String> = trail.records().collect();
    for action in ["CreateSecret", "GetSecret", "DeleteSecret", "PutLock", "DeleteLock"] {
        assert!(records.iter().any(|record| record.contains(&format!("\"eventName\":\"{action}\""))), "{action}");
    }
}

/// Mistakes in several files, of which some follow from others: each is told once, and where it was made.
#[test]
fn all_mistakes_are_told_at_once_and_none_twice() {
    let root = vault();
    let folder = root.path().join("vault");
    change(&folder, "service.json: \"denied\": \"{{caller -> \"deny\": \"{{caller");
    change(&folder, "GetSecret.json: {{hex 4}} -> {{hex}}");
    change(&folder, "CreateSecret.json: {{secret.name}} -> {{secret.nmae}}");
    change(&folder, "stories.json: \"1m\" -> \"1\"");
    let said = plan(root.path()).unwrap_err();
    let places: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("error: ").or(Some(line))).collect();
    let places: Vec<&str> = places.into_iter().filter(|line| line.starts_with("vault/")).collect();
    let files: Vec<&str> = places.iter().map(|place| place.split(':').next().unwrap()).collect();
    let expected = ["service.json", "CreateSecret.json", "GetSecret.json", "stories.json"];
    assert_eq!(files, expected.map(|file| format!("vault/{file}")), "{said}");
}

#[test]
fn bytes_that_are_not_text_are_told_with_their_place() {
    let root = vault();
    fs::write(root.path().join("vault/GetSecret.json"), b"{\n  \"event\xE9Name\": 1}").unwrap();
    let said = plan(root.path()).unwrap_err();
    assert!(
        said.starts_with("vault/GetSecret.json:2:9: byte 0xE9 is not UTF-8\n    2 |   \"event\u{fffd}Name\": 1}"),
        "{said}"
    );
    assert!(said.contains("\nhint: save the file as UTF-8"), "{said}");
}

#[test]
fn a_folder_without_templates_is_a_mistake() {
    let root = tempfile::tempdir().unwrap();
    let name = root.path().display().to_string();
    assert!(plan(root.path()).unwrap_err().starts_with(&format!("{name}: no template files (`*.json`) lie in")));
    let missing = root.path().join("missing");
    let said = plan(&missing).unwrap_err();
    assert!(said.contains("cannot read the templates: no such file") && said.contains("hint: "), "{said}");
    fs::write(root.path().join("file"), "").unwrap();
    let said = plan(&root.path().join("file")).unwrap_err();
    assert!(said.contains("hint: name the folder"), "{said}");
}

/// A folder with the name of a service that is there needs no `service.json`.
#[test]
fn a_built_in_action_is_replaced_by_one_file() {
    let root = tempfile::tempdir().unwrap();
    let file = |service: &str, text: &str| {
        fs::create_dir_all(root.path().join(service)).unwrap();
        fs::write(root.path().join(service).join("ListUsers.json"), text).unwrap();
    };
    file(
        "workmail",
        r#"{"eventName": "ListUsers", "readOnly": true, "requestParameters": {"mine": "{{organization.id}}"}}"#,
    );
    let mut scenario = Scenario::new().events(5);
    scenario.templates = vec![root.path().to_owned()];
    scenario.traffic.only = true;
    scenario.traffic.mix.insert("ListUsers".into(), 1_000);
    scenario.traffic.errors_ppm = 0;
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    assert!(trail.records().all(|record| record.contains("\"requestParameters\":{\"mine\":\"m-")));
    file("wrkmail", "{}");
    let said = plan(root.path()).unwrap_err();
    assert!(said.starts_with("wrkmail: `service.json` is missing\nhint: "), "{said}");
}

/// A scenario's `templates` are relative to its file, wherever the program runs.
#[test]
fn templates_are_sought_beside_the_scenario() {
    let root = vault();
    let file = root.path().join("office.toml");
    let text = "templates = [\"vault\"]\n[traffic]\nmix = { GetSecret = 7 }\n";
    let folders = mocktrail::scenario::templates_of(&file.display().to_string(), text);
    assert_eq!(folders, [root.path().join("vault")]);
    let actions = ["GetSecret"];
    let wish = mocktrail::scenario::Wish::parse(&file.display().to_string(), text, &actions, mocktrail::Time(0));
    let scenario = wish.and_then(mocktrail::scenario::Wish::resolve).unwrap();
    assert_eq!(scenario.templates, folders);
    assert!(Plan::new(scenario).unwrap().action_names().contains(&"GetSecret"));
}
