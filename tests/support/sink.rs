//! A server that takes what is put and throws it away: just enough HTTP/1.1 for an S3 client. A thread for each
//! connection, and connections stay open, as those of S3 do.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// An object that has arrived.
pub(crate) struct Put<'a> {
    /// How many came before it.
    pub(crate) earlier: usize,
    /// How many are here at the moment, this one included.
    pub(crate) under_way: usize,
    /// Request line and headers.
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Put<'_> {
    /// A header's value; the name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

/// The status of an answer. It may take as long as it likes.
type Answer = Box<dyn Fn(&Put) -> u16 + Send + Sync>;

/// A running sink. Its threads end with the process.
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    answer: Answer,
    connections: AtomicUsize,
    puts: AtomicUsize,
    under_way: AtomicUsize,
}

impl Sink {
    /// Starts on a free loopback port.
    pub(crate) fn start(answer: impl Fn(&Put) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            connections: AtomicUsize::new(0),
            puts: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
        });
        let sink = Self { address, shared: Arc::clone(&shared) };
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                shared.connections.fetch_add(1, SeqCst);
                let shared = Arc::clone(&shared);
                // A client that goes away ends its connection, nothing more.
                std::thread::spawn(move || drop(shared.serve(socket)));
            }
        });
        sink
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(SeqCst)
    }

    /// How many objects have arrived.
    pub(crate) fn puts(&self) -> usize {
        self.shared.puts.load(SeqCst)
    }
}

impl Shared {
    fn serve(&self, socket: TcpStream) -> Result<()> {
        socket.set_nodelay(true)?;
        let mut client = BufReader::with_capacity(1 << 18, socket);
        let (mut head, mut body) = (String::new(), Vec::new());
        loop {
            head.clear();
            while !head.ends_with("\r\n\r\n") {
                if client.read_line(&mut head)? == 0 {
                    return Ok(());
                }
            }
            let answer = match head.starts_with("PUT ") {
                true => self.put(&mut client, &head, &mut body)?,
                false => listing(),
            };
            client.get_mut().write_all(answer.as_bytes())?;
        }
    }

    fn put(&self, client: &mut BufReader<TcpStream>, head: &str, body: &mut Vec<u8>) -> Result<String> {
        let mut put = Put { earlier: 0, under_way: 0, head, body: &[] };
        if put.header("expect").is_some() {
            client.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let length = put.header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        body.resize(length, 0);
        client.read_exact(body)?;
        put.body = body;
        put.earlier = self.puts.fetch_add(1, SeqCst);
        put.under_way = self.under_way.fetch_add(1, SeqCst) + 1;
        let status = (self.answer)(&put);
        self.under_way.fetch_sub(1, SeqCst);
        Ok(match status {
            200 => "HTTP/1.1 200 OK\r\netag: \"0\"\r\ncontent-length: 0\r\n\r\n".into(),
            _ => refusal(status),
        })
    }
}

/// An empty bucket.
fn listing() -> String {
    let list = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n{list}", list.len())
}

fn refusal(status: u16) -> String {
    let text = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    format!("HTTP/1.1 {status} No\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n{text}", text.len())
}
