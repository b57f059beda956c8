//! Why a trail cannot be damaged.

use std::io;
use std::path::PathBuf;

use super::Kind;

/// Why a trail cannot be damaged. Nothing was changed, except by [`Error::Write`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no manifest.
    #[error("`{}` is no trail that `mocktrail generate` has made: it has no `.mocktrail/manifest.jsonl`", .0.display())]
    NoTrail(PathBuf),
    /// The manifest cannot be understood.
    #[error("`{}`: line {line} is no line of a manifest", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// The run that made the trail was interrupted.
    #[error("`{}` is not complete: its run was interrupted", .0.display())]
    Incomplete(PathBuf),
    /// There is nothing that can be damaged so.
    #[error("`{}` has no undamaged object for `{}`", .place.display(), .kind.name())]
    None {
        /// The trail.
        place: PathBuf,
        /// What was wanted.
        kind: Kind,
    },
    /// The object that was named cannot be damaged so.
    #[error("`{key}` cannot be damaged by `{}`: {why}", .kind.name())]
    Unfit {
        /// The object.
        key: String,
        /// What was wanted.
        kind: Kind,
        /// Why not.
        why: String,
    },
    /// The private key that signed the trail is needed.
    #[error("digests of this trail are signed with a key of yours, which `{}` needs", .0.name())]
    NoKey(Kind),
    /// The private key cannot sign.
    #[error("cannot sign digests: {0}")]
    Key(String),
    /// Something cannot be read.
    #[error("cannot read `{}`: {cause}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Something cannot be written.
    #[error("cannot write `{}`: {cause}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoTrail(_) => Some("`mocktrail generate --digests --to <DIR>` makes one"),
            Self::Incomplete(_) => Some("run the command that made it again; what is there is skipped"),
            Self::None { .. } => Some("a trail with digests comes from `mocktrail generate --digests`"),
            Self::NoKey(_) => Some("name its file with `--signing-key <FILE>`"),
            Self::Unfit { .. } | Self::Manifest { .. } | Self::Key(_) | Self::Read { .. } | Self::Write { .. } => None,
        }
    }
}
