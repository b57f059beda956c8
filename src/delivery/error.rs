//! What can go wrong on the way to the destination, in words for people.
//!
//! The text says where, what and with which value; [`Error::note`] adds circumstances and
//! [`Error::hint`] what to do. None of them ever holds a credential.

use std::io;
use std::path::PathBuf;

/// Why an object, or a whole destination, could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A directory of the trail could not be made.
    #[error("cannot create directory `{}`: {}", path.display(), plain(cause))]
    CreateDirectory {
        /// The directory that was refused.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
        /// Whether this run has written nothing so far.
        untouched: bool,
    },
    /// A file could not be written.
    #[error("cannot write `{}`: {}", path.display(), plain(cause))]
    Write {
        /// The file as it would have been called.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
        /// Whether an unfinished file was begun and taken away again.
        removed: bool,
    },
    /// A file or directory could not be read.
    #[error("cannot read `{}`: {}", path.display(), plain(cause))]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A key that is no path below a directory.
    #[error("cannot use the key `{}` as a path: {fault}", key.escape_default())]
    Key {
        /// The key.
        key: String,
        /// What is wrong with it, as a sentence about "it".
        fault: &'static str,
    },
    /// Other bytes lie under the key.
    #[error("something else lies at `{place}`: its bytes differ from those of this run")]
    Foreign {
        /// A path or an `s3://` URL.
        place: String,
    },
    /// S3 answered with an error that trying again does not mend.
    #[error("S3 refused `{place}`: {}", answer(*status, code))]
    Refused {
        /// The `s3://` URL.
        place: String,
        /// The HTTP status.
        status: u16,
        /// The error code of S3, empty when the answer had none.
        code: String,
        /// The named profile the credentials come from.
        profile: Option<String>,
        /// The region requests are signed for.
        region: String,
    },
    /// S3 kept asking to slow down until the attempts were used up.
    #[error("S3 throttled `{place}`: {}", answer(*status, code))]
    Throttled {
        /// The `s3://` URL.
        place: String,
        /// The HTTP status.
        status: u16,
        /// The error code of S3, empty when the answer had none.
        code: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// There is no such bucket.
    #[error("bucket `{bucket}` does not exist")]
    BucketMissing {
        /// The bucket's name.
        bucket: String,
    },
    /// The bucket lies in another region than requests are signed for.
    #[error("bucket `{bucket}` lies in region {actual}, not in {asked}")]
    WrongRegion {
        /// The bucket's name.
        bucket: String,
        /// The region that was asked.
        asked: String,
        /// The region that S3 names.
        actual: String,
    },
    /// A text that is no bucket's name.
    #[error("`{}` is not the name of a bucket", bucket.escape_default())]
    BucketName {
        /// The text.
        bucket: String,
    },
    /// An endpoint that is no URL of a server. The URL is not shown, it may hold a password.
    #[error("the endpoint URL {fault}")]
    Endpoint {
        /// What is wrong with it.
        fault: &'static str,
    },
    /// There is nothing to sign requests with.
    #[error("no AWS credentials {}{}", source_of(profile.as_deref()), said(reason.as_deref()))]
    NoCredentials {
        /// The profile that was named, if any.
        profile: Option<String>,
        /// What went wrong, where there was something to get them from.
        reason: Option<String>,
    },
    /// No connection to the endpoint, or it broke every time.
    #[error("cannot reach {endpoint}: {reason}")]
    Unreachable {
        /// The URL in backquotes, or words for S3 itself.
        endpoint: String,
        /// What the system said.
        reason: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The endpoint took the request and did not answer in time.
    #[error("no answer for `{place}` within {seconds} s")]
    TimedOut {
        /// The `s3://` URL.
        place: String,
        /// How long one attempt waited, in seconds.
        seconds: u64,
        /// How often it was tried.
        attempts: u32,
    },
    /// The request could not be built or signed.
    #[error("cannot send a request for `{place}`: {reason}")]
    Unsent {
        /// The `s3://` URL.
        place: String,
        /// Why.
        reason: String,
    },
    /// The threads that talk to S3 could not be started.
    #[error("cannot start the network threads: {}", plain(cause))]
    Threads {
        /// What the system said.
        cause: io::Error,
    },
    /// The run was stopped before this object was delivered.
    #[error("stopped before it was delivered")]
    Stopped,
}

impl Error {
    /// The circumstances, as one line that the progress so far can be added to.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        match self {
            Self::Write { removed: true, .. } => Some("the unfinished file was removed".into()),
            Self::Refused { profile: Some(profile), region, .. } => {
                Some(format!("credentials from profile `{profile}`, region {region}"))
            }
            Self::Refused { profile: None, region, .. } => Some(format!("region {region}")),
            Self::Throttled { attempts, .. } | Self::Unreachable { attempts, .. } | Self::TimedOut { attempts, .. } => {
                Some(format!("gave up after {attempts} attempts"))
            }
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::CreateDirectory { untouched: true, .. } => {
                "nothing was written; choose another place with `--to <DIR>`".into()
            }
            Self::CreateDirectory { .. } => "choose another place with `--to <DIR>`".into(),
            Self::Key { .. } => "change the trail's prefix: its parts become names of directories".into(),
            Self::Write { cause, .. } if is_full(cause) => "free space and run the same command again".into(),
            Self::Write { .. } | Self::Read { .. } => {
                "mend this and run the same command again; what is delivered is not written twice".into()
            }
            Self::Foreign { .. } => "choose another place with `--to <DEST>`, or replace it with `--overwrite`".into(),
            Self::Refused { status, code, profile, .. } => refused_hint(*status, code, profile.is_some()),
            Self::Throttled { .. } => {
                "run the same command again, with a smaller `--concurrency`; what is delivered is skipped".into()
            }
            Self::BucketMissing { .. } => "make it with `--create-bucket`, or name another one".into(),
            Self::WrongRegion { actual, .. } => format!("say `--region-of-bucket {actual}`"),
            Self::BucketName { .. } => "a destination reads `s3://BUCKET` or `s3://BUCKET/PREFIX`".into(),
            Self::Endpoint { .. } => "an endpoint reads `https://HOST` or `http://HOST:PORT`".into(),
            Self::NoCredentials { .. } => "set `AWS_PROFILE` or `--profile`, or `AWS_ACCESS_KEY_ID` and \
                 `AWS_SECRET_ACCESS_KEY`; a local server mostly takes any value"
                .into(),
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "look at `--endpoint-url` and the server, then run the same command again; what is delivered is skipped"
                    .into()
            }
            Self::Unsent { .. } | Self::Threads { .. } => return None,
            Self::Stopped => "run the same command again; what is delivered is skipped".into(),
        };
        Some(hint)
    }
}

