//! What is the same in all notifications of a trail, and what is drawn for each of them.

use super::{Message, Notice, event_bridge, s3_event, sns};
use crate::clock::Time;
use crate::seed::{Key, Seed, name};

/// The form of notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The event of S3, as it comes into a queue.
    S3,
    /// The same in an envelope of SNS.
    S3Sns,
    /// `CloudTrail`'s own message in an envelope of SNS.
    CloudTrailSns,
    /// The event `Object Created` of `EventBridge`.
    EventBridge,
}

const SHAPES: [(&str, Shape); 4] = [
    ("s3", Shape::S3),
    ("s3-sns", Shape::S3Sns),
    ("cloudtrail-sns", Shape::CloudTrailSns),
    ("eventbridge", Shape::EventBridge),
];

impl Shape {
    /// The words for all shapes.
    pub const WORDS: [&str; 4] = [SHAPES[0].0, SHAPES[1].0, SHAPES[2].0, SHAPES[3].0];

    /// Reads a shape.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        SHAPES.iter().find(|(known, _)| *known == word).map(|(_, shape)| *shape)
    }

    /// Whether it tells of whatever is put into the bucket, as S3 does, and not only of log files, as `CloudTrail` does.
    #[must_use]
    pub const fn tells_of_strays(self) -> bool {
        !matches!(self, Self::CloudTrailSns)
    }

    /// Whether it tells the entity tag of the object.
    #[must_use]
    pub const fn has_etag(self) -> bool {
        !matches!(self, Self::CloudTrailSns)
    }
}

/// Who speaks: the bucket, and what its notifications have in common.
#[derive(Clone, Debug)]
pub struct Voice {
    key: Key,
    /// The bucket.
    pub bucket: String,
    /// The region it lies in.
    pub region: String,
    /// The account that owns it.
    pub account: String,
    /// The trail, after which topics and configurations are named.
    pub trail: String,
}

impl Voice {
    /// The voice of a trail's bucket.
    #[must_use]
    pub fn new(seed: Seed, bucket: &str, region: &str, account: &str, trail: &str) -> Self {
        let [bucket, region, account, trail] = [bucket, region, account, trail].map(str::to_owned);
        Self { key: seed.key("notification"), bucket, region, account, trail }
    }

    /// The text for a channel; one that is a topic gets it without the envelope.
    #[must_use]
    pub fn message(&self, shape: Shape, notice: &Notice, to_topic: bool) -> Message {
        let draw = self.draw(&notice.key);
        let (body, subject) = match shape {
            Shape::S3 => (s3_event::created(self, notice, draw), None),
            Shape::S3Sns => (s3_event::created(self, notice, draw), Some(sns::S3_SUBJECT)),
            Shape::CloudTrailSns => (sns::cloudtrail(self, notice), None),
            Shape::EventBridge => (event_bridge::created(self, notice, draw), None),
        };
        self.wrapped(shape, Message { body, subject }, notice.at, draw, to_topic)
    }

    /// The text that AWS sends when notifications are set up; `EventBridge` sends none.
    #[must_use]
    pub fn test(&self, shape: Shape, at: Time, to_topic: bool) -> Option<Message> {
        let draw = self.draw("test");
        let (body, subject) = match shape {
            Shape::S3 => (s3_event::test(self, at, draw), None),
            Shape::S3Sns => (s3_event::test(self, at, draw), Some(sns::S3_SUBJECT)),
            Shape::CloudTrailSns => (sns::VALIDATION.to_owned(), None),
            Shape::EventBridge => return None,
        };
        Some(self.wrapped(shape, Message { body, subject }, at, draw, to_topic))
    }

    fn wrapped(&self, shape: Shape, message: Message, at: Time, draw: Draw, to_topic: bool) -> Message {
        match shape {
            Shape::S3Sns | Shape::CloudTrailSns if !to_topic => {
                Message { body: sns::envelope(self, &message, at, draw), subject: None }
            }
            _ => message,
        }
    }

    /// The draws of one notification.
    fn draw(&self, object: &str) -> Draw {
        Draw(self.key.named(name(object)))
    }

    /// The draws that all notifications share.
    pub(super) fn own(&self) -> Draw {
        Draw(self.key.at(0))
    }
}

/// Draws texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw(Key);

pub(super) const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
pub(super) const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(super) const HEX: &[u8] = b"0123456789abcdef";

impl Draw {
    /// So many letters out of some, for a member of this name.
    pub(super) fn letters(self, member: &'static str, letters: &[u8], length: u64) -> String {
        let key = self.0.named(name(member));
        (0..length).map(|index| char::from(letters[key.at(index).below(letters.len() as u64) as usize])).collect()
    }

    /// An id for a member of this name.
    pub(super) fn uuid(self, member: &'static str) -> String {
        self.0.named(name(member)).uuid().to_string()
    }

    /// The address of a program of AWS: in a range kept for documentation, as no real one must appear.
    pub(super) fn address(self) -> String {
        format!("192.0.2.{}", self.0.named(name("address")).below(254) + 1)
    }

    /// What brings the events of one key into order: it ascends with time.
    pub(super) fn sequencer(self, at: Time) -> String {
        format!("00{:08X}{}", at.0.div_euclid(1_000), self.letters("sequencer", b"0123456789ABCDEF", 8))
    }
}
