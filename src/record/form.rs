//! What sets the records of an action apart from those of a plain API call.

use uuid::Uuid;

use super::{Fixed, Quirks, ids, uuid};
use crate::seed::{Key, name};
use crate::sink::{Sink, Text};

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
    /// Appends `requestID` and `eventID`.
    #[inline]
    pub(super) fn write_ids(self, out: &mut impl Sink, request: Key, event: Uuid) {
        match self.request_id {
            RequestId::Uuid => {
                Fixed::RequestId.write(out);
                uuid(out, request.uuid());
                Fixed::EventId.write(out);
            }
            RequestId::Short => {
                Fixed::RequestId.write(out);
                out.fresh(ids::upper(request, 16).as_bytes());
                Fixed::EventId.write(out);
            }
            RequestId::None => Fixed::OnlyEventId.write(out),
        }
        uuid(out, event);
        Fixed::Quote.write(out);
    }

    /// Appends the members from `eventType` to the name of `recipientAccountId`.
    #[inline]
    pub(super) fn write_type(self, out: &mut impl Sink, quirks: &Quirks, api_version: Option<&Text>) {
        match (self.event_type, api_version, quirks.has_management_event()) {
            (EventType::ApiCall, None, true) => return Fixed::ManagedCall.write(out),
            (EventType::ApiCall, None, false) => return Fixed::Call.write(out),
            (EventType::ApiCall, Some(version), _) => {
                Fixed::ApiVersion.write(out);
                version.write(out);
                Fixed::Quote.write(out);
            }
            (EventType::ConsoleSignIn, ..) => Fixed::ConsoleSignIn.write(out),
        }
        if quirks.has_management_event() {
            Fixed::Managed.write(out);
        }
        Fixed::Recipient.write(out);
    }

    /// Appends `sharedEventID`, with the quote that ends the member before it, but not its own.
    #[inline]
    pub(super) fn write_shared_id(self, out: &mut impl Sink, quirks: &Quirks, event: Key) {
        if self.is_shared && quirks.has_shared_id() {
            Fixed::SharedId.write(out);
            uuid(out, event.named(const { name("sharedEventID") }).uuid());
        }
    }
}
