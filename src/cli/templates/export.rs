//! `mocktrail templates export`: the built-in templates as files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::ExportTemplates;
use crate::cli::console::Console;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::summary::{count, things};
use crate::mistake::{Mistake, Mistakes, closest};
use crate::template::built_in_files;

/// A file to be written: where, and what.
type File = (PathBuf, &'static [u8]);

pub(crate) fn run(args: &ExportTemplates, console: &mut Console) -> Result<Exit, Failure> {
    let wanted = wanted(&args.service)?;
    let mut missing: Vec<File> = Vec::new();
    let mut foreign: Vec<PathBuf> = Vec::new();
    for (path, bytes) in &wanted {
        let path = args.folder.join(path);
        match is_there(&path, bytes)? {
            Some(true) => continue,
            Some(false) => foreign.push(path.clone()),
            None => {}
        }
        missing.push((path, *bytes));
    }
    if !args.overwrite && !foreign.is_empty() {
        return Err(Failure::Foreign { paths: foreign });
    }
    for (path, bytes) in &missing {
        write(path, bytes).map_err(|cause| Failure::Unwritable { path: path.clone(), cause })?;
    }
    say(args, &missing, wanted.len() - missing.len(), console);
    Ok(Exit::Done)
}

/// The files of the services that are asked for.
fn wanted(services: &[String]) -> Result<Vec<(&'static Path, &'static [u8])>, Mistakes> {
    let folder = |path: &Path| path.parent()?.file_name()?.to_str().map(str::to_owned);
    let service_of = |path: &Path| folder(path).unwrap_or_default();
    let files = built_in_files();
    let templates = files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "json"));
    let known: BTreeSet<String> = templates.map(|(path, _)| service_of(path)).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let unknown = services.iter().filter(|service| !known.contains(&service.as_str()));
    let mistakes: Vec<Mistake> = unknown.map(|service| unknown_service(service, &known)).collect();
    match mistakes.is_empty() {
        true => Ok(files.into_iter().filter(|(path, _)| is_wanted(&service_of(path), services)).collect()),
        false => Err(Mistakes(mistakes)),
    }
}

fn is_wanted(service: &str, services: &[String]) -> bool {
    services.is_empty() || services.iter().any(|wanted| wanted == service)
}

fn unknown_service(service: &str, known: &[&str]) -> Mistake {
    let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    let what = format!("no templates of `{service}` are built in, only of {}", listed.join(", "));
    let mistake = Mistake::of_file("--service", what);
    match closest(service, known.iter().copied()) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None => mistake,
    }
}

/// Whether a file holds these bytes; `None` where there is no file.
fn is_there(path: &Path, bytes: &[u8]) -> Result<Option<bool>, Failure> {
    match fs::read(path) {
        Ok(known) => Ok(Some(known == bytes)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Failure::Unwritable { path: path.to_owned(), cause }),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

/// What was written, folder by folder.
fn say(args: &ExportTemplates, written: &[File], already: usize, console: &mut Console) {
    let mut folders: BTreeMap<&Path, u64> = BTreeMap::new();
    for folder in written.iter().filter_map(|(path, _)| path.parent()) {
        *folders.entry(folder).or_default() += 1;
    }
    for (folder, number) in folders {
        console.say(&format!("wrote {} to `{}`", things(number, "file"), folder.display()));
    }
    if already > 0 {
        console.say(&format!(
            "{} there already",
            match already {
                1 => "1 file was".to_owned(),
                number => format!("{} files were", count(number as u64)),
            }
        ));
    }
    let folder = args.folder.display();
    console.say(&format!("next: change them, then `mocktrail templates check {folder}`"));
}
