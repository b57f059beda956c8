//! The chain of one stream's digests, in order.

use std::collections::BTreeMap;

use super::document::{Document, Previous, SIGNATURE_ALGORITHM};
use super::keys::{KeyPair, KeySource, PublicKey, UnusableKey};
use super::{Digest, Listed};
use crate::clock::{HOUR, MINUTE, SECOND, Time};
use crate::scenario::Scenario;
use crate::seed::{Key, Seed, name};
use crate::trail::faults::longest_delay;
use crate::trail::gzip;
use crate::trail::keys::digest_end;
use crate::trail::{Headers, Object, Place};

/// The disorder of log files in a trail without faults.
const DISORDER: i64 = 10 * MINUTE;

/// How long after its hour a digest appears, at the soonest.
const WAY: i64 = 25 * MINUTE + 20 * SECOND;

/// How long after its hour a backfill digest is made.
const BACKFILL_WAY: i64 = 6 * HOUR;

/// What all digests of a trail have in common.
#[derive(Clone, Debug)]
pub(crate) struct Digests {
    /// The bucket that everything lies in.
    pub bucket: String,
    /// The trail's name.
    pub trail: String,
    /// The region that the trail was made in.
    pub home_region: String,
    /// The times in which the trail is logging: from, until; ascending, with two hours between them.
    pub logging: Vec<(Time, Time)>,
    /// The share of log files that miss their digest, in parts in a million.
    pub backfill_ppm: u32,
    /// A log file that is put into the bucket is followed by none that was put there so much earlier.
    pub disorder: i64,
    /// What signs them.
    pub keys: KeySource,
    /// Where their draws lie.
    pub draws: Key,
}

/// The digests of one stream being made, hour after hour.
pub(crate) struct Chain<'a> {
    digests: &'a Digests,
    place: Place<'a>,
    state: &'a mut ChainState,
}

/// How far the digests of a stream are.
#[derive(Default)]
pub(crate) struct ChainState {
    /// Which time of logging, and which hour of it comes next; the digest of hour 0 ends when logging begins.
    session: usize,
    hour: i64,
    /// Log files that no digest lists yet, by the instant of their delivery.
    waiting: BTreeMap<(Time, String), Listed>,
    previous: Option<Previous>,
    previous_backfill: Option<Previous>,
    pair: Option<KeyPair>,
}

impl Digests {
    /// The digests of a scenario's trail, signed with the user's private key in PEM form or with keys from the seed.
    ///
    /// # Errors
    /// When the text holds no key to sign with.
    pub(crate) fn new(scenario: &Scenario, signing_key: Option<&str>) -> Result<Self, UnusableKey> {
        let (window, trail, seed) = (&scenario.time, &scenario.trail, Seed(scenario.seed));
        let draws = seed.key("digests");
        let lifetime = trail.digests.key_lifetime.0;
        let from_seed = || Ok(KeySource::of_seed(seed, lifetime));
        let stops = &trail.digests.stopped;
        let starts = std::iter::once(window.start).chain(stops.iter().map(|(_, to)| *to));
        let ends = stops.iter().map(|(from, _)| *from).chain([window.end]);
        Ok(Self {
            bucket: trail.bucket.clone(),
            trail: trail.name.clone(),
            home_region: trail.digests.home_region.clone(),
            logging: starts.zip(ends).collect(),
            backfill_ppm: trail.digests.backfill_ppm,
            disorder: DISORDER.max(2 * trail.flush.0) + longest_delay(scenario),
            keys: signing_key.map_or_else(from_seed, KeySource::user)?,
            draws,
        })
    }

    /// Whether a key is one that a digest of this trail can have.
    #[must_use]
    pub(crate) fn explain(&self, place: Place<'_>, key: &str) -> bool {
        let is_hour = |end: Time| {
            let since = |(from, _): &(Time, Time)| end.0 - from.floor_second().0;
            self.logging.iter().any(|session| since(session) >= 0 && since(session) % HOUR == 0)
        };
        let named = |end| [false, true].map(|backfill| place.digest(end, &self.trail, &self.home_region, backfill));
        digest_end(key).is_some_and(|end| is_hour(end) && named(end).iter().any(|name| name == key))
    }

    /// Every public key that the digests of these regions can name, as `ListPublicKeys` answers.
    #[must_use]
    pub(crate) fn public_keys<'r>(&self, regions: impl Iterator<Item = &'r str>) -> Vec<PublicKey> {
        let first = self.logging.first().map_or(Time(0), |(from, _)| Time(from.0 - HOUR));
        let last = self.logging.last().map_or(Time(0), |(_, to)| Time(to.0 + BACKFILL_WAY + 2 * HOUR));
        let mut keys: Vec<PublicKey> = regions.flat_map(|region| self.keys.between(region, first, last)).collect();
        keys.sort_by(|a, b| (a.from, &a.fingerprint).cmp(&(b.from, &b.fingerprint)));
        keys.dedup();
        keys
    }
}

