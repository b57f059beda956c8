//! A server that knows just enough of S3 to keep objects, and refuses them when told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Decides about a put by how many there were before: true stores it.
pub(crate) type Gate = Box<dyn Fn(usize) -> bool + Send + Sync>;

/// A bucket in memory, on a free port of this machine, until the test ends.
pub(crate) struct Server {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    gate: Mutex<Gate>,
    open: bool,
}

impl Server {
    /// A server that asks `gate` about every put.
    pub(crate) fn start(gate: Gate) -> Self {
        Self::with(Shared { objects: Mutex::default(), gate: Mutex::new(gate), open: true })
    }

    /// A server that knows nobody.
    pub(crate) fn refusing() -> Self {
        Self::with(Shared { objects: Mutex::default(), gate: Mutex::new(Box::new(|_| false)), open: false })
    }

    fn with(shared: Shared) -> Self {
        let (listener, shared) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(shared));
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&kept);
                std::thread::spawn(move || while shared.answer(&stream).is_some() {});
            }
        });
        Self { url, shared }
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.shared.objects.lock().unwrap().len()
    }

    /// Asks another gate from now on.
    pub(crate) fn ask(&self, gate: Gate) {
        *self.shared.gate.lock().unwrap() = gate;
    }
}

const REFUSAL: &str = "<Error><Code>InvalidAccessKeyId</Code><Message>Who are you?</Message></Error>";

impl Shared {
    /// Answers one request; `None` when there are no more.
    fn answer(&self, stream: &TcpStream) -> Option<()> {
        let (method, path, body) = request(&mut BufReader::new(stream))?;
        let (status, content) = match (self.open, method.as_str()) {
            (false, _) => ("403 Forbidden", REFUSAL.into()),
            (true, "PUT") => self.put(&path, body),
            (true, _) if path.contains("list-type=2") => ("200 OK", self.list()),
            (true, _) => self.get(&path),
        };
        let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", content.len()).into_bytes();
        answer.extend(if method == "HEAD" { Vec::new() } else { content });
        let mut stream = stream;
        stream.write_all(&answer).ok()
    }

    fn put(&self, path: &str, body: Vec<u8>) -> (&'static str, Vec<u8>) {
        let mut objects = self.objects.lock().unwrap();
        if !(self.gate.lock().unwrap())(objects.len()) {
            return ("403 Forbidden", REFUSAL.into());
        }
        objects.insert(path.split('?').next().unwrap().to_owned(), body);
        ("200 OK", Vec::new())
    }

    fn get(&self, path: &str) -> (&'static str, Vec<u8>) {
        let objects = self.objects.lock().unwrap();
        match objects.get(path.split('?').next().unwrap()) {
            Some(body) => ("200 OK", body.clone()),
            None => ("404 Not Found", Vec::new()),
        }
    }

    fn list(&self) -> Vec<u8> {
        let objects = self.objects.lock().unwrap();
        let key = |path: &str| path.splitn(3, '/').last().unwrap().to_owned();
        let item = |(path, body): (&String, &Vec<u8>)| {
            format!("<Contents><Key>{}</Key><Size>{}</Size></Contents>", key(path), body.len())
        };
        let items: String = objects.iter().map(item).collect();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>").into_bytes()
    }
}

/// Method, path and body.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, String, Vec<u8>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let length = lines.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let mut words = lines.first()?.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned(), body))
}
