//! A trail with digests, read back from its directory, and the laws that hold in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use base64ct::{Base64, Encoding};
use md5::Md5;
use mocktrail::Time;
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const HOUR: i64 = 3_600_000;

/// A trail as it lies there.
pub(crate) struct Sealed {
    header: Value,
    /// The lines of log files, by key.
    logs: BTreeMap<String, Value>,
    pub(crate) digests: BTreeMap<String, Digest>,
    /// The bytes of log files before compression, by key.
    texts: BTreeMap<String, Vec<u8>>,
    /// What `ListPublicKeys` would answer, by fingerprint.
    pub(crate) keys: BTreeMap<String, PublicKey>,
}

pub(crate) struct Digest {
    raw: Vec<u8>,
    json: Value,
    line: Value,
}

pub(crate) struct PublicKey {
    verifier: VerifyingKey<Sha256>,
    from: i64,
    to: i64,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

pub(crate) fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut raw).unwrap();
    raw
}

fn time(value: &Value) -> Time {
    Time::parse(value.as_str().unwrap(), Time(0)).unwrap()
}

impl Digest {
    pub(crate) fn text(&self, member: &str) -> &str {
        self.json[member].as_str().unwrap()
    }

    fn end(&self) -> Time {
        time(&self.json["digestEndTime"])
    }

    /// Account and region.
    fn stream(&self) -> (String, String) {
        let name = self.text("digestS3Object").rsplit('/').next().unwrap();
        (name.split('_').next().unwrap().into(), name.split('_').nth(2).unwrap().into())
    }

    fn is_backfill(&self) -> bool {
        self.text("digestS3Object").ends_with("_backfill.json.gz")
    }

    fn signature(&self) -> &str {
        self.line["headers"]["metadata"]["signature"].as_str().unwrap()
    }

    fn log_files(&self) -> &[Value] {
        self.json["logFiles"].as_array().unwrap()
    }
}

impl Sealed {
    pub(crate) fn read(place: &Path) -> Self {
        let manifest = fs::read_to_string(place.join(".mocktrail/manifest.jsonl")).unwrap();
        let lines: Vec<Value> = manifest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut sealed = Self {
            header: lines[0].clone(),
            logs: BTreeMap::new(),
            digests: BTreeMap::new(),
            texts: BTreeMap::new(),
            keys: public_keys(place),
        };
        for line in &lines[1..lines.len() - 1] {
            let key = line["key"].as_str().unwrap().to_owned();
            let object = fs::read(place.join(&key)).unwrap();
            assert_eq!((object.len() as u64, hex(&Sha256::digest(&object))), measures(line), "{key}");
            let raw = inflate(&object);
            assert_eq!(Some(raw.len() as u64), line["rawBytes"].as_u64(), "{key}");
            if line["kind"] == "log" {
                sealed.texts.insert(key.clone(), raw);
                sealed.logs.insert(key, line.clone());
            } else {
                let json = serde_json::from_slice(&raw).unwrap();
                sealed.digests.insert(key, Digest { raw, json, line: line.clone() });
            }
        }
        sealed
    }

    pub(crate) fn hold_to_the_laws(&self) {
        assert!(!self.digests.is_empty());
        self.every_log_file_is_in_one_digest_of_its_hour();
        self.digests.iter().for_each(|(key, digest)| self.a_digest_says_what_it_is(key, digest));
        for stream in self.streams() {
            for backfill in [false, true] {
                self.the_chain_holds(&stream, backfill);
            }
        }
    }

    fn every_log_file_is_in_one_digest_of_its_hour(&self) {
        let mut listed = BTreeSet::new();
        for digest in self.digests.values() {
            assert_eq!(digest.line["logFiles"].as_u64(), Some(digest.log_files().len() as u64));
            for entry in digest.log_files() {
                let key = entry["s3Object"].as_str().unwrap();
                assert!(listed.insert(key), "{key} is listed twice");
                let line = &self.logs[key];
                let delivered = time(&line["deliveredAt"]);
                let end = digest.end();
                assert!(
                    end.0 - HOUR < delivered.0 && delivered <= end,
                    "{key}: {delivered} is not in the hour to {end}"
                );
                assert_eq!(entry["hashValue"], hex(&Sha256::digest(&self.texts[key])), "{key}");
                assert_eq!(entry["hashValue"], line["rawSha256"], "{key}");
                assert_eq!(entry["oldestEventTime"], line["firstEventTime"], "{key}");
                assert_eq!(entry["newestEventTime"], line["lastEventTime"], "{key}");
                assert_eq!((&entry["s3Bucket"], &entry["hashAlgorithm"]), (&self.bucket(), &Value::from("SHA-256")));
                let folder = format!("/{}/CloudTrail/{}/", digest.stream().0, digest.stream().1);
                assert!(key.contains(&folder), "{key} is of another stream than {folder}");
            }
        }
        assert!(listed.iter().copied().eq(self.logs.keys()), "every log file is listed");
    }

