//! `GetObject` and `HeadObject`: conditions, ranges, headers and bodies.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::Path;

use bytes::Bytes;
use s3s::dto::{
    ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, ServerSideEncryption,
    StreamingBlob, Timestamp,
};
use s3s::{Body, S3Error, S3ErrorCode, S3Result, s3_error};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{Store, no_such_key, strong, timestamp};
use crate::serve::bucket::{About, Content};

/// So much of a file is read at once.
const PIECE: usize = 256 * 1024;

impl Store {
    pub(super) async fn read(&self, input: GetObjectInput) -> S3Result<GetObjectOutput> {
        let key = input.key;
        let stored = self.with(&input.bucket, move |bucket| bucket.get(&key)).await?.ok_or_else(no_such_key)?;
        let about = stored.about;
        let conditions = Conditions {
            matching: input.if_match,
            none_matching: input.if_none_match,
            modified_since: input.if_modified_since,
            unmodified_since: input.if_unmodified_since,
        };
        conditions.check(&about)?;
        let part = match input.range {
            None => 0..about.size,
            Some(range) => range
                .check(about.size)
                .map_err(|_| s3_error!(InvalidRange, "The requested range is not satisfiable"))?,
        };
        let range = |part: &Range<u64>| format!("bytes {}-{}/{}", part.start, part.end - 1, about.size);
        Ok(GetObjectOutput {
            content_length: Some((part.end - part.start) as i64),
            content_range: input.range.map(|_| range(&part)),
            body: Some(body(stored.body, part).await?),
            accept_ranges: Some("bytes".into()),
            e_tag: Some(strong(&about.etag)),
            last_modified: Some(timestamp(about.modified)),
            content_type: Some(about.headers.content_type.clone()).filter(|text| !text.is_empty()),
            content_encoding: Some(about.headers.content_encoding.clone()).filter(|text| !text.is_empty()),
            server_side_encryption: encryption(&about),
            metadata: Some(about.headers.metadata.into_iter().collect()),
            ..GetObjectOutput::default()
        })
    }

    pub(super) async fn look(&self, input: HeadObjectInput) -> S3Result<HeadObjectOutput> {
        let key = input.key;
        let about = self.with(&input.bucket, move |bucket| bucket.head(&key)).await?.ok_or_else(no_such_key)?;
        let conditions = Conditions {
            matching: input.if_match,
            none_matching: input.if_none_match,
            modified_since: input.if_modified_since,
            unmodified_since: input.if_unmodified_since,
        };
        conditions.check(&about)?;
        Ok(HeadObjectOutput {
            content_length: Some(about.size as i64),
            accept_ranges: Some("bytes".into()),
            e_tag: Some(strong(&about.etag)),
            last_modified: Some(timestamp(about.modified)),
            content_type: Some(about.headers.content_type.clone()).filter(|text| !text.is_empty()),
            content_encoding: Some(about.headers.content_encoding.clone()).filter(|text| !text.is_empty()),
            server_side_encryption: encryption(&about),
            metadata: Some(about.headers.metadata.into_iter().collect()),
            ..HeadObjectOutput::default()
        })
    }
}

fn encryption(about: &About) -> Option<ServerSideEncryption> {
    let text = &about.headers.server_side_encryption;
    (!text.is_empty()).then(|| ServerSideEncryption::from(text.clone()))
}

/// Under which the reader wants the object at all.
struct Conditions {
    matching: Option<ETagCondition>,
    none_matching: Option<ETagCondition>,
    modified_since: Option<Timestamp>,
    unmodified_since: Option<Timestamp>,
}

impl Conditions {
    /// In the order of RFC 9110: a condition on the `ETag` outweighs the one on the time beside it.
    fn check(self, about: &About) -> S3Result<()> {
        let (etag, modified) = (strong(&about.etag), timestamp(about.modified));
        let matches = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(other) => etag.weak_cmp(other),
        };
        let failed = match (&self.matching, &self.unmodified_since) {
            (Some(condition), _) => !matches(condition),
            (None, Some(time)) => modified > *time,
            (None, None) => false,
        };
        if failed {
            return Err(precondition_failed());
        }
        let unchanged = match (&self.none_matching, &self.modified_since) {
            (Some(condition), _) => matches(condition),
            (None, Some(time)) => modified <= *time,
            (None, None) => false,
        };
        if unchanged { Err(not_modified(&etag)) } else { Ok(()) }
    }
}

pub(super) fn precondition_failed() -> S3Error {
    s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
}

fn not_modified(etag: &ETag) -> S3Error {
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    if let Ok(value) = etag.to_http_header() {
        error.set_headers([(hyper::header::ETAG, value)].into_iter().collect());
    }
    error
}

async fn body(content: Content, part: Range<u64>) -> S3Result<StreamingBlob> {
    match content {
        Content::Bytes(bytes) => Ok(of_bytes(bytes.slice(part.start as usize..part.end as usize))),
        Content::File(path) => of_file(&path, part).await.map_err(S3Error::internal_error),
    }
}

fn of_bytes(bytes: Bytes) -> StreamingBlob {
    StreamingBlob::from(Body::from(bytes))
}

/// Small parts are read before the answer begins, large ones while it is on its way.
async fn of_file(path: &Path, part: Range<u64>) -> std::io::Result<StreamingBlob> {
    let mut file = File::open(path).await?;
    if part.start > 0 {
        file.seek(SeekFrom::Start(part.start)).await?;
    }
    let length = part.end - part.start;
    let mut rest = file.take(length);
    if length > PIECE as u64 {
        return Ok(StreamingBlob::wrap(ReaderStream::with_capacity(rest, PIECE)));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    rest.read_to_end(&mut bytes).await?;
    Ok(of_bytes(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use crate::trail::Headers;

    /// The status of the answer under some conditions, on an object of second 100.
    fn status(
        matching: Option<&str>,
        none_matching: Option<&str>,
        modified: Option<i64>,
        unmodified: Option<i64>,
    ) -> u16 {
        let about = About { size: 0, etag: "aa".into(), modified: Time(100_999), headers: Headers::default() };
        let condition = |text: &str| text.parse::<ETagCondition>().unwrap();
        let time = |seconds: i64| timestamp(Time(seconds * 1_000));
        let conditions = Conditions {
            matching: matching.map(condition),
            none_matching: none_matching.map(condition),
            modified_since: modified.map(time),
            unmodified_since: unmodified.map(time),
        };
        conditions.check(&about).map_or_else(|error| error.status_code().unwrap().as_u16(), |()| 200)
    }

    #[test]
    fn conditions_decide_as_http_says() {
        let (same, other) = (Some("\"aa\""), Some("\"bb\""));
        for (given, expected) in [
            ((None, None, None, None), 200),
            ((same, None, None, None), 200),
            ((Some("*"), None, None, None), 200),
            ((other, None, None, None), 412),
            ((same, None, None, Some(99)), 200),
            ((None, same, None, None), 304),
            ((None, Some("W/\"aa\""), None, None), 304),
            ((None, other, Some(200), None), 200),
            ((None, None, Some(100), None), 304),
            ((None, None, Some(99), None), 200),
            ((None, None, None, Some(99)), 412),
            ((None, None, None, Some(100)), 200),
        ] {
            assert_eq!(status(given.0, given.1, given.2, given.3), expected, "{given:?}");
        }
    }
}
