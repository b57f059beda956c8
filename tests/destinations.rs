//! The contract of all destinations, held to memory, directories and a real S3 server, and then to an S3
//! server behind a network that throttles, breaks, refuses and hangs.

#![cfg(feature = "s3")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may")]

#[path = "support/fault_proxy.rs"]
mod fault_proxy;
#[path = "support/s3_server.rs"]
mod s3_server;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fault_proxy::{Fault, FaultProxy};
use mocktrail::delivery::{
    Checksums, Credentials, Delivered, Destination, Directory, Error, Headers, Memory, Object, S3, S3Options,
};
use s3_server::{S3Server, files};
use tempfile::TempDir;

const BUCKET: &str = "audit-lab";
const DAY: &str = "AWSLogs/o-exampleorgid/111122223333/CloudTrail/eu-west-1/2026/03/01/";

// Objects, and what became of them.

/// Log files of a few sizes, one digest file with metadata, and keys that like to be mangled.
fn objects() -> Vec<Object> {
    let log = |number: usize| object(&format!("{DAY}111122223333_CloudTrail_eu-west-1_{number:04}.json.gz"), number);
    let odd = ["odd/a b+c.gz", "odd/50%2F.gz", "odd/ä=ö&.gz", "odd/..x/y..", "top.gz"];
    (0..40).map(log).chain(odd.iter().zip(90..).map(|(key, number)| object(key, number))).collect()
}

fn object(key: &str, number: usize) -> Object {
    let letter = u8::try_from(number % 251).unwrap();
    let headers = Headers {
        content_type: "application/json".into(),
        content_encoding: "gzip".into(),
        server_side_encryption: "AES256".into(),
        metadata: [
            ("signature".into(), format!("{number:064x}")),
            ("signature-algorithm".into(), "SHA256withRSA".into()),
        ]
        .into(),
    };
    Object { key: key.into(), body: vec![letter; 1 + number * 97], sha256: None, headers }
}

type Fates = BTreeMap<String, Result<Delivered, Error>>;

/// Puts all objects from several threads and waits; every report comes exactly once.
fn deliver(destination: &dyn Destination, objects: &[Object]) -> Fates {
    let fates = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for part in objects.chunks(objects.len().div_ceil(4).max(1)) {
            let fates = &fates;
            scope.spawn(move || {
                for object in part {
                    let (key, fates) = (object.key.clone(), Arc::clone(fates));
                    destination.put(object.clone(), Box::new(move |fate| fates.lock().unwrap().push((key, fate))));
                }
            });
        }
    });
    destination.finish();
    let fates = std::mem::take(&mut *fates.lock().unwrap());
    assert_eq!(fates.len(), objects.len(), "one report for each object");
    fates.into_iter().collect()
}

fn assert_all(fates: &Fates, expected: Delivered) {
    for (key, fate) in fates {
        assert_eq!(fate.as_ref().ok(), Some(&expected), "{key}: {fate:?}");
    }
}

fn count(fates: &Fates, expected: Delivered) -> usize {
    fates.values().filter(|fate| fate.as_ref().ok() == Some(&expected)).count()
}

fn list(destination: &dyn Destination, prefix: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let each = &mut |key: &str, size| {
        found.push((key.to_owned(), size));
        true
    };
    destination.list(prefix, each).unwrap();
    found.sort();
    found
}

fn expected_listing(objects: &[Object], prefix: &str) -> Vec<(String, u64)> {
    let mut expected: Vec<(String, u64)> = objects
        .iter()
        .filter(|object| object.key.starts_with(prefix))
        .map(|object| (object.key.clone(), object.body.len() as u64))
        .collect();
    expected.sort();
    expected
}

// The contract.

/// A kind of destination, with a back door for the test.
trait House {
    /// The same place each time.
    fn open(&self, overwrite: bool) -> Arc<dyn Destination>;
    /// Bytes, and headers where the place keeps them.
    fn get(&self, key: &str) -> (Vec<u8>, Option<Headers>);
    /// Puts something there that is not ours.
    fn plant(&self, key: &str, body: &[u8]);
}

