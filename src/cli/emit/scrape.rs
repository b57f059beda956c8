//! A listener for whoever scrapes metrics: one path, one answer at a time.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::cli::failure::Failure;

/// How long a caller may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// So long nobody looks whether the run is over.
const NAP: Duration = Duration::from_millis(20);

/// The longest request that is read.
const LONGEST: u64 = 8 * 1_024;

/// A socket that is listened at.
pub(super) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Listens at an address; port 0 picks a free one.
    pub(super) fn bind(address: SocketAddr) -> Result<Self, Failure> {
        let bound = TcpListener::bind(address).and_then(|socket| {
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        });
        bound.map_err(|cause| Failure::Metrics { address, cause })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the run is over.
    pub(super) fn answer(&self, over: &AtomicBool, text: &dyn Fn() -> String) {
        while !over.load(Ordering::Relaxed) {
            match self.socket.accept() {
                // A caller that hangs up has its reasons.
                Ok((stream, _)) => drop(converse(&stream, text)),
                Err(_) => thread::sleep(NAP),
            }
        }
    }
}

fn converse(stream: &TcpStream, text: &dyn Fn() -> String) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = BufReader::new(stream.take(LONGEST));
    let mut first = String::new();
    request.read_line(&mut first)?;
    let mut line = String::new();
    while request.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = first.split_ascii_whitespace();
    let answer = match (words.next(), words.next()) {
        (Some("GET"), Some("/metrics")) => reply("200 OK", "text/plain; version=0.0.4; charset=utf-8", &text()),
        (Some("GET"), _) => reply("404 Not Found", "text/plain; charset=utf-8", "metrics are at /metrics\n"),
        _ => reply("405 Method Not Allowed", "text/plain; charset=utf-8", "GET /metrics\n"),
    };
    (&mut &*stream).write_all(answer.as_bytes())
}

fn reply(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
