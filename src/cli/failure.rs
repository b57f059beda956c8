//! Everything that can end a command early: what it is, the circumstances, what to do, and the exit code.

use std::io;
use std::path::PathBuf;

use super::exit::Exit;
use super::summary::{bytes, count};
use crate::audit::{self, reconcile};
use crate::damage;
use crate::delivery;
use crate::mistake::{Mistake, Mistakes};
use crate::run::{self, Estimate, MergeError, Progress};
use crate::trail::UnusableKey;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What the user wrote is wrong.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// A scenario file cannot be read.
    #[error("cannot read `{}`: {}", path.display(), plain(cause))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file with a private key cannot be read.
    #[error("cannot read `{}`: {}", path.display(), plain(cause))]
    UnreadableKey {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A private key cannot sign digests.
    #[error("cannot sign digests with `{}`: {source}", path.display())]
    UnusableKey {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        source: UnusableKey,
    },
    /// A file with public keys cannot be read.
    #[error("cannot read `{}`: {}", path.display(), plain(cause))]
    UnreadableKeys {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file holds no public keys.
    #[error("`{}` {what}", path.display())]
    UnusableKeys {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A file is in the way.
    #[error("`{}` already exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Files that hold something else than what would be written are in the way.
    #[error("{}", foreign(paths))]
    Foreign {
        /// The files; at least one.
        paths: Vec<PathBuf>,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {}", path.display(), plain(cause))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// There is no live run to go on with.
    #[error("no live run to go on with in `{}`: {}", dir.display(), plain(cause))]
    NothingToResume {
        /// Where it should have been written down.
        dir: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A manifest cannot be replayed.
    #[error(transparent)]
    Manifest(run::Unreadable),
    /// A target did not take all notifications.
    #[error("`{target}` did not take {}: {fault}", super::summary::things(*failed, "notification"))]
    Unannounced {
        /// The target.
        target: String,
        /// How many.
        failed: u64,
        /// What was wrong with the last.
        fault: String,
    },
    /// The address for scrapers cannot be listened at.
    #[error("cannot listen at `{address}`: {}", plain(cause))]
    Metrics {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The program was built without its S3 part.
    #[error("this build of mocktrail has no S3")]
    NoS3,
    /// The program was built without its server.
    #[error("this build of mocktrail has no server")]
    NoServe,
    /// The endpoint cannot be started.
    #[cfg(feature = "serve")]
    #[error(transparent)]
    Serve(#[from] crate::serve::Error),
    /// The destination cannot be used at all.
    #[error(transparent)]
    Destination(delivery::Error),
    /// A run failed.
    #[error(transparent)]
    Run(Box<Broken>),
    /// A check could not go on.
    #[error(transparent)]
    Check(audit::Error),
    /// A reconciliation could not go on.
    #[error(transparent)]
    Reconcile(reconcile::Error),
    /// There is nothing to report on.
    #[error("there are no records in `{place}`")]
    NoRecords {
        /// The place that was read.
        place: String,
    },
    /// A trail could not be damaged.
    #[error(transparent)]
    Damage(damage::Error),
    /// Manifests could not be joined.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The user ended a run.
    #[error("interrupted")]
    Interrupted {
        /// Objects delivered.
        delivered: u64,
        /// Objects of the whole run, in words; `None` when records were printed.
        all: Option<String>,
    },
    /// A live run was stopped before its time was over.
    #[error("stopped")]
    Stopped {
        /// Objects delivered.
        delivered: u64,
        /// Objects of the whole run, in words.
        all: Option<String>,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {}", plain(.0))]
    Output(#[from] io::Error),
    /// Too few of many records are of the wanted kind.
    #[error("`{action}` failed with `{code}` {} in {} calls, too rarely", times(*found), count(*calls))]
    TooFew {
        /// The error code.
        code: String,
        /// The action.
        action: String,
        /// How often it came up.
        found: u64,
        /// How many calls were made.
        calls: u64,
    },
}

/// A run that failed, and what it would have come to.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Broken {
    /// Why.
    pub error: run::Error,
    /// The whole run.
    pub whole: Estimate,
}

impl Failure {
    /// A single mistake.
    pub(crate) fn mistake(mistake: Mistake) -> Self {
        Self::Mistakes(Mistakes(vec![mistake]))
    }

    /// A run that failed.
    pub(crate) fn of_run(error: run::Error, whole: Estimate) -> Self {
        Self::Run(Box::new(Broken { error, whole }))
    }

    /// Whether whoever reads standard output has gone away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What the shell gets.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Mistakes(_)
            | Self::Unreadable { .. }
            | Self::UnreadableKey { .. }
            | Self::UnusableKey { .. }
            | Self::UnreadableKeys { .. }
            | Self::UnusableKeys { .. }
            | Self::Exists { .. }
            | Self::Foreign { .. }
            | Self::NothingToResume { .. }
            | Self::Manifest(_)
            | Self::NoS3
            | Self::NoServe
            | Self::TooFew { .. }
            | Self::Destination(delivery::Error::BucketName { .. } | delivery::Error::Endpoint { .. }) => Exit::Usage,
            Self::Damage(damage::Error::Read { .. } | damage::Error::Write { .. }) => Exit::Destination,
            Self::Damage(_) => Exit::Usage,
            Self::Merge(MergeError::Read { .. } | MergeError::Run(_)) => Exit::Destination,
            Self::Merge(MergeError::Stopped) => Exit::Interrupted,
            Self::Merge(_) => Exit::Usage,
            Self::Reconcile(reconcile::Error::Source(audit::Error::Source(_))) => Exit::Destination,
            Self::Reconcile(_) => Exit::Usage,
            Self::Unwritable { .. }
            | Self::Metrics { .. }
            | Self::Unannounced { .. }
            | Self::Destination(_)
            | Self::Run(_)
            | Self::Check(_)
            | Self::NoRecords { .. }
            | Self::Output(_) => Exit::Destination,
            #[cfg(feature = "serve")]
            Self::Serve(
                crate::serve::Error::Read { .. } | crate::serve::Error::Key(_) | crate::serve::Error::Backfill,
            ) => Exit::Usage,
            #[cfg(feature = "serve")]
            Self::Serve(crate::serve::Error::Listen { .. }) => Exit::Destination,
            Self::Interrupted { .. } | Self::Stopped { .. } => Exit::Interrupted,
        }
    }

    /// The circumstances, in one line.
    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::Destination(error)
            | Self::Check(audit::Error::Source(error))
            | Self::Reconcile(reconcile::Error::Source(audit::Error::Source(error))) => error.note(),
            Self::Run(broken) => broken.detail(),
            Self::Merge(MergeError::Run(run::Error::Delivery { source, .. })) => source.note(),
            Self::Interrupted { delivered, all: Some(all) } | Self::Stopped { delivered, all: Some(all) } => {
                Some(format!("{} of {all} are delivered", count(*delivered)))
            }
            _ => None,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Mistakes(_) | Self::Output(_) | Self::Unwritable { .. } | Self::Check(_) => return None,
            Self::Unreadable { .. } => "`mocktrail init` writes a scenario file to start from".into(),
            Self::UnreadableKey { .. } | Self::UnusableKey { .. } => {
                "`openssl genrsa -out <FILE> 2048` makes one; without one, keys are derived from the seed".into()
            }
            Self::UnreadableKeys { .. } | Self::UnusableKeys { .. } => {
                "`aws cloudtrail list-public-keys` prints them, and a trail has them in `.mocktrail`".into()
            }
            Self::Manifest(_) => "name the directory of a trail, or its `.mocktrail/manifest.jsonl`".into(),
            Self::Unannounced { .. } => "the files are delivered; `mocktrail notify` sends notifications again".into(),
            Self::NothingToResume { .. } => {
                "name the place with `--to` as then, or where the manifest went with `--manifest-dir`".into()
            }
            Self::Metrics { .. } => "port 0 picks a free one: `--metrics 127.0.0.1:0`".into(),
            Self::Exists { .. } => "nothing was written; name another file: `mocktrail init <PATH>`".into(),
            Self::Foreign { .. } => {
                "nothing was written; `--overwrite` replaces what differs, or choose another folder".into()
            }
            Self::NoS3 => "build it with `--features s3`, or choose a directory with `--to <DIR>`".into(),
            Self::Damage(error) => return error.hint().map(str::to_owned),
            Self::Merge(error) => return error.hint(),
            Self::Reconcile(error) => return error.hint().map(str::to_owned),
            Self::NoServe => "build it with `--features serve`".into(),
            #[cfg(feature = "serve")]
            Self::Serve(error) => return error.hint().map(str::to_owned),
            Self::Destination(error) => return error.hint(),
            Self::Run(broken) => return broken.error.hint(),
            Self::NoRecords { .. } => {
                "name the directory that holds `AWSLogs`; `mocktrail check` says what is wrong with files".into()
            }
            Self::Stopped { .. } => {
                "`mocktrail emit --resume` at the same place goes on; what is due by then is late".into()
            }
            Self::Interrupted { all: Some(_), .. } => "run the same command again; what is delivered is skipped".into(),
            Self::Interrupted { all: None, .. } => "the same command prints the same records again".into(),
            Self::TooFew { .. } => "ask for fewer with `--count`, or for another error".into(),
        };
        Some(hint)
    }
}

impl Broken {
    /// What the destination says of itself, and how far the run came.
    fn detail(&self) -> Option<String> {
        let run::Error::Delivery { source, done } = &self.error else { return None };
        let parts = match source {
            delivery::Error::Write { .. } => [Some(self.written(done)), source.note()],
            _ => [source.note(), self.delivered(done)],
        };
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    fn written(&self, done: &Progress) -> String {
        let missing = bytes(self.whole.bytes.saturating_sub(done.bytes));
        let (written, all) = (count(done.objects), objects(&self.whole));
        format!("{written} of {all} written ({}), about {missing} missing", bytes(done.bytes))
    }

    fn delivered(&self, done: &Progress) -> Option<String> {
        let all = objects(&self.whole);
        (done.objects > 0).then(|| format!("{} of {all} are delivered", count(done.objects)))
    }
}

fn foreign(paths: &[PathBuf]) -> String {
    let first = paths[0].display();
    match paths.len() {
        1 => format!("`{first}` holds something else"),
        number => format!("{} files hold something else, such as `{first}`", count(number as u64)),
    }
}

fn times(number: u64) -> String {
    if number == 1 { "once".to_owned() } else { format!("{} times", count(number)) }
}

/// How many objects a run makes, in words.
pub(crate) fn objects(whole: &Estimate) -> String {
    let kind = if whole.digests > 0 { "files" } else { "log files" };
    format!("{}{} {kind}", if whole.exact { "" } else { "about " }, count(whole.objects))
}

/// An operating system's message as part of a sentence.
fn plain(cause: &io::Error) -> String {
    let text = cause.to_string();
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}
