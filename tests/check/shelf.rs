//! What is done with a trail in memory: it is made, checked and changed.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use mocktrail::audit::{self, Finding, Options, Outcome, Source};
use mocktrail::delivery::Directory;
use mocktrail::run;
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Scenario, Time, Trail};
use serde_json::Value;

pub(crate) use super::memory::Shelf;
use super::{pack, unpack};

/// The scenario of a file.
pub(crate) fn scenario(text: &str) -> Result<Scenario, String> {
    let names = Plan::new(Scenario::default()).unwrap();
    let wish = Wish::parse("scenario.toml", text, &names.action_names(), Time(0));
    wish.and_then(Wish::resolve).map_err(|mistakes| mistakes.to_string())
}

impl Shelf {
    /// The files of a scenario.
    pub(crate) fn of(scenario: Scenario) -> Self {
        let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
        let objects = trail.files().map(|file| (file.object.key, file.object.body)).collect();
        Self { objects, manifest: None }
    }

    /// An ordinary trail with everything that mistakes need: many errors, all types of identity.
    pub(crate) fn office() -> Self {
        static OFFICE: OnceLock<Shelf> = OnceLock::new();
        let make = || Self::of(scenario("seed = 5\n[traffic]\nevents = 4_000\nerrors = 0.2").unwrap());
        OFFICE.get_or_init(make).clone()
    }

    /// A small trail with its manifest.
    pub(crate) fn with_manifest() -> Self {
        let scenario = Scenario::new().seed(9).events(300);
        let trail = Trail::new(Arc::new(Plan::new(scenario.clone()).unwrap()));
        let place = tempfile::tempdir().unwrap();
        let options =
            run::Options { threads: 1, manifest_dir: place.path().join("manifest"), force: false, signing_key: None };
        let directory = Directory::new(place.path().join("trail"), false);
        let stop = AtomicBool::new(false);
        let outcome = run::generate(&trail, &directory, &options, &stop, &|_| ()).unwrap();
        Self { manifest: Some(std::fs::read_to_string(outcome.manifest).unwrap()), ..Self::of(scenario) }
    }

    pub(crate) fn check(&self) -> (Outcome, Vec<Finding>) {
        self.check_with(&Options { threads: 2, max_findings: usize::MAX, public_keys: None })
    }

    pub(crate) fn check_with(&self, options: &Options) -> (Outcome, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut tell = |finding: &Finding| {
            findings.push(finding.clone());
            Ok(())
        };
        let sources: [Box<dyn Source>; 1] = [Box::new(self.clone())];
        let outcome = audit::check(&sources, options, &AtomicBool::new(false), &mut tell, &|_| ()).unwrap();
        (outcome, findings)
    }

    /// The key of a file with at least three records.
    pub(crate) fn key_with_several_records(&self) -> String {
        let has = |bytes: &[u8]| unpack(bytes).matches(r#"{"eventVersion""#).count() >= 3;
        self.objects.iter().find(|(_, bytes)| has(bytes)).unwrap().0.clone()
    }

    /// Changes the first record that differs after `change`; its file and its index.
    pub(crate) fn change_a_record(&mut self, change: &dyn Fn(&str) -> String) -> Option<(String, u64)> {
        for (key, bytes) in &mut self.objects {
            let mut document: Value = serde_json::from_str(&unpack(bytes)).unwrap();
            let records = document["Records"].as_array_mut().unwrap();
            let mut texts: Vec<String> = records.iter().map(ToString::to_string).collect();
            for index in 0..texts.len() {
                let changed = change(&texts[index]);
                if changed != texts[index] {
                    texts[index] = changed;
                    *bytes = pack(format!(r#"{{"Records":[{}]}}"#, texts.join(",")).as_bytes());
                    return Some((key.clone(), index as u64));
                }
            }
        }
        None
    }
}
