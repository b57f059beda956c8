//! The files that lie beside a trail: its manifest, its complete scenario, the public keys of its digests.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::recorded::seen_from;
use super::{Error, Outcome};
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::trail::{Digests, Fault, FaultCounts, Footer, Header, ObjectLine, PublicKeyList, Totals};

/// So much is written at once.
const WINDOW: usize = 64 * 1024;

/// A manifest being written, under a name of its own until it is whole.
pub(super) struct ManifestFile {
    path: PathBuf,
    partial: PathBuf,
    out: BufWriter<File>,
    /// The lines of a stream's log files, which come behind those of its digests.
    spool: Option<BufWriter<File>>,
    totals: Totals,
    faults: FaultCounts,
    keys: Option<(String, String)>,
}

/// What a finished manifest says.
pub(super) struct Finished {
    pub(super) path: PathBuf,
    pub(super) totals: Totals,
    pub(super) keys: Option<(String, String)>,
}

impl Finished {
    /// What became of a run that ended with this manifest.
    pub(super) fn outcome(self, written: u64, already_there: u64, interrupted: bool) -> Outcome {
        let Self { path, totals, keys } = self;
        Outcome { totals, written, already_there, keys, manifest: path, interrupted }
    }
}

impl ManifestFile {
    /// Begins the manifest of a run or of one of its shards, and writes the scenario beside it. A shard has no digests.
    pub(super) fn create(scenario: &Scenario, shard: Option<Shard>, dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(failed(dir))?;
        replace(&dir.join("scenario.toml"), &seen_from(dir, scenario).to_toml())?;
        let name = shard.map_or_else(|| "manifest.jsonl".to_owned(), Shard::manifest);
        // Always the same name, so that what a killed run leaves is taken over by the next.
        let (path, partial) = (dir.join(&name), dir.join(name + ".partial"));
        let out = BufWriter::with_capacity(WINDOW, File::create(&partial).map_err(failed(&partial))?);
        let spool = match scenario.trail.digests.on && shard.is_none() {
            true => Some(BufWriter::with_capacity(WINDOW, tempfile::tempfile_in(dir).map_err(failed(dir))?)),
            false => None,
        };
        let mut manifest =
            Self { path, partial, out, spool, totals: Totals::default(), faults: FaultCounts::default(), keys: None };
        manifest.line(&Header::new(scenario, shard))?;
        Ok(manifest)
    }

    /// Writes the public keys of the digests beside the manifest.
    pub(super) fn public_keys(&self, scenario: &Scenario, digests: &Digests) -> Result<(), Error> {
        let regions: BTreeSet<&str> = scenario.streams().map(|(_, _, region)| region).collect();
        let keys = PublicKeyList::from(digests.public_keys(regions.into_iter()));
        let text = serde_json::to_string_pretty(&keys).expect("keys are texts and numbers");
        replace(&self.path.with_file_name("public-keys.json"), &(text + "\n"))
    }

    /// Adds a log file.
    pub(super) fn log_file(&mut self, line: &ObjectLine) -> Result<(), Error> {
        match &mut self.spool {
            None => self.object(line),
            Some(spool) => {
                self.faults.add(&line.faults);
                self.totals.add(line);
                note(&mut self.keys, &line.key);
                write_line(spool, line).map_err(failed(&self.partial))
            }
        }
    }

    /// Adds a log file by a line that is written already.
    pub(super) fn log_file_line(
        &mut self,
        line: &str,
        key: &str,
        totals: Totals,
        faults: &[Fault],
    ) -> Result<(), Error> {
        self.totals += totals;
        self.faults.add(faults);
        note(&mut self.keys, key);
        let out = self.spool.as_mut().unwrap_or(&mut self.out);
        out.write_all(line.as_bytes()).map_err(failed(&self.partial))
    }

    /// Adds an object.
    pub(super) fn object(&mut self, line: &ObjectLine) -> Result<(), Error> {
        self.totals.add(line);
        self.faults.add(&line.faults);
        note(&mut self.keys, &line.key);
        self.line(line)
    }

    /// Adds lines that were written elsewhere, in their order.
    pub(super) fn append(&mut self, lines: &mut impl io::Read) -> Result<(), Error> {
        io::copy(lines, &mut self.out).map(drop).map_err(failed(&self.partial))
    }

    /// Counts what such lines come to.
    pub(super) fn count(&mut self, totals: &Totals, faults: FaultCounts, keys: Option<(String, String)>) {
        self.totals.merge(totals);
        self.faults.merge(faults);
        let Some((first, last)) = keys else { return };
        note(&mut self.keys, &first);
        note(&mut self.keys, &last);
    }

    /// The lines of the log files that were added since the last stream ended, to be read.
    pub(super) fn log_files(&mut self) -> Result<File, Error> {
        let rewound = self.spool.as_mut().map_or_else(
            || Err(io::Error::other("there are no digests")),
            |spool| {
                spool
                    .flush()
                    .and_then(|()| spool.get_ref().try_clone())
                    .and_then(|mut file| file.rewind().map(|()| file))
            },
        );
        rewound.map_err(failed(&self.partial))
    }

    /// Ends a stream: the lines of its log files follow.
    pub(super) fn end_stream(&mut self) -> Result<(), Error> {
        if self.spool.is_none() {
            return Ok(());
        }
        let mut lines = self.log_files()?;
        let copied = io::copy(&mut lines, &mut self.out).and_then(|_| {
            lines.rewind()?;
            lines.set_len(0)
        });
        copied.map_err(failed(&self.partial))
    }

    /// Ends the manifest and gives it its name.
    pub(super) fn finish(mut self, interrupted: bool) -> Result<Finished, Error> {
        let ended = self
            .end_stream()
            .and_then(|()| {
                let faults = std::mem::take(&mut self.faults);
                self.line(&Footer::new(self.totals, faults, interrupted))
            })
            .and_then(|()| {
                let moved = self.out.flush().and_then(|()| fs::rename(&self.partial, &self.path));
                moved.map_err(failed(&self.path))
            });
        if ended.is_err() {
            // A manifest without its end says nothing; the disk may be full.
            let _ = fs::remove_file(&self.partial);
        }
        ended.map(|()| Finished { path: self.path, totals: self.totals, keys: self.keys })
    }

    /// Gives up: nothing gets its name.
    pub(super) fn abandon(self) {
        let _ = fs::remove_file(&self.partial);
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), Error> {
        write_line(&mut self.out, line).map_err(failed(&self.partial))
    }
}

fn note(keys: &mut Option<(String, String)>, key: &str) {
    match keys {
        None => *keys = Some((key.to_owned(), key.to_owned())),
        Some((_, last)) => key.clone_into(last),
    }
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Writes a file that other shards may write and read at the same time: it is there whole or not at all.
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let dir = path.parent().unwrap_or(path);
    let written = tempfile::NamedTempFile::new_in(dir).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        open_to_readers(file.as_file())?;
        file.persist(path).map(drop).map_err(|error| error.error)
    });
    written.map_err(failed(path))
}

/// Temporary files are for their owner alone; these are not secret.
#[cfg(unix)]
fn open_to_readers(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &File) -> io::Result<()> {
    Ok(())
}

fn failed(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Manifest { path: path.clone(), source }
}
