//! The endpoint over sockets: what well-behaved readers get, what others cannot break, and the program around it.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(feature = "serve")]

#[path = "serve/raw.rs"]
mod raw;

#[cfg(feature = "s3")]
#[path = "serve/upload.rs"]
mod upload;

#[path = "serve/soak.rs"]
mod soak;

#[cfg(unix)]
#[path = "serve/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::delivery::Directory;
use mocktrail::run::{self, Options as RunOptions};
use mocktrail::serve::{Keys, Options, Served, Server};
use mocktrail::{Plan, Scenario, Time, Trail};
use raw::{Answer, call, get, request};

const BUCKET: &str = "/amzn-s3-demo-bucket";

fn trail(events: u64) -> Trail {
    Trail::new(Arc::new(Plan::new(Scenario::new().seed(7).events(events)).unwrap()))
}

fn start(served: Served, anonymous: bool) -> Server {
    let keys = Keys { anonymous, ..Keys::default() };
    let options = Options { listen: "127.0.0.1:0".parse().unwrap(), keys, now: Time::now, log: None };
    Server::start(served, options).unwrap()
}

/// The trail in a directory, with its manifest.
fn write(trail: &Trail, path: &Path) {
    let options = RunOptions { threads: 1, manifest_dir: path.join(".mocktrail"), force: false, signing_key: None };
    run::generate(trail, &Directory::new(path, false), &options, &AtomicBool::new(false), &|_| ()).unwrap();
}

/// The texts of all elements of a name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap().to_owned()).collect()
}

/// All objects that a listing of the second kind shows, read one by one.
fn everything(server: &Server, page: usize) -> BTreeMap<String, Vec<u8>> {
    let (mut objects, mut token) = (BTreeMap::new(), String::new());
    loop {
        let answer = get(server, &format!("{BUCKET}?list-type=2&encoding-type=url&max-keys={page}{token}"));
        for key in elements(&answer.text(), "Key") {
            objects.insert(key.clone(), get(server, &format!("{BUCKET}/{key}")).body);
        }
        match elements(&answer.text(), "NextContinuationToken").pop() {
            None => return objects,
            Some(next) => token = format!("&continuation-token={next}"),
        }
    }
}

/// A directory and a scenario look alike, down to headers and times.
#[test]
fn a_directory_and_its_scenario_serve_the_same_objects() {
    let place = tempfile::tempdir().unwrap();
    write(&trail(2_000), place.path());
    let scenario = &trail(2_000).plan().scenario.clone();
    let on_disk = start(Served::directory(place.path(), Some(scenario)).unwrap(), true);
    let made = start(Served::scenario(trail(2_000), None, 1 << 20).unwrap(), true);
    let expected: BTreeMap<String, Vec<u8>> =
        trail(2_000).files().map(|file| (file.object.key, file.object.body)).collect();
    assert_eq!(everything(&on_disk, 50), expected);
    assert_eq!(everything(&made, 1_000), expected);
    let key = expected.keys().next().unwrap();
    for path in [format!("{BUCKET}/{key}"), format!("{BUCKET}?prefix=AWSLogs/&delimiter=/"), BUCKET.to_owned()] {
        let (a, b) = (get(&on_disk, &path), get(&made, &path));
        assert_eq!((a.status, &a.headers, a.text()), (b.status, &b.headers, b.text()), "{path}");
    }
    let head = call(&made, "HEAD", &format!("{BUCKET}/{key}"), "");
    for (name, value) in
        [("content-type", "application/json"), ("content-encoding", "gzip"), ("x-amz-server-side-encryption", "AES256")]
    {
        assert_eq!(head.headers[name], value);
    }
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers["content-length"], expected[key].len().to_string());
}

