//! Signature version 4 of the JSON calls. (Those of S3 are checked by `s3s`.)
//!
//! Source: AWS General Reference, *Create a signed AWS API request*.

use hmac::{Hmac, KeyInit, Mac};
use hyper::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::hex::{hex, unhex};
use crate::serve::keys::Keys;

/// For which region and service a request is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) region: String,
    pub(crate) service: String,
}

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has no signature.
    Missing,
    /// What it has is no signature of this version.
    Incomplete,
    /// Nobody knows the key.
    UnknownKey,
    /// Another secret, or another request, was signed.
    Mismatch,
}

/// Checks the signature of a request; `None` for one without, where that is allowed.
pub(crate) fn verify(request: &Parts, body: &[u8], keys: &Keys) -> Result<Option<Scope>, Refusal> {
    let Some(header) = text(request, "authorization") else {
        return if keys.anonymous { Ok(None) } else { Err(Refusal::Missing) };
    };
    let signed = Signed::parse(&header).ok_or(Refusal::Incomplete)?;
    let date = text(request, "x-amz-date").ok_or(Refusal::Incomplete)?;
    if !date.starts_with(signed.day) {
        return Err(Refusal::Mismatch);
    }
    let secret = keys.secret_of(signed.access_key).ok_or(Refusal::UnknownKey)?;
    let canonical = canonical(request, &signed.headers, body).ok_or(Refusal::Incomplete)?;
    let scope = format!("{}/{}/{}/aws4_request", signed.day, signed.region, signed.service);
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let steps = [signed.day, signed.region, signed.service, "aws4_request"];
    let start = format!("AWS4{secret}").into_bytes();
    let key = steps.iter().fold(start, |key, step| keyed(&key, step).finalize().into_bytes().to_vec());
    keyed(&key, &to_sign).verify_slice(&signed.signature).map_err(|_| Refusal::Mismatch)?;
    Ok(Some(Scope { region: signed.region.to_owned(), service: signed.service.to_owned() }))
}

fn keyed(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(text.as_bytes());
    mac
}

/// The parts of an `Authorization` header.
struct Signed<'a> {
    access_key: &'a str,
    day: &'a str,
    region: &'a str,
    service: &'a str,
    headers: Vec<&'a str>,
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let parts: Vec<&str> = header.strip_prefix("AWS4-HMAC-SHA256")?.split(',').map(str::trim).collect();
        let part = |name: &str| parts.iter().find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let scope: Vec<&str> = part("Credential")?.split('/').collect();
        let [access_key, day, region, service, "aws4_request"] = scope[..] else { return None };
        let signature = unhex(part("Signature")?)?;
        Some(Self { access_key, day, region, service, headers: part("SignedHeaders")?.split(';').collect(), signature })
    }
}

/// The request in the form that is signed.
fn canonical(request: &Parts, signed: &[&str], body: &[u8]) -> Option<String> {
    let mut query: Vec<&str> = request.uri.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    let header = |name: &&str| Some(format!("{name}:{}\n", text(request, name)?));
    let headers: String = signed.iter().map(header).collect::<Option<_>>()?;
    Some(format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        request.uri.path(),
        query.join("&"),
        signed.join(";"),
        hex(&Sha256::digest(body))
    ))
}

/// The values of a header, with single blanks only.
fn text(request: &Parts, name: &str) -> Option<String> {
    let values = request.headers.get_all(name).iter().map(|value| value.to_str().ok());
    let values: Vec<&str> = values.collect::<Option<_>>()?;
    let plain = |value: &&str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!values.is_empty()).then(|| values.iter().map(plain).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call that botocore 1.43 has signed for the example keys.
    fn request(authorization: &str) -> Parts {
        let request = hyper::Request::post("http://127.0.0.1:9000/")
            .header("host", "127.0.0.1:9000")
            .header("x-amz-date", "20261122T120000Z")
            .header("x-amz-target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails")
            .header("content-type", "application/x-amz-json-1.1");
        let request = match authorization {
            "" => request,
            text => request.header("authorization", text),
        };
        request.body(()).unwrap().into_parts().0
    }

    const SIGNED: &str = include_str!("signature.example");

    #[test]
    fn a_right_signature_gives_its_scope() {
        let scope = Scope { region: "eu-west-1".into(), service: "cloudtrail".into() };
        assert_eq!(verify(&request(SIGNED.trim()), b"{}", &Keys::default()), Ok(Some(scope)));
    }

    #[test]
    fn everything_else_is_refused_for_what_it_lacks() {
        let keys = Keys::default();
        let refused = |header: &str, body: &[u8], keys: &Keys| verify(&request(header), body, keys).unwrap_err();
        let signed = SIGNED.trim();
        assert_eq!(refused("", b"{}", &keys), Refusal::Missing);
        assert_eq!(refused(signed, b"{ }", &keys), Refusal::Mismatch);
        assert_eq!(refused(&signed.replace("eu-west-1", "eu-west-2"), b"{}", &keys), Refusal::Mismatch);
        assert_eq!(refused(&signed.replace("/2026", "/2025"), b"{}", &keys), Refusal::Mismatch);
        assert_eq!(refused(&signed.replace("AKIA", "AKIB"), b"{}", &keys), Refusal::UnknownKey);
        assert_eq!(refused(&signed.replace("Signature=", "Signature=x"), b"{}", &keys), Refusal::Incomplete);
        assert_eq!(refused("Bearer x", b"{}", &keys), Refusal::Incomplete);
        let other = Keys { secret_key: "other".into(), anonymous: true, ..Keys::default() };
        assert_eq!(refused(signed, b"{}", &other), Refusal::Mismatch);
        assert_eq!(verify(&request(""), b"{}", &other), Ok(None));
    }
}
