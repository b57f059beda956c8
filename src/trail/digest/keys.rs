//! The key pairs that digests are signed with.
//!
//! CloudTrail signs with a key of the region whose logs a digest lists, and replaces it about once a month by
//! one whose validity overlaps. Here each is derived from the seed, so the same trail has the same keys.

use std::fmt;

use base64ct::{Base64, Encoding};
use md5::{Digest as _, Md5};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde::Serialize;
use sha2::Sha256;

use crate::clock::{HOUR, SECOND, Time};
use crate::hex::hex;
use crate::seed::{Key, Seed, name};

/// The length of a key in bits.
const BITS: usize = 2_048;

/// How long the validities of a key and of the next overlap.
const OVERLAP: i64 = 24 * HOUR;

/// A key pair and when it is valid.
#[derive(Clone)]
pub(crate) struct KeyPair {
    signer: SigningKey<Sha256>,
    public: PublicKey,
}

/// A public key, as `ListPublicKeys` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// PKCS #1 `RSAPublicKey` in DER.
    pub der: Vec<u8>,
    /// MD5 of the DER bytes, in lower-case hex.
    pub fingerprint: String,
    /// From when on it is valid …
    pub from: Time,
    /// … and until when.
    pub to: Time,
}

/// What `ListPublicKeys` answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PublicKeyList {
    public_key_list: Vec<PublicKeyLine>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PublicKeyLine {
    value: String,
    validity_start_time: i64,
    validity_end_time: i64,
    fingerprint: String,
}

impl From<Vec<PublicKey>> for PublicKeyList {
    fn from(keys: Vec<PublicKey>) -> Self {
        let line = |key: PublicKey| PublicKeyLine {
            value: Base64::encode_string(&key.der),
            validity_start_time: key.from.0 / SECOND,
            validity_end_time: key.to.0 / SECOND,
            fingerprint: key.fingerprint,
        };
        Self { public_key_list: keys.into_iter().map(line).collect() }
    }
}

/// Why a user's key cannot sign digests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableKey {
    /// It is no text in PEM form.
    #[error("expected an RSA private key in PEM form, found no `-----BEGIN …-----`")]
    NoPem,
    /// It is something else in PEM form.
    #[error("expected an RSA private key (PKCS #1 or PKCS #8), found `{label}`")]
    Kind {
        /// What stands behind `BEGIN`.
        label: String,
    },
    /// It has the form of a private key, and RSA cannot use it.
    #[error("expected an RSA private key, found a key of another kind, or a damaged one")]
    NoRsa,
    /// `CloudTrail` signs with keys of one length.
    #[error("expected an RSA private key of {BITS} bits, found {found}")]
    Length {
        /// Its length in bits.
        found: usize,
    },
}

impl UnusableKey {
    /// What a text is that could not be read as a key.
    fn of(pem: &str) -> Self {
        let label = pem.split_once("-----BEGIN ").and_then(|(_, rest)| Some(rest.split_once("-----")?.0));
        match label {
            None => Self::NoPem,
            Some("PRIVATE KEY" | "RSA PRIVATE KEY") => Self::NoRsa,
            Some(label) => Self::Kind { label: label.to_owned() },
        }
    }
}

/// Where the keys of a trail come from.
#[derive(Clone)]
pub(crate) enum KeySource {
    /// From the seed: one key for each region, replaced when it has lasted so long, in milliseconds.
    Seed { key: Key, lifetime: i64 },
    /// One key for everything.
    User(Box<RsaPrivateKey>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seed { .. } => "keys from the seed",
            Self::User(_) => "the user's key",
        })
    }
}

impl KeySource {
    /// The keys of a trail that has none of the user's, each of which lasts so many milliseconds.
    #[must_use]
    pub(crate) fn of_seed(seed: Seed, lifetime: i64) -> Self {
        Self::Seed { key: seed.key("digests").named(const { name("signing keys") }), lifetime }
    }

    /// One key for everything, from the text of a PEM file.
    ///
    /// # Errors
    /// When the text holds no RSA private key of the length that `CloudTrail` uses.
    pub(crate) fn user(pem: &str) -> Result<Self, UnusableKey> {
        let key = RsaPrivateKey::from_pkcs8_pem(pem).or_else(|_| RsaPrivateKey::from_pkcs1_pem(pem));
        let key = key.map_err(|_| UnusableKey::of(pem))?;
        match key.size() * 8 {
            BITS => Ok(Self::User(Box::new(key))),
            found => Err(UnusableKey::Length { found }),
        }
    }

    /// The number of the key that signs for a region at an instant.
    fn turn(&self, region: &str, time: Time) -> i64 {
        match self {
            Self::Seed { key, lifetime } => (time.0 - phase(*key, region, *lifetime)).div_euclid(step(*lifetime)),
            Self::User(_) => 0,
        }
    }

