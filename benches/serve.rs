//! How fast the endpoint is: 1, 8 and 32 clients read the objects of a trail, each over one connection, from the same
//! process. Signatures are not checked. What a client costs is in the figures.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends when something is wrong")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded anyway")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use mocktrail::delivery::Directory;
use mocktrail::run::{self, Options as RunOptions};
use mocktrail::serve::{Keys, Options, Served, Server};
use mocktrail::{Plan, Scenario, Time, Trail};

/// A busy day: some 5 600 files of 24 kB.
fn trail() -> Trail {
    Trail::new(Arc::new(Plan::new(Scenario::new().seed(5).events(750_000)).unwrap()))
}

fn main() {
    let keys: Vec<String> = trail().files().map(|file| file.object.key).collect();
    let place = tempfile::tempdir().unwrap();
    let options =
        RunOptions { threads: 2, manifest_dir: place.path().join(".mocktrail"), force: false, signing_key: None };
    run::generate(&trail(), &Directory::new(place.path(), false), &options, &AtomicBool::new(false), &|_| ()).unwrap();
    println!("{} objects", keys.len());
    for clients in [1, 8, 32] {
        let scenario = Served::scenario(trail(), None, 16 << 20).unwrap();
        measure(&format!("scenario, {clients} clients, made for each"), scenario, &keys, clients, 1);
        let scenario = Served::scenario(trail(), None, 1 << 30).unwrap();
        measure(&format!("scenario, {clients} clients, second time"), scenario, &keys, clients, 2);
        let directory = Served::directory(place.path(), None).unwrap();
        measure(&format!("directory, {clients} clients"), directory, &keys, clients, 2);
    }
}

/// Reads all objects as often as told, and prints the figures of the last time.
fn measure(what: &str, served: Served, keys: &[String], clients: usize, rounds: usize) {
    let keys_of_server = Keys { anonymous: true, ..Keys::default() };
    let listen = "127.0.0.1:0".parse().unwrap();
    let endpoint = Server::start(served, Options { listen, keys: keys_of_server, now: Time::now, log: None }).unwrap();
    for round in 1..=rounds {
        let (start, bytes) = (Instant::now(), read_all(endpoint.address(), keys, clients));
        let seconds = start.elapsed().as_secs_f64();
        if round == rounds {
            let (objects, megabytes) = (keys.len() as f64 / seconds, bytes as f64 / 1e6 / seconds);
            println!("{what}: {objects:.0} objects/s, {megabytes:.0} MB/s");
        }
    }
    let start = Instant::now();
    let count = list_all(endpoint.address());
    println!("    listing: {:.0} keys/s", count as f64 / start.elapsed().as_secs_f64());
    assert_eq!(count, keys.len());
    endpoint.stop();
}

fn read_all(address: SocketAddr, keys: &[String], clients: usize) -> u64 {
    let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut client = Client::connect(address);
                while let Some(key) = keys.get(next.fetch_add(1, Ordering::Relaxed)) {
                    bytes.fetch_add(client.get(&format!("/{key}")).len() as u64, Ordering::Relaxed);
                }
            });
        }
    });
    bytes.into_inner()
}

fn list_all(address: SocketAddr) -> usize {
    let (mut client, mut token, mut listed) = (Client::connect(address), String::new(), 0);
    loop {
        let text = String::from_utf8(client.get(&format!("?list-type=2{token}"))).unwrap();
        listed += text.matches("<Key>").count();
        match text.split("<NextContinuationToken>").nth(1) {
            None => return listed,
            Some(rest) => token = format!("&continuation-token={}", rest.split('<').next().unwrap()),
        }
    }
}

/// One connection.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        Self(BufReader::with_capacity(1 << 16, socket))
    }

    fn get(&mut self, path: &str) -> Vec<u8> {
        let request = format!("GET /amzn-s3-demo-bucket{path} HTTP/1.1\r\nHost: x\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
                None if line.trim_end().is_empty() => break,
                None => assert!(line.starts_with("HTTP/1.1 200"), "{line}"),
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        body
    }
}
