//! `mocktrail check`: is this a trail as CloudTrail writes it?

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::args::Check;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::progress::{Bar, Stopwatch};
use super::sources;
use super::summary::{bytes, count, seconds, things};
use crate::audit::{self, Error, Finding, Options, Outcome, PublicKeys};

pub(crate) fn run(args: &Check, console: &mut Console) -> Result<Exit, Failure> {
    let sources = sources::all("PATH", &args.paths, &args.s3)?;
    let options = Options {
        threads: sources::threads(args.threads),
        max_findings: args.max_findings,
        public_keys: args.public_keys.as_deref().map(public_keys).transpose()?,
    };
    let stop = interrupt::watch();
    let (bar, watch) = (Bar::reading(stop), Stopwatch::start());
    let mut kept = Vec::new();
    let mut tell = |finding: &Finding| match args.json {
        true => {
            kept.push(document_of(finding));
            Ok(())
        }
        false => bar.aside(|| writeln!(console.out, "{finding}")),
    };
    let checked = audit::check(&sources, &options, stop, &mut tell, &|progress| bar.show_read(progress));
    bar.clear();
    let outcome = checked.map_err(|error| match error {
        Error::Output(cause) => Failure::Output(cause),
        error => Failure::Check(error),
    })?;
    if args.json {
        console.json(&document(&outcome, &kept, watch.elapsed()))?;
    } else {
        // Findings first, where both streams end on one terminal.
        console.out.flush()?;
        console.say(&text(&outcome, args.max_findings, watch.elapsed()));
    }
    Ok(match outcome {
        Outcome { interrupted: true, .. } => Exit::Interrupted,
        Outcome { findings: 0, .. } => Exit::Done,
        _ => Exit::Findings,
    })
}

/// The keys that digests may be signed with.
fn public_keys(path: &Path) -> Result<PublicKeys, Failure> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|cause| Failure::UnreadableKeys { path: path.to_owned(), cause })?;
    PublicKeys::read(&text).map_err(|what| Failure::UnusableKeys { path: path.to_owned(), what })
}

/// For people.
fn text(outcome: &Outcome, shown: usize, took: Duration) -> String {
    let mut text = format!(
        "{} in {}, {} ({} before gzip)\n",
        things(outcome.records, "record"),
        things(outcome.files, "log file"),
        bytes(outcome.bytes),
        bytes(outcome.raw_bytes)
    );
    for note in notes(outcome) {
        let _ = writeln!(text, "{note}");
    }
    let found = match outcome.findings {
        0 => "nothing found".to_owned(),
        all if all > shown as u64 => format!("{}, the first {} shown", things(all, "finding"), count(shown as u64)),
        all => things(all, "finding"),
    };
    let rate = u128::from(outcome.raw_bytes) * 1_000_000_000 / took.as_nanos().max(1);
    let _ = write!(text, "{found}; {}, {}/s", seconds(took), bytes(rate as u64));
    text
}

/// What is worth knowing and no finding.
fn notes(outcome: &Outcome) -> Vec<String> {
    let mut notes = Vec::new();
    for (source, names) in &outcome.unknown {
        let records = names.values().sum();
        let actions = things(names.len() as u64, "unknown action");
        notes.push(format!("{} of {actions} of {source}, checked as records only", things(records, "record")));
    }
    if outcome.digests > 0 {
        notes.push(digests(outcome));
    }
    if outcome.unsigned > 0 {
        notes.push("signatures are in the metadata of objects, which a copy does not have: not checked".to_owned());
    }
    if outcome.keyless > 0 {
        notes.push("there are no public keys; `--public-keys FILE` takes what ListPublicKeys answers".to_owned());
    }
    if outcome.insights > 0 {
        notes.push(format!("{} not looked into", things(outcome.insights, "Insights file")));
    }
    if outcome.late > 0 {
        notes.push(format!("{} delivered more than 3 hours late", things(outcome.late, "record")));
    }
    if outcome.interrupted {
        notes.push("interrupted: the rest was not read, and eventIDs were not compared".to_owned());
    }
    notes
}

fn digests(outcome: &Outcome) -> String {
    let files = things(outcome.digests, "digest file");
    match outcome.signatures {
        0 => files,
        all if all == outcome.digests => format!("{files}, all signatures are right"),
        some => format!("{files}, {} right", things(some, "signature")),
    }
}

/// For programs.
fn document(outcome: &Outcome, shown: &[Value], took: Duration) -> Value {
    let mut document = json!(outcome);
    document["shown"] = json!(shown);
    document["seconds"] = json!(took.as_secs_f64());
    document
}

fn document_of(finding: &Finding) -> Value {
    let Finding { key, record, pointer, message } = finding;
    json!({"key": **key, "record": record, "pointer": pointer, "message": message})
}
