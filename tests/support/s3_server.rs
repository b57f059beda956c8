//! A real S3 server for tests: s3s-fs over HTTP on a free loopback port, with dummy credentials.
//!
//! Known gaps of s3s-fs 0.14.1, which no test may lean on: a put into a bucket that does not exist succeeds,
//! a put refused for its checksum leaves the file, the location constraint is forgotten, and the
//! server-side-encryption header is ignored.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use mocktrail::delivery::{Credentials, Headers, Patience, S3Options};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The key the server knows, and its secret.
pub(crate) const ACCESS_KEY: &str = "AKIDMOCKTRAILTEST";
pub(crate) const SECRET_KEY: &str = "not-a-secret";

/// A running server; it ends when it is dropped.
pub(crate) struct S3Server {
    root: TempDir,
    address: SocketAddr,
    runtime: Runtime,
}

impl S3Server {
    /// Starts a server with no buckets.
    pub(crate) fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, service));
        Self { root, address, runtime }
    }

    /// Starts a server with one empty bucket.
    pub(crate) fn with_bucket(bucket: &str) -> Self {
        let server = Self::start();
        fs::create_dir(server.root.path().join(bucket)).unwrap();
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to reach a bucket of this server.
    pub(crate) fn options(&self, bucket: &str) -> S3Options {
        options(self.address, bucket)
    }

    /// Puts a file into the bucket behind the server's back.
    pub(crate) fn plant(&self, bucket: &str, key: &str, body: &[u8]) {
        let path = self.root.path().join(bucket).join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }

    /// The bytes of everything in the bucket, by key.
    pub(crate) fn objects(&self, bucket: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.root.path().join(bucket))
    }

    /// An object as a consumer gets it.
    pub(crate) fn get(&self, bucket: &str, key: &str) -> (Vec<u8>, Headers) {
        let client = self.client();
        self.runtime.block_on(async {
            let answer = client.get_object().bucket(bucket).key(key).send().await.unwrap();
            let metadata = answer.metadata().into_iter().flatten();
            let headers = Headers {
                content_type: answer.content_type().unwrap_or_default().to_owned(),
                content_encoding: answer.content_encoding().unwrap_or_default().to_owned(),
                server_side_encryption: String::new(),
                metadata: metadata.map(|(name, value)| (name.clone(), value.clone())).collect(),
            };
            (answer.body.collect().await.unwrap().to_vec(), headers)
        })
    }

    fn client(&self) -> Client {
        let keys = aws_sdk_s3::config::Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(format!("http://{}", self.address))
            .credentials_provider(keys)
            .force_path_style(true);
        Client::from_conf(config.build())
    }
}

/// How to reach a bucket at an address: short pauses, long timeouts.
pub(crate) fn options(address: SocketAddr, bucket: &str) -> S3Options {
    let mut options = S3Options::new(bucket);
    options.endpoint_url = Some(format!("http://{address}"));
    options.region = Some("us-east-1".into());
    options.credentials = Credentials::Keys { access_key_id: ACCESS_KEY.into(), secret_access_key: SECRET_KEY.into() };
    options.patience = Patience {
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(4),
        ..Patience::default()
    };
    options
}

async fn serve(listener: TcpListener, service: S3Service) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        let service = service.clone();
        tokio::spawn(async move {
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

/// All files below a directory, by path with slashes, without those of `.mocktrail`.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let key = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if key == ".mocktrail" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(key, fs::read(path).unwrap());
            }
        }
    }
    found
}
