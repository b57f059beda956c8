//! The keys of a scenario file, each named once, and what to say about others.

use super::fault;
use super::problem::{Problem, listed};
use crate::mistake::closest;

/// The part of the file above the first section.
pub(super) const TOP: &str = "";

/// All keys, by section.
pub(super) const FIELDS: [(&str, &[&str]); 8] = [
    (TOP, &["seed", "format", "templates", "time", "traffic", "account", "trail", "records", "addresses", "faults"]),
    ("time", &["start", "end", "for", "shape"]),
    ("traffic", &["events", "rate", "pace", "errors", "mix", "only", "identity", "neighbours"]),
    ("account", &["id", "regions", "organizations", "users", "groups", "resources"]),
    (
        "trail",
        &[
            "name",
            "bucket",
            "prefix",
            "organization",
            "records_per_file",
            "writers",
            "gzip",
            "flush",
            "digests",
            "signing_key",
            "key_lifetime",
            "home_region",
            "backfill",
            "stopped",
        ],
    ),
    ("records", &["style", "event_version", "tls_details", "redaction", "message_flow_source", "parameter_order"]),
    ("addresses", &["pool"]),
    ("faults", fault::KEYS),
];

/// Keys that are planned. Ignoring them would be worse than refusing them.
const LATER: [(&str, &str); 1] = [(TOP, "incident")];

/// Says what is wrong with a key of a section, if anything is.
pub(super) fn check(section: &str, key: &str) -> Result<(), Problem> {
    let known = keys(section);
    if known.contains(&key) {
        return Ok(());
    }
    if LATER.contains(&(section, key)) {
        return Err(Problem::new(format!("{} is not available in this version", title(section, key))));
    }
    let place = if section == TOP { String::new() } else { format!(" in {}", header(section)) };
    let choice = if known.len() == 1 { "" } else { "one of " };
    let problem = Problem::new(format!("unknown field `{key}`{place}, expected {choice}{}", listed(known.to_vec())));
    Err(match FIELDS.iter().find(|(_, keys)| keys.contains(&key)) {
        Some((TOP, _)) => problem.hint(format!("`{key}` belongs at the top of the file, above the first section")),
        Some((home, _)) => problem.hint(format!("`{key}` belongs in {}", header(home))),
        None => problem.meant(closest(key, known.iter().copied())),
    })
}

/// The section as a user writes it.
pub(super) fn header(section: &str) -> String {
    match section {
        "account" | "incident" => format!("`[[{section}]]`"),
        _ => format!("`[{section}]`"),
    }
}

fn keys(section: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(name, _)| *name == section).map_or(&[], |(_, keys)| keys)
}

fn title(section: &str, key: &str) -> String {
    if section == TOP { header(key) } else { format!("`{key}`") }
}