struct MemoryHouse(RefCell<Arc<Memory>>);

impl House for MemoryHouse {
    fn open(&self, overwrite: bool) -> Arc<dyn Destination> {
        let memory = Arc::new(Memory::new(overwrite));
        for (key, (body, headers)) in self.0.borrow().take() {
            memory.put(Object { key, body, sha256: None, headers }, Box::new(|fate| assert!(fate.is_ok())));
        }
        self.0.replace(Arc::clone(&memory));
        memory
    }

    fn get(&self, key: &str) -> (Vec<u8>, Option<Headers>) {
        let (body, headers) = self.0.borrow().get(key).unwrap();
        (body, Some(headers))
    }

    fn plant(&self, key: &str, body: &[u8]) {
        let memory = Memory::new(true);
        for (key, (body, headers)) in self.0.borrow().take() {
            memory.put(Object { key, body, sha256: None, headers }, Box::new(drop));
        }
        let (key, body, headers) = (key.into(), body.into(), Headers::default());
        memory.put(Object { key, body, sha256: None, headers }, Box::new(drop));
        self.0.replace(Arc::new(memory));
    }
}

struct DirectoryHouse(TempDir);

impl House for DirectoryHouse {
    fn open(&self, overwrite: bool) -> Arc<dyn Destination> {
        Arc::new(Directory::new(self.0.path().join("trail"), overwrite))
    }

    fn get(&self, key: &str) -> (Vec<u8>, Option<Headers>) {
        (std::fs::read(self.0.path().join("trail").join(key)).unwrap(), None)
    }

    fn plant(&self, key: &str, body: &[u8]) {
        std::fs::write(self.0.path().join("trail").join(key), body).unwrap();
    }
}

struct S3House {
    server: S3Server,
    checksums: Checksums,
}

impl House for S3House {
    fn open(&self, overwrite: bool) -> Arc<dyn Destination> {
        let checksums = self.checksums;
        Arc::new(S3::connect(S3Options { overwrite, checksums, ..self.server.options(BUCKET) }).unwrap())
    }

    fn get(&self, key: &str) -> (Vec<u8>, Option<Headers>) {
        let (body, headers) = self.server.get(BUCKET, key);
        // The server does not keep this one.
        (body, Some(Headers { server_side_encryption: "AES256".into(), ..headers }))
    }

    fn plant(&self, key: &str, body: &[u8]) {
        // Through the front door: the server keeps the checksums of what it took.
        let planted = Object { key: key.into(), body: body.into(), sha256: None, headers: Headers::default() };
        assert_all(&deliver(&*self.open(true), &[planted]), Delivered::Written);
    }
}

/// The law for every destination.
fn keeps_the_contract(house: &dyn House) {
    let objects = objects();
    let first = house.open(false);
    first.prepare().unwrap();
    assert_eq!(list(&*first, ""), []);
    assert_all(&deliver(&*first, &objects), Delivered::Written);
    lists_what_lies_there(&*first, &objects);
    for object in &objects {
        let (body, headers) = house.get(&object.key);
        assert_eq!(body, object.body, "{}", object.key);
        assert!(headers.is_none_or(|headers| headers == object.headers), "{}", object.key);
    }
    let second = house.open(false);
    second.prepare().unwrap();
    assert_all(&deliver(&*second, &objects), Delivered::AlreadyThere);
    leaves_foreign_objects_alone(house, &objects);
    stops(&*house.open(false), &objects);
}

fn lists_what_lies_there(destination: &dyn Destination, objects: &[Object]) {
    for prefix in ["", "odd/", "odd/a", DAY, &DAY[..20], "nothing/here", "top.gz"] {
        assert_eq!(list(destination, prefix), expected_listing(objects, prefix), "prefix `{prefix}`");
    }
    let mut seen = 0;
    let each = &mut |_: &str, _| {
        seen += 1;
        seen < 3
    };
    destination.list("", each).unwrap();
    assert_eq!(seen, 3);
}

