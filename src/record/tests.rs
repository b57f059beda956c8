//! Whole records, letter by letter, where they differ from that of a plain call.

use super::*;
use crate::event::{ActionId, Denial, Entities, NOBODY, Outcome};
use crate::seed::Seed;
use crate::sink::{Atoms, Interner};

const HOST: &str = "workmail.eu-west-1.amazonaws.com";

/// An action that has nothing to say.
struct Nothing;

impl Content for Nothing {
    fn error(&self) -> Option<&Text> {
        None
    }
    fn has_message(&self) -> bool {
        false
    }
    fn message(&self, _: &mut impl Sink) {}
    fn request(&self, out: &mut impl Sink) {
        Fixed::Null.write(out);
    }
    fn response(&self, out: &mut impl Sink) {
        Fixed::Null.write(out);
    }
    fn is_answered(&self) -> bool {
        false
    }
    fn names_resources(&self) -> bool {
        false
    }
    fn additional(&self, _: &mut impl Sink) {}
    fn resources(&self, _: &mut impl Sink) {}
}

fn service() -> Caller {
    let mut texts = Interner::default();
    let quirks = Quirks { version: 11, style_2017: false, redaction: true, tls_details: true };
    let identity = Identity::Service(HOST.into());
    Caller {
        head: texts.compound(identity.head(&Occasion::Call, &quirks).pieces()),
        arn: texts.text(""),
        origin: texts.compound([HOST, "\",\"userAgent\":\"", HOST]),
        names: AgentNames::Nothing,
        rest: texts.text("\""),
        rest_of_success: texts.text("\",\"requestParameters\":"),
        tls: None,
        denial: Denial::Identity,
        mfa: false,
        from_console: false,
    }
}

/// The part of a record from its agent on, with `R` for the request's id, `E` for the event's and `S` for the
/// shared one.
fn end(form: Form, api_version: Option<&str>, version: u8, caller: Caller) -> String {
    let quirks = Quirks { version, style_2017: false, redaction: true, tls_details: true };
    let mut atoms = Atoms::default();
    let labels = Labels {
        source: "kms.amazonaws.com",
        event_name: "Decrypt",
        region: "eu-west-1",
        command: "kms.decrypt",
        host: "kms.eu-west-1.amazonaws.com",
        read_only: true,
        form,
        api_version,
        older: None,
    };
    let envelope = Envelope::new(&labels, &quirks, &mut Interner::default());
    let key = Seed(7).key("event");
    let time = Time(1_772_443_845_678);
    let event = Event {
        ordinal: 0,
        time,
        key,
        action: ActionId(0),
        outcome: Outcome::Success,
        page: 0,
        caller: 0,
        roles: [NOBODY; 3],
    };
    let facts = Facts {
        account: atoms.text("111122223333"),
        region: atoms.text("eu-west-1"),
        dates: Dates::new(time, time),
        messages: key,
        constants: key,
        entities: Entities::default(),
        callers: vec![caller],
    };
    let id = Uuid::from_u128(1);
    let mut out = Vec::new();
    write(&mut out, true, &quirks, &envelope, &event, id, &facts, &Nothing);
    Fixed::Close.write(&mut out);
    let request = key.named(const { crate::seed::name("requestID") });
    let text = String::from_utf8_lossy(&out)
        .replace(&request.uuid().to_string(), "R")
        .replace(&ids::upper(request, 16), "R")
        .replace(&id.to_string(), "E")
        .replace(&key.named(const { crate::seed::name("sharedEventID") }).uuid().to_string(), "S");
    let start = text.find("\"sourceIPAddress\"").unwrap_or_else(|| panic!("no address in {text}"));
    text[start..].to_owned()
}

fn form(event_type: EventType, request_id: RequestId, is_shared: bool) -> Form {
    Form { event_type, request_id, is_shared }
}

#[test]
fn a_service_calls_from_its_own_name_and_shares_the_event() {
    let shared = form(EventType::ApiCall, RequestId::Uuid, true);
    assert_eq!(
        end(shared, None, 11, service()),
        format!(
            concat!(
                r#""sourceIPAddress":"{0}","userAgent":"{0}","requestParameters":null,"responseElements":null,"#,
                r#""requestID":"R","eventID":"E","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"#,
                r#""recipientAccountId":"111122223333","sharedEventID":"S","eventCategory":"Management"}}"#
            ),
            HOST
        )
    );
    let of_2017 = end(shared, None, 5, service());
    let expected = r#""eventType":"AwsApiCall","recipientAccountId":"111122223333","sharedEventID":"S"}"#;
    assert!(of_2017.ends_with(expected), "{of_2017}");
    assert!(!end(shared, None, 2, service()).contains("sharedEventID"));
}

#[test]
fn a_sign_in_has_no_request_id() {
    let caller = Caller { tls: Some(Tls::Aes128), ..service() };
    let record = end(form(EventType::ConsoleSignIn, RequestId::None, false), None, 11, caller);
    let expected = concat!(
        r#""responseElements":null,"eventID":"E","readOnly":true,"eventType":"AwsConsoleSignIn","#,
        r#""managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","#,
        r#""tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","#,
        r#""clientProvidedHostHeader":"kms.eu-west-1.amazonaws.com"}}"#
    );
    assert!(record.ends_with(expected), "{record}");
}

#[test]
fn a_service_can_number_requests_in_its_own_way_and_name_its_api() {
    let record = end(form(EventType::ApiCall, RequestId::Short, false), Some("2013-04-01"), 11, service());
    let expected = concat!(
        r#""requestID":"R","eventID":"E","readOnly":true,"eventType":"AwsApiCall","apiVersion":"2013-04-01","#,
        r#""managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#
    );
    assert!(record.ends_with(expected), "{record}");
}
