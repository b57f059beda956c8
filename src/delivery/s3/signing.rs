//! How the bytes of a put are vouched for, with one hash for everything.
//!
//! A put carries the SHA-256 of its bytes as `x-amz-checksum-sha256`. The same hash goes into the signature, where
//! the SDK would otherwise hash the bytes again; and with a checksum given, it adds none of its own. So the server
//! proves with the signature that it got the bytes that were hashed when the file was made, and nobody reads them
//! a second time on this side.

use aws_runtime::auth::PayloadSigningOverride;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RequestChecksumCalculation, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use base64ct::{Base64, Encoding};

use crate::hex::hex;

const CHECKSUM: &str = "x-amz-checksum-sha256";

/// Signs requests that carry the hash of their bytes with that hash.
#[derive(Debug)]
pub(super) struct SignWithChecksum;

impl Intercept for SignWithChecksum {
    fn name(&self) -> &'static str {
        "SignWithChecksum"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let Some(hash) = headers.get(CHECKSUM).and_then(|text| Base64::decode_vec(text).ok()) else { return Ok(()) };
        // Some servers take headers of checksums amiss. What is signed tells them the hash all the same.
        if config.load::<RequestChecksumCalculation>() == Some(&RequestChecksumCalculation::WhenRequired) {
            headers.remove(CHECKSUM);
        }
        config.interceptor_state().store_put(PayloadSigningOverride::Precomputed(hex(&hash)));
        Ok(())
    }
}