    fn a_digest_says_what_it_is(&self, key: &str, digest: &Digest) {
        let members: Vec<&String> = digest.json.as_object().unwrap().keys().collect();
        assert_eq!(members, MEMBERS);
        let text = str::from_utf8(&digest.raw).unwrap();
        assert!(!text.replace("\\/", "").contains('/') && !text.contains(": "), "{text}");
        assert_eq!(digest.text("digestS3Object"), key);
        assert_eq!(digest.json["digestS3Bucket"], self.bucket());
        let start = time(&digest.json["digestStartTime"]);
        assert_eq!(digest.end().0 - start.0, HOUR);
        let stamp = digest.text("digestEndTime").replace(['-', ':'], "");
        assert!(key.trim_end_matches("_backfill.json.gz").trim_end_matches(".json.gz").ends_with(&stamp), "{key}");
        assert!(key.starts_with(&digest_folder(key, &digest.stream(), digest.text("digestEndTime"))), "{key}");
        let times = |member: &str| digest.log_files().iter().map(|entry| entry[member].as_str().unwrap()).collect();
        let (newest, oldest): (Vec<&str>, Vec<&str>) = (times("newestEventTime"), times("oldestEventTime"));
        assert_eq!(digest.json["newestEventTime"].as_str(), newest.into_iter().max());
        assert_eq!(digest.json["oldestEventTime"].as_str(), oldest.into_iter().min());
        self.the_signature_verifies(key, digest);
    }

    /// Source: CloudTrail User Guide, on custom implementations of the validation of log file integrity.
    fn the_signature_verifies(&self, key: &str, digest: &Digest) {
        let metadata = &digest.line["headers"]["metadata"];
        assert_eq!(metadata["signature-algorithm"], digest.json["digestSignatureAlgorithm"]);
        let made = match digest.is_backfill() {
            true => time(&metadata["backfill-generation-timestamp"]),
            false => digest.end(),
        };
        assert!(made >= digest.end() && time(&digest.line["deliveredAt"]) >= made, "{key}");
        let public = &self.keys[digest.text("digestPublicKeyFingerprint")];
        assert!(public.from <= made.0 && made.0 < public.to, "{key} is signed while its key is valid");
        let previous = digest.json["previousDigestSignature"].as_str().unwrap_or("null");
        let bucket = digest.text("digestS3Bucket");
        let hash = hex(&Sha256::digest(&digest.raw));
        let signed = format!("{}\n{bucket}/{key}\n{hash}\n{previous}", digest.text("digestEndTime"));
        let signature = Signature::try_from(&bytes_of(digest.signature())[..]).unwrap();
        public.verifier.verify(signed.as_bytes(), &signature).unwrap_or_else(|error| panic!("{key}: {error}"));
    }

    /// Hour by hour; nulls where the trail begins to log, and else the digest before.
    fn the_chain_holds(&self, stream: &(String, String), backfill: bool) {
        let digests = || self.of_stream(stream).filter(|(_, digest)| digest.is_backfill() == backfill);
        let mut before: Option<(&String, &Digest)> = None;
        for (key, digest) in digests() {
            let previous = |member: &str| digest.json[&format!("previousDigest{member}")].clone();
            let is_start = previous("S3Object").is_null();
            for member in ["S3Bucket", "HashValue", "HashAlgorithm", "Signature"] {
                assert_eq!(previous(member).is_null(), is_start, "{key}: {member}");
            }
            match before {
                Some((last, of_last)) if !is_start => {
                    assert_eq!(previous("S3Object"), **last, "{key}");
                    assert_eq!(previous("S3Bucket"), self.bucket(), "{key}");
                    assert_eq!(previous("HashValue"), hex(&Sha256::digest(&of_last.raw)), "{key}");
                    assert_eq!(previous("Signature"), of_last.signature(), "{key}");
                    assert!(backfill || digest.end().0 - of_last.end().0 == HOUR, "{key} follows {last}");
                }
                _ => assert!(is_start && (backfill || digest.log_files().is_empty()), "{key} begins a chain"),
            }
            before = Some((key, digest));
        }
        assert!(backfill || before.is_some(), "{stream:?} has digests");
    }

