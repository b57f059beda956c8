//! A stage imports only stages before it.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

/// The stages in the order in which they build on each other.
const STAGES: &[&str] = &[
    "mistake", "clock", "hex", "json", "seed", "sink", "event", "record", "schema", "template", "scenario", "plan",
    "world", "activity", "shard", "trail", "delivery", "run", "audit", "damage", "serve", "cli",
];

/// The source files of a stage: one file or a folder.
fn rust_files(stage: &str) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![source.join(format!("{stage}.rs"))];
    let mut open = vec![source.join(stage)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.retain(|file| file.exists() && file.extension().is_some_and(|extension| extension == "rs"));
    files
}

#[test]
fn every_stage_imports_only_stages_before_it() {
    for (rank, stage) in STAGES.iter().enumerate() {
        let files = rust_files(stage);
        assert!(!files.is_empty(), "stage `{stage}` has no files");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let breach = STAGES[rank + 1..].iter().find(|later| text.contains(&format!("crate::{later}")));
            assert_eq!(breach, None, "{}: `{stage}` may import only stages before it", file.display());
        }
    }
}

#[test]
fn every_source_file_belongs_to_a_stage() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(["main", "lib"].contains(&&*stem) || STAGES.contains(&&*stem), "`{stem}` is in no stage");
    }
}

/// What is kept in one place: the word lists of `fake`, everything asynchronous, the columns of Parquet.
#[test]
fn some_crates_have_one_home() {
    let asynchronous: &[&str] = &["delivery/s3", "src/serve/"];
    for (used, homes) in [
        ("fake::", &["world/names.rs"][..]),
        ("tokio::", asynchronous),
        ("hyper::", asynchronous),
        ("s3s::", &["src/serve/"]),
        ("use parquet::", &["received/parquet/"]),
        ("aws_sdk_", &["delivery/s3"]),
    ] {
        for file in STAGES.iter().flat_map(|stage| rust_files(stage)) {
            let text = fs::read_to_string(&file).unwrap();
            let home = homes.iter().any(|home| file.display().to_string().contains(home));
            assert!(home || !text.contains(used), "{} uses `{used}`, which belongs to {homes:?}", file.display());
        }
    }
}
