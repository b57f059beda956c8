//! The public keys that digests are signed with, in the form that `ListPublicKeys` answers.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use md5::{Digest as _, Md5};
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::VerifyingKey;
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::clock::Time;
use crate::hex::hex;

/// Public keys by fingerprint.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys {
    keys: BTreeMap<String, PublicKey>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct PublicKey {
    pub(super) verifier: VerifyingKey<Sha256>,
    /// When it is valid; not known for answers that say it otherwise than in seconds.
    pub(super) valid: Option<(Time, Time)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    public_key_list: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    value: String,
    fingerprint: String,
    validity_start_time: Option<Value>,
    validity_end_time: Option<Value>,
}

impl PublicKeys {
    /// Reads an answer of `ListPublicKeys`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let answer: Answer =
            serde_json::from_str(text).map_err(|error| format!("is no answer of ListPublicKeys: {error}"))?;
        let keys = answer.public_key_list.into_iter().map(Line::key).collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    pub(super) fn get(&self, fingerprint: &str) -> Option<&PublicKey> {
        self.keys.get(fingerprint)
    }
}

impl Line {
    fn key(self) -> Result<(String, PublicKey), String> {
        let wrong = |what: &str| format!("has a key with fingerprint {} that {what}", self.fingerprint);
        let der = Base64::decode_vec(&self.value).map_err(|_| wrong("is not in base 64"))?;
        if hex(&Md5::digest(&der)) != self.fingerprint {
            return Err(wrong("has another fingerprint"));
        }
        let key = RsaPublicKey::from_pkcs1_der(&der).map_err(|_| wrong("is no RSA public key of PKCS #1"))?;
        let time = |value: Option<&Value>| Some(Time((value?.as_f64()? * 1_000.0) as i64));
        let valid = time(self.validity_start_time.as_ref()).zip(time(self.validity_end_time.as_ref()));
        Ok((self.fingerprint, PublicKey { verifier: VerifyingKey::new(key), valid }))
    }
}
