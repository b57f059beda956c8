//! Every document, member by member, as AWS's documents print them; then batches, retries and counts.

use std::sync::{Arc, Mutex};

use regex_lite::Regex;

use super::*;
use crate::seed::Seed;

const AT: Time = Time(1_772_442_845_120);
const KEY: &str = "logs/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json.gz";

fn voice() -> Voice {
    Voice::new(Seed(7), "amzn-s3-demo-bucket", "us-east-1", "111122223333", "management-events")
}

fn notice() -> Notice {
    Notice::new(KEY, b"hello world", AT)
}

/// Holds a text against a document written by hand, in which `‹…›` stands for what is drawn.
fn assert_form(text: &str, document: &str) {
    let mut pattern = String::from("^");
    for (number, part) in document.split(['‹', '›']).enumerate() {
        match number % 2 {
            0 => pattern += &regex_lite::escape(part),
            _ => pattern.extend(["(?:", part, ")"]),
        }
    }
    let form = Regex::new(&(pattern + "$")).unwrap();
    assert!(form.is_match(text), "{text}\nis not\n{document}");
}

const CREATED: &str = concat!(
    r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-03-02T09:14:05.120Z","#,
    r#""eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AROA‹[A-Z0-9]{17}›:regionalDeliverySession"},"#,
    r#""requestParameters":{"sourceIPAddress":"192.0.2.‹[0-9]{1,3}›"},"#,
    r#""responseElements":{"x-amz-request-id":"‹[A-Z0-9]{16}›","x-amz-id-2":"‹[A-Za-z0-9+/]{75}=›"},"#,
    r#""s3":{"s3SchemaVersion":"1.0","configurationId":"management-events","bucket":{"name":"amzn-s3-demo-bucket","#,
    r#""ownerIdentity":{"principalId":"A‹[A-Z0-9]{13}›"},"arn":"arn:aws:s3:::amzn-s3-demo-bucket"},"#,
    r#""object":{"key":"logs/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json.gz","#,
    r#""size":11,"eTag":"5eb63bbbe01eeed093cb22bb8f5acdc3","sequencer":"0069A554DD‹[0-9A-F]{8}›"}}}]}"#
);

#[test]
fn an_event_of_s3_is_that_of_its_guide() {
    let message = voice().message(Shape::S3, &notice(), false);
    assert_form(&message.body, CREATED);
    assert_eq!(message, voice().message(Shape::S3, &notice(), false), "the seed decides");
    let other = voice().message(Shape::S3, &Notice { key: "b".into(), ..notice() }, false);
    assert_ne!(message.body.replace(KEY, "b"), other.body);
}

#[test]
fn an_event_of_s3_through_a_topic_lies_in_its_envelope_as_text() {
    let wrapped = voice().message(Shape::S3Sns, &notice(), false);
    let bare = voice().message(Shape::S3Sns, &notice(), true);
    assert_eq!(bare.subject, Some("Amazon S3 Notification"));
    assert_form(&bare.body, CREATED);
    let inner = serde_json::to_string(&bare.body).unwrap();
    let document = concat!(
        r#"{"Type":"Notification","MessageId":"‹[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}›","#,
        r#""TopicArn":"arn:aws:sns:us-east-1:111122223333:management-events","Subject":"Amazon S3 Notification","Message":INNER,"#,
        r#""Timestamp":"2026-03-02T09:14:05.120Z","SignatureVersion":"1","Signature":"‹[A-Za-z0-9+/]{342}==›","#,
        r#""SigningCertURL":"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-‹[0-9a-f]{32}›.pem","#,
        r#""UnsubscribeURL":"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:111122223333:management-events:‹[0-9a-f-]{36}›"}"#
    );
    assert_form(&wrapped.body, &document.replace("INNER", &inner));
}

