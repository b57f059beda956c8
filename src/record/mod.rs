//! The `CloudTrail` record around an event: which members there are, in which order, in which form.
//!
//! Member order and presence follow real log files: the order is fixed and not sorted, absent members are
//! left out, and only `requestParameters` and `responseElements` are ever `null`. What differs between
//! record versions and periods is data ([`Quirks`]), so that each can be switched.

mod fixed;
mod identity;

pub(crate) use fixed::Fixed;
pub(crate) use identity::{Attributes, Identity, Session};
use uuid::Uuid;

use crate::clock::Time;
use crate::event::{AgentNames, Caller, Dates, Event, Facts};
use crate::seed::name;
use crate::sink::{Atoms, Compound, Sink, Text};

/// What differs between record versions and periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Minor part of `eventVersion`: 11 for `1.11`. Documented range 0 to 11.
    pub version: u8,
    /// The `WorkMail` samples of 2017: `displayName` in clear, no password, `readOnly` only when true.
    pub style_2017: bool,
    /// `tlsDetails` is written (where the version has it).
    pub tls_details: bool,
}

impl Quirks {
    /// `managementEvent` came with 1.06.
    const fn has_management_event(&self) -> bool {
        self.version >= 6
    }

    /// `eventCategory` came with 1.07.
    const fn has_category(&self) -> bool {
        self.version >= 7
    }

    /// `tlsDetails` came with 1.08.
    const fn has_tls_details(&self) -> bool {
        self.version >= 8 && self.tls_details
    }

    /// `sessionCredentialFromConsole` came with 1.08.
    const fn has_console_mark(&self) -> bool {
        self.version >= 8
    }

    /// `sessionContext` of the 1.08 era carries empty objects where there is nothing to say.
    const fn has_empty_context(&self) -> bool {
        self.version == 8 || self.version == 9
    }

    /// `1.11`; the early versions have a leading zero (`1.05`), the later ones none.
    #[must_use]
    pub fn version_text(&self) -> String {
        format!("1.{:02}", self.version)
    }
}

/// The fixed texts of one action's records in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `eventName`.
    pub event_name: Text,
    /// The operation as the AWS CLI writes it: `workmail.create-user`.
    command: Text,
    /// The service as SDKs write it: `workmail`.
    service: Text,
    /// From `eventSource` to the start of `sourceIPAddress`.
    middle: Compound,
    /// The end of `tlsDetails`, with the host.
    host: Compound,
    /// `readOnly`.
    read_only: bool,
}

impl Envelope {
    /// Puts the texts of an action together.
    pub fn new(
        source: &str,
        event_name: &str,
        region: &str,
        command: &str,
        host: &str,
        read_only: bool,
        atoms: &mut Atoms,
    ) -> Self {
        let mut piece = |text: &str| atoms.text(text);
        let event_name = piece(event_name);
        let middle = [
            piece("\",\"eventSource\":\""),
            piece(source),
            piece("\",\"eventName\":\""),
            event_name.clone(),
            piece("\",\"awsRegion\":\""),
            piece(region),
            piece("\",\"sourceIPAddress\":\""),
        ];
        let host = [piece(",\"clientProvidedHostHeader\":\""), piece(host), piece("\"}")];
        Self {
            command: piece(command),
            service: piece(command.split_once('.').map_or(command, |(service, _)| service)),
            middle: atoms.compound(&middle),
            host: atoms.compound(&host),
            event_name,
            read_only,
        }
    }
}

/// What an action puts into the record.
pub(crate) trait Content {
    /// `errorCode`; `None` for success.
    fn error(&self) -> Option<&Text>;
    /// `errorMessage` with its comma and name, or nothing.
    fn message(&self, out: &mut impl Sink);
    /// `requestParameters`, an object or `null`.
    fn request(&self, out: &mut impl Sink);
    /// `responseElements`, an object or `null`.
    fn response(&self, out: &mut impl Sink);
    /// `additionalEventData` with its comma and name, or nothing.
    fn additional(&self, out: &mut impl Sink);
    /// `resources` with its comma and name, or nothing.
    fn resources(&self, out: &mut impl Sink);
}