/// Other bytes, of the same or another size, are an error and stay; with `overwrite` they are replaced.
fn leaves_foreign_objects_alone(house: &dyn House, objects: &[Object]) {
    let foreign = [(&objects[3], vec![0xff; objects[3].body.len()]), (&objects[5], b"shorter".to_vec())];
    for (object, body) in &foreign {
        house.plant(&object.key, body);
    }
    let fates = deliver(&*house.open(false), objects);
    assert_eq!(count(&fates, Delivered::AlreadyThere), objects.len() - 2);
    for (object, body) in &foreign {
        assert!(matches!(&fates[&object.key], Err(Error::Foreign { place }) if place.ends_with(&object.key)));
        assert_eq!(house.get(&object.key).0, *body);
    }
    let fates = deliver(&*house.open(true), objects);
    assert_eq!(count(&fates, Delivered::Written), 2);
    assert_eq!(count(&fates, Delivered::AlreadyThere), objects.len() - 2);
    for (object, _) in &foreign {
        assert_eq!(house.get(&object.key).0, object.body);
    }
}

fn stops(destination: &dyn Destination, objects: &[Object]) {
    destination.prepare().unwrap();
    destination.stop();
    for (key, fate) in deliver(destination, objects) {
        assert!(matches!(fate, Err(Error::Stopped)), "{key}: {fate:?}");
    }
}

#[test]
fn memory_keeps_the_contract() {
    keeps_the_contract(&MemoryHouse(RefCell::default()));
}

#[test]
fn a_directory_keeps_the_contract() {
    keeps_the_contract(&DirectoryHouse(tempfile::tempdir().unwrap()));
}

#[test]
fn a_bucket_keeps_the_contract() {
    keeps_the_contract(&S3House { server: S3Server::with_bucket(BUCKET), checksums: Checksums::Standard });
}

/// Without checksums in the requests there are none in the answers: hashes come from the tags.
#[test]
fn a_bucket_keeps_the_contract_without_checksums() {
    keeps_the_contract(&S3House { server: S3Server::with_bucket(BUCKET), checksums: Checksums::WhenRequired });
}

// Directories.

/// A clean run leaves nothing beside the objects.
#[test]
fn a_directory_keeps_no_traces_of_the_writing() {
    let place = tempfile::tempdir().unwrap();
    let directory = Directory::new(place.path().join("trail"), false);
    directory.prepare().unwrap();
    deliver(&directory, &objects());
    assert_eq!(std::fs::read_dir(place.path().join("trail/.mocktrail")).unwrap().count(), 0);
}

