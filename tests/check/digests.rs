//! Mistakes in digests: each alone, and signed again, so that nothing else is wrong.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use mocktrail::audit::{self, Beside, Bytes, Error, Finding, Options, Outcome, PublicKeys, Source};
use mocktrail::delivery::Memory;
use mocktrail::{Plan, Trail, run};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::shelf::scenario;
use super::{pack, unpack};

/// A bucket with a trail of ten hours, and what `ListPublicKeys` answers.
#[derive(Clone)]
struct Sealed {
    objects: BTreeMap<String, Vec<u8>>,
    metadata: Option<BTreeMap<String, BTreeMap<String, String>>>,
    keys: Option<String>,
    bucket: &'static str,
}

impl Source for Sealed {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        self.objects.iter().for_each(|(key, bytes)| each(key, bytes.len() as u64));
        Ok(())
    }

    fn read(&self, key: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(Cursor::new(&self.objects[key])))
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    fn public_keys(&self) -> Result<Option<Beside<'_>>, Error> {
        let beside = |text: &'static str, bytes| Beside { name: text, bytes };
        Ok(self.keys.as_ref().map(|text| beside("public-keys.json", Box::new(text.as_bytes()))))
    }

    fn metadata(&self, key: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        Ok(self.metadata.as_ref().and_then(|all| all.get(key).cloned()))
    }

    fn bucket(&self) -> Option<&str> {
        Some(self.bucket)
    }

    fn place(&self, key: &str) -> String {
        key.to_owned()
    }
}

fn pem() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/digests/pem/rsa-2048-pkcs1.pem");
    std::fs::read_to_string(file).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

impl Sealed {
    fn new() -> Self {
        static SEALED: OnceLock<Sealed> = OnceLock::new();
        let make = || {
            let text = "seed = 14\n[time]\nfor = \"10h\"\n[traffic]\nevents = 300\n[trail]\ndigests = true";
            let trail = Trail::new(Arc::new(Plan::new(scenario(text).unwrap()).unwrap()));
            let (memory, beside) = (Memory::new(false), tempfile::tempdir().unwrap());
            let manifest_dir = beside.path().to_owned();
            let options = run::Options { threads: 2, manifest_dir, force: false, signing_key: Some(pem()) };
            run::generate(&trail, &memory, &options, &AtomicBool::new(false), &|_| ()).unwrap();
            let objects = memory.take();
            Self {
                metadata: Some(objects.iter().map(|(key, (_, of))| (key.clone(), of.metadata.clone())).collect()),
                objects: objects.into_iter().map(|(key, (body, _))| (key, body)).collect(),
                keys: Some(std::fs::read_to_string(beside.path().join("public-keys.json")).unwrap()),
                bucket: "amzn-s3-demo-bucket",
            }
        };
        SEALED.get_or_init(make).clone()
    }

    /// Keys of digests, in order.
    fn digests(&self) -> Vec<String> {
        self.objects.keys().filter(|key| key.contains("/CloudTrail-Digest/")).cloned().collect()
    }

    /// Changes a digest and signs it again.
    fn change(&mut self, key: &str, change: impl FnOnce(&mut Value)) {
        let mut digest: Value = serde_json::from_str(&unpack(&self.objects[key])).unwrap();
        change(&mut digest);
        let text = digest.to_string().replace('/', "\\/");
        let previous = digest["previousDigestSignature"].as_str().unwrap_or("null");
        let part = |member: &str| digest[member].as_str().unwrap();
        let (end, bucket, object) = (part("digestEndTime"), part("digestS3Bucket"), part("digestS3Object"));
        let text_to_sign = format!("{end}\n{bucket}/{object}\n{}\n{previous}", hex(&Sha256::digest(&text)));
        let signer = SigningKey::<Sha256>::new(RsaPrivateKey::from_pkcs1_pem(&pem()).unwrap());
        self.of(key).insert("signature".to_owned(), hex(&signer.sign(text_to_sign.as_bytes()).to_bytes()));
        self.objects.insert(key.to_owned(), pack(text.as_bytes()));
    }

