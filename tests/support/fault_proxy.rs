//! A loopback proxy in front of an S3 server that does what networks and busy servers do.
//!
//! It speaks just enough HTTP/1.1 to read one whole request per connection, and asks a plan what to do with
//! it. Plans look at what was asked and how often, never at a clock. Every connection is closed after
//! one answer, so requests do not influence each other.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// What a plan knows of a request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// How many requests with this method came before.
    pub(crate) earlier: usize,
    /// How many requests with this method and target came before.
    pub(crate) tries: usize,
    /// Whether it may only create an object.
    pub(crate) is_conditional: bool,
}

/// What to do with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Hand it through.
    Pass,
    /// Answer with this status, error code and region header.
    Answer { status: u16, code: &'static str, region: &'static str },
    /// Break the connection before the server sees it.
    Reset,
    /// Let the server do it, then break the connection instead of answering.
    LoseAnswer,
    /// Never answer.
    Silence,
    /// Wait for `release`, then hand it through.
    Hold,
    /// Hand it through, but hide every header that tells about the bytes.
    Blind,
}

impl Fault {
    pub(crate) fn answer(status: u16, code: &'static str) -> Self {
        Self::Answer { status, code, region: "" }
    }
}

type Plan = Box<dyn Fn(&Seen) -> Fault + Send + Sync>;

/// A running proxy; it ends when it is dropped.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    upstream: SocketAddr,
    plan: Plan,
    counts: Mutex<Counts>,
    changed: Condvar,
    gate: Semaphore,
}

#[derive(Default)]
struct Counts {
    by_method: BTreeMap<String, usize>,
    by_target: BTreeMap<(String, String), usize>,
    under_way: usize,
    most_under_way: usize,
}

impl FaultProxy {
    /// Starts a proxy in front of the server at `upstream`.
    pub(crate) fn start(upstream: SocketAddr, plan: impl Fn(&Seen) -> Fault + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream,
            plan: Box::new(plan),
            counts: Mutex::default(),
            changed: Condvar::new(),
            gate: Semaphore::new(0),
        });
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests with this method came.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.shared.counts.lock().unwrap().by_method.get(method).copied().unwrap_or_default()
    }

    /// The most requests that were under way at once.
    pub(crate) fn most_under_way(&self) -> usize {
        self.shared.counts.lock().unwrap().most_under_way
    }

    /// Waits until so many requests with this method have come.
    pub(crate) fn wait_for(&self, method: &str, number: usize) {
        let counts = self.shared.counts.lock().unwrap();
        let fewer = |counts: &mut Counts| counts.by_method.get(method).copied().unwrap_or_default() < number;
        let waited = self.shared.changed.wait_timeout_while(counts, Duration::from_secs(30), fewer).unwrap();
        assert!(!waited.1.timed_out(), "{number} times {method} never came");
    }

    /// Lets so many held requests go on, now or when they come.
    pub(crate) fn release(&self, number: usize) {
        self.shared.gate.add_permits(number);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that goes away early ends the exchange, nothing more.
            let _ = exchange(socket, &shared).await;
        });
    }
}

async fn exchange(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let Some((head, request)) = read_request(&mut client).await? else { return Ok(()) };
    let fault = (shared.plan)(&shared.arrived(&head));
    let outcome = act(fault, &head, &request, &mut client, shared).await;
    shared.counts.lock().unwrap().under_way -= 1;
    outcome
}

async fn act(fault: Fault, head: &str, request: &[u8], client: &mut TcpStream, shared: &Shared) -> std::io::Result<()> {
    match fault {
        Fault::Pass => client.write_all(&forward(request, shared.upstream).await?).await,
        Fault::Blind => client.write_all(&blinded(&forward(request, shared.upstream).await?)).await,
        Fault::Answer { status, code, region } => {
            client.write_all(answer(status, code, region, head.starts_with("HEAD ")).as_bytes()).await
        }
        Fault::Reset => client.set_zero_linger(),
        Fault::LoseAnswer => {
            forward(request, shared.upstream).await?;
            client.set_zero_linger()
        }
        Fault::Silence => client.read(&mut [0]).await.map(drop),
        Fault::Hold => {
            shared.gate.acquire().await.unwrap().forget();
            client.write_all(&forward(request, shared.upstream).await?).await
        }
    }
}

impl Shared {
    fn arrived(&self, head: &str) -> Seen {
        let mut words = head.split(' ');
        let method = words.next().unwrap().to_owned();
        let target = words.next().unwrap().to_owned();
        let mut counts = self.counts.lock().unwrap();
        let earlier = raise(counts.by_method.entry(method.clone()).or_default());
        let tries = raise(counts.by_target.entry((method.clone(), target.clone())).or_default());
        counts.under_way += 1;
        counts.most_under_way = counts.most_under_way.max(counts.under_way);
        self.changed.notify_all();
        let is_conditional = header(head, "if-none-match").is_some();
        Seen { method, target, earlier, tries, is_conditional }
    }
}

/// Adds one; returns what was there before.
fn raise(count: &mut usize) -> usize {
    *count += 1;
    *count - 1
}

/// The head of the next request, and all of it, with a header that makes the server close afterwards.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length: usize = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let request = [head.as_bytes(), b"\r\nconnection: close\r\n\r\n", &bytes[end + 4..]].concat();
    Ok(Some((head, request)))
}

async fn forward(request: &[u8], upstream: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    server.write_all(request).await?;
    let mut response = Vec::new();
    server.read_to_end(&mut response).await?;
    Ok(response)
}

/// The response without checksums, and with a tag that is no hash of the bytes.
fn blinded(response: &[u8]) -> Vec<u8> {
    let end = find(response, b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&response[..end]).into_owned();
    let mut lines: Vec<&str> = head.split("\r\n").filter(|line| !tells_about_bytes(line)).collect();
    lines.push("etag: \"0123456789abcdef0123456789abcdef\"");
    [lines.join("\r\n").as_bytes(), &response[end..]].concat()
}

fn tells_about_bytes(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("etag:") || line.starts_with("x-amz-checksum-")
}

fn answer(status: u16, code: &str, region: &str, without_body: bool) -> String {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
    let region = if region.is_empty() { String::new() } else { format!("x-amz-bucket-region: {region}\r\n") };
    let head = format!("HTTP/1.1 {status} Fault\r\nconnection: close\r\ncontent-type: application/xml\r\n{region}");
    if without_body { format!("{head}\r\n") } else { format!("{head}content-length: {}\r\n\r\n{body}", body.len()) }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