#[test]
fn cloudtrails_own_message_names_bucket_and_key() {
    let bare = voice().message(Shape::CloudTrailSns, &notice(), true);
    let inner = format!(r#"{{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["{KEY}"]}}"#);
    assert_eq!(bare, Message { body: inner.clone(), subject: None });
    let wrapped = voice().message(Shape::CloudTrailSns, &notice(), false).body;
    let envelope: serde_json::Value = serde_json::from_str(&wrapped).unwrap();
    assert_eq!(envelope["Message"], inner);
    let members: Vec<&String> = envelope.as_object().unwrap().keys().collect();
    let known =
        ["Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL"];
    assert_eq!(members[..8], known, "no subject");
}

#[test]
fn an_event_of_eventbridge_is_that_of_its_guide() {
    let message = voice().message(Shape::EventBridge, &Notice { key: "a b+c".into(), ..notice() }, false);
    assert_form(
        &message.body,
        concat!(
            r#"{"version":"0","id":"‹[0-9a-f-]{36}›","detail-type":"Object Created","source":"aws.s3","account":"111122223333","#,
            r#""time":"2026-03-02T09:14:05Z","region":"us-east-1","resources":["arn:aws:s3:::amzn-s3-demo-bucket"],"#,
            r#""detail":{"version":"0","bucket":{"name":"amzn-s3-demo-bucket"},"#,
            r#""object":{"key":"a b+c","size":11,"etag":"5eb63bbbe01eeed093cb22bb8f5acdc3","sequencer":"0069A554DD‹[0-9A-F]{8}›"},"#,
            r#""request-id":"‹[A-Z0-9]{16}›","requester":"cloudtrail.amazonaws.com","source-ip-address":"192.0.2.‹[0-9]{1,3}›","reason":"PutObject"}}"#
        ),
    );
}

#[test]
fn setting_up_is_told_as_aws_tells_it() {
    let test = |shape, to_topic| voice().test(shape, AT, to_topic);
    let event = concat!(
        r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-02T09:14:05.120Z","Bucket":"amzn-s3-demo-bucket","#,
        r#""RequestId":"‹[A-Z0-9]{16}›","HostId":"‹[A-Za-z0-9+/]{75}=›"}"#
    );
    assert_form(&test(Shape::S3, false).unwrap().body, event);
    assert_form(&test(Shape::S3Sns, true).unwrap().body, event);
    assert_eq!(test(Shape::CloudTrailSns, true).unwrap().body, "CloudTrail validation message.");
    assert!(test(Shape::CloudTrailSns, false).unwrap().body.contains(r#""Message":"CloudTrail validation message.""#));
    assert_eq!(test(Shape::EventBridge, false), None);
}

/// Takes what it is told to; the others it refuses for now, or for ever.
struct Moody {
    taken: Arc<Mutex<Vec<String>>>,
    sizes: Arc<Mutex<Vec<usize>>>,
    mood: Box<dyn FnMut(usize) -> Option<bool> + Send>,
    sent: usize,
}

impl Channel for Moody {
    fn name(&self) -> String {
        "moody".into()
    }

    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>> {
        self.sizes.lock().unwrap().push(batch.len());
        let one = |message: &Message| {
            self.sent += 1;
            let refused = (self.mood)(self.sent);
            if refused.is_none() {
                self.taken.lock().unwrap().push(message.body.clone());
            }
            refused.map(|is_final| Fault { what: "no".into(), is_final })
        };
        batch.iter().map(one).collect()
    }
}

fn announce(
    number: usize,
    mood: impl FnMut(usize) -> Option<bool> + Send + 'static,
) -> (Announced, Vec<String>, Vec<usize>) {
    let (taken, sizes) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<Vec<usize>>>::default());
    let channel = Moody { taken: Arc::clone(&taken), sizes: Arc::clone(&sizes), mood: Box::new(mood), sent: 0 };
    let announcer = Announcer::start(voice(), Shape::CloudTrailSns, vec![Box::new(channel)]);
    for index in 0..number {
        announcer.announce(&Notice { key: format!("key-{index:04}"), ..notice() }, Turn::Usual);
    }
    let told = announcer.finish().remove(0);
    let taken = std::mem::take(&mut *taken.lock().unwrap());
    let sizes = std::mem::take(&mut *sizes.lock().unwrap());
    (told, taken, sizes)
}

/// Where a part of a batch fails, that part is sent again, and nothing else.
#[test]
fn what_was_refused_for_now_is_sent_again_and_nothing_twice() {
    let (announced, taken, sizes) = announce(2_500, |sent| sent.is_multiple_of(7).then_some(false));
    let mut keys = taken.clone();
    keys.sort();
    keys.dedup();
    assert_eq!((announced.sent, announced.failed, taken.len(), keys.len()), (2_500, 0, 2_500, 2_500));
    assert_eq!(announced.retried, sizes.iter().sum::<usize>() as u64 - 2_500);
    assert!(announced.retried > 300 && sizes.iter().all(|size| (1..=10).contains(size)));
}

/// What is refused for ever, or too often, is counted with its reason.
#[test]
fn what_is_given_up_is_counted() {
    let (announced, taken, _) = announce(30, |sent| (sent == 3).then_some(true));
    assert_eq!((announced.sent, announced.retried, announced.failed, taken.len()), (29, 0, 1, 29));
    assert_eq!(announced.fault.as_deref(), Some("no"));
    // Eleven go in two requests or more; behind one that was sent in vain, nothing is sent again.
    let (announced, _, sizes) = announce(11, |_| Some(false));
    assert_eq!((announced.sent, announced.failed), (0, 11));
    assert!((9..=18).contains(&sizes.len()) && announced.retried == 7 * sizes[0] as u64, "{sizes:?}");
}
