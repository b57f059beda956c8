//! What became of a request that did not succeed, and whether trying again can help.

use std::error::Error as StdError;
use std::time::Duration;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::Patience;
use super::lanes::Ride;
use crate::delivery::error::lowered;

/// Why one request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server answered with an error.
    Answer { status: u16, code: String, region: Option<String> },
    /// No connection, or it broke.
    Unreachable { reason: String },
    /// No answer in time.
    TimedOut { seconds: u64 },
    /// It could not be built or signed.
    Unsent { reason: String },
    /// The run was stopped.
    Stopped,
}

/// A failure that stands, and after how many attempts.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) failure: Failure,
    pub(super) attempts: u32,
}

impl Failure {
    pub(super) fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self
    where
        SdkError<E, HttpResponse>: StdError + 'static,
    {
        match error {
            SdkError::DispatchFailure(dispatch)
                if dispatch.is_io() || dispatch.is_timeout() || dispatch.as_other().is_some() =>
            {
                Self::Unreachable { reason: root(error) }
            }
            SdkError::TimeoutError(_) => Self::Unreachable { reason: root(error) },
            _ => match error.raw_response() {
                Some(response) => Self::answer(response, error.code()),
                None => Self::Unsent { reason: root(error) },
            },
        }
    }

    fn answer(response: &HttpResponse, code: Option<&str>) -> Self {
        let region = response.headers().get("x-amz-bucket-region").filter(|name| is_word(name));
        Self::Answer {
            status: response.status().as_u16(),
            code: code.filter(|code| is_word(code)).unwrap_or_default().to_owned(),
            region: region.map(str::to_owned),
        }
    }

    /// Whether the server asks for fewer requests.
    pub(super) fn is_throttling(&self) -> bool {
        let Self::Answer { status, code, .. } = self else { return false };
        matches!(status, 429 | 503)
            || matches!(code.as_str(), "SlowDown" | "ServiceUnavailable" | "TooManyRequests" | "RequestLimitExceeded")
            || code.starts_with("Throttl")
    }

    /// Whether the same request may succeed later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Unsent { .. } | Self::Stopped => false,
            Self::Answer { status, code, .. } => {
                // A good status with an answer that cannot be read: cut off on the way.
                self.is_throttling() || matches!(status, 200..=299 | 408 | 500 | 502 | 504) || is_passing(code)
            }
        }
    }

    /// What the failure says about the width of the road.
    pub(super) fn ride(&self) -> Ride {
        if self.is_throttling() { Ride::Throttled } else { Ride::Failed }
    }

    /// Whether the server says that there is no such object.
    pub(super) fn is_missing_key(&self) -> bool {
        matches!(self, Self::Answer { status: 404, code, .. } if code != "NoSuchBucket")
    }

    /// Whether the server knows no such bucket.
    pub(super) fn is_missing_bucket(&self) -> bool {
        matches!(self, Self::Answer { status: 404, code, .. } if code == "NoSuchBucket")
    }

    /// Whether something lies under a key that was to be new.
    pub(super) fn is_occupied(&self) -> bool {
        // 304 is how MinIO of 2023 says 412.
        matches!(self, Self::Answer { status: 304 | 412, .. })
    }

    /// Whether the server does not know a header of the request.
    pub(super) fn is_not_implemented(&self) -> bool {
        matches!(self, Self::Answer { status, code, .. } if *status == 501 || code == "NotImplemented")
    }

    /// Whether the bucket, made by somebody else in the meantime, is ours all the same.
    pub(super) fn is_ours_already(&self) -> bool {
        matches!(self, Self::Answer { code, .. } if code == "BucketAlreadyOwnedByYou")
    }
}

/// Error codes that pass by themselves although their status says otherwise: slow or damaged uploads, and
/// two writers at one key or bucket at the same moment.
fn is_passing(code: &str) -> bool {
    let passing = [
        "RequestTimeout",
        "IncompleteBody",
        "BadDigest",
        "XAmzContentSHA256Mismatch",
        "OperationAborted",
        "ConditionalRequestConflict",
        "InternalError",
    ];
    passing.contains(&code)
}

