//! Applications of IAM Identity Center, which belong to an account and not to an organization.

use std::collections::BTreeMap;

use super::call::{Call, Ordinal};
use super::organization::Organization;
use super::step::Breaches;

enum Known {
    There { since: Ordinal },
    Deleted { at: Ordinal },
}

/// By ARN.
#[derive(Default)]
pub(super) struct Applications(BTreeMap<String, Known>);

impl Applications {
    /// A successful call, before the organization takes note of it.
    pub(super) fn observe(&mut self, call: &Call, organization: Option<&Organization>, breaches: &mut Breaches) {
        let at = call.ordinal;
        match call.name {
            "CreateIdentityCenterApplication" => self.create(call, breaches),
            "DeleteIdentityCenterApplication" => {
                let Some(arn) = call.parameter("applicationArn") else { return };
                self.must_not_be_deleted(call, arn, breaches);
                self.0.insert(arn.to_owned(), Known::Deleted { at });
            }
            "PutIdentityProviderConfiguration" => {
                let Some(arn) = application_of(call) else { return };
                self.must_not_be_deleted(call, arn, breaches);
                self.0.entry(arn.to_owned()).or_insert(Known::There { since: at });
            }
            // It may go with its organization.
            "DeleteOrganization" if call.parameters()["deleteIdentityCenterApplication"] == true => {
                if let Some(arn) = organization.and_then(|organization| organization.application.as_ref()) {
                    self.0.remove(arn);
                }
            }
            _ => {}
        }
    }

    fn create(&mut self, call: &Call, breaches: &mut Breaches) {
        let Some(arn) = call.answer("applicationArn") else { return };
        if let Some(Known::There { since: used } | Known::Deleted { at: used }) = self.0.get(arn) {
            breaches.add(call, format_args!("the application `{arn}` was used in #{used}, before this created it"));
        }
        self.0.insert(arn.to_owned(), Known::There { since: call.ordinal });
    }

    fn must_not_be_deleted(&self, call: &Call, arn: &str, breaches: &mut Breaches) {
        if let Some(Known::Deleted { at }) = self.0.get(arn) {
            breaches.add(call, format_args!("the application `{arn}` was deleted in #{at}"));
        }
    }
}

/// The application that a configuration of the identity provider names.
pub(super) fn application_of<'a>(call: &Call<'a>) -> Option<&'a str> {
    call.parameters()["identityCenterConfiguration"]["applicationArn"].as_str()
}
