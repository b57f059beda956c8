//! The event message of S3, version 2.1: the one that queues get to this day.
//!
//! Source: S3 User Guide, *Event message structure*.

use std::fmt::Write as _;

use serde::Serialize;

use super::voice::{BASE64, CAPITALS, Draw};
use super::{Notice, Voice};
use crate::clock::Time;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    records: [Record<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'a str,
    event_time: String,
    event_name: &'static str,
    user_identity: Principal,
    request_parameters: Parameters,
    response_elements: Response,
    s3: S3<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Principal {
    principal_id: String,
}

#[derive(Serialize)]
struct Parameters {
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Response {
    x_amz_request_id: String,
    x_amz_id_2: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct S3<'a> {
    #[serde(rename = "s3SchemaVersion")]
    schema_version: &'static str,
    configuration_id: &'a str,
    bucket: Bucket<'a>,
    object: Object<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bucket<'a> {
    name: &'a str,
    owner_identity: Principal,
    arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    key: String,
    size: u64,
    e_tag: &'a str,
    sequencer: String,
}

/// The message about an object that was put.
pub(super) fn created(voice: &Voice, notice: &Notice, draw: Draw) -> String {
    let own = voice.own();
    let role = format!("AWS:AROA{}:regionalDeliverySession", own.letters("role", CAPITALS, 17));
    let record = Record {
        event_version: "2.1",
        event_source: "aws:s3",
        aws_region: &voice.region,
        event_time: with_milliseconds(notice.at),
        event_name: "ObjectCreated:Put",
        user_identity: Principal { principal_id: role },
        request_parameters: Parameters { source_ip_address: draw.address() },
        response_elements: Response { x_amz_request_id: request_id(draw), x_amz_id_2: host_id(draw) },
        s3: S3 {
            schema_version: "1.0",
            configuration_id: &voice.trail,
            bucket: Bucket {
                name: &voice.bucket,
                owner_identity: Principal { principal_id: format!("A{}", own.letters("owner", CAPITALS, 13)) },
                arn: format!("arn:aws:s3:::{}", voice.bucket),
            },
            object: Object {
                key: encoded(&notice.key),
                size: notice.bytes,
                e_tag: &notice.etag,
                sequencer: draw.sequencer(notice.at),
            },
        },
    };
    serde_json::to_string(&Document { records: [record] }).expect("an event is texts and numbers")
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Test<'a> {
    service: &'static str,
    event: &'static str,
    time: String,
    bucket: &'a str,
    request_id: String,
    host_id: String,
}

/// The message that S3 sends when notifications are set up.
pub(super) fn test(voice: &Voice, at: Time, draw: Draw) -> String {
    let test = Test {
        service: "Amazon S3",
        event: "s3:TestEvent",
        time: with_milliseconds(at),
        bucket: &voice.bucket,
        request_id: request_id(draw),
        host_id: host_id(draw),
    };
    serde_json::to_string(&test).expect("an event is texts")
}

pub(super) fn request_id(draw: Draw) -> String {
    draw.letters("request", CAPITALS, 16)
}

fn host_id(draw: Draw) -> String {
    draw.letters("host", BASE64, 75) + "="
}

/// `2026-03-02T09:14:05.120Z`, with milliseconds always.
pub(super) fn with_milliseconds(time: Time) -> String {
    let whole = time.floor_second();
    let seconds = whole.to_string();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), time.0 - whole.0)
}

/// A key as S3 writes it into events: as in a form, but for slashes.
fn encoded(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => encoded.push(byte.into()),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_in_forms() {
        assert_eq!(encoded("logs/red flower+1=ä.gz"), "logs/red+flower%2B1%3D%C3%A4.gz");
        let key = "AWSLogs/o-x/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0.json.gz";
        assert_eq!(encoded(key), key);
    }

    #[test]
    fn times_have_milliseconds() {
        assert_eq!(with_milliseconds(Time(1_772_442_845_007)), "2026-03-02T09:14:05.007Z");
        assert_eq!(with_milliseconds(Time(1_772_442_845_000)), "2026-03-02T09:14:05.000Z");
    }
}
