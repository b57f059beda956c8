//! `mocktrail reconcile`: has a consumer received what was delivered?

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::args::Reconcile;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::interrupt;
use super::progress::{Bar, Stopwatch};
use super::reconciled;
use super::sources;
use crate::audit::reconcile::{self, Error, Options, Outcome, Step};
use crate::scenario::span;

pub(crate) fn run(args: &Reconcile, console: &mut Console) -> Result<Exit, Failure> {
    let mut flags = Flags::default();
    let late_after = flags.one("--late-after", args.late_after.as_ref(), span);
    flags.finish()?;
    let sources = sources::with_input("RECEIVED", &args.received, &args.s3)?;
    let options = Options {
        id: args.id.clone(),
        arrival: args.arrival.clone(),
        late_after: late_after.map(|asked| asked.value),
        ids_only: args.ids_only,
        templates: args.templates.clone(),
        threads: sources::threads(args.threads),
        most: if args.all { usize::MAX } else { args.max_findings },
    };
    let stop = interrupt::watch();
    let (expected, received, watch) = (Bar::manifest(stop), OnceCell::new(), Stopwatch::start());
    let manifest = manifest(&args.manifest);
    let done = reconcile::reconcile(&manifest, &sources, &options, stop, &|step| match step {
        Step::Manifest(progress) => expected.show_read(progress),
        Step::Received(progress) => second(&expected, &received, stop).show_read(progress),
    });
    expected.clear();
    received.get().map(Bar::clear);
    let outcome = done.map_err(|error| match error {
        Error::Scenario(mistakes) => Failure::Mistakes(mistakes),
        error => Failure::Reconcile(error),
    })?;
    match args.json {
        true => {
            let mut document: Value = json!(outcome);
            document["manifest"] = json!(manifest.to_string_lossy());
            document["seconds"] = json!(watch.elapsed().as_secs_f64());
            console.json(&document)?;
        }
        false => write!(console.out, "{}", reconciled::text(&outcome, options.most, console.width))?,
    }
    Ok(match outcome {
        Outcome { interrupted: true, .. } => Exit::Interrupted,
        outcome if outcome.findings() > 0 => Exit::Findings,
        _ => Exit::Done,
    })
}

/// The bar of what was received, which takes the place of the manifest's.
fn second<'a>(expected: &Bar, received: &'a OnceCell<Bar>, stop: &'static AtomicBool) -> &'a Bar {
    received.get_or_init(|| {
        expected.clear();
        Bar::reading(stop)
    })
}

/// The manifest of a place: the file itself, or the one that lies in a directory or in its `.mocktrail`.
fn manifest(place: &Path) -> PathBuf {
    let inside = [".mocktrail/manifest.jsonl", "manifest.jsonl"].map(|name| place.join(name));
    let there = inside.iter().find(|path| path.is_file());
    match place.is_dir() {
        true => there.unwrap_or(&inside[0]).clone(),
        false => place.to_owned(),
    }
}
