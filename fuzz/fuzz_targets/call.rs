//! Any bytes over a socket: the endpoint survives them, and answers others as before.

#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use mocktrail::serve::{Keys, Options, Served, Server};
use mocktrail::{Plan, Scenario, Time, Trail};

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(7).events(100)).expect("the default is right")));
        let served = Served::scenario(trail, None, 1 << 20).expect("no digests");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let keys = Keys { anonymous: true, ..Keys::default() };
        Server::start(served, Options { listen, keys, now: Time::now, log: None }).expect("a free port")
    })
}

/// What is answered to these bytes; nothing follows them where the client hangs up.
fn send(bytes: &[u8], hangs_up: bool) -> Vec<u8> {
    let mut socket = TcpStream::connect(server().address()).expect("it listens");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    // It may answer, and close, before it has read everything.
    let _ = socket.write_all(bytes);
    if hangs_up {
        let _ = socket.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    answer
}

fuzz_target!(|bytes: &[u8]| {
    let answer = send(bytes, true);
    assert!(!answer.starts_with(b"HTTP/1.1 500"), "{}", String::from_utf8_lossy(&answer));
    let others = send(b"GET /amzn-s3-demo-bucket?max-keys=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false);
    assert!(others.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&others));
});