    /// The key that signs for a region at an instant.
    #[must_use]
    pub(crate) fn at(&self, region: &str, time: Time) -> KeyPair {
        self.of_turn(region, self.turn(region, time))
    }

    fn of_turn(&self, region: &str, turn: i64) -> KeyPair {
        match self {
            Self::Seed { key, lifetime } => {
                let mut rng = key.named(name(region)).at(turn as u64).rng();
                let pair = RsaPrivateKey::new(&mut rng, BITS).expect("there are prime numbers enough");
                let from = Time(phase(*key, region, *lifetime) + turn * step(*lifetime)).floor_second();
                KeyPair::new(pair, from, Time(from.0 + lifetime))
            }
            // Valid for as long as anyone may ask.
            Self::User(key) => KeyPair::new((**key).clone(), FIRST, LAST),
        }
    }

    /// Every public key of a region that is valid between two instants, oldest first.
    pub(crate) fn between(&self, region: &str, from: Time, to: Time) -> Vec<PublicKey> {
        // The key before overlaps into the time.
        let turns = match self {
            Self::Seed { .. } => self.turn(region, from) - 1..=self.turn(region, to),
            Self::User(_) => 0..=0,
        };
        let keys = turns.map(|turn| self.of_turn(region, turn).public);
        keys.filter(|key| key.to >= from && key.from <= to).collect()
    }
}

/// 2006-01-01 and 2100-12-31; a scenario lies between them.
const FIRST: Time = Time(1_136_073_600_000);
const LAST: Time = Time(4_133_894_400_000);

/// When the keys of a region are replaced.
fn phase(key: Key, region: &str, lifetime: i64) -> i64 {
    key.named(name(region)).named(const { name("phase") }).below(step(lifetime) as u64) as i64
}

/// The time from one key to the next.
fn step(lifetime: i64) -> i64 {
    (lifetime - OVERLAP.min(lifetime / 2)).max(1)
}

impl KeyPair {
    fn new(key: RsaPrivateKey, from: Time, to: Time) -> Self {
        let der = RsaPublicKey::from(&key).to_pkcs1_der().expect("a public key can always be written").into_vec();
        let fingerprint = hex(&Md5::digest(&der));
        Self { signer: SigningKey::new(key), public: PublicKey { der, fingerprint, from, to } }
    }

    /// Whether it is the one to sign with at an instant.
    #[must_use]
    pub(crate) fn lasts(&self, time: Time) -> bool {
        self.public.from <= time && time.0 < self.public.from.0 + step(self.public.to.0 - self.public.from.0)
    }

    /// MD5 of the public key's DER bytes, in lower-case hex.
    #[must_use]
    pub(crate) fn fingerprint(&self) -> &str {
        &self.public.fingerprint
    }

    /// The signature of a text, RSASSA-PKCS1-v1_5 with SHA-256, in hex.
    #[must_use]
    pub(crate) fn sign(&self, text: &str) -> String {
        hex(&self.signer.sign(text.as_bytes()).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    fn source() -> KeySource {
        KeySource::of_seed(Seed(7), 30 * DAY)
    }

    #[test]
    fn keys_are_replaced_and_overlap() {
        let (from, to) = (Time(1_772_409_600_000), Time(1_772_409_600_000 + 70 * DAY));
        let keys = source().between("us-east-1", from, to);
        assert!((3..=5).contains(&keys.len()), "{}", keys.len());
        for pair in keys.windows(2) {
            assert_eq!(pair[0].to.0 - pair[1].from.0, OVERLAP);
            assert_ne!(pair[0].fingerprint, pair[1].fingerprint);
        }
        let signing = source().at("us-east-1", to);
        assert!(signing.lasts(to) && keys.contains(&signing.public));
    }

    #[test]
    fn a_public_key_is_270_bytes_and_every_region_has_its_own() {
        let time = Time(1_772_409_600_000);
        let (here, there) = (source().at("us-east-1", time), source().at("eu-west-1", time));
        assert_eq!((here.public.der.len(), here.fingerprint().len(), here.sign("x").len()), (270, 32, 512));
        assert_ne!(here.fingerprint(), there.fingerprint());
        assert_eq!(here.sign("x"), source().at("us-east-1", time).sign("x"));
    }

    #[test]
    fn a_text_that_is_no_key_is_refused() {
        for (pem, words) in [
            ("", "found no `-----BEGIN"),
            ("-----BEGIN PUBLIC KEY-----\n", "found `PUBLIC KEY`"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "or a damaged one"),
        ] {
            let error = KeySource::user(pem).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