impl<'a> Chain<'a> {
    /// The chain of a stream, as far as it is; a new state stands before the first digest.
    #[must_use]
    pub(crate) const fn new(digests: &'a Digests, place: Place<'a>, state: &'a mut ChainState) -> Self {
        Self { digests, place, state }
    }

    /// Takes the next log file in the order of keys; gives the digests of all hours that are over.
    pub(crate) fn take(&mut self, file: Listed) -> Vec<Digest> {
        let over = Time(file.delivered_at.0 - self.digests.disorder);
        self.state.waiting.insert((file.delivered_at, file.key.clone()), file);
        self.until(over)
    }

    /// The rest of the digests, when there are no more log files.
    pub(crate) fn finish(&mut self) -> Vec<Digest> {
        self.until(Time(i64::MAX))
    }

    /// The digests of all hours that end before an instant.
    fn until(&mut self, over: Time) -> Vec<Digest> {
        let mut made = Vec::new();
        while let Some(&(from, to)) = self.digests.logging.get(self.state.session) {
            let end = Time(from.floor_second().0 + self.state.hour * HOUR);
            if end >= over {
                break;
            }
            let is_last = end >= to && self.delivered_in_session().is_none_or(|last| last <= end);
            self.make(end, &mut made);
            self.state.hour += 1;
            if is_last {
                (self.state.session, self.state.hour, self.state.previous) = (self.state.session + 1, 0, None);
            }
        }
        made
    }

    /// The last delivery before the next time of logging.
    fn delivered_in_session(&self) -> Option<Time> {
        let next = self.digests.logging.get(self.state.session + 1).map_or(Time(i64::MAX), |(from, _)| *from);
        self.state.waiting.range(..(next, String::new())).next_back().map(|((delivered, _), _)| *delivered)
    }

    /// The digest of the hour that ends then, and the one of what it missed.
    fn make(&mut self, end: Time, made: &mut Vec<Digest>) {
        let later = self.state.waiting.split_off(&(Time(end.0 + 1), String::new()));
        let files = std::mem::replace(&mut self.state.waiting, later).into_values();
        let is_late = |file: &Listed| self.digests.draws.named(name(&file.key)).chance(self.digests.backfill_ppm);
        let (missed, files): (Vec<Listed>, Vec<Listed>) = files.partition(is_late);
        let (digest, seal) = self.digest(end, None, &files);
        self.state.previous = Some(seal);
        made.push(digest);
        if !missed.is_empty() {
            let (digest, seal) = self.digest(end, Some(Time(end.0 + BACKFILL_WAY)), &missed);
            self.state.previous_backfill = Some(seal);
            made.push(digest);
        }
    }

    /// One digest; a backfill digest when the instant is given at which it was made.
    fn digest(&mut self, end: Time, backfill: Option<Time>, files: &[Listed]) -> (Digest, Previous) {
        let digests = self.digests;
        let made_at = backfill.unwrap_or(end);
        if self.state.pair.as_ref().is_none_or(|pair| !pair.lasts(made_at)) {
            self.state.pair = Some(digests.keys.at(self.place.region, made_at));
        }
        let pair = self.state.pair.as_ref().expect("a key was chosen just now");
        let key = self.place.digest(end, &digests.trail, &digests.home_region, backfill.is_some());
        let document = Document {
            account: self.place.account,
            start: Time(end.0 - HOUR),
            end,
            bucket: &digests.bucket,
            key: &key,
            previous: if backfill.is_some() {
                self.state.previous_backfill.as_ref()
            } else {
                self.state.previous.as_ref()
            },
            files,
        };
        let json = document.json(pair.fingerprint());
        let seal = document.sign(&json, pair);
        let mut metadata = BTreeMap::from([
            ("signature".to_owned(), seal.signature.clone()),
            ("signature-algorithm".to_owned(), SIGNATURE_ALGORITHM.to_owned()),
        ]);
        metadata.extend(backfill.map(|at| ("backfill-generation-timestamp".to_owned(), at.to_string())));
        let member = gzip::member(json.as_bytes());
        let lag = digests.draws.named(name(&key)).below(80_000) as i64;
        let digest = Digest {
            raw_bytes: json.len() as u64,
            raw_crc32: member.crc32,
            log_files: files.len() as u64,
            delivered_at: Time(backfill.map_or(end.0 + WAY, |at| at.0) + lag),
            object: Object {
                key,
                body: member.bytes,
                sha256: None,
                headers: Headers {
                    content_type: "application/json".into(),
                    content_encoding: "gzip".into(),
                    server_side_encryption: "AES256".into(),
                    metadata,
                },
            },
        };
        (digest, seal)
    }
}
