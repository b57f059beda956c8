//! What differs between record versions and periods, as data.

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
    /// `sharedEventID` came with 1.03.
    pub(super) const fn has_shared_id(&self) -> bool {
        self.version >= 3
    }

    /// `managementEvent` came with 1.06.
    pub(super) const fn has_management_event(&self) -> bool {
        self.version >= 6
    }

    /// `eventCategory` came with 1.07.
    pub(super) const fn has_category(&self) -> bool {
        self.version >= 7
    }

    /// `tlsDetails` came with 1.08.
    pub(super) const fn has_tls_details(&self) -> bool {
        self.version >= 8 && self.tls_details
    }

    /// `sessionCredentialFromConsole` came with 1.08.
    pub(super) const fn has_console_mark(&self) -> bool {
        self.version >= 8
    }

    /// `sessionContext` of the 1.08 era carries empty objects where there is nothing to say.
    pub(super) const fn has_empty_context(&self) -> bool {
        self.version == 8 || self.version == 9
    }

    /// `sourceIdentity` came in 2021, and `ec2RoleDelivery` is seen from that time on.
    pub(super) const fn has_session_origin(&self) -> bool {
        self.version >= 8
    }

    /// `1.11`; the early versions have a leading zero (`1.05`), the later ones none.
    #[must_use]
    pub fn version_text(&self) -> String {
        format!("1.{:02}", self.version)
    }
}