/// Ranges, conditions, and the errors that S3 has for everything else.
#[test]
fn readers_get_parts_and_proper_errors() {
    let place = tempfile::tempdir().unwrap();
    write(&trail(300), place.path());
    let file = trail(300).files().next().unwrap().object;
    let server = start(Served::directory(place.path(), None).unwrap(), true);
    let path = format!("{BUCKET}/{}", file.key);
    let etag = get(&server, &path).headers["etag"].clone();
    for (header, status, body) in [
        ("Range: bytes=0-9", 206, &file.body[..10]),
        ("Range: bytes=5-", 206, &file.body[5..]),
        ("Range: bytes=-7", 206, &file.body[file.body.len() - 7..]),
        ("Range: bytes=0-99999999", 206, &file.body[..]),
        (&format!("If-None-Match: {etag}"), 304, &[][..]),
        (&format!("If-Match: {etag}"), 200, &file.body[..]),
    ] {
        let answer = call(&server, "GET", &path, &format!("{header}\r\n"));
        assert_eq!((answer.status, &answer.body[..]), (status, body), "{header}");
    }
    for (method, path, header, status, code) in [
        ("GET", path.as_str(), "Range: bytes=99999999-\r\n", 416, "InvalidRange"),
        ("GET", &path, "If-Match: \"0\"\r\n", 412, "PreconditionFailed"),
        ("GET", &format!("{BUCKET}/none"), "", 404, "NoSuchKey"),
        ("GET", "/another-bucket/none", "", 404, "NoSuchBucket"),
        ("GET", "/another-bucket", "", 404, "NoSuchBucket"),
        ("GET", &format!("{BUCKET}?list-type=2&continuation-token=x"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}?max-keys=-1"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}?encoding-type=x"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/../secret"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/a%2F..%2F..%2Fsecret"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/%2e%2e/secret"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/a%00b"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/.mocktrail/manifest.jsonl"), "", 400, "InvalidArgument"),
        ("PUT", &format!("{BUCKET}/../secret"), "Content-Length: 0\r\n", 400, "InvalidArgument"),
        ("DELETE", &format!("{BUCKET}/../secret"), "", 400, "InvalidArgument"),
        ("GET", &format!("{BUCKET}/%ff"), "", 400, "InvalidURI"),
        ("DELETE", BUCKET, "", 403, "AccessDenied"),
    ] {
        let answer = call(&server, method, path, header);
        assert_eq!((answer.status, elements(&answer.text(), "Code")), (status, vec![code.to_owned()]), "{path}");
    }
    assert!(!place.path().parent().unwrap().join("secret").exists());
}

/// Large files are sent piece by piece, and are whole in the end.
#[test]
fn large_files_come_whole_and_in_parts() {
    let place = tempfile::tempdir().unwrap();
    let body: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(place.path().join("large"), &body).unwrap();
    let server = start(Served::directory(place.path(), None).unwrap(), true);
    let path = format!("{BUCKET}/large");
    assert!(get(&server, &path).body == body);
    for (range, part) in [("1000000-8999999", &body[1_000_000..9_000_000]), ("-5000000", &body[7_000_000..])] {
        let answer = call(&server, "GET", &path, &format!("Range: bytes={range}\r\n"));
        assert!(answer.status == 206 && answer.body == part, "{range}");
        assert_eq!(answer.headers["content-length"], part.len().to_string());
    }
}

/// Listings of the first kind go on from a marker; names come coded when that is asked for.
#[test]
fn listings_go_on_from_markers() {
    let place = tempfile::tempdir().unwrap();
    for name in ["a b+c", "d/1", "d/2", "é"] {
        fs::create_dir_all(place.path().join("d")).unwrap();
        fs::write(place.path().join(name), name).unwrap();
    }
    let server = start(Served::directory(place.path(), None).unwrap(), true);
    let list = |query: &str| {
        let text = get(&server, &format!("{BUCKET}?{query}")).text();
        let mut names = elements(&text, "Key");
        names.extend(elements(&text, "CommonPrefixes").iter().flat_map(|prefix| elements(prefix, "Prefix")));
        (names.join(" "), elements(&text, "IsTruncated").concat(), elements(&text, "NextMarker").concat())
    };
    let page = |names: &str, more: bool, next: &str| (names.to_owned(), more.to_string(), next.to_owned());
    assert_eq!(list(""), page("a b+c d/1 d/2 é", false, ""));
    assert_eq!(list("encoding-type=url"), page("a%20b%2Bc d/1 d/2 %C3%A9", false, ""));
    assert_eq!(list("max-keys=2"), page("a b+c d/1", true, ""));
    assert_eq!(list("marker=d/1&max-keys=1"), page("d/2", true, ""));
    assert_eq!(list("delimiter=/"), page("a b+c é d/", false, ""));
    assert_eq!(list("delimiter=/&max-keys=2"), page("a b+c d/", true, "d/"));
    assert_eq!(list("delimiter=/&marker=d/"), page("é", false, ""));
    assert_eq!(list("prefix=d/&delimiter=/"), page("d/1 d/2", false, ""));
    assert_eq!(list("list-type=2&start-after=d/1"), page("d/2 é", false, ""));
    assert_eq!(list("max-keys=0"), page("", false, ""));
}

/// The bucket may stand in the path or in the host's name.
#[test]
fn buckets_are_named_by_path_or_host() {
    let server = start(Served::scenario(trail(50), None, 1 << 20).unwrap(), true);
    let by_path = get(&server, &format!("{BUCKET}?max-keys=3"));
    for host in ["amzn-s3-demo-bucket.localhost:9000", "amzn-s3-demo-bucket.localhost"] {
        let head = format!("GET /?max-keys=3 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let by_host = request(&server, head.as_bytes());
        assert_eq!((by_host.status, by_host.text()), (200, by_path.text()));
    }
    let head = format!("GET {BUCKET}?max-keys=3 HTTP/1.1\r\nHost: localhost:9000\r\nConnection: close\r\n\r\n");
    assert_eq!(request(&server, head.as_bytes()).text(), by_path.text());
}

/// Without a signature, nothing is told.
#[test]
fn strangers_are_refused_by_both_sides() {
    let server = start(Served::scenario(trail(10), None, 1 << 20).unwrap(), false);
    let answer = get(&server, BUCKET);
    assert_eq!((answer.status, elements(&answer.text(), "Code").concat()), (403, "AccessDenied".to_owned()));
    let answer = ask(&server, "CloudTrail_20131101.ListTrails", "{}");
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("\"__type\":\"MissingAuthenticationToken\""), "{}", answer.text());
}

fn ask(server: &Server, operation: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: {operation}\r\nContent-Length: {length}\r\nConnection: close\r\n"
    );
    request(server, format!("{head}\r\n{body}").as_bytes())
}

