//! The ways to put objects. Bodies are made, and their hashes known, before the clock runs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials as Keys, Region, RequestChecksumCalculation};
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use mocktrail::delivery::{Checksums, Credentials, Delivered, Destination, Headers, Object, S3, S3Options};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

use super::measure::clock::{Cost, timed};

const AT_ONCE: usize = 8;
const BUCKET: &str = "audit-lab";

/// A way to put so many objects of one size.
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) put: fn(&Server, size: usize, count: usize) -> Cost,
}

/// All ways; the first is the limit.
pub(super) const WAYS: [Way; 8] = [
    Way { name: "bare sockets, nothing signed", put: bare },
    Way { name: "SDK, unsigned payload, no checksum", put: |s, size, n| sdk(s, size, n, Unsigned, WhenRequired) },
    Way { name: "SDK, unsigned payload, CRC32", put: |s, size, n| sdk(s, size, n, Unsigned, WhenSupported) },
    Way { name: "SDK, signed payload, no checksum", put: |s, size, n| sdk(s, size, n, Signed, WhenRequired) },
    Way { name: "SDK's default: signed payload, CRC32", put: |s, size, n| sdk(s, size, n, Signed, WhenSupported) },
    Way { name: "mocktrail, SHA-256 known", put: |s, size, n| ours(s, size, n, true, Checksums::Standard) },
    Way { name: "mocktrail, SHA-256 not known", put: |s, size, n| ours(s, size, n, false, Checksums::Standard) },
    Way { name: "mocktrail, `when-required`", put: |s, size, n| ours(s, size, n, true, Checksums::WhenRequired) },
];

use Payload::{Signed, Unsigned};
use RequestChecksumCalculation::{WhenRequired, WhenSupported};

/// Whether the signature covers the bytes.
#[derive(Clone, Copy)]
enum Payload {
    Signed,
    Unsigned,
}

/// The sink, and what is needed to reach it.
pub(super) struct Server {
    address: SocketAddr,
    runtime: Runtime,
}

impl Server {
    pub(super) fn new(address: &str) -> Self {
        // As many threads as a destination has.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { address: address.parse().unwrap(), runtime }
    }
}

fn key(number: usize) -> String {
    format!(
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_{number:016}.json.gz"
    )
}

/// As incompressible as gzip is; the clients do not look. Each object has bytes of its own, as in a run.
fn bodies(size: usize, count: usize) -> Vec<Vec<u8>> {
    let body: Vec<u8> = (0..size as u64).map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    vec![body; count]
}

fn bare(server: &Server, size: usize, count: usize) -> Cost {
    let (bodies, next) = (bodies(size, count), AtomicUsize::new(0));
    let work = || {
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    let mut socket = TcpStream::connect(server.address).unwrap();
                    socket.set_nodelay(true).unwrap();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(body) = bodies.get(number) else { return };
                        put_bare(&mut socket, &key(number), body);
                    }
                });
            }
        });
    };
    timed(work).1
}

fn put_bare(socket: &mut TcpStream, key: &str, body: &[u8]) {
    let head = format!("PUT /{BUCKET}/{key} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body).unwrap();
    let mut answer = [0; 512];
    let length = socket.read(&mut answer).unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
}

fn sdk(server: &Server, size: usize, count: usize, payload: Payload, checksum: RequestChecksumCalculation) -> Cost {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(format!("http://{}", server.address))
        .credentials_provider(Keys::new("AKIDMOCKTRAILTEST", "not-a-secret", None, None, "bench"))
        .request_checksum_calculation(checksum)
        .force_path_style(true);
    let client = Client::from_conf(config.build());
    let bodies = Arc::new(Mutex::new(bodies(size, count).into_iter().enumerate()));
    let work = || {
        let lane = |_| {
            let (client, bodies) = (client.clone(), Arc::clone(&bodies));
            let next = move || bodies.lock().unwrap().next();
            server.runtime.spawn(async move {
                while let Some((number, body)) = next() {
                    Box::pin(put_sdk(&client, number, body.into(), payload)).await;
                }
            })
        };
        let lanes: Vec<_> = (0..AT_ONCE).map(lane).collect();
        for lane in lanes {
            server.runtime.block_on(lane).unwrap();
        }
    };
    timed(work).1
}

async fn put_sdk(client: &Client, number: usize, body: SdkBody, payload: Payload) {
    let put = client
        .put_object()
        .bucket(BUCKET)
        .key(key(number))
        .content_type("application/json")
        .content_encoding("gzip")
        .if_none_match("*")
        .body(ByteStream::new(body));
    match payload {
        Payload::Signed => put.send().await.unwrap(),
        Payload::Unsigned => put.customize().disable_payload_signing().send().await.unwrap(),
    };
}

/// How to reach the sink.
pub(super) fn options(address: &str) -> S3Options {
    let mut options = S3Options::new(BUCKET);
    options.endpoint_url = Some(format!("http://{address}"));
    options.region = Some("us-east-1".into());
    let (access_key_id, secret_access_key) = ("AKIDMOCKTRAILTEST".into(), "not-a-secret".into());
    options.credentials = Credentials::Keys { access_key_id, secret_access_key };
    options
}

fn ours(server: &Server, size: usize, count: usize, is_hash_known: bool, checksums: Checksums) -> Cost {
    let s3 =
        S3::connect(S3Options { checksums, concurrency: AT_ONCE, ..options(&server.address.to_string()) }).unwrap();
    s3.prepare().unwrap();
    let bodies = bodies(size, count);
    let sha256 = is_hash_known.then(|| Sha256::digest(&bodies[0]).into());
    let headers = Headers {
        content_type: "application/json".into(),
        content_encoding: "gzip".into(),
        server_side_encryption: "AES256".into(),
        ..Headers::default()
    };
    let object = |(number, body)| Object { key: key(number), body, sha256, headers: headers.clone() };
    let objects: Vec<Object> = bodies.into_iter().enumerate().map(object).collect();
    let work = || {
        for object in objects {
            s3.put(object, Box::new(|fate| assert_eq!(fate.unwrap(), Delivered::Written)));
        }
        s3.finish();
    };
    timed(work).1
}
