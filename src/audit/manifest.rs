//! What ought to be there: the lines of a manifest.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use serde::Deserialize;

use super::outcome::Finding;
use crate::clock::Time;

/// The objects that a manifest lists.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    name: Arc<str>,
    /// The bucket that the scenario names.
    pub(super) bucket: Option<String>,
    pub(super) objects: BTreeMap<String, Listed>,
}

/// One line of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Listed {
    r#type: String,
    key: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) raw_bytes: Option<u64>,
    pub(super) records: u64,
    objects: u64,
    delivered_at: String,
    pub(super) headers: Headers,
    scenario: Option<Scenario>,
}

/// What S3 keeps beside an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Headers {
    pub(super) metadata: BTreeMap<String, String>,
}

/// The part of the header that digests are held against.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Scenario {
    trail: ScenarioTrail,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ScenarioTrail {
    bucket: Option<String>,
}

impl Manifest {
    /// Reads a manifest; what is wrong with it is found.
    pub(super) fn read(name: &str, reader: impl Read) -> std::io::Result<(Self, Vec<Finding>)> {
        let mut manifest = Self { name: name.into(), bucket: None, objects: BTreeMap::new() };
        let mut findings = Vec::new();
        let mut footer = None;
        for (number, line) in (1..).zip(BufReader::new(reader).lines()) {
            let found = match serde_json::from_str::<Listed>(&line?) {
                Err(error) => Some(format!("line {number} is no JSON object of a manifest: {error}")),
                Ok(listed) if listed.r#type == "object" => manifest.add(listed, number),
                Ok(listed) if listed.r#type == "footer" => {
                    footer = Some(listed);
                    None
                }
                Ok(other) => {
                    manifest.bucket = manifest.bucket.or(other.scenario.and_then(|scenario| scenario.trail.bucket));
                    None
                }
            };
            findings.extend(found.map(|message| Finding::of_file(&manifest.name, message)));
        }
        let sums = manifest.sums(footer.as_ref());
        findings.extend(sums.into_iter().map(|message| Finding::of_file(&manifest.name, message)));
        Ok((manifest, findings))
    }

    fn add(&mut self, listed: Listed, number: u64) -> Option<String> {
        let again = format!("line {number} lists {} again", listed.key);
        self.objects.insert(listed.key.clone(), listed).map(|_| again)
    }

    /// What the footer says otherwise than the lines.
    fn sums(&self, footer: Option<&Listed>) -> Vec<String> {
        let Some(footer) = footer else { return vec!["has no footer".to_owned()] };
        let sum = |of: fn(&Listed) -> u64| self.objects.values().map(of).sum::<u64>();
        [
            ("objects", footer.objects, self.objects.len() as u64),
            ("records", footer.records, sum(|listed| listed.records)),
            ("bytes", footer.bytes, sum(|listed| listed.bytes)),
        ]
        .into_iter()
        .filter(|(_, told, real)| told != real)
        .map(|(what, told, real)| format!("the footer says {told} {what}, the lines say {real}"))
        .collect()
    }
}

/// What an object is really like.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Of log files that could be read to their end.
    pub(super) text: Option<Text>,
}

/// The unpacked part of a log file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) raw_bytes: u64,
    pub(super) records: u64,
}

impl Listed {
    /// When it was put into the bucket, if the line says so.
    pub(super) fn delivered_at(&self) -> Option<Time> {
        Time::parse(&self.delivered_at, Time(0))
    }

    /// What the manifest says otherwise than the object.
    pub(super) fn differences(&self, measured: &Measured) -> Vec<String> {
        let mut words = Vec::new();
        let mut compare = |what: &str, told: &dyn ToString, real: &dyn ToString| {
            let (told, real) = (told.to_string(), real.to_string());
            if told != real {
                words.push(format!("the manifest says {what} {told}, the object has {real}"));
            }
        };
        compare("bytes", &self.bytes, &measured.bytes);
        compare("sha256", &self.sha256, &measured.sha256);
        if let Some(text) = measured.text {
            compare("records", &self.records, &text.records);
            compare("rawBytes", &self.raw_bytes.unwrap_or(text.raw_bytes), &text.raw_bytes);
        }
        words
    }
}
