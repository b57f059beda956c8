//! Whether the object under a key is the one we would put there, told from its headers where they suffice.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use base64ct::{Base64, Encoding};
use md5::{Digest, Md5};

use crate::hex::hex;

/// What the headers of an object tell about its bytes.
///
/// `Some` when they settle it, `None` when only the bytes can. The size comes first, then a checksum over the
/// whole object. An `ETag` that is the MD5 of our bytes proves them equal; one that is not proves
/// nothing, because encrypted and multipart objects have other tags. `sha256` is the hash of our bytes in base64.
pub(super) fn same(head: &HeadObjectOutput, body: &[u8], sha256: &str) -> Option<bool> {
    if head.content_length()? != i64::try_from(body.len()).ok()? {
        return Some(false);
    }
    if let Some(sum) = head.checksum_sha256().filter(|sum| covers_all(sum)) {
        return Some(sum == sha256);
    }
    if let Some(sum) = head.checksum_crc32().filter(|sum| covers_all(sum)) {
        return Some(sum == Base64::encode_string(&crc32fast::hash(body).to_be_bytes()));
    }
    let tag = head.e_tag()?.trim_matches('"');
    (tag.len() == 32 && tag.eq_ignore_ascii_case(&hex(&Md5::digest(body)))).then_some(true)
}

/// A checksum over the checksums of parts ends in `-` and their number.
fn covers_all(sum: &str) -> bool {
    !sum.contains('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"hello world";

    fn head() -> aws_sdk_s3::operation::head_object::builders::HeadObjectOutputBuilder {
        HeadObjectOutput::builder().content_length(11)
    }

    /// The sums of "hello world" were made with `sha256sum`, `md5sum` and Python's zlib.
    #[test]
    fn checksums_and_tags_settle_it_where_they_can() {
        let sha256 = "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";
        let md5 = "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"";
        let other = "\"00000000000000000000000000000000\"";
        for (head, expected, case) in [
            (HeadObjectOutput::builder().content_length(12), Some(false), "other size"),
            (HeadObjectOutput::builder(), None, "no size"),
            (head().checksum_crc32("DUoRhQ=="), Some(true), "crc32"),
            (head().checksum_crc32("AAAAAA=="), Some(false), "other crc32"),
            (head().checksum_crc32("AAAAAA==-2"), None, "crc32 of parts"),
            (head().checksum_sha256(sha256), Some(true), "sha256"),
            (head().checksum_sha256("AAAA"), Some(false), "other sha256"),
            (head().e_tag(md5), Some(true), "md5 tag"),
            (head().e_tag(other), None, "other tag"),
            (head().e_tag("\"abc-2\""), None, "tag of parts"),
            (head(), None, "nothing but the size"),
        ] {
            assert_eq!(same(&head.build(), BODY, sha256), expected, "{case}");
        }
    }
}
