//! `mocktrail manifest merge`: the manifests of all shards joined, and the digests made.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{MergeManifests, S3Args};
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::generate::signing_key;
use super::interrupt;
use super::place::{Place, Store};
use super::progress::Bar;
use super::summary::{bytes, count, files, things};
use crate::run::{Merge, MergeOptions, Outcome};
use crate::scenario::{Problem, Scenario};

pub(crate) fn run(args: &MergeManifests, console: &mut Console) -> Result<Exit, Failure> {
    let mut flags = Flags::default();
    let asked = flags.one("--to", args.to.as_ref(), store);
    flags.finish()?;
    let merge = Merge::read(&args.manifests)?;
    let scenario = merge.scenario();
    let mut flags = Flags::default();
    let store = match asked {
        Some(asked) => {
            flags.one("--to", args.to.as_ref(), |_| of_this_run(&asked.value, scenario));
            Some(asked.value)
        }
        None => beside(args),
    };
    flags.finish()?;
    let s3 = S3Args { access: args.access.clone(), ..S3Args::default() };
    let destination = match store.filter(|_| scenario.trail.digests.on) {
        Some(store) => Some(store.open(scenario, args.overwrite, &s3)?),
        None => None,
    };
    let options = MergeOptions {
        manifest_dir: args.out.clone().unwrap_or_else(|| merge.folder().to_owned()),
        signing_key: signing_key(scenario)?,
    };
    let stop = interrupt::watch();
    let bar = Bar::new(scenario.traffic.events, stop);
    let joined = merge.join(&options, destination.as_deref(), stop, &|progress| bar.show(progress));
    bar.clear();
    let outcome = joined?;
    match args.json {
        true => console.json(&document(&outcome, merge.shards()))?,
        false => console.say(&text(&outcome, merge.shards())),
    }
    Ok(Exit::Done)
}

/// Where digests can be put.
fn store(text: &str) -> Result<Store, Problem> {
    match Place::parse(text)? {
        Place::Store(store) => Ok(store),
        Place::Output => Err(Problem::new("digests cannot be printed").hint("name where the log files are")),
    }
}

/// Holds that the shards went into this bucket, and below this prefix.
fn of_this_run(store: &Store, scenario: &Scenario) -> Result<(), Problem> {
    let Store::Bucket(bucket, prefix) = store else { return Ok(()) };
    let trail = &scenario.trail;
    if *bucket == trail.bucket && prefix.as_ref().is_none_or(|prefix| *prefix == trail.prefix) {
        return Ok(());
    }
    let theirs = Place::Store(Store::Bucket(trail.bucket.clone(), None)).name(scenario);
    Err(Problem::new(format!("the shards were made for `{theirs}`")).hint("name the same place as they did"))
}

/// The directory of the trail, when that was named instead of manifests.
fn beside(args: &MergeManifests) -> Option<Store> {
    match args.manifests.as_slice() {
        [place] if place.join(".mocktrail").is_dir() => Some(Store::Directory(place.clone())),
        _ => None,
    }
}

fn text(outcome: &Outcome, shards: usize) -> String {
    let totals = &outcome.totals;
    let (events, files) = (things(totals.events, "event"), files(totals.objects, totals.digests, ""));
    let (size, raw) = (bytes(totals.bytes), bytes(totals.raw_bytes));
    let mut text = format!(
        "{} joined: {events} in {files}, {size} ({raw} before gzip)\nlisted in `{}`",
        things(shards as u64, "manifest"),
        outcome.manifest.display()
    );
    if outcome.already_there > 0 {
        let _ = write!(text, "\n{} digest files were there already", count(outcome.already_there));
    }
    text
}

fn document(outcome: &Outcome, shards: usize) -> Value {
    let totals = &outcome.totals;
    json!({
        "manifest": outcome.manifest.to_string_lossy(),
        "shards": shards,
        "events": totals.events,
        "records": totals.records,
        "objects": totals.objects,
        "digests": totals.digests,
        "written": outcome.written,
        "alreadyThere": outcome.already_there,
        "rawBytes": totals.raw_bytes,
        "bytes": totals.bytes,
    })
}

/// How the manifests of a run's shards are joined, for the next step after a shard.
pub(crate) fn command(store: &Store, place: &Place, scenario: &Scenario, manifest_dir: &Path) -> String {
    match store {
        Store::Directory(path) if manifest_dir == store.manifest_dir(scenario.seed) => {
            format!("mocktrail manifest merge {}", path.display())
        }
        _ if scenario.trail.digests.on => {
            format!("mocktrail manifest merge {} --to {}", manifest_dir.display(), place.name(scenario))
        }
        _ => format!("mocktrail manifest merge {}", manifest_dir.display()),
    }
}
