//! The `CloudTrail` record around an event: which members there are, in which order, in which form.
//!
//! Member order and presence follow real log files: the order is fixed and not sorted, absent members are
//! left out, and only `requestParameters` and `responseElements` are ever `null`. What differs between
//! record versions and periods is data ([`Quirks`]), so that each can be switched.

mod envelope;
mod fixed;
mod form;
mod identity;
pub(crate) mod ids;
mod quirks;
#[cfg(test)]
mod tests;

pub(crate) use envelope::{Envelope, Labels};
pub(crate) use fixed::Fixed;
pub(crate) use form::{EventType, Form, RequestId};
pub(crate) use identity::{Attributes, Identity, Occasion, Session, User};
pub(crate) use ids::base36;
pub(crate) use quirks::Quirks;
use std::borrow::Cow;

use uuid::Uuid;

use crate::clock::Time;
use crate::event::{AgentNames, Caller, Dates, Denial, END_OF_LAST, Event, Facts, Tls};
use crate::seed::name;
use crate::sink::{Atom, Sink, Text};

/// What an action puts into the record.
pub(crate) trait Content {
    /// `errorCode`; `None` for success, and for failures that have none.
    fn error(&self) -> Option<&Text>;
    /// The record has an `errorMessage`.
    fn has_message(&self) -> bool;
    /// `errorMessage` with its comma and name, or nothing.
    fn message(&self, out: &mut impl Sink);
    /// `requestParameters`, an object or `null`.
    fn request(&self, out: &mut impl Sink);
    /// Something stands in `responseElements` or behind them.
    fn is_answered(&self) -> bool;
    /// `responseElements`, an object or `null`.
    fn response(&self, out: &mut impl Sink);
    /// `additionalEventData` with its comma and name, or nothing.
    fn additional(&self, out: &mut impl Sink);
    /// The record has `resources`.
    fn names_resources(&self) -> bool;
    /// `resources`, an array.
    fn resources(&self, out: &mut impl Sink);
}

/// Writes one record as compact JSON, all but its last brace; that of the record before and a comma are written with
/// it, unless it is the first.
#[expect(clippy::too_many_arguments, reason = "what a record is made of, each from another stage")]
pub(crate) fn write(
    out: &mut impl Sink,
    is_first: bool,
    quirks: &Quirks,
    envelope: &Envelope,
    event: &Event,
    event_id: Uuid,
    facts: &Facts,
    content: &impl Content,
) {
    let caller = &facts.callers[event.caller as usize];
    let quirks = envelope.older.as_ref().unwrap_or(quirks);
    match is_first {
        true => out.fresh(&caller.head.as_bytes()[END_OF_LAST.len()..]),
        false => caller.head.write(out),
    }
    write_origin(out, envelope, event.time, facts, caller);
    match (content.error(), content.has_message()) {
        (None, false) => caller.rest_of_success.write(out),
        (code, _) => {
            caller.rest.write(out);
            if let Some(code) = code {
                Fixed::ErrorCode.write(out);
                code.write(out);
                Fixed::Quote.write(out);
            }
            content.message(out);
            Fixed::Request.write(out);
        }
    }
    content.request(out);
    let is_answered = content.is_answered();
    if is_answered {
        Fixed::Response.write(out);
        content.response(out);
        content.additional(out);
    }
    envelope.form.write_ids(out, is_answered, event.key.named(const { name("requestID") }), event_id);
    write_tail(out, quirks, envelope, event, facts, content);
}

fn write_origin(out: &mut impl Sink, envelope: &Envelope, time: Time, facts: &Facts, caller: &Caller) {
    instant(out, time, &facts.dates);
    envelope.source.write(out);
    envelope.event_name.write(out);
    envelope.region.write(out);
    caller.origin.write(out);
    match caller.names {
        AgentNames::Nothing => {}
        AgentNames::Command => envelope.command.write(out),
        AgentNames::Service => envelope.service.write(out),
    }
}

fn write_tail(
    out: &mut impl Sink,
    quirks: &Quirks,
    envelope: &Envelope,
    event: &Event,
    facts: &Facts,
    content: &impl Content,
) {
    let caller = &facts.callers[event.caller as usize];
    if content.names_resources() {
        envelope.mark.write(out);
        Fixed::Resources.write(out);
        content.resources(out);
        envelope.kind.write(out);
    } else {
        envelope.ending.write(out);
    }
    facts.account.write(out);
    envelope.form.write_shared_id(out, quirks, event.key);
    envelope.rests[caller.tls.map_or(Tls::ALL.len(), |tls| tls as usize)].write(out);
    if quirks.has_console_mark() && caller.from_console {
        Fixed::FromConsole.write(out);
    }
}

/// Appends `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn instant(out: &mut impl Sink, time: Time, dates: &Dates) {
    out.similar(Fixed::Instant as Atom, &dates.text(time));
}

/// Escapes text for a JSON string, without the quotes.
#[must_use]
pub(crate) fn escape(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        return Cow::Borrowed(raw);
    }
    let quoted = serde_json::to_string(raw).expect("a string is always valid JSON");
    Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
}

/// Appends the end of a refusal's message: what refuses a call of this service and action.
pub(crate) fn denial(out: &mut impl Sink, denial: Denial, service: &Text, event_name: &Text) {
    match denial {
        Denial::Organization => return Fixed::ServiceControlPolicy.write(out),
        Denial::Identity => Fixed::NoIdentityPolicy.write(out),
        Denial::Session => Fixed::NoSessionPolicy.write(out),
    }
    service.write(out);
    Fixed::Colon.write(out);
    event_name.write(out);
    Fixed::Action.write(out);
}
