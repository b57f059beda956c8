//! Any template, seed and size of files: every log file inflates to exactly its records.

#![no_main]

use std::fs;
use std::io::Read;
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use libfuzzer_sys::fuzz_target;
use mocktrail::{Plan, Scenario, Trail};

const SERVICE: &str = r#"{
  "eventSource": "own.amazonaws.com", "host": "own.{{region}}.amazonaws.com", "iamPrefix": "own", "protocol": "json"
}"#;

fuzz_target!(|input: (u64, u16, u16, &str)| {
    let (seed, events, records_per_file, template) = input;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("a new directory");
    fs::write(own.join("service.json"), SERVICE).expect("a new file");
    fs::write(own.join("Act.json"), template).expect("a new file");
    let mut scenario = Scenario::new().seed(seed).events(u64::from(events % 2_000) + 1);
    scenario.trail.records_per_file = u32::from(records_per_file) + 1;
    scenario.templates = vec![folder.path().to_owned()];
    let Ok(plan) = Plan::new(scenario) else { return };
    let trail = Trail::new(Arc::new(plan));
    let mut encoder = trail.encoder();
    for number in 0..trail.activity.chapters(0) {
        let chapter = trail.activity.chapter(0, number);
        for batch in trail.batches(0, &chapter) {
            let mut records = Vec::new();
            for index in &batch.events {
                records.extend_from_slice(if records.is_empty() { b"{\"Records\":[" } else { b"," as &[u8] });
                trail.record(&mut records, 0, &chapter, *index as usize);
            }
            records.extend_from_slice(b"]}");
            let file = trail.log_file(0, &chapter, &batch, &mut encoder);
            let mut inflated = Vec::new();
            GzDecoder::new(file.object.body.as_slice()).read_to_end(&mut inflated).expect("a gzip member");
            assert!(inflated == records, "{}", file.object.key);
        }
    }
});