    fn of(&mut self, key: &str) -> &mut BTreeMap<String, String> {
        self.metadata.as_mut().unwrap().get_mut(key).unwrap()
    }

    fn check(&self) -> (Outcome, Vec<Finding>) {
        let options = Options { threads: 2, max_findings: usize::MAX, public_keys: None };
        let mut findings = Vec::new();
        let mut tell = |finding: &Finding| {
            findings.push(finding.clone());
            Ok(())
        };
        let sources: [Box<dyn Source>; 1] = [Box::new(self.clone())];
        let outcome = audit::check(&sources, &options, &AtomicBool::new(false), &mut tell, &|_| ()).unwrap();
        (outcome, findings)
    }
}

#[test]
fn a_sealed_bucket_is_clean() {
    let sealed = Sealed::new();
    let (outcome, findings) = sealed.check();
    assert_eq!(findings, []);
    assert_eq!((outcome.digests, outcome.signatures), (12, 12));
}

/// What is known decides what can be checked; that less is known is no finding.
#[test]
fn what_cannot_be_checked_is_counted() {
    let (outcome, findings) = Sealed { metadata: None, ..Sealed::new() }.check();
    assert_eq!((outcome.unsigned, outcome.signatures, findings), (12, 0, Vec::new()));
    let (outcome, findings) = Sealed { keys: None, ..Sealed::new() }.check();
    assert_eq!((outcome.keyless, outcome.signatures, findings), (12, 0, Vec::new()));
    let (_, findings) = Sealed { keys: Some("{}".to_owned()), ..Sealed::new() }.check();
    assert!(findings[0].message.starts_with("is no answer of ListPublicKeys"), "{findings:?}");
    assert!(PublicKeys::read("{\"PublicKeyList\":[{\"Value\":\"AAAA\",\"Fingerprint\":\"00\"}]}").is_err());
}

/// An excerpt begins somewhere; no digest before it is missed.
#[test]
fn an_excerpt_of_a_trail_is_clean() {
    let mut sealed = Sealed::new();
    let digests = sealed.digests();
    for key in &digests[..4] {
        sealed.objects.remove(key);
    }
    assert_eq!(sealed.check().1, []);
}

type Change = fn(&mut Sealed, &str);

