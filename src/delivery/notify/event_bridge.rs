//! The event `Object Created` that S3 sends to `EventBridge`.
//!
//! Source: S3 User Guide, *`EventBridge` event message structure*.

use serde::Serialize;

use super::s3_event::request_id;
use super::voice::Draw;
use super::{Notice, Voice};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Event<'a> {
    version: &'static str,
    id: String,
    detail_type: &'static str,
    source: &'static str,
    account: &'a str,
    time: String,
    region: &'a str,
    resources: [String; 1],
    detail: Detail<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Detail<'a> {
    version: &'static str,
    bucket: Bucket<'a>,
    object: Object<'a>,
    request_id: String,
    requester: &'static str,
    source_ip_address: String,
    reason: &'static str,
}

#[derive(Serialize)]
struct Bucket<'a> {
    name: &'a str,
}

/// Here the key is as it is.
#[derive(Serialize)]
struct Object<'a> {
    key: &'a str,
    size: u64,
    etag: &'a str,
    sequencer: String,
}

/// The event about an object that was put.
pub(super) fn created(voice: &Voice, notice: &Notice, draw: Draw) -> String {
    let Notice { key, bytes, etag, at, .. } = notice;
    let event = Event {
        version: "0",
        id: draw.uuid("event"),
        detail_type: "Object Created",
        source: "aws.s3",
        account: &voice.account,
        time: at.floor_second().to_string(),
        region: &voice.region,
        resources: [format!("arn:aws:s3:::{}", voice.bucket)],
        detail: Detail {
            version: "0",
            bucket: Bucket { name: &voice.bucket },
            object: Object { key, size: *bytes, etag, sequencer: draw.sequencer(*at) },
            request_id: request_id(draw),
            requester: "cloudtrail.amazonaws.com",
            source_ip_address: draw.address(),
            reason: "PutObject",
        },
    };
    serde_json::to_string(&event).expect("an event is texts and numbers")
}
