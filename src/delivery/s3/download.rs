//! One object's way out of the bucket.

use std::collections::BTreeMap;

use super::failure::{Failure, root};
use super::link::Link;
use crate::delivery::Error;
use aws_sdk_s3::primitives::AggregatedBytes;

/// What an answer is given time for: no log file is larger.
const LARGEST: usize = 50_000_000;

/// The bytes of an object.
pub(super) async fn read(link: &Link, key: &str) -> Result<Vec<u8>, Error> {
    let get = async || {
        let request = link.connection.client.get_object();
        let sent = request.bucket(&link.options.bucket).key(key).send();
        let answer = sent.await.map_err(|error| Failure::of(&error))?;
        let body = answer.body.collect().await;
        body.map(AggregatedBytes::to_vec).map_err(|error| Failure::Unreachable { reason: root(&error) })
    };
    let read = link.send(key, LARGEST, link.options.patience.attempts, get).await;
    read.map_err(|failed| link.explain(key, failed))
}

/// The metadata of an object.
pub(super) async fn metadata(link: &Link, key: &str) -> Result<BTreeMap<String, String>, Error> {
    let head = async || {
        let request = link.connection.client.head_object();
        let sent = request.bucket(&link.options.bucket).key(key).send();
        let answer = sent.await.map_err(|error| Failure::of(&error))?;
        Ok(answer.metadata.into_iter().flatten().collect())
    };
    let read = link.send(key, 0, link.options.patience.attempts, head).await;
    read.map_err(|failed| link.explain(key, failed))
}
