//! A trail inside a test: no files, no network, the same bytes every time.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use mocktrail::{Mistakes, Plan, Scenario, Trail};

fn main() -> Result<(), Mistakes> {
    let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(7).events(500))?));

    // What a consumer of log files would be handed.
    for file in trail.files().take(3) {
        println!("{} ({} records, {} bytes)", file.object.key, file.records, file.object.body.len());
    }

    // What a parser would be handed.
    let creations = trail.records().filter(|record| record.contains("\"eventName\":\"CreateUser\"")).count();
    println!("{creations} of {} records are CreateUser", trail.records().count());
    Ok(())
}
