//! What SNS does to a message, and `CloudTrail`'s own message through it.
//!
//! Source: SNS Developer Guide, *HTTP/HTTPS notification JSON format*; `CloudTrail` User Guide, *Configuring Amazon SNS
//! notifications*. The signature has the form of one and is none: only AWS can sign.

use serde::Serialize;

use super::s3_event::with_milliseconds;
use super::voice::{BASE64, Draw, HEX};
use super::{Message, Notice, Voice};
use crate::clock::Time;

/// The subject of S3's messages.
pub(super) const S3_SUBJECT: &str = "Amazon S3 Notification";

/// What `CloudTrail` sends when a topic is attached to a trail.
pub(super) const VALIDATION: &str = "CloudTrail validation message.";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delivered<'a> {
    s3_bucket: &'a str,
    s3_object_key: [&'a str; 1],
}

/// The message of a trail that delivers to a topic.
pub(super) fn cloudtrail(voice: &Voice, notice: &Notice) -> String {
    let delivered = Delivered { s3_bucket: &voice.bucket, s3_object_key: [&notice.key] };
    serde_json::to_string(&delivered).expect("a message is texts")
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    r#type: &'static str,
    message_id: String,
    topic_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'static str>,
    message: &'a str,
    timestamp: String,
    signature_version: &'static str,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(rename = "UnsubscribeURL")]
    unsubscribe_url: String,
}

/// A message as it comes out of a topic.
pub(super) fn envelope(voice: &Voice, message: &Message, at: Time, draw: Draw) -> String {
    let (own, region) = (voice.own(), &voice.region);
    let topic_arn = format!("arn:aws:sns:{region}:{}:{}", voice.account, voice.trail);
    let host = format!("https://sns.{region}.amazonaws.com");
    let envelope = Envelope {
        r#type: "Notification",
        message_id: draw.uuid("message"),
        topic_arn: &topic_arn,
        subject: message.subject,
        message: &message.body,
        timestamp: with_milliseconds(at),
        signature_version: "1",
        signature: draw.letters("signature", BASE64, 342) + "==",
        signing_cert_url: format!("{host}/SimpleNotificationService-{}.pem", own.letters("certificate", HEX, 32)),
        unsubscribe_url: format!("{host}/?Action=Unsubscribe&SubscriptionArn={topic_arn}:{}", own.uuid("subscription")),
    };
    serde_json::to_string(&envelope).expect("an envelope is texts")
}
