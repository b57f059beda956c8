//! The line to the bucket: sends single requests, tries them again while that can help, and puts failures
//! into words.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use tokio::sync::watch;

use super::S3Options;
use super::connect::{Connection, without_credentials};
use super::failure::{Failure, GivenUp};
use super::lanes::{Lanes, Ride};
use crate::delivery::Error;

/// How often requests of the preparation are sent at most: a person waits for the answer.
const FIRST_ATTEMPTS: u32 = 3;

/// Everything that uploads share.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) options: S3Options,
    pub(super) connection: Connection,
    /// Whether nothing lay under the prefix when the run began.
    pub(super) empty: AtomicBool,
    /// Whether the server has refused optional headers as not implemented.
    pub(super) plain: AtomicBool,
    lanes: Lanes,
    stop: watch::Sender<bool>,
}

impl Link {
    pub(super) fn new(options: S3Options, connection: Connection) -> Self {
        let lanes = Lanes::new(options.concurrency.max(1));
        let (empty, plain, stop) = (AtomicBool::new(false), AtomicBool::new(false), watch::Sender::new(false));
        Self { options, connection, empty, plain, lanes, stop }
    }

    /// Finds the bucket, makes it if asked to, and learns whether the place is empty.
    ///
    /// One listing answers all of it: that the server is there, that the credentials are good (a HEAD
    /// request would not say what is wrong with them), that the bucket exists and that nothing is in it.
    pub(super) async fn prepare(&self) -> Result<(), Error> {
        let empty = match self.page(&self.options.prefix, None, 1, self.first_attempts()).await {
            Ok(page) => page.contents().is_empty(),
            Err(Error::BucketMissing { .. }) if self.options.create_bucket => self.create_bucket().await?,
            Err(error @ Error::Unsent { .. }) => return Err(without_credentials(&self.options).await.unwrap_or(error)),
            Err(error) => return Err(error),
        };
        self.empty.store(empty, Ordering::Relaxed);
        Ok(())
    }

    /// A page of keys that begin with the prefix.
    pub(super) async fn keys(&self, prefix: &str, token: Option<String>) -> Result<ListObjectsV2Output, Error> {
        self.page(prefix, token, 1000, self.options.patience.attempts).await
    }

    async fn page(
        &self,
        prefix: &str,
        token: Option<String>,
        keys: i32,
        attempts: u32,
    ) -> Result<ListObjectsV2Output, Error> {
        let list = async || {
            let request = self.connection.client.list_objects_v2().bucket(&self.options.bucket).prefix(prefix);
            let sent = request.set_continuation_token(token.clone()).max_keys(keys).send();
            sent.await.map_err(|error| Failure::of(&error))
        };
        self.send("", 0, attempts, list).await.map_err(|failed| self.explain("", failed))
    }

    /// Makes the bucket; true when nobody else did at the same moment.
    async fn create_bucket(&self) -> Result<bool, Error> {
        let region = self.connection.region.as_str();
        let place = (region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from(region)).build()
        });
        let create = async || {
            let request = self.connection.client.create_bucket().bucket(&self.options.bucket);
            let sent = request.set_create_bucket_configuration(place.clone()).send();
            sent.await.map_err(|error| Failure::of(&error))
        };
        match self.send("", 0, self.first_attempts(), create).await {
            Ok(_) => Ok(true),
            Err(failed) if failed.failure.is_ours_already() => Ok(false),
            Err(failed) => Err(self.explain("", failed)),
        }
    }

    fn first_attempts(&self) -> u32 {
        self.options.patience.attempts.min(FIRST_ATTEMPTS)
    }

    /// Sends a request until it succeeds, fails for good or the attempts are used up. `bytes` is what it
    /// carries, `key` what it is about.
    pub(super) async fn send<T, F>(
        &self,
        key: &str,
        bytes: usize,
        attempts: u32,
        request: impl Fn() -> F,
    ) -> Result<T, GivenUp>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let mut attempt = 1;
        loop {
            // The futures of the SDK are tens of kilobytes large: one box here keeps all others small.
            let failure = match self.once(bytes, Box::pin(request())).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if !failure.may_pass() || attempt >= attempts {
                return Err(GivenUp { failure, attempts: attempt });
            }
            if !self.pause(attempt, key).await {
                return Err(GivenUp { failure: Failure::Stopped, attempts: attempt });
            }
            attempt += 1;
        }
    }

    /// Sends a request once, when there is a lane for it.
    async fn once<T>(&self, bytes: usize, request: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let lane = self.lanes.enter().await;
        let result = if *self.stop.borrow() { Err(Failure::Stopped) } else { self.answer(bytes, request).await };
        self.lanes.leave(lane, result.as_ref().map_or_else(Failure::ride, |_| Ride::Served));
        result
    }

    /// Waits for the answer, but not for ever.
    async fn answer<T>(&self, bytes: usize, request: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let limit = self.options.patience.limit(bytes);
        match self.unless_abandoned(tokio::time::timeout(limit, request)).await {
            Some(Ok(answer)) => answer,
            Some(Err(_)) => Err(Failure::TimedOut { seconds: limit.as_secs() }),
            None => Err(Failure::Stopped),
        }
    }

    /// Starts nothing any more.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits before the next attempt; false when the run is stopped.
    async fn pause(&self, attempt: u32, key: &str) -> bool {
        let wait = self.options.patience.wait(attempt, crc32fast::hash(key.as_bytes()));
        tokio::time::timeout(wait, self.stopped()).await.is_err()
    }

    async fn stopped(&self) {
        // Cannot fail: the sender lives as long as the link.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }

    /// The outcome of the work, or `None` when the grace after a stop is over.
    async fn unless_abandoned<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut abandoned = pin!(async {
            self.stopped().await;
            tokio::time::sleep(self.options.patience.grace).await;
        });
        std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending => abandoned.as_mut().poll(context).map(|()| None),
        })
        .await
    }

    /// Puts a failure into words; without a key it is about the bucket.
    pub(super) fn explain(&self, key: &str, failed: GivenUp) -> Error {
        let GivenUp { failure, attempts } = failed;
        let bucket = self.options.bucket.clone();
        if failure.is_missing_bucket() {
            return Error::BucketMissing { bucket };
        }
        let place = self.place(key);
        match failure {
            Failure::Answer { status: 301 | 307 | 400, region: Some(actual), .. }
                if actual != self.connection.region =>
            {
                Error::WrongRegion { bucket, asked: self.connection.region.clone(), actual }
            }
            Failure::Answer { status, ref code, .. } if failure.is_throttling() => {
                Error::Throttled { place, status, code: code.clone(), attempts }
            }
            Failure::Answer { status, code, .. } => {
                let (profile, region) = (self.options.profile.clone(), self.connection.region.clone());
                Error::Refused { place, status, code, profile, region }
            }
            Failure::Unreachable { reason } => {
                Error::Unreachable { endpoint: self.connection.endpoint.clone(), reason, attempts }
            }
            Failure::TimedOut { seconds } => Error::TimedOut { place, seconds, attempts },
            Failure::Unsent { reason } => Error::Unsent { place, reason },
            Failure::Stopped => Error::Stopped,
        }
    }

    /// The `s3://` URL of a key, or of the bucket.
    pub(super) fn place(&self, key: &str) -> String {
        let bucket = &self.options.bucket;
        if key.is_empty() { format!("s3://{bucket}") } else { format!("s3://{bucket}/{key}") }
    }
}
