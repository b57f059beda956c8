//! What sets the records of an action apart from those of a plain API call.

use uuid::Uuid;

use super::{Fixed, Quirks, ids};
use crate::seed::{Key, name};
use crate::sink::Sink;

/// Which of the members that only some records have are there, and in which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// `eventType`.
    pub event_type: EventType,
    /// `requestID`.
    pub request_id: RequestId,
    /// `sharedEventID` is there.
    pub is_shared: bool,
}

/// What a record tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EventType {
    /// A call of the API.
    #[default]
    ApiCall,
    /// Someone signs in to the console.
    ConsoleSignIn,
}

/// How a service numbers its requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RequestId {
    /// With a UUID.
    #[default]
    Uuid,
    /// With 16 letters and digits, as Amazon S3 does.
    Short,
    /// Not at all.
    None,
}

impl Form {
    /// Appends `requestID` and `eventID` without its last quote, behind `responseElements` or, where that is still
    /// to be written, behind its `null`.
    #[inline]
    pub(super) fn write_ids(self, out: &mut impl Sink, is_answered: bool, request: Key, event: Uuid) {
        match (self.request_id, is_answered) {
            (RequestId::None, true) => Fixed::OnlyEventId.write(out),
            (RequestId::None, false) => Fixed::UnansweredEventId.write(out),
            (_, true) => Fixed::RequestId.write(out),
            (_, false) => Fixed::UnansweredRequestId.write(out),
        }
        match self.request_id {
            RequestId::Uuid => out.uuid(request.uuid()),
            RequestId::Short => out.fresh(ids::upper(request, 16).as_bytes()),
            RequestId::None => return out.uuid(event),
        }
        Fixed::EventId.write(out);
        out.uuid(event);
    }

    /// The members from `eventType` to the name of `recipientAccountId`.
    pub(super) fn kind(self, quirks: &Quirks, api_version: Option<&str>) -> String {
        let mut kind = match (self.event_type, api_version) {
            (EventType::ApiCall, None) => ",\"eventType\":\"AwsApiCall\"".to_owned(),
            (EventType::ApiCall, Some(version)) => {
                format!(",\"eventType\":\"AwsApiCall\",\"apiVersion\":\"{version}\"")
            }
            (EventType::ConsoleSignIn, _) => ",\"eventType\":\"AwsConsoleSignIn\"".to_owned(),
        };
        if quirks.has_management_event() {
            kind += ",\"managementEvent\":true";
        }
        kind + ",\"recipientAccountId\":\""
    }

    /// Appends `sharedEventID`, with the quote that ends the member before it, but not its own.
    #[inline]
    pub(super) fn write_shared_id(self, out: &mut impl Sink, quirks: &Quirks, event: Key) {
        if self.is_shared && quirks.has_shared_id() {
            Fixed::SharedId.write(out);
            out.uuid(event.named(const { name("sharedEventID") }).uuid());
        }
    }
}
