//! `PutObject`: the body as it was announced, or nothing.

use base64ct::{Base64, Encoding};
use std::time::Duration;

use http_body_util::BodyExt;
use md5::{Digest, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::{PutObjectInput, PutObjectOutput, StreamingBlob};
use s3s::{Body, S3Request, S3Result, TrailingHeaders, s3_error};
use tokio::time::timeout;

use super::reading::precondition_failed;
use super::{Store, strong};
use crate::trail::{Headers, Object};

/// The largest object that can be put.
const MOST: usize = 256 << 20;

/// How long a writer may say nothing.
const PATIENCE: Duration = Duration::from_secs(30);

impl Store {
    pub(super) async fn write(&self, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let mut input = request.input;
        // Before the body is read, so that what cannot be kept is not sent in vain.
        self.bucket(&input.bucket)?;
        if input.content_length.is_some_and(|length| length > MOST as i64) {
            return Err(too_large());
        }
        let bytes = collect(input.body.take()).await?;
        let checksums = Checksums::announced(&input, request.trailing_headers.as_ref());
        checksums.check(&bytes)?;
        let headers = Headers {
            content_type: input.content_type.unwrap_or_else(|| "binary/octet-stream".into()),
            content_encoding: input.content_encoding.map(|text| without_framing(&text)).unwrap_or_default(),
            server_side_encryption: input
                .server_side_encryption
                .map(|kind| kind.as_str().to_owned())
                .unwrap_or_default(),
            metadata: input.metadata.into_iter().flatten().map(|(name, value)| (name.to_lowercase(), value)).collect(),
        };
        let object = Object { key: input.key, body: bytes, sha256: None, headers };
        let (now, none, some) = ((self.now)(), input.if_none_match.is_some(), input.if_match);
        let done = self.with(&input.bucket, move |bucket| {
            if none || some.is_some() {
                let there = bucket.head(&object.key)?;
                let matches = |etag: &str| match &some {
                    Some(condition) => condition.as_etag().is_none_or(|wanted| strong(etag).weak_cmp(wanted)),
                    None => !none,
                };
                if there.map_or(some.is_some(), |about| !matches(&about.etag)) {
                    return Ok(None);
                }
            }
            bucket.put(object, now).map(Some)
        });
        let etag = done.await?.ok_or_else(precondition_failed)?;
        let sums = checksums.0;
        Ok(PutObjectOutput {
            e_tag: Some(strong(&etag)),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            ..PutObjectOutput::default()
        })
    }
}

fn too_large() -> s3s::S3Error {
    s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size")
}

/// The framing in which a body came is no part of the object.
fn without_framing(encoding: &str) -> String {
    let parts = encoding.split(',').map(str::trim).filter(|part| !part.is_empty() && *part != "aws-chunked");
    parts.collect::<Vec<_>>().join(",")
}

async fn collect(body: Option<StreamingBlob>) -> S3Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(body) = body else { return Ok(bytes) };
    let mut body = Body::from(body);
    loop {
        let piece = timeout(PATIENCE, body.frame()).await;
        let piece = piece.map_err(|_| s3_error!(RequestTimeout, "the body did not arrive in time"))?;
        match piece {
            None => return Ok(bytes),
            Some(Ok(frame)) => bytes.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Some(Err(error)) => return Err(s3_error!(IncompleteBody, "the body is not what was announced: {error}")),
        }
        if bytes.len() > MOST {
            return Err(too_large());
        }
    }
}

/// What the writer says that the body comes to, with the MD5.
struct Checksums(s3s::dto::Checksum, Option<String>);

impl Checksums {
    /// In the headers, or behind the body.
    fn announced(input: &PutObjectInput, trailers: Option<&TrailingHeaders>) -> Self {
        let behind = trailers.and_then(TrailingHeaders::take).unwrap_or_default();
        let sum = |header: &Option<String>, name: &str| {
            header.clone().or_else(|| Some(behind.get(name)?.to_str().ok()?.trim().to_owned()))
        };
        let sums = s3s::dto::Checksum {
            checksum_crc32: sum(&input.checksum_crc32, "x-amz-checksum-crc32"),
            checksum_crc32c: sum(&input.checksum_crc32c, "x-amz-checksum-crc32c"),
            checksum_crc64nvme: sum(&input.checksum_crc64nvme, "x-amz-checksum-crc64nvme"),
            checksum_sha1: sum(&input.checksum_sha1, "x-amz-checksum-sha1"),
            checksum_sha256: sum(&input.checksum_sha256, "x-amz-checksum-sha256"),
            ..s3s::dto::Checksum::default()
        };
        Self(sums, input.content_md5.clone())
    }

    fn check(&self, bytes: &[u8]) -> S3Result<()> {
        let announced = &self.0;
        let mut hasher = ChecksumHasher {
            crc32: announced.checksum_crc32.as_ref().map(|_| Crc32::default()),
            crc32c: announced.checksum_crc32c.as_ref().map(|_| Crc32c::default()),
            crc64nvme: announced.checksum_crc64nvme.as_ref().map(|_| Crc64Nvme::default()),
            sha1: announced.checksum_sha1.as_ref().map(|_| Sha1::default()),
            sha256: announced.checksum_sha256.as_ref().map(|_| Sha256::default()),
        };
        hasher.update(bytes);
        let md5 = |announced: &String| *announced == Base64::encode_string(&Md5::digest(bytes));
        match hasher.finalize() == *announced && self.1.as_ref().is_none_or(md5) {
            true => Ok(()),
            false => Err(s3_error!(BadDigest, "the checksum you specified did not match what was received")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framing_is_no_encoding() {
        for (given, kept) in
            [("aws-chunked", ""), ("aws-chunked, gzip", "gzip"), ("gzip,aws-chunked", "gzip"), ("br", "br")]
        {
            assert_eq!(without_framing(given), kept);
        }
    }

    #[test]
    fn a_checksum_that_does_not_fit_is_refused() {
        let sums = |crc32: Option<&str>, md5: Option<&str>| {
            let sums = s3s::dto::Checksum { checksum_crc32: crc32.map(Into::into), ..Default::default() };
            Checksums(sums, md5.map(Into::into)).check(b"abc").is_ok()
        };
        assert!(sums(None, None) && sums(Some("NSRBwg=="), Some("kAFQmDzST7DWlj99KOF/cg==")));
        assert!(!sums(Some("NSRBwQ=="), None) && !sums(None, Some("kAFQmDzST7DWlj99KOF/cA==")));
    }
}