/// The digest in the middle is changed; findings are written `pointer: message`, `KEY` for a key.
#[test]
fn mistakes_in_digests() {
    let cases: [(&str, Change, &[&str]); 16] = [
        ("no gzip", |s, key| drop(s.objects.insert(key.into(), b"{}".to_vec())), &[": is not gzip", ": member"]),
        ("no JSON", |s, key| drop(s.objects.insert(key.into(), pack(b"?"))), &[": is not JSON"]),
        ("a member too many", |s, key| s.change(key, |d| d["more"] = json!(1)), &["/more: unknown member"]),
        (
            "an algorithm",
            |s, key| drop(s.of(key).insert("signature-algorithm".into(), "SHA1withRSA".into())),
            &["/digestSignatureAlgorithm: is SHA256withRSA, in the metadata SHA1withRSA"],
        ),
        (
            "no algorithm",
            |s, key| drop(s.of(key).remove("signature-algorithm")),
            &[": has no `signature-algorithm` in its metadata"],
        ),
        ("no signature", |s, key| drop(s.of(key).remove("signature")), &[": has no `signature` in its metadata"]),
        (
            "another signature",
            |s, key| drop(s.of(key).insert("signature".into(), "00".into())),
            &[": the signature is wrong", "/previousDigestSignature: is not the signature"],
        ),
        (
            "another hash of the previous digest",
            |s, key| s.change(key, |d| d["previousDigestHashValue"] = json!("0".repeat(64))),
            &["/previousDigestHashValue: is 0000"],
        ),
        (
            "another previous signature",
            |s, key| s.change(key, |d| d["previousDigestSignature"] = json!("00".repeat(256))),
            &["/previousDigestSignature: is not the signature of the previous digest"],
        ),
        (
            "half a start of a chain",
            |s, key| s.change(key, |d| d["previousDigestS3Object"] = Value::Null),
            &["/previousDigestSignature: expected null"],
        ),
        (
            "another bucket",
            |s, key| s.change(key, |d| d["digestS3Bucket"] = json!("elsewhere")),
            &["/digestS3Bucket: is elsewhere, and the bucket is amzn-s3-demo-bucket"],
        ),
        (
            "half an hour",
            |s, key| s.change(key, |d| d["digestStartTime"] = json!("2026-03-02T04:30:00Z")),
            &["/digestStartTime: is 2026-03-02T04:30:00Z, and the end 2026-03-02T05:00:00Z: a digest covers an hour"],
        ),
        (
            "another time in the name",
            |s, key| s.change(key, |d| d["digestEndTime"] = json!("2026-03-02T05:00:01Z")),
            &["/digestS3Object: has no file name of the form"],
        ),
        (
            "a log file left out",
            |s, key| s.change(key, |d| drop(d["logFiles"].as_array_mut().unwrap().remove(0))),
            &[": is in no digest, though there is one of its hour"],
        ),
        (
            "a log file twice",
            |s, key| {
                s.change(key, |d| {
                    let first = d["logFiles"][0].clone();
                    d["logFiles"].as_array_mut().unwrap().push(first);
                });
            },
            &["lists AWSLogs/"],
        ),
        (
            "a log file that is none",
            |s, key| s.change(key, |d| d["logFiles"][0]["s3Object"] = json!("AWSLogs/none")),
            &["/logFiles/0: lists AWSLogs/none, which is not there"],
        ),
    ];
    for (name, change, words) in cases {
        let mut sealed = Sealed::new();
        let key = sealed.digests()[5].clone();
        change(&mut sealed, &key);
        let (_, findings) = sealed.check();
        let told: Vec<String> =
            findings.iter().map(|finding| format!("{}: {}", finding.pointer, finding.message)).collect();
        for words in words {
            assert!(told.iter().any(|line| line.contains(words)), "{name}: {words} is not in {told:#?}");
        }
    }
}

#[test]
fn missing_digests_are_found() {
    let mut sealed = Sealed::new();
    let digests = sealed.digests();
    sealed.objects.remove(&digests[5]);
    let (_, findings) = sealed.check();
    assert_eq!(*findings[0].key, *digests[6]);
    assert_eq!(findings[0].message, format!("is {}, which is not there", digests[5]));

    // Without the newest ones, log files are left over; the last two hours of them may still be on their way.
    let mut sealed = Sealed::new();
    for key in &digests[7..] {
        sealed.objects.remove(key);
    }
    let (_, findings) = sealed.check();
    let words = "is in no digest: the newest of its region ends at 2026-03-02T06:00:00Z, and later ones are missing";
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding.message == words), "{findings:#?}");
}

#[test]
fn a_digest_that_was_moved_is_found() {
    let mut sealed = Sealed::new();
    let digests = sealed.digests();
    let bytes = sealed.objects.remove(&digests[5]).unwrap();
    let moved = digests[5].replace("050000Z", "045900Z");
    let metadata = sealed.of(&digests[5]).clone();
    sealed.metadata.as_mut().unwrap().insert(moved.clone(), metadata);
    sealed.objects.insert(moved.clone(), bytes);
    let (_, findings) = sealed.check();
    let told = |key: &str, words: &str| findings.iter().any(|f| &*f.key == key && f.message.contains(words));
    assert!(told(&moved, "the digest has been moved from there"), "{findings:#?}");
    assert!(told(&digests[6], "which is not there"), "{findings:#?}");
}
