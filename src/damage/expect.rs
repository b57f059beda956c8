//! What `aws cloudtrail validate-logs` prints about damage, line by line. Source: awscli 1.46,
//! `customizations/cloudtrail/validation.py`.

use super::Kind;
use super::name::Name;

/// The line about an object.
pub(super) fn line(bucket: &str, key: &str, is_log: bool, verdict: &str) -> String {
    let backfill = if key.ends_with("_backfill.json.gz") { "(backfill) " } else { "" };
    let file = if is_log { "Log file" } else { "Digest file" };
    format!("{backfill}{file}\ts3://{bucket}/{key}\tINVALID: {verdict}")
}

/// What is said of a digest that is signed with an unknown key.
pub(super) fn unknown_key(key: &str, fingerprint: &str) -> String {
    let home = Name::of_digest(key).map_or("", |name| name.home_region);
    format!("public key not found in region {home} for fingerprint {fingerprint}")
}

/// Whether a digest that is gone is missed: one that follows names it.
pub(super) const fn is_missed(kind: Kind, has_follower: bool) -> bool {
    match kind {
        Kind::DigestDeleted | Kind::DigestGap | Kind::DigestMoved => has_follower,
        _ => true,
    }
}
