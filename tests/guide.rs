//! `docs/templates.md` can be followed to the letter: its files are right, and its commands say what it shows.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The blocks of a page between fences: the line before, the language, the text.
fn blocks(page: &str) -> Vec<(String, String, String)> {
    let mut blocks = Vec::new();
    let mut before = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((std::mem::take(&mut before), language.to_owned(), text.join("\n") + "\n"));
        } else if !line.is_empty() {
            line.clone_into(&mut before);
        }
    }
    blocks
}

/// Whether a text is as shown, where `…` stands for anything in a line, and alone in a line for any lines.
fn is_as_shown(text: &[&str], shown: &[&str]) -> bool {
    match (shown.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first.trim() == "…" => {
            (0..=text.len()).any(|from| is_as_shown(&text[from..], rest))
        }
        (Some((first, shown)), Some((line, text))) => {
            let fits = match first.split_once('…') {
                Some((start, end)) => line.starts_with(start) && line[start.len()..].ends_with(end),
                None => line == first,
            };
            fits && is_as_shown(text, shown)
        }
        _ => false,
    }
}

#[test]
fn the_guide_can_be_followed() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md")).unwrap();
    let place = tempfile::tempdir().unwrap();
    let (mut files, mut commands) = (0, 0);
    for (before, language, text) in blocks(&page) {
        let file = before.strip_prefix('`').and_then(|name| name.strip_suffix('`')).filter(|name| name.contains('/'));
        if let (Some(file), "json") = (file, language.as_str()) {
            let file = place.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
            files += 1;
        } else if language == "console" {
            let (command, shown) = text.split_once('\n').unwrap();
            let words = command.strip_prefix("$ mocktrail ").unwrap().split(' ');
            let done = Command::new(env!("CARGO_BIN_EXE_mocktrail")).args(words).current_dir(&place).output().unwrap();
            let said = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
            let is_right = is_as_shown(&said.lines().collect::<Vec<_>>(), &shown.lines().collect::<Vec<_>>());
            assert!(is_right, "{command}\n{said}\nbut the guide shows\n{shown}");
            commands += 1;
        }
    }
    assert_eq!((files, commands), (3, 5));
}

/// The mistake that the guide lets its reader make looks as it says.
#[test]
fn the_mistake_in_the_guide_is_told_as_shown() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md")).unwrap();
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("my-templates/ses")).unwrap();
    let blocks = blocks(&page);
    for (before, _, text) in blocks.iter().filter(|(before, ..)| before.starts_with("`my-templates/")) {
        let text = text.replace("\"emailIdentity\": \"{{domain.name}}\"", "\"emailIdentity\": \"{{domain.nmae}}\"");
        fs::write(place.path().join(before.trim_matches('`')), text).unwrap();
    }
    let done = Command::new(env!("CARGO_BIN_EXE_mocktrail"))
        .args(["templates", "check", "my-templates"])
        .current_dir(&place)
        .output()
        .unwrap();
    let shown = blocks.iter().find(|(_, language, _)| language == "text").unwrap();
    assert_eq!((String::from_utf8(done.stderr).unwrap(), done.status.code()), (shown.2.clone(), Some(2)));
}

/// Every word that templates can use is explained.
#[test]
fn the_guide_names_every_condition_effect_and_member() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md")).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/template");
    let read = |file: &str| fs::read_to_string(source.join(file)).unwrap();
    let words = read("condition.rs");
    // The roles that people play are listed by `mocktrail identities`.
    let (words, _) = words.split_once("    Persona {").unwrap();
    let words = words.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
    let mut seen = 0;
    for (_, word) in words {
        assert!(page.contains(&format!("`{word}`")), "`{word}` is not explained");
        seen += 1;
    }
    for file in ["action.rs", "service.rs", "kind.rs", "manner.rs", "company.rs"] {
        let text = read(file);
        let (_, members) = text.split_once("const MEMBERS: ").unwrap().1.split_once('=').unwrap();
        for member in members.split("];").next().unwrap().split('"').skip(1).step_by(2) {
            assert!(page.contains(&format!("| `{member}`")) || page.contains(&format!(", `{member}`")), "{member}");
            seen += 1;
        }
    }
    assert!(seen > 70, "{seen}");
}
