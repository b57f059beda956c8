//! What goes over the wire when objects are put: how they are vouched for, over how many connections, how many at
//! once, and what a server that asks for less gets.

#![cfg(feature = "s3")]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "support/s3_server.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod s3_server;
#[path = "support/sink.rs"]
mod sink;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use mocktrail::delivery::{Checksums, Delivered, Destination, Error, Headers, Object, S3, S3Options};
use s3_server::S3Server;
use sha2::{Digest, Sha256};
use sink::{Put, Sink};

const BUCKET: &str = "audit-lab";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

fn object(number: usize, size: usize) -> Object {
    let body = vec![number as u8; size];
    let sha256 = Some(Sha256::digest(&body).into());
    Object { key: format!("AWSLogs/{number}.json.gz"), body, sha256, headers: Headers::default() }
}

/// A destination that looks at the place first, and so knows that it is empty.
fn open(address: std::net::SocketAddr, change: impl FnOnce(&mut S3Options)) -> S3 {
    let mut options = s3_server::options(address, BUCKET);
    change(&mut options);
    let s3 = S3::connect(options).unwrap();
    s3.prepare().unwrap();
    s3
}

/// Puts objects one after the other from one thread; all are to arrive.
fn deliver(s3: &S3, objects: impl Iterator<Item = Object>) {
    for object in objects {
        s3.put(object, Box::new(|fate| assert_eq!(fate.unwrap(), Delivered::Written)));
    }
    s3.finish();
}

/// However many objects there are, hardly more connections are opened than requests may be under way: a client that
/// finds none free opens another, even if one becomes free meanwhile.
#[test]
fn connections_are_kept_and_used_again() {
    let sink = Sink::start(|_| 200);
    deliver(&open(sink.address, |options| options.concurrency = 4), (0..300).map(|number| object(number, 5_000)));
    assert_eq!(sink.puts(), 300);
    assert!((1..=8).contains(&sink.connections()), "{} connections", sink.connections());
}

/// The signature covers the hash of the bytes, which also stands in a header of its own; nothing else is summed up.
#[test]
fn the_hash_of_the_bytes_is_signed_and_kept_beside_them() {
    for (checksums, has_header) in [(Checksums::Standard, true), (Checksums::WhenRequired, false)] {
        let (send, receive) = mpsc::channel();
        let sink = Sink::start(move |put| {
            let hash: [u8; 32] = Sha256::digest(put.body).into();
            let signed = unhex(put.header("x-amz-content-sha256").unwrap()) == hash;
            let kept = put.header("x-amz-checksum-sha256") == Some(&Base64::encode_string(&hash));
            let sums = put.head.matches("x-amz-checksum-").count();
            send.send((signed, kept, sums, put.body.len())).unwrap();
            200
        });
        let unknown = Object { sha256: None, ..object(1, 70_000) };
        let s3 = open(sink.address, |options| options.checksums = checksums);
        deliver(&s3, [object(0, 0), unknown, object(2, 50)].into_iter());
        let mut seen: Vec<_> = receive.try_iter().collect();
        seen.sort_by_key(|seen| seen.3);
        // In the signed list of headers the name stands once more.
        let sums = if has_header { 2 } else { 0 };
        assert_eq!(seen, [0, 50, 70_000].map(|length| (true, has_header, sums, length)), "{checksums:?}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// The hash that came with an object is what is sent, not another one: a server finds bytes that changed since.
#[test]
fn bytes_that_changed_since_they_were_hashed_are_refused() {
    for checksums in [Checksums::Standard, Checksums::WhenRequired] {
        let server = S3Server::with_bucket(BUCKET);
        let s3 = open(server.address(), |options| {
            options.checksums = checksums;
            options.patience.attempts = 2;
        });
        let (send, receive) = mpsc::channel();
        let mut changed = object(3, 4_000);
        changed.body[2_000] ^= 1;
        s3.put(changed, Box::new(move |fate| send.send(fate).unwrap()));
        let fate = receive.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(fate, Err(Error::Refused { .. })), "{checksums:?}: {fate:?}");
    }
}

/// A server that asks to slow down is given half as many requests; one that is well again gets all of them again.
#[test]
fn throttling_narrows_the_road_and_successes_widen_it() {
    const LANES: usize = 16;
    const HELD: usize = 2 * LANES;
    const SERVED: usize = 200;
    let most = Arc::new(AtomicUsize::new(0));
    let (crowd, gathered) = (Arc::new(Crowd::default()), Arc::new(AtomicBool::new(false)));
    let answer = {
        let (most, crowd, gathered) = (Arc::clone(&most), Arc::clone(&crowd), Arc::clone(&gathered));
        move |put: &Put| match put.earlier {
            // The whole first round is refused.
            0..LANES => 503,
            // As many as there are lanes now can be seen side by side; they grow by one or two meanwhile.
            LANES..HELD => {
                std::thread::sleep(Duration::from_millis(20));
                most.fetch_max(put.under_way, SeqCst);
                200
            }
            HELD..SERVED => 200,
            _ => {
                gathered.fetch_or(crowd.wait_for(LANES), SeqCst);
                200
            }
        }
    };
    let sink = Sink::start(answer);
    let s3 = open(sink.address, |options| options.concurrency = LANES);
    deliver(&s3, (0..SERVED + 100).map(|number| object(number, 100)));
    assert!(most.load(SeqCst) <= LANES / 2 + 2, "{} were under way after the refusal", most.load(SeqCst));
    assert!(gathered.load(SeqCst), "the road never became as wide as before");
}

/// Those who wait until enough have come; then nobody waits any more.
#[derive(Default)]
struct Crowd {
    waiting: Mutex<usize>,
    changed: Condvar,
}

impl Crowd {
    /// Waits until so many are here at once; false when they never were.
    fn wait_for(&self, number: usize) -> bool {
        let mut waiting = self.waiting.lock().unwrap();
        *waiting += 1;
        self.changed.notify_all();
        let few = |waiting: &mut usize| *waiting < number;
        let (mut waiting, waited) = self.changed.wait_timeout_while(waiting, PATIENCE, few).unwrap();
        *waiting -= usize::from(waited.timed_out());
        !waited.timed_out()
    }
}

/// Large objects wait outside when many bytes are under way already, whatever their number.
#[test]
fn a_slow_server_bounds_the_bytes_under_way() {
    const SIZE: usize = 20 << 20;
    let (open_gate, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    // Each answer takes one word from the test.
    let sink = Sink::start(move |_| gate.lock().unwrap().recv_timeout(PATIENCE).map_or(500, |()| 200));
    let s3 = open(sink.address, |options| options.concurrency = 8);
    let accepted = AtomicUsize::new(0);
    // Ready before they are put; the sink does not look at hashes.
    let large = |number| Object { body: vec![1; SIZE], sha256: Some([0; 32]), ..object(number, 0) };
    let objects = [0, 1, 2, 3].map(large);
    let held = std::thread::scope(|scope| {
        scope.spawn(|| {
            for object in objects {
                s3.put(object, Box::new(|fate| assert_eq!(fate.unwrap(), Delivered::Written)));
                accepted.fetch_add(1, SeqCst);
            }
        });
        while sink.puts() < 2 {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(200));
        let held = accepted.load(SeqCst);
        (0..4).for_each(|_| open_gate.send(()).unwrap());
        held
    });
    s3.finish();
    assert_eq!(held, 2, "40 of 48 MiB are taken");
    assert_eq!(sink.puts(), 4);
}
