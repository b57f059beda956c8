//! One object's way into the bucket.
//!
//! In a place that was empty when the run began, it is put right away, on the condition that nothing is
//! there (`If-None-Match: *`). Servers that do not know the condition either ignore it, which costs nothing
//! but the guard against a second writer, or answer 501 and get the request again without it. Elsewhere
//! the key is looked at first: the same bytes are left alone, others are an error or, when asked for,
//! replaced.

use std::sync::atomic::Ordering;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError, SdkBody};
use aws_sdk_s3::types::ChecksumMode;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::compare::same;
use super::failure::{Failure, GivenUp, root};
use super::link::Link;
use crate::delivery::{Delivered, Error, Found, Headers, Object};

/// An object on its way. The body is shared by all attempts, never streamed: bodies of unknown origin make
/// the SDK send them in chunks that several servers store as they are.
#[derive(Debug)]
struct Upload<'a> {
    link: &'a Link,
    key: &'a str,
    headers: &'a Headers,
    body: SdkBody,
    /// SHA-256 of the body, in base64.
    sha256: String,
}

/// How a conditional put went.
#[derive(Debug)]
enum Put {
    Stored,
    /// Something is there; `retried` when an earlier attempt of ours may have put it there.
    Occupied {
        retried: bool,
    },
}

/// Delivers one object.
pub(super) async fn deliver(link: &Link, object: Object) -> Result<Delivered, Error> {
    let Object { key, body, sha256, headers } = object;
    let sha256 = Base64::encode_string(&sha256.unwrap_or_else(|| Sha256::digest(&body).into()));
    let upload = Upload { link, key: &key, headers: &headers, body: SdkBody::from(body), sha256 };
    let was_empty = link.empty.load(Ordering::Relaxed) && key.starts_with(&link.options.prefix);
    if was_empty { upload.store().await } else { upload.look_and_store().await }
}

impl Upload<'_> {
    async fn look_and_store(&self) -> Result<Delivered, Error> {
        match self.look().await? {
            Found::Same => Ok(Delivered::AlreadyThere),
            Found::Nothing | Found::Different => self.store().await,
        }
    }

    async fn store(&self) -> Result<Delivered, Error> {
        match self.put(!self.link.options.overwrite).await? {
            Put::Stored => Ok(Delivered::Written),
            // An attempt whose answer was lost has succeeded, or somebody was faster.
            Put::Occupied { retried } => match self.look().await? {
                Found::Same if retried => Ok(Delivered::Written),
                Found::Same => Ok(Delivered::AlreadyThere),
                Found::Nothing | Found::Different => Err(self.foreign()),
            },
        }
    }

    /// What lies under the key; something different is an error unless it may be replaced.
    async fn look(&self) -> Result<Found, Error> {
        let head = match self.head().await {
            Ok(head) => head,
            Err(failed) if failed.failure.is_missing_key() => return Ok(Found::Nothing),
            Err(failed) => return Err(self.link.explain(self.key, failed)),
        };
        let same = match same(&head, self.bytes(), &self.sha256) {
            Some(same) => same,
            None => self.fetch_and_compare().await?,
        };
        match same {
            true => Ok(Found::Same),
            false if self.link.options.overwrite => Ok(Found::Different),
            false => Err(self.foreign()),
        }
    }

    async fn head(&self) -> Result<HeadObjectOutput, GivenUp> {
        self.send(0, async || {
            let request = self.link.connection.client.head_object().checksum_mode(ChecksumMode::Enabled);
            let sent = request.bucket(&self.link.options.bucket).key(self.key).send();
            sent.await.map_err(|error| Failure::of(&error))
        })
        .await
    }

    /// Reads the object, as far as it is ours.
    async fn fetch_and_compare(&self) -> Result<bool, Error> {
        let fetched = self.send(self.bytes().len(), async || {
            let request = self.link.connection.client.get_object();
            let sent = request.bucket(&self.link.options.bucket).key(self.key).send();
            let mut answer = sent.await.map_err(|error| Failure::of(&error))?;
            let equal = is_equal(&mut answer.body, self.bytes()).await;
            equal.map_err(|error| Failure::Unreachable { reason: root(&error) })
        });
        fetched.await.map_err(|failed| self.link.explain(self.key, failed))
    }

    /// Puts the object, as a new one or over what is there.
    async fn put(&self, new: bool) -> Result<Put, Error> {
        let plain = self.link.plain.load(Ordering::Relaxed);
        let done = match self.try_put(new, plain).await {
            Err(failed) if failed.failure.is_not_implemented() && !plain => {
                self.link.plain.store(true, Ordering::Relaxed);
                self.try_put(new, true).await
            }
            done => done,
        };
        match done {
            Ok(()) => Ok(Put::Stored),
            Err(failed) if failed.failure.is_occupied() => Ok(Put::Occupied { retried: failed.attempts > 1 }),
            Err(failed) => Err(self.link.explain(self.key, failed)),
        }
    }

    async fn try_put(&self, new: bool, plain: bool) -> Result<(), GivenUp> {
        self.send(self.bytes().len(), async || {
            let sent = if plain { self.request() } else { self.with_optional_headers(self.request(), new) };
            sent.send().await.map(drop).map_err(|error| Failure::of(&error))
        })
        .await
    }

    fn request(&self) -> PutObjectFluentBuilder {
        let body = self.body.try_clone().expect("a body in memory can be cloned");
        let headers = self.headers;
        let metadata = headers.metadata.clone().into_iter().collect();
        self.link
            .connection
            .client
            .put_object()
            .bucket(&self.link.options.bucket)
            .key(self.key)
            .set_content_type(said(&headers.content_type).map(Into::into))
            .set_content_encoding(said(&headers.content_encoding).map(Into::into))
            .set_metadata(Some(metadata).filter(|_| !headers.metadata.is_empty()))
            .checksum_sha256(&self.sha256)
            .body(ByteStream::new(body))
    }

    /// Adds what a server may not know.
    fn with_optional_headers(&self, request: PutObjectFluentBuilder, new: bool) -> PutObjectFluentBuilder {
        let encryption = said(&self.headers.server_side_encryption).filter(|_| self.link.options.encryption);
        request.set_server_side_encryption(encryption.map(Into::into)).set_if_none_match(new.then(|| "*".into()))
    }

    async fn send<T, F>(&self, bytes: usize, request: impl Fn() -> F) -> Result<T, GivenUp>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        self.link.send(self.key, bytes, self.link.options.patience.attempts, request).await
    }

    fn bytes(&self) -> &[u8] {
        self.body.bytes().unwrap_or_default()
    }

    fn foreign(&self) -> Error {
        Error::Foreign { place: self.link.place(self.key) }
    }
}

/// The text, unless it is empty.
fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Whether the stream brings exactly these bytes; stops at the first difference.
async fn is_equal(stream: &mut ByteStream, mut rest: &[u8]) -> Result<bool, ByteStreamError> {
    while let Some(chunk) = stream.try_next().await? {
        match rest.strip_prefix(&*chunk) {
            Some(tail) => rest = tail,
            None => return Ok(false),
        }
    }
    Ok(rest.is_empty())
}
