//! A record with the members that rules look at, found in one pass.

use crate::schema::Value;

/// One record; a member that is no text is like one that is not there, since a schema tells of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Record<'t> {
    pub(super) whole: Option<Value<'t>>,
    pub(super) identity: Option<Value<'t>>,
    pub(super) tls: Option<Value<'t>>,
    pub(super) event_time: Option<&'t str>,
    pub(super) event_source: Option<&'t str>,
    pub(super) event_name: Option<&'t str>,
    pub(super) region: Option<&'t str>,
    pub(super) address: Option<&'t str>,
    pub(super) agent: Option<&'t str>,
    pub(super) error_code: Option<&'t str>,
    pub(super) error_message: Option<&'t str>,
    pub(super) event_id: Option<&'t str>,
    pub(super) recipient: Option<&'t str>,
    pub(super) is_shared: bool,
}

impl<'t> Record<'t> {
    pub(super) fn new(whole: Value<'t>) -> Self {
        let mut record = Self { whole: Some(whole), ..Self::default() };
        for (name, value) in whole.members() {
            match name {
                "userIdentity" => record.identity = Some(value),
                "tlsDetails" => record.tls = Some(value),
                "eventTime" => record.event_time = value.text(),
                "eventSource" => record.event_source = value.text(),
                "eventName" => record.event_name = value.text(),
                "awsRegion" => record.region = value.text(),
                "sourceIPAddress" => record.address = value.text(),
                "userAgent" => record.agent = value.text(),
                "errorCode" => record.error_code = value.text(),
                "errorMessage" => record.error_message = value.text(),
                "eventID" => record.event_id = value.text(),
                "recipientAccountId" => record.recipient = value.text(),
                "sharedEventID" => record.is_shared = true,
                _ => {}
            }
        }
        record
    }

    /// A text inside `userIdentity`.
    pub(super) fn of_identity(&self, name: &str) -> Option<&'t str> {
        self.identity?.get(name)?.text()
    }
}
