//! The files that lie beside a trail: its manifest and its complete scenario.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Error;
use crate::plan::Plan;
use crate::trail::{Footer, Header, ObjectLine, Totals};

/// A manifest being written, under a name of its own until it is whole.
pub(super) struct ManifestFile {
    path: PathBuf,
    partial: PathBuf,
    out: BufWriter<File>,
    totals: Totals,
    keys: Option<(String, String)>,
}

/// What a finished manifest says.
pub(super) struct Finished {
    pub(super) path: PathBuf,
    pub(super) totals: Totals,
    pub(super) keys: Option<(String, String)>,
}

impl ManifestFile {
    /// Begins the manifest of a plan, and writes the scenario beside it.
    pub(super) fn create(plan: &Plan, dir: &Path) -> Result<Self, Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Manifest { path, source }
        };
        fs::create_dir_all(dir).map_err(failed(dir))?;
        let scenario = dir.join("scenario.toml");
        fs::write(&scenario, plan.scenario.to_toml()).map_err(failed(&scenario))?;
        let path = dir.join("manifest.jsonl");
        // Always the same name, so that what a killed run leaves is taken over by the next.
        let partial = dir.join("manifest.jsonl.partial");
        let out = BufWriter::new(File::create(&partial).map_err(failed(&partial))?);
        let mut manifest = Self { path, partial, out, totals: Totals::default(), keys: None };
        manifest.line(&Header::new(plan))?;
        Ok(manifest)
    }

    /// Adds an object.
    pub(super) fn object(&mut self, line: &ObjectLine) -> Result<(), Error> {
        self.totals.add(line);
        match &mut self.keys {
            None => self.keys = Some((line.key.clone(), line.key.clone())),
            Some((_, last)) => last.clone_from(&line.key),
        }
        self.line(line)
    }

    /// Ends the manifest and gives it its name.
    pub(super) fn finish(mut self, interrupted: bool) -> Result<Finished, Error> {
        let ended = self.line(&Footer::new(self.totals, interrupted)).and_then(|()| {
            let moved = self.out.flush().and_then(|()| fs::rename(&self.partial, &self.path));
            moved.map_err(|source| Error::Manifest { path: self.path.clone(), source })
        });
        if ended.is_err() {
            // A manifest without its end says nothing; the disk may be full.
            let _ = fs::remove_file(&self.partial);
        }
        ended.map(|()| Finished { path: self.path, totals: self.totals, keys: self.keys })
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), Error> {
        let written = serde_json::to_writer(&mut self.out, line)
            .map_err(std::io::Error::from)
            .and_then(|()| self.out.write_all(b"\n"));
        written.map_err(|source| Error::Manifest { path: self.partial.clone(), source })
    }
}
