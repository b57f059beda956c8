//! The fixed texts of one action's records.

use super::{Form, Quirks, version_head};
use crate::sink::{Compound, Interner, Text};

/// The fixed texts of one action's records in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `eventName`.
    pub event_name: Text,
    /// The operation as the AWS CLI writes it: `workmail.create-user`.
    pub(super) command: Text,
    /// The service as SDKs write it: `workmail`.
    pub(super) service: Text,
    /// From `eventSource` to the start of `sourceIPAddress`.
    pub(super) middle: Compound,
    /// The end of `tlsDetails`, with the host.
    pub(super) host: Compound,
    /// `readOnly`.
    pub(super) read_only: bool,
    /// What sets the records apart from those of a plain call.
    pub(super) form: Form,
    /// `apiVersion`.
    pub(super) api_version: Option<Text>,
    /// The start of the records and their quirks, where the service writes an older version than others.
    pub(super) older: Option<(Text, Quirks)>,
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
    pub(crate) fn new(labels: &Labels<'_>, texts: &mut Interner) -> Self {
        let &Labels { source, event_name, region, command, host, read_only, form, api_version, ref older } = labels;
        let mut piece = |text: &str| texts.text(text);
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
        let api_version = api_version.map(&mut piece);
        let older = older.as_ref().map(|quirks| (piece(&version_head(quirks)), quirks.clone()));
        Self {
            command: piece(command),
            service: piece(command.split_once('.').map_or(command, |(service, _)| service)),
            middle: texts.atoms.compound(&middle),
            host: texts.atoms.compound(&host),
            api_version,
            older,
            event_name,
            read_only,
            form,
        }
    }
}
