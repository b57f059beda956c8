//! An S3 bucket, or any server that speaks S3.
//!
//! The only asynchronous code of the generator: it has its own runtime with two threads, and nothing of
//! it shows outside. In reading order: `options` (what a person may say), `connect` (a client that can
//! sign), `signing` (how bytes are vouched for), `link` (one request, tried again while that helps), `failure` (what a bad
//! answer means), `lanes` (how many at once), `upload` (one object's way), `download` (the way back), `compare` (is it
//! the same object?); `messages` (queues and topics, reached in the same way).

mod compare;
mod connect;
mod download;
mod failure;
mod lanes;
mod link;
mod messages;
mod options;
mod signing;
mod upload;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc;

use tokio::runtime::Runtime;

use self::lanes::{Slot, Slots};
use self::link::Link;
pub use self::messages::{Queue, Topic};
pub use self::options::{Checksums, Credentials, Patience, S3Options};
use super::{Delivered, Destination, Error, Object, Report};

/// Puts objects into a bucket, several at once.
///
/// At most `concurrency` objects are accepted and unreported at any time, and of large ones fewer: they may not have
/// more than 48 MiB together. Reports come from the network
/// threads: they must not put anything. Dropping it before [`Destination::finish`] abandons what is under
/// way, which is reported as stopped.
#[derive(Debug)]
pub struct S3 {
    link: Arc<Link>,
    slots: Arc<Slots>,
    /// Some until dropped.
    runtime: Option<Runtime>,
}

/// An accepted object's report, made exactly once: by `settle`, or as stopped when it is dropped.
struct Accepted {
    report: Option<Report>,
    /// Free only after the report.
    _slot: Slot,
}

impl S3 {
    /// Reads the AWS configuration and starts the network threads; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::BucketName`] and [`Error::Endpoint`] for options that name nothing, [`Error::Threads`] when
    /// the system gives no threads.
    pub fn connect(options: S3Options) -> Result<Self, Error> {
        connect::check(&options)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mocktrail-s3")
            .enable_all()
            .build()
            .map_err(|cause| Error::Threads { cause })?;
        let slots = Slots::new(options.concurrency.max(1));
        let link = wait(&runtime, async move {
            let connection = connect::connect(&options).await;
            Link::new(options, connection)
        });
        Ok(Self { link: Arc::new(link), slots, runtime: Some(runtime) })
    }

    /// The bytes of an object.
    ///
    /// # Errors
    ///
    /// It is not there, or cannot be read.
    pub fn read(&self, key: &str) -> Result<Vec<u8>, Error> {
        let (link, key) = (Arc::clone(&self.link), key.to_owned());
        wait(self.runtime(), async move { download::read(&link, &key).await })
    }

    /// What lies beside an object's bytes: `x-amz-meta-*`, without the prefix.
    ///
    /// # Errors
    ///
    /// It is not there, or cannot be read.
    pub fn metadata(&self, key: &str) -> Result<BTreeMap<String, String>, Error> {
        let (link, key) = (Arc::clone(&self.link), key.to_owned());
        wait(self.runtime(), async move { download::metadata(&link, &key).await })
    }

    /// The bucket's name.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.link.options.bucket
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("only dropping takes the runtime")
    }
}

impl Destination for S3 {
    fn prepare(&self) -> Result<(), Error> {
        let link = Arc::clone(&self.link);
        wait(self.runtime(), async move { link.prepare().await })
    }

    fn list(&self, prefix: &str, each: &mut dyn FnMut(&str, u64) -> bool) -> Result<(), Error> {
        let mut token = None;
        loop {
            let (link, prefix) = (Arc::clone(&self.link), prefix.to_owned());
            let page = wait(self.runtime(), async move { link.keys(&prefix, token).await })?;
            for object in page.contents() {
                let size = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
                if !each(object.key().unwrap_or_default(), size) {
                    return Ok(());
                }
            }
            token = page.next_continuation_token.filter(|_| page.is_truncated == Some(true));
            if token.is_none() {
                return Ok(());
            }
        }
    }

    fn put(&self, object: Object, report: Report) {
        let Some(slot) = self.slots.take(object.body.len()) else { return report(Err(Error::Stopped)) };
        let accepted = Accepted { report: Some(report), _slot: slot };
        let link = Arc::clone(&self.link);
        self.runtime().spawn(async move {
            let fate = upload::deliver(&link, object).await;
            accepted.settle(fate);
        });
    }

    fn finish(&self) {
        self.slots.wait_until_empty();
    }

    fn stop(&self) {
        self.link.stop();
        self.slots.close();
    }

    fn name(&self) -> String {
        self.link.place("")
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping it here would wait, which is forbidden in a thread of another runtime.
            runtime.shutdown_background();
        }
    }
}

impl Accepted {
    fn settle(mut self, fate: Result<Delivered, Error>) {
        if let Some(report) = self.report.take() {
            report(fate);
        }
    }
}

impl Drop for Accepted {
    fn drop(&mut self) {
        if let Some(report) = self.report.take() {
            report(Err(Error::Stopped));
        }
    }
}

/// Runs the work on the runtime and waits for it here; unlike `block_on` also in a thread of another runtime.
fn wait<T: Send + 'static>(runtime: &Runtime, work: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, receiver) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        let _ = sender.send(work.await);
    });
    receiver.recv().expect("the runtime outlives the work, and the work always answers")
}
