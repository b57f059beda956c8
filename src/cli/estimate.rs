//! `mocktrail generate --dry-run`: what would be written.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::place::Place;
use super::summary::{bytes, files as files_of, of_shard, things};
use crate::run::{self, Estimate};
use crate::shard::Shard;
use crate::trail::Trail;

/// Shows what a run would come to. The destination is not touched.
pub(crate) fn show(
    trail: &Trail,
    shard: Option<Shard>,
    place: &Place,
    as_json: bool,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let scenario = &trail.plan().scenario;
    let (estimate, name) = (run::estimate_part(trail, shard), place.name(scenario));
    match as_json {
        true => console.json(&of_shard(shard, document(&estimate, scenario.seed, &name)))?,
        false => writeln!(console.out, "{}", text(&estimate, place, &name))?,
    }
    Ok(Exit::Done)
}

fn text(estimate: &Estimate, place: &Place, name: &str) -> String {
    let what = match place {
        Place::Output => records(estimate),
        Place::Store(_) => files(estimate, name),
    };
    what + "nothing was written"
}

fn records(estimate: &Estimate) -> String {
    let (events, raw) = (things(estimate.events, "event"), bytes(estimate.raw_bytes));
    format!("{events} as JSON lines, about {raw}\n")
}

fn files(estimate: &Estimate, name: &str) -> String {
    let about = if estimate.exact { "" } else { "about " };
    let (events, files) = (things(estimate.events, "event"), files_of(estimate.objects, estimate.digests, about));
    let (size, raw) = (bytes(estimate.bytes), bytes(estimate.raw_bytes));
    let mut text = format!("{events} in {files}, {about}{size} ({about}{raw} before gzip)\n");
    let _ = writeln!(text, "for `{name}`");
    if estimate.events > 0 {
        let _ = writeln!(text, "first: {}\nlast:  {}", estimate.first_key, estimate.last_key);
    }
    text
}

fn document(estimate: &Estimate, seed: u64, place: &str) -> Value {
    json!({
        "dryRun": true,
        "seed": seed,
        "destination": place,
        "events": estimate.events,
        "objects": estimate.objects,
        "digests": estimate.digests,
        "rawBytes": estimate.raw_bytes,
        "bytes": estimate.bytes,
        "exact": estimate.exact,
        "firstKey": estimate.first_key,
        "lastKey": estimate.last_key,
    })
}
