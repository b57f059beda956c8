//! An account with small `WorkMail` organizations that come and go, and with applications for them.

use serde_json::{Value, json};

use super::honest_service::{self, Answer, HonestService};

struct Organization {
    service: HonestService,
    /// Alias and directory are numbers from small sets, so that they are wanted twice.
    alias: usize,
    directory: Option<usize>,
    application: Option<usize>,
    deleted: bool,
}

pub(super) struct HonestAccount {
    /// Its only use here is to draw.
    dice: HonestService,
    seed: u64,
    organizations: Vec<Organization>,
    /// By number; true while it is there.
    applications: Vec<bool>,
    takes_applications_along: bool,
}

impl HonestAccount {
    pub(super) fn new(seed: u64) -> Self {
        let mut account = Self {
            dice: HonestService::fresh(seed + 1_000),
            seed,
            organizations: Vec::new(),
            applications: vec![true; 2],
            takes_applications_along: seed.is_multiple_of(2),
        };
        account.add(HonestService::new(seed), 0, None);
        account
    }

    pub(super) fn next_record(&mut self) -> Value {
        match self.dice.below(60) {
            0 => self.create(),
            1 => self.delete(),
            2..4 => self.tag(),
            4..7 => self.on_application(),
            _ => self.inside(),
        }
    }

    fn add(&mut self, mut service: HonestService, alias: usize, directory: Option<usize>) -> String {
        let id = format!("m-{:032x}", self.organizations.len());
        service.id.clone_from(&id);
        self.organizations.push(Organization { service, alias, directory, application: None, deleted: false });
        id
    }

    fn create(&mut self) -> Value {
        let (alias, directory) = (self.dice.below(12), Some(self.dice.below(12)).filter(|number| *number > 5));
        let mut parameters =
            json!({"alias": format!("alias-{alias}"), "clientToken": format!("{}", self.dice.below(9_999))});
        if let Some(directory) = directory {
            parameters["directoryId"] = json!(format!("d-{directory:010}"));
        }
        let mut living = self.organizations.iter().filter(|organization| !organization.deleted);
        // The directory of a deleted organization is free, an alias is so as well.
        let answer = if living.clone().any(|organization| organization.alias == alias) {
            Err("NameAvailabilityException")
        } else if living.any(|organization| directory.is_some() && organization.directory == directory) {
            Err("DirectoryInUseException")
        } else {
            let service = HonestService::fresh(self.seed * 100 + self.organizations.len() as u64);
            Ok(json!({"organizationId": self.add(service, alias, directory)}))
        };
        record("CreateOrganization", parameters, answer)
    }

    /// An organization, or the number of one that never was.
    fn pick(&mut self) -> usize {
        self.dice.below(self.organizations.len() + 1)
    }

    fn delete(&mut self) -> Value {
        let (number, forced, along) = (self.pick(), self.dice.below(3) == 0, self.dice.below(2) == 0);
        let mut parameters = json!({"organizationId": format!("m-{number:032x}"), "deleteDirectory": true});
        parameters["forceDelete"] = json!(forced);
        parameters["deleteIdentityCenterApplication"] = json!(along);
        let answer = match self.organizations.get_mut(number) {
            None => Err("OrganizationNotFoundException"),
            Some(organization) if organization.deleted => Err("OrganizationStateException"),
            Some(organization) if !forced && organization.service.has_enabled_users() => {
                Err("InvalidParameterException")
            }
            Some(organization) => {
                organization.deleted = true;
                if let Some(number) = organization.application.filter(|_| along && self.takes_applications_along) {
                    self.applications[number] = false;
                }
                Ok(json!({"organizationId": organization.service.id, "state": "Deleting"}))
            }
        };
        record("DeleteOrganization", parameters, answer)
    }

    fn tag(&mut self) -> Value {
        let (number, call) = (self.pick(), self.dice.below(3));
        let arn = format!("arn:aws:workmail:us-east-1:111122223333:organization/m-{number:032x}");
        let answer = match self.organizations.get(number) {
            Some(organization) if !organization.deleted => Ok(Value::Null),
            _ => Err("ResourceNotFoundException"),
        };
        let name = ["TagResource", "UntagResource", "ListTagsForResource"][call];
        record(name, json!({"resourceARN": arn}), answer)
    }

    fn on_application(&mut self) -> Value {
        let number = self.dice.below(self.applications.len() + 1);
        if self.dice.below(2) == 0 {
            self.applications.push(true);
            let arn = arn_of(self.applications.len() - 1);
            return record("CreateIdentityCenterApplication", json!({"name": "a"}), Ok(json!({"applicationArn": arn})));
        }
        let there = self.applications.get_mut(number).filter(|there| **there);
        let answer = there.map(|there| *there = false).map(|()| Value::Null).ok_or("InvalidParameterException");
        record("DeleteIdentityCenterApplication", json!({"applicationArn": arn_of(number)}), answer)
    }

    /// A call inside an organization; a deleted one only answers to its description.
    fn inside(&mut self) -> Value {
        let number = self.pick();
        let application = (0..self.applications.len()).rev().find(|number| self.applications[*number]);
        let Some(organization) = self.organizations.get_mut(number) else {
            let nowhere = json!({"organizationId": format!("m-{number:032x}")});
            return record("ListUsers", nowhere, Err("OrganizationNotFoundException"));
        };
        if organization.deleted {
            let parameters = json!({"organizationId": organization.service.id});
            return match self.dice.below(2) {
                0 => record("DescribeOrganization", parameters, Ok(Value::Null)),
                _ => record("ListUsers", parameters, Err("OrganizationStateException")),
            };
        }
        let mut call = organization.service.next_record();
        if call["eventName"] == "PutIdentityProviderConfiguration" && call["errorCode"].is_null() {
            organization.application = application;
            call["requestParameters"]["identityCenterConfiguration"]["applicationArn"] = json!(application.map(arn_of));
        }
        // No two organizations have a domain in common.
        let own = |domain: &str| format!(".o{number}{domain}");
        let text = call.to_string().replace(".example", &own(".example")).replace(".Example", &own(".Example"));
        serde_json::from_str(&text).expect("still JSON")
    }
}

fn arn_of(application: usize) -> String {
    format!("arn:aws:sso::111122223333:application/ssoins-1111111111111111/apl-{application:016}")
}

fn record(name: &str, parameters: Value, answer: Answer) -> Value {
    honest_service::record("2026-03-02T10:00:00Z", name, parameters, answer)
}
