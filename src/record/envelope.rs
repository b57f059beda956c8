//! The fixed texts of one action's records.

use super::{Form, Quirks};
use crate::event::Tls;
use crate::sink::{Compound, Interner, Text};

/// The fixed texts of one action's records in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// `eventName`.
    pub event_name: Text,
    /// The operation as the AWS CLI writes it: `workmail.create-user`.
    pub(super) command: Text,
    /// The service as SDKs write it: `workmail`.
    pub(super) service: Text,
    /// From `eventSource` to the start of `eventName`.
    pub(super) source: Text,
    /// From the end of `eventName` to the start of `sourceIPAddress`.
    pub(super) region: Text,
    /// The quote behind the event's id, and `readOnly`.
    pub(super) mark: Text,
    /// From `eventType` to the name of `recipientAccountId`.
    pub(super) kind: Text,
    /// Both, for records that name no resources.
    pub(super) ending: Text,
    /// What follows the account, by what the TLS handshake agreed on, and at last without one.
    pub(super) rests: [Compound; Tls::ALL.len() + 1],
    /// What sets the records apart from those of a plain call.
    pub(super) form: Form,
    /// The quirks of the records, where the service writes an older version than others.
    pub(super) older: Option<Quirks>,
}

/// What the fixed texts are made of.
pub(crate) struct Labels<'a> {
    /// `eventSource`.
    pub source: &'a str,
    /// `eventName`.
    pub event_name: &'a str,
    /// `awsRegion`.
    pub region: &'a str,
    /// The operation as the AWS CLI writes it.
    pub command: &'a str,
    /// The host that was called.
    pub host: &'a str,
    /// `readOnly`.
    pub read_only: bool,
    /// What sets the records apart from those of a plain call.
    pub form: Form,
    /// `apiVersion`, where the service names it.
    pub api_version: Option<&'a str>,
    /// Quirks of its own, where the service writes an older version than others.
    pub older: Option<Quirks>,
}

impl Envelope {
    /// Puts the texts of an action together.
    pub(crate) fn new(labels: &Labels<'_>, quirks: &Quirks, texts: &mut Interner) -> Self {
        let &Labels { source, event_name, region, command, host, read_only, form, api_version, ref older } = labels;
        let quirks = older.as_ref().unwrap_or(quirks);
        let mark = match (read_only, quirks.style_2017) {
            (true, _) => "\",\"readOnly\":true",
            (false, false) => "\",\"readOnly\":false",
            (false, true) => "\"",
        };
        let kind = form.kind(quirks, api_version);
        let rests = std::array::from_fn(|tls| {
            texts.compound(rest(quirks, Tls::ALL.get(tls), host).iter().map(|piece| &**piece))
        });
        let mut piece = |text: &str| texts.text(text);
        Self {
            command: piece(command),
            service: piece(command.split_once('.').map_or(command, |(service, _)| service)),
            mark: piece(mark),
            kind: piece(&kind),
            ending: piece(&format!("{mark}{kind}")),
            source: piece(&format!("\",\"eventSource\":\"{source}\",\"eventName\":\"")),
            region: piece(&format!("\",\"awsRegion\":\"{region}\",\"sourceIPAddress\":\"")),
            rests,
            older: older.clone(),
            event_name: piece(event_name),
            form,
        }
    }
}

/// The members behind the account, without the last brace of the record.
fn rest(quirks: &Quirks, tls: Option<&Tls>, host: &str) -> [String; 3] {
    let category = if quirks.has_category() { "\",\"eventCategory\":\"Management\"" } else { "\"" };
    let Some(tls) = tls.filter(|_| quirks.has_tls_details()) else {
        return [category.to_owned(), String::new(), String::new()];
    };
    let (version, suite) = match tls {
        Tls::Aes128 => ("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        Tls::Aes256 => ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        Tls::ChaCha20 => ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"),
        Tls::Tls12 => ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
    };
    [
        category.to_owned(),
        format!(",\"tlsDetails\":{{\"tlsVersion\":\"{version}\",\"cipherSuite\":\"{suite}"),
        format!("\",\"clientProvidedHostHeader\":\"{host}\"}}"),
    ]
}
