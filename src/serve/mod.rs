//! One loopback endpoint that speaks S3, and the CloudTrail calls that go with a trail: for tests without AWS.
//!
//! In reading order:
//!
//! * `bucket`, `page`: what can be served, and one page of its listing
//! * `on_demand` with `shelf`: a bucket that exists only as a scenario
//! * `on_disk` with `listed`: a bucket in a directory; `memory`: what readers put there
//! * `buckets`, `s3`: all buckets, and S3's calls
//! * `cloudtrail`: CloudTrail's calls
//! * `keys`, `signature`: who may call
//! * `http` with `patient`: connections
//! * `served`: what the endpoint is over

mod bucket;
mod buckets;
mod cloudtrail;
mod http;
mod keys;
mod listed;
mod memory;
mod on_demand;
mod on_disk;
mod page;
mod patient;
mod s3;
mod served;
mod shelf;
mod signature;
mod walked;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

pub use keys::Keys;
pub use served::Served;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Time;
use crate::trail::UnusableKey;

/// Is sent a line for every answer.
pub type Log = Sender<String>;

/// How an endpoint goes about it.
#[derive(Debug)]
pub struct Options {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Who may call.
    pub keys: Keys,
    /// What the clock says, for objects that are put.
    pub now: fn() -> Time,
    /// Who is told of every answer.
    pub log: Option<Log>,
}

/// Why there is no endpoint.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened at.
    #[error("cannot listen at `{address}`: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The directory cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Read {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The key that is to sign the digests cannot sign.
    #[error("cannot sign digests: {0}")]
    Key(#[from] UnusableKey),
    /// Which backfill digests there are is known only when all log files are made.
    #[error("the digests of a trail that is not stored cannot have a `backfill` share")]
    Backfill,
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => Some("choose another with `--listen 127.0.0.1:0`, which picks a free port"),
            Self::Read { .. } | Self::Key(_) => None,
            Self::Backfill => Some("`mocktrail generate` the trail and serve its directory"),
        }
    }
}

/// A running endpoint. It ends when it is stopped or dropped.
///
/// ```
/// use std::sync::Arc;
/// use mocktrail::serve::{Keys, Options, Served, Server};
/// use mocktrail::{Plan, Scenario, Time, Trail};
/// let trail = Trail::new(Arc::new(Plan::new(Scenario::new().events(1_000_000_000))?));
/// let listen = "127.0.0.1:0".parse().expect("an address");
/// let options = Options { listen, keys: Keys::default(), now: Time::now, log: None };
/// let server = Server::start(Served::scenario(trail, None, 64 << 20).expect("no digests"), options).expect("a free port");
/// println!("export AWS_ENDPOINT_URL=http://{}", server.address());
/// server.stop();
/// # Ok::<(), mocktrail::Mistakes>(())
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    /// Starts an endpoint over a trail.
    ///
    /// # Errors
    /// The address cannot be listened at.
    pub fn start(served: Served, options: Options) -> Result<Self, Error> {
        let failed = |cause| Error::Listen { address: options.listen, cause };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        // Files are made on threads that may block; more than this do not make them faster.
        let runtime = Builder::new_multi_thread().max_blocking_threads(cores * 4 + 4).enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind(options.listen)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (s3, cloudtrail) = served.answering(&options.keys, options.now);
        let (keys, log, requests) = (options.keys, options.log, AtomicU64::new(0));
        let endpoint = http::Endpoint { s3, cloudtrail: Arc::new(cloudtrail), keys, log, requests };
        let (stop, stopped) = watch::channel(false);
        let serving = runtime.spawn(http::serve(listener, Arc::new(endpoint), stopped));
        Ok(Self { address, stop, serving, runtime })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets answers that are under way end, and ends.
    pub fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.runtime.block_on(self.serving);
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}
