//! The texts that stand in every record.

use crate::sink::{Atom, Atoms, Sink};

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A text of the record itself; its number as an atom is its place in this list.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Fixed { $($(#[$doc])* $name,)* }

        impl Fixed {
            const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

fixed! {
    /// After the last member.
    Close = "}",
    /// After a text.
    Quote = "\"",
    /// The value of a member that has none.
    Null = "null",
    /// What replaces sensitive values.
    Hidden = "HIDDEN_DUE_TO_SECURITY_REASONS",
    /// No text of its own: the number of all instants.
    Instant = "",
    /// Behind the agent, on failure.
    ErrorCode = ",\"errorCode\":\"",
    /// Behind the code.
    ErrorMessage = ",\"errorMessage\":\"",
    /// Behind the error.
    Request = ",\"requestParameters\":",
    /// Behind the parameters.
    Response = ",\"responseElements\":",
    /// Behind the response, where an action has such data.
    Additional = ",\"additionalEventData\":",
    /// Behind the response or the additional data.
    RequestId = ",\"requestID\":\"",
    /// Behind the parameters, of records without a response.
    UnansweredRequestId = ",\"responseElements\":null,\"requestID\":\"",
    /// The same, of records without the request's id either.
    UnansweredEventId = ",\"responseElements\":null,\"eventID\":\"",
    /// Behind the request's id.
    EventId = "\",\"eventID\":\"",
    /// Behind the response or the additional data, of records without the request's id.
    OnlyEventId = ",\"eventID\":\"",
    /// Behind `readOnly`, where an action names resources.
    Resources = ",\"resources\":",
    /// Behind the account, for events that have happened in more than one.
    SharedId = "\",\"sharedEventID\":\"",
    /// For console sessions from 1.08 on; always the last member.
    FromConsole = ",\"sessionCredentialFromConsole\":\"true\"",
    /// The end of a refusal, before the action.
    NoIdentityPolicy = "because no identity-based policy allows the ",
    /// The same for the policy of a session.
    NoSessionPolicy = "because no session policy allows the ",
    /// Between service and action.
    Colon = ":",
    /// Behind the action.
    Action = " action",
    /// The end of a refusal by the AWS organization.
    ServiceControlPolicy = "with an explicit deny in a service control policy",
    /// The start of a log file.
    Records = "{\"Records\":[",
    /// The end of a log file, with that of the last record.
    End = "}]}",
}

impl Fixed {
    /// Appends the text.
    #[inline]
    pub(crate) fn write(self, out: &mut impl Sink) {
        out.repeat(self as Atom, Self::TEXTS[self as usize].as_bytes());
    }

    /// Numbers behind those of the fixed texts.
    #[must_use]
    pub(crate) const fn atoms() -> Atoms {
        Atoms::from(Self::TEXTS.len() as Atom)
    }
}
