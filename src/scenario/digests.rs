//! Whether a trail can be validated: its digest files, and the times in which it does not log.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use toml::de::DeValue;

use super::Window;
use super::account::region;
use super::asked::Asked;
use super::file::beside;
use super::moment::{instant, span};
use super::number::share_ppm;
use super::problem::Problem;
use super::section::Section;
use super::value::{number, switch, text, word};
use crate::clock::{DAY, HOUR, Span, Time};

/// The keys of `[trail]` that are read here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DigestWish {
    /// `digests`.
    pub on: Option<Asked<bool>>,
    /// `signing_key`, as a path from where the program runs.
    pub signing_key: Option<Asked<PathBuf>>,
    /// `key_lifetime`.
    pub key_lifetime: Option<Asked<Span>>,
    /// `home_region`.
    pub home_region: Option<Asked<String>>,
    /// `backfill`, in millionths.
    pub backfill_ppm: Option<Asked<u32>>,
    /// `stopped`.
    pub stopped: Vec<Asked<(Time, Time)>>,
}

/// How a trail is validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Digests {
    /// Whether there are digest files.
    pub on: bool,
    /// A file with the private key that signs them; else keys are derived from the seed.
    pub signing_key: Option<PathBuf>,
    /// How long a derived key is valid.
    pub key_lifetime: Span,
    /// The region that the trail was made in.
    pub home_region: String,
    /// The share of log files that miss their digest and are listed in a backfill digest, in millionths.
    pub backfill_ppm: u32,
    /// The times in which the trail does not log: from, until; ascending, two hours or more apart.
    pub stopped: Vec<(Time, Time)>,
}

/// The shortest time that a trail can be stopped or go on: its digests lie an hour before its start, and its last
/// files come some minutes after its stop.
const SHORTEST: i64 = 2 * HOUR;

impl DigestWish {
    pub(super) fn read(file: &str, section: &Section, now: Time) -> Self {
        Self {
            on: section.get("digests", switch),
            signing_key: section.get("signing_key", word(|path| Ok(beside(file, path)))),
            key_lifetime: section.get("key_lifetime", lifetime),
            home_region: section.get("home_region", word(region)),
            backfill_ppm: section.get("backfill", |value| share_ppm("backfill", number(value)?)),
            stopped: section.list("stopped", word(|text| interval(text, now))),
        }
    }

    pub(super) fn overlay(self, flags: Self) -> Self {
        Self {
            on: flags.on.or(self.on),
            signing_key: flags.signing_key.or(self.signing_key),
            key_lifetime: flags.key_lifetime.or(self.key_lifetime),
            home_region: flags.home_region.or(self.home_region),
            backfill_ppm: flags.backfill_ppm.or(self.backfill_ppm),
            stopped: if flags.stopped.is_empty() { self.stopped } else { flags.stopped },
        }
    }

    /// What does not fit together: times of rest that overlap or reach beyond the window.
    pub(super) fn conflicts(&self, window: &Window) -> Vec<crate::mistake::Mistake> {
        let mut earliest = window.start;
        let mut conflicts = Vec::new();
        for asked in &self.stopped {
            let (from, to) = asked.value;
            if from.0 < earliest.0 + SHORTEST || to.0 + SHORTEST > window.end.0 {
                let what = "the trail must log for two hours or more before, between and after its stops";
                let hint = format!("it logs from {} to {}", window.start, window.end);
                conflicts.push(asked.mistake(Problem::new(what).hint(hint)));
            }
            earliest = to;
        }
        conflicts
    }

    pub(super) fn resolve(&self, first_region: &str) -> Digests {
        Digests {
            on: self.on.as_ref().is_some_and(|on| on.value),
            signing_key: self.signing_key.as_ref().map(|path| path.value.clone()),
            key_lifetime: self.key_lifetime.as_ref().map_or(Span(30 * DAY), |asked| asked.value),
            home_region: self.home_region.as_ref().map_or(first_region, |asked| &asked.value).to_owned(),
            backfill_ppm: self.backfill_ppm.as_ref().map_or(0, |asked| asked.value),
            stopped: self.stopped.iter().map(|asked| asked.value).collect(),
        }
    }
}

impl Digests {
    /// Adds the keys of `[trail]` that say this.
    pub(super) fn write(&self, trail: &mut Map<String, Value>) {
        let interval = |(from, to): &(Time, Time)| format!("{from}/{to}");
        let Value::Object(members) = json!({
            "digests": self.on,
            "signing_key": self.signing_key.as_ref().map(|path| path.to_string_lossy()),
            "key_lifetime": self.key_lifetime.to_string(),
            "home_region": self.home_region,
            "backfill": f64::from(self.backfill_ppm) / 1e6,
            "stopped": self.stopped.iter().map(interval).collect::<Vec<_>>(),
        }) else {
            return;
        };
        trail.extend(members);
    }
}

/// How long a key lasts: a day or more.
fn lifetime(value: &DeValue) -> Result<Span, Problem> {
    let lifetime = span(text(value)?)?;
    match lifetime.0 >= 2 * HOUR {
        true => Ok(lifetime),
        false => Err(Problem::new(format!("a key lasts two hours or more, not {lifetime}"))),
    }
}

/// `2026-03-02T10:00:00Z/2026-03-02T13:00:00Z`
fn interval(text: &str, now: Time) -> Result<(Time, Time), Problem> {
    let Some((from, to)) = text.split_once('/') else {
        let problem = Problem::new(format!("`{text}` is not two times"));
        return Err(problem.hint("write `2026-03-02T10:00:00Z/2026-03-02T13:00:00Z`"));
    };
    let (from, to) = (instant(from, now)?.floor_second(), instant(to, now)?.floor_second());
    match to.0 - from.0 >= SHORTEST {
        true => Ok((from, to)),
        false => Err(Problem::new("a trail is stopped for two hours or more")),
    }
}
