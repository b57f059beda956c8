//! What keeps manifests of shards from being joined.

use std::io;
use std::path::PathBuf;

use crate::delivery::plain;
use crate::mistake::Mistakes;
use crate::run;
use crate::shard::Shard;

/// Why manifests cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {}", path.display(), plain(cause))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// There is nothing to join in a folder.
    #[error("no manifest of a shard lies in `{}`", folder.display())]
    Nothing {
        /// The folder.
        folder: PathBuf,
    },
    /// A file is something else.
    #[error("`{}` is no manifest of a shard", path.display())]
    NoManifest {
        /// The file.
        path: PathBuf,
    },
    /// A manifest is that of a whole run.
    #[error("`{}` is the manifest of a whole run, not of a shard", path.display())]
    Whole {
        /// The manifest.
        path: PathBuf,
    },
    /// A manifest has no footer.
    #[error("`{}` has no end", path.display())]
    NoEnd {
        /// The manifest.
        path: PathBuf,
    },
    /// A shard was interrupted.
    #[error("shard {} of {} was interrupted, says `{}`", shard.index(), shard.count(), path.display())]
    Interrupted {
        /// The shard.
        shard: Shard,
        /// Its manifest.
        path: PathBuf,
    },
    /// Another version of the program wrote it.
    #[error("`{}` was written by mocktrail {theirs}, and this is {}", path.display(), env!("CARGO_PKG_VERSION"))]
    Version {
        /// The manifest.
        path: PathBuf,
        /// The version that wrote it.
        theirs: String,
    },
    /// The scenario in a manifest is wrong.
    #[error("the scenario in `{}` cannot be read:\n{mistakes}", path.display())]
    Scenario {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        mistakes: Mistakes,
    },
    /// Two manifests belong to different runs.
    #[error("`{}` and `{}` are of different runs: `{member}` is {ours} and {theirs}", first.display(), path.display())]
    OtherRun {
        /// The first manifest.
        first: PathBuf,
        /// The other one.
        path: PathBuf,
        /// What of their headers differs.
        member: String,
        /// What the first one says.
        ours: String,
        /// What the other one says.
        theirs: String,
    },
    /// A shard is there twice.
    #[error("shard {} of {} is there twice: `{}` and `{}`", shard.index(), shard.count(), first.display(), path.display())]
    Twice {
        /// The shard.
        shard: Shard,
        /// One manifest.
        first: PathBuf,
        /// The other one.
        path: PathBuf,
    },
    /// Shards are not there.
    #[error("{}{}", missing(shards, *count), begun(partial.as_ref()))]
    Missing {
        /// Their numbers, ascending.
        shards: Vec<u32>,
        /// How many there are.
        count: u32,
        /// What one of them has written so far.
        partial: Option<PathBuf>,
    },
    /// A line is wrong.
    #[error("`{}`, line {line}: {fault}", path.display())]
    Line {
        /// The manifest.
        path: PathBuf,
        /// The number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The footer does not fit what stands before it, or the shard.
    #[error("`{}` says {told} events at its end, and {what} {events}", path.display())]
    Sums {
        /// The manifest.
        path: PathBuf,
        /// What its footer says.
        told: u64,
        /// Who says otherwise.
        what: &'static str,
        /// How many these are.
        events: u64,
    },
    /// Digests have to be put somewhere.
    #[error("the trail has digests, which are made now, and no place to put them is named")]
    NoPlace,
    /// The user wants it to end.
    #[error("interrupted")]
    Stopped,
    /// What is made now cannot be written.
    #[error(transparent)]
    Run(#[from] run::Error),
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not JSON of the right form.
    #[error("it says nothing of a log file")]
    NoLogFile,
    /// Its key belongs to no stream of the scenario.
    #[error("its key lies in no account and region of the scenario")]
    Elsewhere,
    /// Its key comes before one that was read earlier, or is the same.
    #[error("its key is out of order, or stands twice")]
    Order,
}

impl MergeError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Nothing { .. } => "name the manifests, their folder, or the directory of the trail",
            Self::NoManifest { .. } => "`mocktrail generate --shard I/N` writes them: `manifest-I-of-N.jsonl`",
            Self::Whole { .. } => "there is nothing to join; leave it out",
            Self::NoEnd { .. } | Self::Interrupted { .. } => "run this shard again; what is delivered is skipped",
            Self::Version { .. } => "join them with the version that made the shards",
            Self::OtherRun { .. } => "every shard needs the same scenario, flags and number of shards",
            Self::Twice { .. } => "name each shard once",
            Self::Missing { .. } => "run these shards, or wait for them, and name all manifests",
            Self::Line { .. } | Self::Sums { .. } => "the file was changed or damaged; run this shard again",
            Self::NoPlace => "name where the log files are with `--to <DEST>`",
            Self::Stopped => "no manifest was written; run the same command again",
            Self::Run(error) => return error.hint(),
            Self::Read { .. } | Self::Scenario { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// `shard 2 of 8 is missing`, `shards 1, 3 to 5 and 8 of 8 are missing`
fn missing(shards: &[u32], count: u32) -> String {
    let runs = shards.chunk_by(|a, b| a + 1 == *b).flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{first} to {last}")],
        few => few.iter().map(u32::to_string).collect(),
    });
    let runs: Vec<String> = runs.collect();
    match runs.as_slice() {
        [only] if shards.len() == 1 => format!("shard {only} of {count} is missing"),
        [all @ .., last] if !all.is_empty() => format!("shards {} and {last} of {count} are missing", all.join(", ")),
        all => format!("shards {} of {count} are missing", all.join(", ")),
    }
}

fn begun(partial: Option<&PathBuf>) -> String {
    partial.map_or_else(String::new, |path| format!("; `{}` is not finished", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_shards_are_listed_briefly() {
        for (shards, words) in [
            (&[2][..], "shard 2 of 9 is missing"),
            (&[1, 2], "shards 1 and 2 of 9 are missing"),
            (&[2, 3, 4], "shards 2 to 4 of 9 are missing"),
            (&[1, 3, 4, 5, 9], "shards 1, 3 to 5 and 9 of 9 are missing"),
        ] {
            assert_eq!(missing(shards, 9), words);
        }
    }
}
