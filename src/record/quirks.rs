//! What differs between record versions and periods, as data.

use crate::clock::Time;

/// What differs between record versions and periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Minor part of `eventVersion`: 11 for `1.11`. Documented range 0 to 11.
    pub version: u8,
    /// The `WorkMail` samples of 2017: `displayName` in clear, no password, `readOnly` only when true.
    pub style_2017: bool,
    /// Sensitive values are hidden.
    pub redaction: bool,
    /// `tlsDetails` is written (where the version has it).
    pub tls_details: bool,
}

/// Since when AWS writes a version for most services, in milliseconds, newest first. Before all of them it was 1.05.
const VERSIONS: [(i64, u8); 3] = [
    (1_735_689_600_000, 11), // 2025-01-01
    (1_704_067_200_000, 9),  // 2024-01-01
    (1_606_176_000_000, 8),  // 2020-11-24
];

impl Quirks {
    /// The version that most services wrote at some time.
    #[must_use]
    pub fn version_at(time: Time) -> u8 {
        VERSIONS.iter().find(|(since, _)| time.0 >= *since).map_or(5, |(_, version)| *version)
    }

    /// The quirks of a service that writes no newer version than this; `None` when that makes no difference.
    #[must_use]
    pub fn older(&self, newest: Option<u8>) -> Option<Self> {
        newest.filter(|newest| *newest < self.version).map(|version| Self { version, ..self.clone() })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_the_years() {
        for (day, expected) in [(17_500, 5), (18_589, 5), (18_590, 8), (19_722, 8), (19_723, 9), (20_089, 11)] {
            assert_eq!(Quirks::version_at(Time(day * crate::clock::DAY)), expected, "day {day}");
        }
    }
}