/// Both histories give the records that lie in the files.
#[test]
fn events_are_looked_up_in_files_and_scenarios() {
    let place = tempfile::tempdir().unwrap();
    write(&trail(1_000), place.path());
    let on_disk = start(Served::directory(place.path(), None).unwrap(), true);
    let made = start(Served::scenario(trail(1_000), None, 1 << 20).unwrap(), true);
    let mut expected: Vec<String> =
        trail(1_000).records().filter(|record| record.contains("\"eventName\":\"CreateUser\"")).collect();
    expected.sort();
    for server in [&on_disk, &made] {
        let (mut found, mut next) = (Vec::new(), String::new());
        loop {
            let filter =
                r#""LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}],"MaxResults":3"#;
            let answer = ask(server, "CloudTrail_20131101.LookupEvents", &format!("{{{filter}{next}}}"));
            assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
            let page: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            let events = page["Events"].as_array().unwrap().iter();
            found.extend(events.map(|event| event["CloudTrailEvent"].as_str().unwrap().to_owned()));
            match page["NextToken"].as_str() {
                None => break,
                Some(token) => next = format!(",\"NextToken\":{}", serde_json::json!(token)),
            }
        }
        found.sort();
        assert!(found == expected && found.len() > 5, "{} {}", found.len(), expected.len());
    }
    for (operation, body, status, kind) in [
        ("CloudTrail_20131101.Frobnicate", "{}", 400, "UnknownOperationException"),
        (
            "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrail",
            "{\"Name\":\"x\"}",
            400,
            "TrailNotFoundException",
        ),
        ("CloudTrail_20131101.GetTrail", "{", 400, "SerializationException"),
        ("Frobnicate", "", 400, "UnknownOperationException"),
    ] {
        let answer = ask(&made, operation, body);
        assert_eq!(answer.status, status, "{operation}");
        assert!(answer.text().contains(kind), "{}", answer.text());
    }
}

