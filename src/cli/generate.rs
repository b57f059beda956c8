//! `mocktrail generate`: a window of time, as fast as possible.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::args::Generate;
use super::console::Console;
use super::estimate;
use super::exit::Exit;
use super::failure::{Failure, objects};
use super::interrupt;
use super::merge;
use super::place::{Place, Store};
use super::progress::{Bar, Stopwatch};
use super::request::Request;
use super::summary::Summary;
use crate::run::{self, Options, Outcome};
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::trail::Trail;

pub(crate) fn run(args: &Generate, console: &mut Console) -> Result<Exit, Failure> {
    let Request { plan, place, shard } = Request::read(args)?;
    let trail = Trail::new(Arc::new(plan));
    match &place {
        _ if args.output.dry_run => estimate::show(&trail, shard, &place, args.output.json, console),
        Place::Output => print(&trail, shard, console),
        Place::Store(store) => deliver(&trail, shard, &place, store, args, console),
    }
}

/// Records as JSON lines.
fn print(trail: &Trail, shard: Option<Shard>, console: &mut Console) -> Result<Exit, Failure> {
    let stop = interrupt::watch();
    let printed = run::print_records(trail, shard, console.out, stop)?;
    match printed < trail.part(shard).events && stop.load(Ordering::Relaxed) {
        true => Err(Failure::Interrupted { delivered: printed, all: None }),
        false => Ok(Exit::Done),
    }
}

/// Files, into a directory or a bucket.
fn deliver(
    trail: &Trail,
    shard: Option<Shard>,
    place: &Place,
    store: &Store,
    args: &Generate,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let scenario = &trail.plan().scenario;
    let destination = store.open(scenario, args.destination.overwrite, &args.s3)?;
    let manifest_dir = args.destination.manifest_dir.clone().unwrap_or_else(|| store.manifest_dir(scenario.seed));
    let key_file = scenario.trail.digests.signing_key.as_ref().filter(|_| scenario.trail.digests.on);
    let options = Options {
        threads: threads(args),
        manifest_dir,
        force: args.destination.force,
        // Digests are signed when the shards are joined.
        signing_key: if shard.is_none() { signing_key(scenario)? } else { None },
    };
    let stop = interrupt::watch();
    let (bar, watch) = (Bar::new(trail.part(shard).events, stop), Stopwatch::start());
    let done = run::generate_part(trail, shard, &*destination, &options, stop, &|progress| bar.show(progress));
    bar.clear();
    let outcome = done.map_err(|error| match (error, key_file) {
        (run::Error::Key { source }, Some(path)) => Failure::UnusableKey { path: path.clone(), source },
        (error, _) => Failure::of_run(error, run::estimate_part(trail, shard)),
    })?;
    let next = |shard| (shard, merge::command(store, place, scenario, &options.manifest_dir));
    let (name, took) = (place.name(scenario), watch.elapsed());
    let summary = Summary { outcome: &outcome, scenario, place: name, took, shard: shard.map(next) };
    match (args.output.json, outcome.interrupted) {
        (true, _) => console.json(&summary.document())?,
        (false, false) => console.say(&summary.text()),
        (false, true) => {}
    }
    finish(trail, shard, &outcome)
}

/// The text of the user's private key, where a scenario's digests are signed with one.
pub(crate) fn signing_key(scenario: &Scenario) -> Result<Option<String>, Failure> {
    let digests = &scenario.trail.digests;
    let read =
        |path: &PathBuf| fs::read_to_string(path).map_err(|cause| Failure::UnreadableKey { path: path.clone(), cause });
    digests.signing_key.as_ref().filter(|_| digests.on).map(read).transpose()
}

fn finish(trail: &Trail, shard: Option<Shard>, outcome: &Outcome) -> Result<Exit, Failure> {
    if !outcome.interrupted {
        return Ok(Exit::Done);
    }
    let all = Some(objects(&run::estimate_part(trail, shard)));
    Err(Failure::Interrupted { delivered: outcome.totals.objects, all })
}

fn threads(args: &Generate) -> usize {
    let all_cores = || thread::available_parallelism().map_or(1, usize::from);
    args.output.threads.map_or_else(all_cores, usize::from)
}
