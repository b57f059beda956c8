//! What a consumer has received, held against what was delivered, event by event.
//!
//! Every eventID opens to a stream and an ordinal, so one bit for each event tells what is lost, and a few more what came
//! twice. Only where something is wrong, chapters are played again to name objects and times; and where received items
//! hold whole records, to compare them with those that were delivered.
//!
//! In reading order: `header` and `truth` (what was delivered), `layouts`, `kinds`, `marks` (bits and counts), `intake` and
//! `received` (what came in, whatever its form), `ledger` (counting), `arrival`, `inner`, `compare`, `pending` and `checked`
//! (what is held against its chapter), `walk` and `summing` (from bits to names), `clues`, `same`, `left_out`,
//! `fate`, `behind`, `gap`, `order`, `pattern`, `whole`, `explain` (why, as far as it shows), `outcome`, `parallel`.

mod arrival;
mod behind;
mod checked;
mod clues;
mod compare;
mod explain;
mod fate;
mod gap;
mod header;
mod inner;
mod intake;
mod kinds;
mod layouts;
mod ledger;
mod left_out;
mod marks;
mod order;
mod outcome;
mod parallel;
mod pattern;
mod pending;
mod received;
mod same;
mod summing;
mod truth;
mod walk;
mod whole;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub use compare::Difference;
pub use outcome::{Altered, Copies, Event, Foreign, Late, Object, Outcome, Place, Sums, shown};

use super::source::Source;
use super::trail::Progress;
use crate::clock::Span;
use crate::delivery;
use crate::mistake::Mistakes;
use clues::Clues;
use ledger::Ledger;
use order::Order;
use pending::Pending;
use truth::{Truth, Watch};

/// How a reconciliation goes about it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The path or column of eventIDs; else they are found by themselves.
    pub id: Option<String>,
    /// The path or column of the time of arrival.
    pub arrival: Option<String>,
    /// What arrives later than this after its delivery is late.
    pub late_after: Option<Span>,
    /// Records are not compared.
    pub ids_only: bool,
    /// Where folders of templates lie now, in place of those that the manifest names.
    pub templates: Vec<PathBuf>,
    /// Worker threads; at least 1.
    pub threads: usize,
    /// How many findings of each kind are kept; all are counted.
    pub most: usize,
}

/// Why a reconciliation ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something cannot be read.
    #[error("cannot read `{place}`: {}", delivery::plain(cause))]
    Unreadable {
        /// The file or object.
        place: String,
        /// What the system said.
        cause: io::Error,
    },
    /// What was received makes no sense from here on.
    #[error("{place}:{line}: {what}")]
    Broken {
        /// The file or object.
        place: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// A line of the manifest is wrong.
    #[error("{}:{line}: {what}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// The scenario of the manifest does not make an object that the manifest lists.
    #[error("{}:{line}: the scenario of the manifest makes no object `{key}`", path.display())]
    UnknownObject {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The object.
        key: String,
    },
    /// A folder with the user's templates is gone.
    #[error("the templates in `{}` are not there", folder.display())]
    NoTemplates {
        /// The folder.
        folder: PathBuf,
    },
    /// The scenario of the manifest, or its templates, are wrong.
    #[error(transparent)]
    Scenario(#[from] Mistakes),
    /// A place that files come from cannot be used.
    #[error(transparent)]
    Source(#[from] super::Error),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoTemplates { .. } => {
                Some("run it where the trail was made, or name the folder with `--templates <DIR>`")
            }
            Self::UnknownObject { .. } => Some(
                "templates have changed since, or the manifest was; `--templates <DIR>` names those it was made with",
            ),
            Self::Manifest { .. } => Some("name a manifest.jsonl that `mocktrail generate` has written, or its trail"),
            _ => None,
        }
    }
}

/// How far a reconciliation is, for those who watch.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The manifest is read; its objects count as files. Where it has faults or no end, that is done twice.
    Manifest(Progress),
    /// What was received is read.
    Received(Progress),
}

/// Reads everything that was received and holds it against a manifest.
///
/// # Errors
///
/// The manifest, or something that was received, cannot be read or makes no sense.
pub fn reconcile(
    manifest: &Path,
    sources: &[Box<dyn Source>],
    options: &Options,
    stop: &AtomicBool,
    progress: &dyn Fn(Step),
) -> Result<Outcome, Error> {
    let watch = Watch { stop, progress };
    let truth = Truth::read(manifest, &options.templates, options.late_after.is_some(), watch)?;
    let mut ledger = Ledger::new(&truth, options, Pending::new(&truth, options, stop));
    intake::read_all(&truth, sources, options, &mut ledger, stop, &|done| progress(Step::Received(done)))?;
    ledger.finish();
    let mut outcome = std::mem::take(&mut ledger.outcome);
    outcome.objects = truth.objects;
    outcome.expected = truth.events;
    outcome.manifest_interrupted = truth.interrupted;
    outcome.take(&mut ledger.checked);
    if !stop.load(Ordering::Relaxed) {
        name(&truth, &ledger, options, stop, &mut outcome)?;
    }
    outcome.interrupted = stop.load(Ordering::Relaxed);
    Ok(outcome)
}

/// Names what is wrong, and says what it looks like.
fn name(
    truth: &Truth,
    ledger: &Ledger,
    options: &Options,
    stop: &AtomicBool,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let (places, mut clues) = (walk::count(truth, ledger, outcome), Clues::default());
    let look = |place: &walk::Place| walk::look(truth, ledger, place);
    parallel::in_order(&places, options.threads, stop, &look, &mut |place, mut found| {
        found.files.iter().for_each(|file| clues.add(file));
        if let Some((same, left_out)) = found.in_common.take() {
            clues.add_common(same, left_out);
        }
        summing::add(truth, ledger, place, found, options.most, outcome);
    });
    let order = match clues.losses() {
        Some(losses) => Order::of(truth, &losses)?,
        None => Order::default(),
    };
    outcome.looks_like = explain::looks_like(outcome, &clues, &order, &ledger.checked.members);
    Ok(())
}