/// In a trail of more than ten million objects the middle is as near as the start, and its files are those that the
/// chapters make.
#[test]
fn the_middle_of_a_huge_trail_is_there_at_once() {
    let huge = || {
        let mut scenario = Scenario::new().seed(9).events(1_000_000_000);
        scenario.time.end = Time(scenario.time.start.0 + 365 * 86_400_000);
        scenario.trail.records_per_file = 50;
        Trail::new(Arc::new(Plan::new(scenario).unwrap()))
    };
    let objects = run::estimate(&huge()).objects;
    assert!(objects > 10_000_000, "{objects}");
    let server = start(Served::scenario(huge(), None, 8 << 20).unwrap(), true);
    let days = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/09/";
    let folders = get(&server, &format!("{BUCKET}?list-type=2&delimiter=/&prefix={days}")).text();
    assert_eq!(elements(&folders, "Prefix").len(), 31);
    let after = format!("{days}15/111122223333_CloudTrail_us-east-1_20260915T1500Z_U");
    let answer = get(&server, &format!("{BUCKET}?list-type=2&max-keys=1000&start-after={after}"));
    let keys = elements(&answer.text(), "Key");
    assert!(keys.len() == 1_000 && keys.is_sorted() && keys[0] > after && keys[0].contains("20260915T1500Z"));
    let (trail, mut encoder) = (huge(), huge().encoder());
    let mut made = BTreeMap::new();
    for key in &keys {
        let (stream, number) = trail.chapter_of(key).unwrap();
        if !made.contains_key(key) {
            let chapter = trail.activity.chapter(stream, number);
            for batch in trail.batches(stream, &chapter) {
                let file = trail.log_file(stream, &chapter, &batch, &mut encoder);
                made.insert(file.object.key, file.object.body);
            }
        }
        assert!(get(&server, &format!("{BUCKET}/{key}")).body == made[key], "{key}");
    }
    // Between the first and the last key nothing is left out.
    let between: Vec<&String> = made.range(keys[0].clone()..=keys[999].clone()).map(|(key, _)| key).collect();
    assert_eq!(between, keys.iter().collect::<Vec<_>>());
}

/// Nobody who breaks off, talks nonsense, or comes in crowds keeps the others from being answered.
#[test]
fn rude_clients_harm_nobody() {
    let server = start(Served::scenario(trail(500), None, 1 << 20).unwrap(), true);
    let mut held: Vec<TcpStream> = Vec::new();
    for nonsense in [
        &b"GET /amzn-s3-demo-bucket HTT"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PUT /amzn-s3-demo-bucket/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: CloudTrail_20131101.ListTrails\r\nContent-Length: 10\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        for _ in 0..20 {
            let mut socket = TcpStream::connect(server.address()).unwrap();
            socket.write_all(nonsense).unwrap();
            held.push(socket);
            let mut socket = TcpStream::connect(server.address()).unwrap();
            socket.write_all(nonsense).unwrap();
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
    held.extend((0..400).map(|_| TcpStream::connect(server.address()).unwrap()));
    assert_eq!(everything(&server, 1_000).len(), trail(500).files().count());
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    assert!([414, 431].contains(&request(&server, long.as_bytes()).status));
    let large = ask(&server, "CloudTrail_20131101.ListTrails", &" ".repeat(2 << 20));
    assert_eq!(large.status, 413);
    drop(held);
    server.stop();
}