    fn bucket(&self) -> Value {
        self.header["scenario"]["trail"]["bucket"].clone()
    }

    /// Accounts and regions.
    pub(crate) fn streams(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let streams = self.header["streams"].as_array().unwrap();
        streams.iter().map(|stream| (text(&stream["account"]), text(&stream["region"]))).collect()
    }

    pub(crate) fn of_stream(&self, stream: &(String, String)) -> impl Iterator<Item = (&String, &Digest)> {
        self.digests.iter().filter(move |(_, digest)| digest.stream() == *stream)
    }

    pub(crate) fn streams_without_log_files(&self) -> usize {
        let has_none = |(account, region): &&(String, String)| {
            !self.logs.keys().any(|key| key.contains(&format!("{account}_CloudTrail_{region}_")))
        };
        self.streams().iter().filter(has_none).count()
    }

    /// The times at which the digests of a region end, in order.
    pub(crate) fn ends(&self, region: &str, backfill: bool) -> Vec<Time> {
        let of = |digest: &&Digest| digest.stream().1 == region && digest.is_backfill() == backfill;
        self.digests.values().filter(of).map(Digest::end).collect()
    }

    /// Those of digests that begin a chain.
    pub(crate) fn starts(&self, region: &str, backfill: bool) -> Vec<Time> {
        let of = |digest: &&Digest| digest.stream().1 == region && digest.is_backfill() == backfill;
        let is_start = |digest: &&Digest| digest.json["previousDigestS3Object"].is_null();
        self.digests.values().filter(of).filter(is_start).map(Digest::end).collect()
    }

    /// The keys that digests are signed with.
    pub(crate) fn fingerprints(&self) -> BTreeSet<&str> {
        self.digests.values().map(|digest| digest.text("digestPublicKeyFingerprint")).collect()
    }
}

const MEMBERS: [&str; 15] = [
    "awsAccountId",
    "digestStartTime",
    "digestEndTime",
    "digestS3Bucket",
    "digestS3Object",
    "digestPublicKeyFingerprint",
    "digestSignatureAlgorithm",
    "newestEventTime",
    "oldestEventTime",
    "previousDigestS3Bucket",
    "previousDigestS3Object",
    "previousDigestHashValue",
    "previousDigestHashAlgorithm",
    "previousDigestSignature",
    "logFiles",
];

/// The folder that a digest must lie in, with what the trail's keys begin with.
fn digest_folder(key: &str, (account, region): &(String, String), end: &str) -> String {
    let root = &key[..key.find(&format!("{account}/CloudTrail-Digest/")).unwrap()];
    format!("{root}{account}/CloudTrail-Digest/{region}/{}/{account}_", end[..10].replace('-', "/"))
}

fn measures(line: &Value) -> (u64, String) {
    (line["bytes"].as_u64().unwrap(), line["sha256"].as_str().unwrap().to_owned())
}

fn public_keys(place: &Path) -> BTreeMap<String, PublicKey> {
    let text = fs::read_to_string(place.join(".mocktrail/public-keys.json")).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    let key = |line: &Value| {
        let der = Base64::decode_vec(line["Value"].as_str().unwrap()).unwrap();
        let fingerprint = line["Fingerprint"].as_str().unwrap().to_owned();
        assert_eq!(fingerprint, hex(&Md5::digest(&der)));
        let seconds = |member: &str| line[member].as_i64().unwrap() * 1_000;
        let verifier = VerifyingKey::new(RsaPublicKey::from_pkcs1_der(&der).unwrap());
        (fingerprint, PublicKey { verifier, from: seconds("ValidityStartTime"), to: seconds("ValidityEndTime") })
    };
    list["PublicKeyList"].as_array().unwrap().iter().map(key).collect()
}
