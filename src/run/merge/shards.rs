//! Whether manifests are those of all shards of one run.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::MergeError;
use super::head::Head;
use crate::scenario::Scenario;
use crate::shard::{Part, Shard};
use crate::trail::Header;

/// The folder beside a trail in a directory.
const BESIDE: &str = ".mocktrail";

/// The scenario of the run, and the heads of all manifests in the order of the shards.
pub(super) fn read(places: &[PathBuf]) -> Result<(Scenario, Vec<Head>), MergeError> {
    let mut heads = Vec::new();
    for place in places {
        for path in manifests(place)? {
            heads.push(Head::read(&path)?);
        }
    }
    let Some(first) = heads.first() else { return Err(MergeError::Nothing { folder: PathBuf::from(".") }) };
    let read = Scenario::from_json(&first.scenario());
    let scenario = read.map_err(|mistakes| MergeError::Scenario { path: first.path.clone(), mistakes })?;
    for head in &heads {
        of_one_run(first, head, &scenario)?;
    }
    heads.sort_by_key(|head| head.shard);
    each_once(&heads)?;
    let events = scenario.stream_events();
    for (head, part) in heads.iter().zip(Part::all(&events, heads[0].shard.count())) {
        // Faults can take events away; what is there is counted when the lines are read.
        let is_right = if scenario.faults.is_empty() { head.events == part.events } else { head.events <= part.events };
        if !is_right {
            let (path, told) = (head.path.clone(), head.events);
            return Err(MergeError::Sums { path, told, what: "the shard has", events: part.events });
        }
    }
    Ok((scenario, heads))
}

/// The manifests that a place names.
fn manifests(place: &Path) -> Result<Vec<PathBuf>, MergeError> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    for folder in [place.to_owned(), place.join(BESIDE)] {
        let found = in_folder(&folder)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(MergeError::Nothing { folder: place.to_owned() })
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, MergeError> {
    let failed = |cause| MergeError::Read { path: folder.to_owned(), cause };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let shard = entry.file_name().to_str().and_then(Shard::of_manifest);
        found.extend(shard.map(|shard| (shard, entry.path())));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// Holds that the header is the one that this version writes for the shard and the scenario of the first one.
fn of_one_run(first: &Head, head: &Head, scenario: &Scenario) -> Result<(), MergeError> {
    let shard = Shard::new(head.shard.index(), first.shard.count()).unwrap_or(first.shard);
    let expected = serde_json::to_string(&Header::new(scenario, Some(shard))).expect("a header is texts and numbers");
    if head.header == expected {
        return Ok(());
    }
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let found = difference(String::new(), &read(&expected), &read(&head.header));
    let Some((member, ours, theirs)) = found else { return Err(MergeError::NoManifest { path: head.path.clone() }) };
    Err(MergeError::OtherRun { first: first.path.clone(), path: head.path.clone(), member, ours, theirs })
}

/// The first member that differs, and what it is here and there.
fn difference(place: String, ours: &Value, theirs: &Value) -> Option<(String, String, String)> {
    if ours == theirs {
        return None;
    }
    let (Value::Object(members), Value::Object(others)) = (ours, theirs) else {
        return Some((place, ours.to_string(), theirs.to_string()));
    };
    let within = |name: &String| if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
    let names = members.keys().chain(others.keys());
    names
        .map(|name| (name, members.get(name).unwrap_or(&Value::Null), others.get(name).unwrap_or(&Value::Null)))
        .find_map(|(name, ours, theirs)| difference(within(name), ours, theirs))
}

/// Holds that no shard is missing, and none there twice.
fn each_once(heads: &[Head]) -> Result<(), MergeError> {
    if let Some([a, b]) = heads.windows(2).find(|pair| pair[0].shard == pair[1].shard) {
        return Err(MergeError::Twice { shard: a.shard, first: a.path.clone(), path: b.path.clone() });
    }
    let count = heads[0].shard.count();
    let there = |index: &u32| heads.binary_search_by_key(index, |head| head.shard.index()).is_ok();
    let shards: Vec<u32> = (1..=count).filter(|index| !there(index)).collect();
    if shards.is_empty() {
        return Ok(());
    }
    let folder = heads[0].path.parent().unwrap_or(Path::new(""));
    let partial = |index: &u32| Some(folder.join(format!("{}.partial", Shard::new(*index, count)?.manifest())));
    let partial = shards.iter().filter_map(partial).find(|path| path.exists());
    Err(MergeError::Missing { shards, count, partial })
}
