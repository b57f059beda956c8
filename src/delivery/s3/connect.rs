//! From options to a client that can sign requests. Reads configuration files, sends nothing.

use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    Credentials as Keys, ProvideCredentials, RequestChecksumCalculation, ResponseChecksumValidation,
    SharedCredentialsProvider, StalledStreamProtectionConfig,
};

use super::failure::chain;
use super::signing::SignWithChecksum;
use super::{Checksums, Credentials, S3Options};
use crate::delivery::Error;

/// How long the sources of credentials may take: some ask a person.
const LOOKING: Duration = Duration::from_secs(30);

/// A client, and what errors say about it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) region: String,
    /// The endpoint as errors name it: a URL in backquotes, or words for S3 itself.
    pub(super) endpoint: String,
}

/// Refuses options that cannot name a bucket.
pub(super) fn check(options: &S3Options) -> Result<(), Error> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if options.bucket.is_empty() || !options.bucket.bytes().all(is_letter) {
        return Err(Error::BucketName { bucket: options.bucket.clone() });
    }
    check_endpoint(options)
}

/// Refuses an endpoint that is no URL of a server.
pub(super) fn check_endpoint(options: &S3Options) -> Result<(), Error> {
    match options.endpoint_url.as_deref().and_then(endpoint_fault) {
        Some(fault) => Err(Error::Endpoint { fault }),
        None => Ok(()),
    }
}

/// What keeps a text from being the URL of a server.
fn endpoint_fault(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")) else {
        return Some("does not begin with `http://` or `https://`");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Some("holds a user name or password, which have no place there");
    }
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    (host.is_empty() || !plain).then_some("names no server")
}

/// Makes the client.
pub(super) async fn connect(options: &S3Options) -> Connection {
    let region = region(options).await;
    let credentials = credentials(options, &region).await;
    let config = loader(options, region.clone(), credentials).load().await;
    let endpoint = endpoint(options, &config);
    let config = aws_sdk_s3::config::Builder::from(&config)
        .force_path_style(endpoint.is_some() || options.bucket.contains('.'))
        .interceptor(SignWithChecksum)
        .build();
    Connection {
        client: Client::from_conf(config),
        endpoint: endpoint.map_or_else(|| format!("S3 in region {region}"), |url| format!("`{url}`")),
        region: region.to_string(),
    }
}

/// Says nothing of retries: they are ours, with a say for the width of the road.
pub(super) fn loader(options: &S3Options, region: Region, credentials: SharedCredentialsProvider) -> ConfigLoader {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().load_timeout(LOOKING).build())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    match options.checksums {
        Checksums::Standard => loader,
        Checksums::WhenRequired => loader
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired),
    }
}

/// The error of the credentials, if there is one. Asks sources of its own: those of the client tell some
/// errors only once.
pub(super) async fn without_credentials(options: &S3Options) -> Option<Error> {
    let region = region(options).await;
    let sources = credentials(options, &region).await;
    let error = tokio::time::timeout(LOOKING, sources.provide_credentials()).await.ok()?.err()?;
    // What the SDK says of a source that is not set up; everything else is a reason worth showing.
    let is_absent = error.to_string() == "the credential provider was not enabled";
    let reason = (!is_absent).then(|| chain(&error));
    Some(Error::NoCredentials { profile: options.profile.clone(), reason })
}

/// Option, environment, profile, `us-east-1`. The machine's metadata service is not asked: a wrong region is
/// told by S3 itself, and waiting for a service that is not there helps nobody.
pub(super) async fn region(options: &S3Options) -> Region {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    RegionProviderChain::first_try(options.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build())
        .region()
        .await
        .unwrap_or(Region::from_static("us-east-1"))
}

/// The standard sources, with one short try at the machine's metadata service instead of several.
pub(super) async fn credentials(options: &S3Options, region: &Region) -> SharedCredentialsProvider {
    match (&options.credentials, &options.profile) {
        (Credentials::Keys { access_key_id, secret_access_key }, _) => {
            SharedCredentialsProvider::new(Keys::new(access_key_id, secret_access_key, None, None, "mocktrail"))
        }
        (Credentials::Standard, Some(profile)) => {
            SharedCredentialsProvider::new(ProfileFileCredentialsProvider::builder().profile_name(profile).build())
        }
        (Credentials::Standard, None) => {
            let machine = aws_config::imds::Client::builder()
                .max_attempts(1)
                .connect_timeout(Duration::from_secs(1))
                .read_timeout(Duration::from_secs(1));
            let chain = DefaultCredentialsChain::builder().region(region.clone()).imds_client(machine.build());
            SharedCredentialsProvider::new(chain.build().await)
        }
    }
}

/// The server that is not AWS, if any: as named here, in the environment or in the profile.
fn endpoint(options: &S3Options, config: &SdkConfig) -> Option<String> {
    let for_s3 = || std::env::var("AWS_ENDPOINT_URL_S3").ok().filter(|url| !url.is_empty());
    options.endpoint_url.clone().or_else(for_s3).or_else(|| config.endpoint_url().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_urls_of_servers_without_secrets() {
        for (url, fault) in [
            ("http://127.0.0.1:9000", None),
            ("https://s3.example.com/base", None),
            ("127.0.0.1:9000", Some("does not begin with `http://` or `https://`")),
            ("ftp://host", Some("does not begin with `http://` or `https://`")),
            ("http://", Some("names no server")),
            ("http:///path", Some("names no server")),
            ("http://ho st", Some("names no server")),
            ("http://me:hush@host", Some("holds a user name or password, which have no place there")),
        ] {
            assert_eq!(endpoint_fault(url), fault, "{url}");
        }
    }

    #[test]
    fn a_password_in_an_endpoint_is_not_repeated() {
        let mut options = S3Options::new("bucket");
        options.endpoint_url = Some("http://me:hush@host".into());
        let error = check(&options).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"));
    }

    #[test]
    fn buckets_are_plain_names() {
        for (name, good) in [("audit-lab", true), ("a.b_C", true), ("", false), ("a/b", false), ("a b", false)] {
            assert_eq!(check(&S3Options::new(name)).is_ok(), good, "{name}");
        }
    }
}
