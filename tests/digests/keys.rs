//! A private key of the user's signs everything, or the command says what is wrong with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::sealed::Sealed;

/// A file with a key, made with `openssl`.
fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/digests/pem").join(name)
}

fn generate(key: &Path, to: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mocktrail"));
    command.args(["generate", "--events", "40", "--for", "3h", "--region", "us-east-1", "--region", "eu-west-1"]);
    command.arg("--signing-key").arg(key).arg("--to").arg(to).output().unwrap()
}

/// Both forms of one key give the same bytes.
#[test]
fn a_key_of_the_users_signs_all_regions() {
    let manifests = ["rsa-2048-pkcs1.pem", "rsa-2048-pkcs8.pem"].map(|name| {
        let place = tempfile::tempdir().unwrap();
        let done = generate(&pem(name), place.path());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let sealed = Sealed::read(place.path());
        sealed.hold_to_the_laws();
        assert_eq!(sealed.keys.keys().collect::<Vec<_>>(), ["917e6e7d097707011de41779040cbbf6"]);
        let text = std::fs::read_to_string(place.path().join(".mocktrail/manifest.jsonl")).unwrap();
        text.split_once('\n').unwrap().1.to_owned()
    });
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn a_key_that_cannot_sign_is_refused_before_anything_is_written() {
    for (name, words) in [
        ("rsa-1024.pem", "expected an RSA private key of 2048 bits, found 1024"),
        ("ec.pem", "expected an RSA private key (PKCS #1 or PKCS #8), found `EC PRIVATE KEY`"),
        ("ec-pkcs8.pem", "expected an RSA private key, found a key of another kind, or a damaged one"),
        ("public.pem", "found `PUBLIC KEY`"),
        ("encrypted.pem", "found `ENCRYPTED PRIVATE KEY`"),
        ("../sealed.rs", "found no `-----BEGIN …-----`"),
        ("missing.pem", "no such file or directory"),
        (".", "is a directory"),
    ] {
        let place = tempfile::tempdir().unwrap();
        let to = place.path().join("trail");
        let done = generate(&pem(name), &to);
        let told = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{name}: {told}");
        assert!(told.contains(words) && told.contains(name), "{name}: {told}");
        assert!(told.contains("hint: `openssl genrsa -out <FILE> 2048` makes one"), "{name}: {told}");
        assert!(!to.exists(), "{name}");
    }
}