/// The shards of a run write to one directory at the same time, and may even be given the same object.
#[test]
fn two_writers_share_a_directory() {
    let place = tempfile::tempdir().unwrap();
    let objects = objects();
    let shards = [Directory::new(place.path(), false), Directory::new(place.path(), false)];
    let fates: Vec<Fates> = std::thread::scope(|scope| {
        let run = |shard: &Directory| {
            shard.prepare().unwrap();
            deliver(shard, &objects)
        };
        let runs: Vec<_> = shards.iter().map(|shard| scope.spawn(move || run(shard))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let written: usize = fates.iter().map(|fates| count(fates, Delivered::Written)).sum();
    let skipped: usize = fates.iter().map(|fates| count(fates, Delivered::AlreadyThere)).sum();
    assert_eq!((written, skipped), (objects.len(), objects.len()));
    assert_eq!(files(place.path()), by_key(&objects));
}

/// A killed run leaves whole files or none under the final names, and the next one clears up after it.
#[test]
fn a_killed_run_leaves_no_partial_file() {
    let place = tempfile::tempdir().unwrap();
    let mut child = child("child_that_writes_until_it_is_killed")
        .env("MOCKTRAIL_TEST_PLACE", place.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open until the kill: the child must not die of a closed pipe between two files.
    let mut progress = BufReader::new(child.stderr.take().unwrap()).lines();
    let delivered = progress.by_ref().filter(|line| line.as_ref().unwrap() == "delivered").take(3).count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(delivered, 3);
    let left = files(place.path());
    for (key, body) in &left {
        assert!(*body == large_object(0).body, "{key} has {} bytes", body.len());
    }
    let rerun = Directory::new(place.path(), false);
    let objects: Vec<Object> = (0..=left.len()).map(large_object).collect();
    rerun.prepare().unwrap();
    assert_eq!(count(&deliver(&rerun, &objects), Delivered::AlreadyThere), left.len());
    assert!(files(place.path()) == by_key(&objects));
    assert_eq!(std::fs::read_dir(place.path().join(".mocktrail")).unwrap().count(), 0);
}

fn large_object(number: usize) -> Object {
    Object { body: vec![1; 2 * 1024 * 1024], ..object(&format!("{DAY}{number}.gz"), number) }
}

#[test]
#[ignore = "run by `a_killed_run_leaves_no_partial_file`"]
fn child_that_writes_until_it_is_killed() {
    let Some(place) = std::env::var_os("MOCKTRAIL_TEST_PLACE") else { return };
    let directory = Directory::new(place, false);
    directory.prepare().unwrap();
    // Dies by itself when its parent is gone and nobody reads the progress any more.
    for number in 0..500 {
        directory.put(large_object(number), Box::new(|fate| assert!(fate.is_ok())));
        eprintln!("delivered");
    }
}

// Finding the bucket.

#[test]
fn a_missing_bucket_is_named_or_made() {
    let server = S3Server::start();
    let error = S3::connect(server.options(BUCKET)).unwrap().prepare().unwrap_err();
    assert_eq!(error.to_string(), "bucket `audit-lab` does not exist");
    assert_eq!(error.hint().unwrap(), "make it with `--create-bucket`, or name another one");
    let options = S3Options { create_bucket: true, ..server.options(BUCKET) };
    S3::connect(options.clone()).unwrap().prepare().unwrap();
    S3::connect(options).unwrap().prepare().unwrap();
    assert_completes(&server, &objects());
}

#[test]
fn a_bucket_outside_us_east_1_is_made_with_its_region() {
    let server = S3Server::start();
    let options = S3Options { create_bucket: true, region: Some("eu-west-1".into()), ..server.options(BUCKET) };
    S3::connect(options).unwrap().prepare().unwrap();
    assert_completes(&server, &objects());
}

#[test]
fn refused_credentials_are_told_at_once_and_not_shown() {
    let server = S3Server::with_bucket(BUCKET);
    for (id, secret, code) in
        [(s3_server::ACCESS_KEY, "wrong-secret", "SignatureDoesNotMatch"), ("AKIDUNKNOWN", "hush", "NotSignedUp")]
    {
        let credentials = Credentials::Keys { access_key_id: id.into(), secret_access_key: secret.into() };
        let error = S3::connect(S3Options { credentials, ..server.options(BUCKET) }).unwrap().prepare().unwrap_err();
        assert_eq!(error.to_string(), format!("S3 refused `s3://audit-lab`: 403 {code}"));
        assert_eq!(error.note().unwrap(), "region us-east-1");
        let hint = "fix the credentials and run the same command again; the same seed gives the same keys and bytes";
        assert_eq!(error.hint().unwrap(), hint);
        assert!(!format!("{error:?}").contains(secret));
    }
}

#[test]
fn a_bucket_in_another_region_is_named_with_its_region() {
    let server = S3Server::with_bucket(BUCKET);
    let moved = Fault::Answer { status: 301, code: "PermanentRedirect", region: "eu-west-1" };
    let proxy = FaultProxy::start(server.address(), move |_| moved);
    let error = open(&proxy).prepare().unwrap_err();
    assert_eq!(error.to_string(), "bucket `audit-lab` lies in region eu-west-1, not in us-east-1");
    assert_eq!(error.hint().unwrap(), "say `--region-of-bucket eu-west-1`");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = S3::connect(s3_server::options(address, BUCKET)).unwrap().prepare().unwrap_err();
    let Error::Unreachable { endpoint, attempts: 3, .. } = &error else { panic!("{error}") };
    assert_eq!(*endpoint, format!("`http://{address}`"));
    assert!(error.to_string().starts_with(&format!("cannot reach `http://{address}`: connection refused")));
}

/// Credentials from the environment, from a profile, and from nowhere: each in a process of its own.
#[test]
fn credentials_come_from_where_aws_tools_look() {
    let server = S3Server::with_bucket(BUCKET);
    let home = tempfile::tempdir().unwrap();
    let lab = format!(
        "[lab]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        s3_server::ACCESS_KEY,
        s3_server::SECRET_KEY
    );
    std::fs::write(home.path().join("credentials"), lab).unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", s3_server::ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", s3_server::SECRET_KEY)];
    let wrong = [("AWS_ACCESS_KEY_ID", "AKIDOTHER"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let lab = ("MOCKTRAIL_TEST_PROFILE", "lab");
    assert_eq!(prepared_with(&server, home.path(), &keys), "ok");
    assert_eq!(prepared_with(&server, home.path(), &[("AWS_PROFILE", "lab")]), "ok");
    assert_eq!(prepared_with(&server, home.path(), &[wrong[0], wrong[1], lab]), "ok");
    let hint = "; set `AWS_PROFILE` or `--profile`, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; \
                a local server mostly takes any value";
    for (variables, place) in [
        (&[][..], "in the environment, in the configuration files or for this machine"),
        (&[("MOCKTRAIL_TEST_PROFILE", "missing")], "in profile `missing`"),
    ] {
        assert_eq!(prepared_with(&server, home.path(), variables), format!("no AWS credentials {place}{hint}"));
    }
}

/// What preparing says in a process with only these variables.
fn prepared_with(server: &S3Server, home: &Path, variables: &[(&str, &str)]) -> String {
    let output = child("child_that_looks_for_credentials")
        .env_clear()
        .env("HOME", home)
        .env("AWS_CONFIG_FILE", home.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", home.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL_S3", format!("http://{}", server.address()))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let said = text.lines().find_map(|line| line.strip_prefix("prepared: "));
    said.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
#[ignore = "run by `credentials_come_from_where_aws_tools_look`"]
fn child_that_looks_for_credentials() {
    if std::env::var_os("AWS_ENDPOINT_URL_S3").is_none() {
        return;
    }
    let profile = std::env::var("MOCKTRAIL_TEST_PROFILE").ok();
    let destination = S3::connect(S3Options { profile, ..S3Options::new(BUCKET) }).unwrap();
    match destination.prepare() {
        Ok(()) => eprintln!("prepared: ok"),
        Err(error) => eprintln!("prepared: {error}; {}", error.hint().unwrap_or_default()),
    }
}

fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

// Behind a bad network.

fn through(proxy: &FaultProxy) -> S3Options {
    s3_server::options(proxy.address(), BUCKET)
}

fn open(proxy: &FaultProxy) -> S3 {
    S3::connect(through(proxy)).unwrap()
}

fn by_key(objects: &[Object]) -> BTreeMap<String, Vec<u8>> {
    objects.iter().map(|object| (object.key.clone(), object.body.clone())).collect()
}

/// A rerun without faults delivers what is missing, and the bucket equals a directory.
fn assert_completes(server: &S3Server, objects: &[Object]) {
    let rerun = S3::connect(server.options(BUCKET)).unwrap();
    rerun.prepare().unwrap();
    assert!(deliver(&rerun, objects).values().all(Result::is_ok));
    let place = tempfile::tempdir().unwrap();
    deliver(&Directory::new(place.path(), false), objects);
    assert!(server.objects(BUCKET) == files(place.path()), "bucket and directory differ");
}

/// Delivers through a proxy with this plan to an empty bucket; then a rerun must complete.
fn deliver_through(
    plan: impl Fn(&fault_proxy::Seen) -> Fault + Send + Sync + 'static,
    change: impl FnOnce(&mut S3Options),
) -> (Fates, FaultProxy) {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), plan);
    let mut options = through(&proxy);
    change(&mut options);
    let destination = S3::connect(options).unwrap();
    destination.prepare().unwrap();
    let fates = deliver(&destination, &objects());
    assert_completes(&server, &objects());
    (fates, proxy)
}

fn unchanged(_: &mut S3Options) {}

/// A burst of 503 costs time and nothing else.
#[test]
fn a_burst_of_slow_down_passes() {
    let burst = |seen: &fault_proxy::Seen| match (seen.method.as_str(), seen.tries) {
        ("PUT", 0) => Fault::answer(503, "SlowDown"),
        ("PUT", 1) => Fault::answer(429, "TooManyRequests"),
        ("PUT", 2) => Fault::answer(500, "InternalError"),
        ("GET", 0) => Fault::answer(503, ""),
        _ => Fault::Pass,
    };
    let (fates, proxy) = deliver_through(burst, unchanged);
    assert_all(&fates, Delivered::Written);
    assert_eq!(proxy.count("PUT"), 4 * fates.len());
}

/// The attempts have an end, and then the error names the answer.
#[test]
fn a_server_that_only_throttles_is_given_up() {
    let busy = |seen: &fault_proxy::Seen| match seen.method.as_str() {
        "PUT" if seen.target.contains("_0007.") => Fault::answer(503, "SlowDown"),
        _ => Fault::Pass,
    };
    let (fates, _) = deliver_through(busy, |options| options.patience.attempts = 3);
    assert_eq!(count(&fates, Delivered::Written), fates.len() - 1);
    let error = fates.values().find_map(|fate| fate.as_ref().err()).unwrap();
    let key = format!("{DAY}111122223333_CloudTrail_eu-west-1_0007.json.gz");
    assert_eq!(error.to_string(), format!("S3 throttled `s3://audit-lab/{key}`: 503 SlowDown"));
    assert_eq!(error.note().unwrap(), "gave up after 3 attempts");
}

/// A connection that breaks before the server saw the object, and one that breaks after it was stored: the
/// object is there once, and it was this run that wrote it.
#[test]
fn broken_connections_are_tried_again() {
    let broken = |seen: &fault_proxy::Seen| match (seen.method.as_str(), seen.tries) {
        ("PUT" | "GET" | "HEAD", 0) => Fault::Reset,
        ("PUT", 1) => Fault::LoseAnswer,
        _ => Fault::Pass,
    };
    let (fates, _) = deliver_through(broken, unchanged);
    assert_all(&fates, Delivered::Written);
}

/// A server that dies after ten objects: ten are delivered, the others say why not.
#[test]
fn a_server_that_dies_half_way_is_reported() {
    let dies = |seen: &fault_proxy::Seen| match (seen.method.as_str(), seen.earlier) {
        ("PUT", 10..) => Fault::Reset,
        _ => Fault::Pass,
    };
    let (fates, _) = deliver_through(dies, |options| options.patience.attempts = 2);
    assert_eq!(count(&fates, Delivered::Written), 10);
    let unreachable = |fate: &&Result<_, _>| matches!(fate, Err(Error::Unreachable { attempts: 2, .. }));
    assert_eq!(fates.values().filter(unreachable).count(), fates.len() - 10);
}

/// A server that takes a request and never answers does not hold up the others.
#[test]
fn a_server_that_falls_silent_is_timed_out() {
    let silent = |seen: &fault_proxy::Seen| match seen.method.as_str() {
        "PUT" if seen.target.contains("_0007.") || seen.target.contains("_0021.") => Fault::Silence,
        _ => Fault::Pass,
    };
    let (fates, _) = deliver_through(silent, |options| {
        options.patience.attempts = 3;
        options.patience.timeout = Duration::from_secs(2);
    });
    assert_eq!(count(&fates, Delivered::Written), fates.len() - 2);
    let timed_out = |fate: &&Result<_, _>| matches!(fate, Err(Error::TimedOut { seconds: 2, attempts: 3, .. }));
    assert_eq!(fates.values().filter(timed_out).count(), 2);
}

/// What S3 forbids is not asked twice.
#[test]
fn a_refused_object_is_told_and_not_tried_again() {
    let forbids = |seen: &fault_proxy::Seen| match seen.method.as_str() {
        "PUT" if seen.target.contains("_0007.") => Fault::answer(403, "AccessDenied"),
        _ => Fault::Pass,
    };
    let (fates, proxy) = deliver_through(forbids, unchanged);
    assert_eq!(count(&fates, Delivered::Written), fates.len() - 1);
    assert_eq!(proxy.count("PUT"), fates.len());
    let error = fates.values().find_map(|fate| fate.as_ref().err()).unwrap();
    let key = format!("{DAY}111122223333_CloudTrail_eu-west-1_0007.json.gz");
    assert_eq!(error.to_string(), format!("S3 refused `s3://audit-lab/{key}`: 403 AccessDenied"));
}

/// A bucket that vanishes during the run is named, not the object.
#[test]
fn a_bucket_that_vanishes_is_named() {
    let gone = |seen: &fault_proxy::Seen| match seen.method.as_str() {
        "PUT" => Fault::answer(404, "NoSuchBucket"),
        _ => Fault::Pass,
    };
    let (fates, proxy) = deliver_through(gone, unchanged);
    assert!(fates.values().all(|fate| matches!(fate, Err(Error::BucketMissing { bucket }) if bucket == BUCKET)));
    assert_eq!(proxy.count("PUT"), fates.len());
}

/// A server without conditional puts gets plain ones.
#[test]
fn a_server_that_knows_no_conditions_is_asked_without() {
    let old = |seen: &fault_proxy::Seen| {
        if seen.is_conditional { Fault::answer(501, "NotImplemented") } else { Fault::Pass }
    };
    let (fates, _) = deliver_through(old, unchanged);
    assert_all(&fates, Delivered::Written);
}

/// Where headers tell nothing about the bytes, the bytes are read: equal ones are skipped, others are foreign.
#[test]
fn objects_without_hashes_are_compared_byte_by_byte() {
    let server = S3Server::with_bucket(BUCKET);
    assert_completes(&server, &objects());
    let mut others = objects();
    others[4].body[0] ^= 1;
    let proxy = FaultProxy::start(server.address(), |seen| match (seen.method.as_str(), seen.tries) {
        ("GET", 0) if seen.target.contains("_0006.") => Fault::Reset,
        ("HEAD" | "GET", _) => Fault::Blind,
        _ => Fault::Pass,
    });
    let fates = deliver(&open(&proxy), &others);
    assert_eq!(count(&fates, Delivered::AlreadyThere), others.len() - 1);
    assert!(matches!(fates[&others[4].key], Err(Error::Foreign { .. })));
    assert_eq!(proxy.count("PUT"), 0);
}

/// A first run asks nothing per object; a rerun asks once and sends no bytes.
#[test]
fn an_empty_place_needs_no_look_at_each_key() {
    let server = S3Server::with_bucket(BUCKET);
    server.plant(BUCKET, "elsewhere/object", b"of somebody else");
    let proxy = FaultProxy::start(server.address(), |_| Fault::Pass);
    let logs = &objects()[..40];
    for (looks, puts) in [(0, 40), (40, 40)] {
        let destination = S3::connect(S3Options { prefix: "AWSLogs/".into(), ..through(&proxy) }).unwrap();
        destination.prepare().unwrap();
        assert!(deliver(&destination, logs).values().all(Result::is_ok));
        assert_eq!((proxy.count("HEAD"), proxy.count("PUT")), (looks, puts));
    }
}

/// However slow the server is, no more than `concurrency` objects are accepted, and all of them at once.
#[test]
fn a_slow_server_bounds_what_is_under_way() {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), hold_puts);
    let destination = S3::connect(S3Options { concurrency: 4, ..through(&proxy) }).unwrap();
    destination.prepare().unwrap();
    let (accepted, reported) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for object in objects() {
                let reported = Arc::clone(&reported);
                let report = move |_| {
                    reported.fetch_add(1, Ordering::SeqCst);
                };
                destination.put(object, Box::new(report));
                accepted.fetch_add(1, Ordering::SeqCst);
            }
        });
        proxy.wait_for("PUT", 4);
        assert!(accepted.load(Ordering::SeqCst) <= 4);
        proxy.release(1);
        proxy.wait_for("PUT", 5);
        assert!(accepted.load(Ordering::SeqCst) <= 5);
        proxy.release(objects().len());
    });
    destination.finish();
    assert_eq!(reported.load(Ordering::SeqCst), objects().len());
    assert_eq!(proxy.most_under_way(), 4);
    assert_completes(&server, &objects());
}