/// Writes one record as compact JSON.
pub(crate) fn write(
    out: &mut impl Sink,
    quirks: &Quirks,
    envelope: &Envelope,
    event: &Event,
    event_id: Uuid,
    facts: &Facts,
    content: &impl Content,
) {
    let caller = &facts.callers[event.caller as usize];
    write_head(out, envelope, event.time, facts, caller);
    if let Some(code) = content.error() {
        Fixed::ErrorCode.write(out);
        code.write(out);
        Fixed::Quote.write(out);
        content.message(out);
    }
    Fixed::Request.write(out);
    content.request(out);
    Fixed::Response.write(out);
    content.response(out);
    content.additional(out);
    Fixed::RequestId.write(out);
    uuid(out, event.key.named(const { name("requestID") }).uuid());
    Fixed::EventId.write(out);
    uuid(out, event_id);
    Fixed::Quote.write(out);
    write_tail(out, quirks, envelope, facts, caller, content);
}

fn write_head(out: &mut impl Sink, envelope: &Envelope, time: Time, facts: &Facts, caller: &Caller) {
    facts.version.write(out);
    caller.identity.write(out);
    Fixed::EventTime.write(out);
    instant(out, time, &facts.dates);
    envelope.middle.write(out);
    caller.address.write(out);
    Fixed::UserAgent.write(out);
    caller.agent.before.write(out);
    match caller.agent.names {
        AgentNames::Nothing => {}
        AgentNames::Command => envelope.command.write(out),
        AgentNames::Service => envelope.service.write(out),
    }
    caller.agent.after.write(out);
    Fixed::Quote.write(out);
}

fn write_tail(
    out: &mut impl Sink,
    quirks: &Quirks,
    envelope: &Envelope,
    facts: &Facts,
    caller: &Caller,
    content: &impl Content,
) {
    match (envelope.read_only, quirks.style_2017) {
        (true, _) => Fixed::ReadOnly.write(out),
        (false, false) => Fixed::NotReadOnly.write(out),
        (false, true) => {}
    }
    content.resources(out);
    if quirks.has_management_event() {
        Fixed::ManagedCall.write(out);
    } else {
        Fixed::Call.write(out);
    }
    facts.account.write(out);
    if quirks.has_category() {
        Fixed::Category.write(out);
    } else {
        Fixed::Quote.write(out);
    }
    if quirks.has_tls_details() {
        caller.tls.write(out);
        envelope.host.write(out);
    }
    if quirks.has_console_mark() && caller.from_console {
        Fixed::FromConsole.write(out);
    }
    Fixed::Close.write(out);
}

/// The start of a record, up to `userIdentity`, in one version.
#[must_use]
pub(crate) fn version_head(quirks: &Quirks) -> String {
    format!("{{\"eventVersion\":\"{}\",\"userIdentity\":", quirks.version_text())
}

/// Appends a UUID in lower case.
pub(crate) fn uuid(out: &mut impl Sink, id: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    out.fresh(id.hyphenated().encode_lower(&mut buffer).as_bytes());
}

/// Appends `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn instant(out: &mut impl Sink, time: Time, dates: &Dates) {
    let Some(prefix) = dates.of(time) else {
        return out.fresh(time.floor_second().to_string().as_bytes());
    };
    prefix.write(out);
    let seconds = time.0.rem_euclid(Dates::STEP) / crate::clock::SECOND;
    let digit = |n: i64| b'0' + n as u8;
    out.fresh(&[digit(seconds / 60), b':', digit(seconds % 60 / 10), digit(seconds % 10), b'Z']);
}

/// A number in base 36, lower case.
#[must_use]
pub(crate) fn base36(mut number: u64) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from_digit((number % 36) as u32, 36).expect("a remainder below 36"));
        number /= 36;
        if number == 0 {
            return letters.iter().rev().collect();
        }
    }
}

/// Escapes text for a JSON string, without the quotes.
#[must_use]
pub(crate) fn escape(raw: &str) -> String {
    let quoted = serde_json::to_string(raw).expect("a string is always valid JSON");
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::base36;

    #[test]
    fn numbers_are_written_in_base_36() {
        assert_eq!((base36(0), base36(35), base36(36)), ("0".into(), "z".into(), "10".into()));
    }
}
