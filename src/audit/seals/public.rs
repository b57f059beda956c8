//! The public keys that digests are signed with, in the form that `ListPublicKeys` answers.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use md5::{Digest as _, Md5};
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::VerifyingKey;
use serde::Deserialize;
use sha2::Sha256;

use crate::audit::file::hex;

/// Public keys by fingerprint.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys {
    keys: BTreeMap<String, PublicKey>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct PublicKey {
    pub(super) verifier: VerifyingKey<Sha256>,
    /// When it is valid, in seconds; not known for answers that say it otherwise than in numbers.
    pub(super) valid: Option<(f64, f64)>,
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
    validity_start_time: Option<serde_json::Value>,
    validity_end_time: Option<serde_json::Value>,
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
        let number = |value: &Option<serde_json::Value>| value.as_ref().and_then(serde_json::Value::as_f64);
        let valid = number(&self.validity_start_time).zip(number(&self.validity_end_time));
        Ok((self.fingerprint, PublicKey { verifier: VerifyingKey::new(key), valid }))
    }
}