fn hold_puts(seen: &fault_proxy::Seen) -> Fault {
    if seen.method == "PUT" { Fault::Hold } else { Fault::Pass }
}

/// After a stop nothing is started; what is on its way arrives.
#[test]
fn a_stop_lets_what_is_under_way_arrive() {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), hold_puts);
    let destination = S3::connect(S3Options { concurrency: 2, ..through(&proxy) }).unwrap();
    destination.prepare().unwrap();
    let fates = std::thread::scope(|scope| {
        let run = scope.spawn(|| deliver(&destination, &objects()));
        proxy.wait_for("PUT", 2);
        destination.stop();
        proxy.release(2);
        run.join().unwrap()
    });
    assert_eq!(count(&fates, Delivered::Written), 2);
    assert_eq!(fates.values().filter(|fate| matches!(fate, Err(Error::Stopped))).count(), fates.len() - 2);
    assert_eq!(proxy.count("PUT"), 2);
    assert_completes(&server, &objects());
}

/// After a stop a silent server is not waited for longer than the grace.
#[test]
fn a_stop_waits_only_so_long() {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), |seen| match seen.method.as_str() {
        "PUT" => Fault::Silence,
        _ => Fault::Pass,
    });
    let mut options = through(&proxy);
    options.patience.grace = Duration::from_millis(10);
    let destination = S3::connect(options).unwrap();
    destination.prepare().unwrap();
    let fates = std::thread::scope(|scope| {
        let run = scope.spawn(|| deliver(&destination, &objects()));
        proxy.wait_for("PUT", 8);
        destination.stop();
        run.join().unwrap()
    });
    assert!(fates.values().all(|fate| matches!(fate, Err(Error::Stopped))));
    assert_completes(&server, &objects());
}

