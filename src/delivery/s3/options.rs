//! What a person may say about an S3 destination.

use std::fmt;
use std::time::Duration;

/// How to reach a bucket and how to behave towards it.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The bucket's name.
    pub bucket: String,
    /// What all keys of the run begin with. Only used to find out whether the place is empty: then nothing
    /// has to be looked up key by key.
    pub prefix: String,
    /// Another server than AWS, `http://127.0.0.1:9000`; without it the environment and the profile decide.
    /// With an endpoint, the bucket's name is part of the path and not of the host's name.
    pub endpoint_url: Option<String>,
    /// The profile of the AWS configuration files; named here, it goes before keys in the environment.
    pub profile: Option<String>,
    /// The bucket's region; without it the environment, the profile, and at last `us-east-1`.
    pub region: Option<String>,
    /// Where the credentials come from.
    pub credentials: Credentials,
    /// How many objects may be under way at once, at least 1. It bounds memory, connections and requests.
    pub concurrency: usize,
    /// Makes the bucket if it does not exist.
    pub create_bucket: bool,
    /// Replaces objects with other bytes.
    pub overwrite: bool,
    /// Sends `x-amz-server-side-encryption` where an object's headers ask for it. A server that answers that
    /// it does not implement it gets the same objects without.
    pub encryption: bool,
    /// Which requests carry a checksum.
    pub checksums: Checksums,
    /// How often and how long to try.
    pub patience: Patience,
}

impl S3Options {
    /// The bucket with this name, as the environment and the AWS configuration files say; eight objects at once.
    #[must_use]
    pub fn new(bucket: impl Into<String>) -> Self {
        Self {
            bucket: bucket.into(),
            prefix: String::new(),
            endpoint_url: None,
            profile: None,
            region: None,
            credentials: Credentials::Standard,
            concurrency: 8,
            create_bucket: false,
            overwrite: false,
            encryption: true,
            checksums: Checksums::Standard,
            patience: Patience::default(),
        }
    }
}

/// Where the credentials come from. Never shows a secret.
#[derive(Clone)]
pub enum Credentials {
    /// Environment, profile, web identity, container, machine: what AWS tools do.
    Standard,
    /// These, for servers in tests and for programs that have their own source.
    Keys {
        /// The access key's id.
        access_key_id: String,
        /// The secret that belongs to it.
        secret_access_key: String,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Standard => "Standard",
            Self::Keys { .. } => "Keys { .. }",
        })
    }
}

/// Which requests carry a checksum besides the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksums {
    /// As the environment and the profile say; by default every object carries its CRC32.
    Standard,
    /// Only where S3 demands one: for servers that take today's checksums for part of the object.
    WhenRequired,
}

/// How often and how long to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often one request is sent, at least 1.
    pub attempts: u32,
    /// The longest pause after the first attempt; it doubles each time.
    pub first_wait: Duration,
    /// No pause is longer.
    pub longest_wait: Duration,
    /// How long a request may stay without an answer; large objects get more, a second for every 64 KiB.
    pub timeout: Duration,
    /// How long requests on their way may still take after a stop.
    pub grace: Duration,
}

impl Default for Patience {
    /// Eight attempts within about 25 seconds, each at most a minute; ten seconds after a stop.
    fn default() -> Self {
        Self {
            attempts: 8,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            timeout: Duration::from_mins(1),
            grace: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Options are printed in logs; secrets are not.
    #[test]
    fn debug_output_holds_no_credential() {
        let mut options = S3Options::new("bucket");
        options.credentials = Credentials::Keys { access_key_id: "AKIDXX".into(), secret_access_key: "hush".into() };
        let text = format!("{options:?}");
        assert!(!text.contains("hush") && !text.contains("AKIDXX"), "{text}");
    }
}