/// Whether a server's text is a plain identifier, fit to be shown.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The innermost cause of an error, as part of a sentence.
pub(super) fn root(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    lowered(&cause.to_string())
}

/// The causes of an error below its own words, as part of a sentence.
///
/// What a program that was asked for credentials has printed is left out: nobody knows what it prints.
pub(super) fn chain(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let words: Vec<String> =
        causes.map(|cause| lowered(cause.to_string().lines().next().unwrap_or_default())).collect();
    let text = words.join(": ");
    text.split(". Stderr:").next().unwrap_or_default().to_owned()
}

impl Patience {
    /// How long to wait after the given attempt (from 1): twice as long each time, bounded, and somewhere
    /// in the upper half of that, so that many writers do not come back together. The place in the half is
    /// taken from `salt`: randomness here must not need a generator.
    pub(super) fn wait(&self, attempt: u32, salt: u32) -> Duration {
        let doubled = self.first_wait.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let half = doubled.min(self.longest_wait) / 2;
        let jitter = crc32fast::hash(&[salt.to_le_bytes(), attempt.to_le_bytes()].concat());
        half + half.mul_f64(f64::from(jitter) / f64::from(u32::MAX))
    }

    /// How long one request with so many bytes may take: a slow line gets a second for every 64 KiB.
    pub(super) fn limit(&self, bytes: usize) -> Duration {
        self.timeout + Duration::from_secs(bytes as u64 / (64 * 1024))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: &str) -> Failure {
        Failure::Answer { status, code: code.into(), region: None }
    }

    #[test]
    fn what_passes_is_tried_again_and_what_stands_is_not() {
        for (status, code, throttling, passing) in [
            (503, "SlowDown", true, true),
            (503, "", true, true),
            (429, "TooManyRequests", true, true),
            (400, "ThrottlingException", true, true),
            (500, "InternalError", false, true),
            (502, "", false, true),
            (200, "", false, true),
            (400, "RequestTimeout", false, true),
            (409, "ConditionalRequestConflict", false, true),
            (400, "BadDigest", false, true),
            (403, "AccessDenied", false, false),
            (403, "InvalidAccessKeyId", false, false),
            (404, "NoSuchBucket", false, false),
            (412, "PreconditionFailed", false, false),
            (501, "NotImplemented", false, false),
            (301, "PermanentRedirect", false, false),
        ] {
            let failure = answer(status, code);
            assert_eq!((failure.is_throttling(), failure.may_pass()), (throttling, passing), "{status} {code}");
        }
        assert!(Failure::TimedOut { seconds: 1 }.may_pass());
        assert!(!Failure::Stopped.may_pass());
    }

    /// Waits double up to the bound and lie in the upper half of it, the same for the same salt.
    #[test]
    fn waits_double_up_to_the_bound() {
        let patience = Patience {
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            ..Patience::default()
        };
        for (attempt, full) in [(1, 200), (2, 400), (3, 800), (7, 12_800), (8, 20_000), (40, 20_000)] {
            for salt in [0, 7, u32::MAX] {
                let wait = patience.wait(attempt, salt);
                let full = Duration::from_millis(full);
                assert!(full / 2 <= wait && wait <= full, "{attempt}: {wait:?}");
                assert_eq!(wait, patience.wait(attempt, salt));
            }
        }
        assert_ne!(patience.wait(5, 1), patience.wait(5, 2));
    }

    #[test]
    fn only_plain_words_of_a_server_are_shown() {
        for (text, expected) in
            [("SlowDown", true), ("eu-west-1", true), ("", false), ("a b", false), ("\x1b[31m", false)]
        {
            assert_eq!(is_word(text), expected, "{text:?}");
        }
    }
}