/// A stop ends the pauses between attempts.
#[test]
fn a_stop_ends_waiting_for_the_next_attempt() {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), |seen| match seen.method.as_str() {
        "PUT" => Fault::answer(503, "SlowDown"),
        _ => Fault::Pass,
    });
    let mut options = through(&proxy);
    options.patience.first_wait = Duration::from_hours(1);
    options.patience.longest_wait = Duration::from_hours(1);
    let destination = S3::connect(options).unwrap();
    destination.prepare().unwrap();
    let fates = std::thread::scope(|scope| {
        let run = scope.spawn(|| deliver(&destination, &objects()));
        proxy.wait_for("PUT", 1);
        destination.stop();
        run.join().unwrap()
    });
    assert!(fates.values().all(|fate| matches!(fate, Err(Error::Stopped))));
    assert_completes(&server, &objects());
}

/// An object that is still under way when the destination is dropped gets its report all the same.
#[test]
fn dropping_a_destination_reports_what_was_under_way() {
    let server = S3Server::with_bucket(BUCKET);
    let proxy = FaultProxy::start(server.address(), hold_puts);
    let destination = open(&proxy);
    destination.prepare().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    destination.put(objects().remove(0), Box::new(move |fate| sender.send(fate).unwrap()));
    proxy.wait_for("PUT", 1);
    drop(destination);
    let fate = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(matches!(fate, Err(Error::Stopped)), "{fate:?}");
}

/// A destination can be used, and dropped, inside a program with a runtime of its own.
#[test]
fn a_bucket_works_inside_another_runtime() {
    let server = S3Server::with_bucket(BUCKET);
    let options = server.options(BUCKET);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let destination = S3::connect(options).unwrap();
        destination.prepare().unwrap();
        assert_all(&deliver(&destination, &objects()), Delivered::Written);
    });
}

#[test]
fn the_name_is_what_a_person_would_say() {
    let address: SocketAddr = ([127, 0, 0, 1], 9).into();
    assert_eq!(S3::connect(s3_server::options(address, BUCKET)).unwrap().name(), "s3://audit-lab");
    assert_eq!(Directory::new("trail", false).name(), "trail");
}