/// The advice for an answer of S3.
fn refused_hint(status: u16, code: &str, named: bool) -> String {
    let source = if named { "profile" } else { "credentials" };
    match (status, code) {
        (_, "RequestTimeTooSkewed") => "set this machine's clock and run the same command again".into(),
        (_, "AccessDenied" | "AllAccessDisabled") => format!(
            "let the {source} list the bucket, read and put objects, then run the same command again; \
             the same seed gives the same keys and bytes"
        ),
        (401 | 403, _) | (_, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => {
            format!("fix the {source} and run the same command again; the same seed gives the same keys and bytes")
        }
        _ => "run the same command again; what is delivered is skipped".into(),
    }
}

/// Where credentials were looked for.
fn source_of(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("in profile `{profile}`"),
        None => "in the environment, in the configuration files or for this machine".into(),
    }
}

/// The reason as the end of a sentence.
fn said(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Status and code as people write them: `403 InvalidAccessKeyId`.
fn answer(status: u16, code: &str) -> String {
    let words = match (code, status) {
        ("", 400) => "Bad Request",
        ("", 403) => "Forbidden",
        ("", 404) => "Not Found",
        ("", 429) => "Too Many Requests",
        ("", 500) => "Internal Server Error",
        ("", 502) => "Bad Gateway",
        ("", 503) => "Service Unavailable",
        ("", 504) => "Gateway Timeout",
        (code, _) => code,
    };
    format!("{status} {words}").trim_end().to_owned()
}

/// An operating system's message as part of a sentence: `no space left on device (os error 28)`.
pub(crate) fn plain(cause: &io::Error) -> String {
    lowered(&cause.to_string())
}

/// The text with a small first letter, unless it begins with an abbreviation.
pub(super) fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// Whether the disk, or the user's share of it, is used up.
fn is_full(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str, profile: Option<&str>) -> Error {
        Error::Refused {
            place: "s3://audit-lab/AWSLogs/a.json.gz".into(),
            status,
            code: code.into(),
            profile: profile.map(str::to_owned),
            region: "eu-west-1".into(),
        }
    }

    #[test]
    fn a_full_disk_reads_as_people_say_it() {
        let error = Error::Write { path: "out/a".into(), cause: io::Error::from_raw_os_error(28), removed: true };
        assert_eq!(error.to_string(), "cannot write `out/a`: no space left on device (os error 28)");
        assert_eq!(error.note().as_deref(), Some("the unfinished file was removed"));
        assert_eq!(error.hint().as_deref(), Some("free space and run the same command again"));
    }

    #[test]
    fn a_directory_that_cannot_be_made_reads_as_people_say_it() {
        let cause = io::Error::from_raw_os_error(13);
        let error = Error::CreateDirectory { path: "trail/AWSLogs".into(), cause, untouched: true };
        assert_eq!(error.to_string(), "cannot create directory `trail/AWSLogs`: permission denied (os error 13)");
        assert_eq!(error.hint().as_deref(), Some("nothing was written; choose another place with `--to <DIR>`"));
    }

    #[test]
    fn a_refusal_names_place_status_code_and_where_the_credentials_came_from() {
        let error = refused(403, "InvalidAccessKeyId", Some("lab"));
        assert_eq!(error.to_string(), "S3 refused `s3://audit-lab/AWSLogs/a.json.gz`: 403 InvalidAccessKeyId");
        assert_eq!(error.note().as_deref(), Some("credentials from profile `lab`, region eu-west-1"));
        let hint = "fix the profile and run the same command again; the same seed gives the same keys and bytes";
        assert_eq!(error.hint().as_deref(), Some(hint));
    }

    #[test]
    fn a_refusal_without_a_code_shows_the_words_of_the_status() {
        for (status, code, shown) in
            [(403, "", "403 Forbidden"), (418, "", "418"), (409, "BucketAlreadyExists", "409 BucketAlreadyExists")]
        {
            let text = refused(status, code, None).to_string();
            assert_eq!(text, format!("S3 refused `s3://audit-lab/AWSLogs/a.json.gz`: {shown}"));
        }
    }

    #[test]
    fn advice_fits_the_code() {
        for (status, code, expected) in [
            (403, "RequestTimeTooSkewed", "set this machine's clock"),
            (403, "AccessDenied", "let the credentials list the bucket"),
            (400, "ExpiredToken", "fix the credentials"),
            (409, "OperationAborted", "run the same command again"),
        ] {
            let hint = refused(status, code, None).hint().unwrap();
            assert!(hint.starts_with(expected), "{code}: {hint}");
        }
    }

    #[test]
    fn abbreviations_keep_their_capitals() {
        for (text, expected) in [("Permission denied", "permission denied"), ("DNS error", "DNS error"), ("", "")] {
            assert_eq!(lowered(text), expected);
        }
    }
}
