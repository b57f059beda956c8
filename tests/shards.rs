//! Shards: what several machines make, each a part, is what one makes.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[cfg(feature = "s3")]
#[path = "support/s3_server.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod s3_server;

#[path = "shards/joined.rs"]
mod joined;
#[path = "shards/processes.rs"]
mod processes;
#[cfg(target_os = "linux")]
#[path = "shards/slurm.rs"]
mod slurm;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::Directory;
use mocktrail::run::{self, Merge, MergeError, MergeOptions, Options, Outcome};
use mocktrail::scenario::Wish;
use mocktrail::{Plan, Shard, Time, Trail};

/// The trail of a scenario file.
fn trail(text: &str) -> Trail {
    let wish = Wish::parse("scenario.toml", text, &["CreateUser", "DescribeUser"], Time(0)).and_then(Wish::resolve);
    let scenario = wish.unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"));
    Trail::new(Arc::new(Plan::new(scenario).unwrap()))
}

/// A key of the user's: it takes no time to make.
fn pem() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/digests/pem/rsa-2048-pkcs8.pem")).unwrap()
}

/// Makes a shard, or everything, in a directory. Shards need no key.
fn make(trail: &Trail, shard: Option<Shard>, place: &Path) -> Outcome {
    let manifest_dir = place.join(".mocktrail");
    let options = Options { threads: 2, manifest_dir, force: false, signing_key: shard.is_none().then(pem) };
    let directory = Directory::new(place, false);
    run::generate_part(trail, shard, &directory, &options, &AtomicBool::new(false), &|_| ()).unwrap()
}

/// Joins the manifests of a directory.
fn merge(place: &Path) -> Result<Outcome, MergeError> {
    let merge = Merge::read(&[place.to_owned()])?;
    let options = MergeOptions { manifest_dir: merge.folder().to_owned(), signing_key: Some(pem()) };
    merge.join(&options, Some(&Directory::new(place, false)), &AtomicBool::new(false), &|_| ())
}

/// Every file below a directory, those beside the trail included; without what only shards have.
fn files(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![place.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                open.push(path);
            } else if Shard::of_manifest(name).is_none() {
                files.insert(path.strip_prefix(place).unwrap().display().to_string(), fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Compares two directories by name and bytes, with a short message.
fn assert_same(ours: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(ours.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, bytes) in ours {
        assert!(*bytes == expected[name], "{name} differs");
    }
}
