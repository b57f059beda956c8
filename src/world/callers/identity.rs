//! Who the personas are to IAM: their users, roles and sessions.

use crate::clock::Time;
use crate::record::{Attributes, Identity, Session, User, ids};
use crate::seed::{Key, name};
use crate::template::Persona;
use crate::world::callers::personas::help;
use crate::world::callers::{Callers, SessionId};
use crate::world::names;

impl Callers {
    /// Who works in a session.
    pub(super) fn identity(&self, id: SessionId, person: Key, session: Key) -> Identity {
        let created = Time(id.session * help(id.persona).session - self.phase_or_zero(id));
        let since = |mfa| Attributes { created, mfa };
        match id.persona {
            Persona::Root => Identity::Root {
                account: self.account.clone(),
                access_key: self.access_key("ASIA", session),
                attributes: since(true),
            },
            Persona::CliAdmin | Persona::Analyst => Identity::IamUser {
                user: self.user(id, person),
                access_key: self.access_key("AKIA", session),
                attributes: None,
            },
            Persona::MfaAdmin => Identity::IamUser {
                user: self.user(id, person),
                access_key: self.access_key("ASIA", session),
                attributes: Some(since(true)),
            },
            Persona::Federated => Identity::FederatedUser {
                name: self.human(id).user(),
                access_key: self.access_key("ASIA", session),
                issuer: self.broker(),
                attributes: since(false),
            },
            _ => Identity::AssumedRole(self.role_session(id, created, person, session)),
        }
    }

    fn phase_or_zero(&self, id: SessionId) -> i64 {
        if help(id.persona).session == 0 { 0 } else { self.phase(id.persona, id.person) }
    }

    fn access_key(&self, kind: &str, session: Key) -> String {
        ids::access_key(kind, self.account_number, session.named(const { name("key") }))
    }

    fn human(&self, id: SessionId) -> names::PersonName {
        names::person(id.person * PERSONAS_AT_MOST + id.persona as u64, self.key)
    }

    fn user(&self, id: SessionId, person: Key) -> User {
        User {
            account: self.account.clone(),
            id: ids::unique_id("AIDA", self.account_number, person.named(const { name("id") })),
            name: self.human(id).user(),
        }
    }

    /// The user whose key fetches the sessions of all federated users.
    fn broker(&self) -> User {
        let key = self.key.at(Persona::Federated as u64).named(const { name("broker") });
        User {
            account: self.account.clone(),
            id: ids::unique_id("AIDA", self.account_number, key),
            name: "session-broker".to_owned(),
        }
    }

    fn role_session(&self, id: SessionId, created: Time, person: Key, session: Key) -> Session {
        // All people of a permission set share its role.
        let shared = self.key.at(id.persona as u64).named(const { name("role") });
        let (role_path, role_name) = self.role(id, shared, person);
        Session {
            account: self.account.clone(),
            role_id: ids::unique_id(
                "AROA",
                self.account_number,
                if id.persona == Persona::MailFlow { person } else { shared },
            ),
            role_path,
            role_name,
            name: self.session_name(id, created, person, session),
            access_key: self.access_key("ASIA", session),
            attributes: Attributes { created, mfa: id.persona == Persona::OnCall },
            oidc_provider: (id.persona == Persona::Pipeline).then(|| "token.actions.githubusercontent.com".to_owned()),
            source_identity: (id.persona == Persona::OnCall).then(|| self.human(id).user()),
            ec2_role_delivery: (id.persona == Persona::HrSync).then_some("2.0"),
        }
    }

    /// The path and the name of the role.
    fn role(&self, id: SessionId, shared: Key, person: Key) -> (String, String) {
        let sso = |set: &str| {
            let role_name = format!("AWSReservedSSO_{set}_{}", ids::hex(shared, 16));
            ("/aws-reserved/sso.amazonaws.com/".to_owned(), role_name)
        };
        let plain = |role_name: &str| ("/".to_owned(), role_name.to_owned());
        match id.persona {
            Persona::ConsoleAdmin => sso("WorkMailAdministrator"),
            Persona::HelpDesk => sso("WorkMailHelpDesk"),
            Persona::HrSync => plain("hr-directory-sync"),
            Persona::Terraform => plain("terraform-deploy"),
            Persona::Scanner => plain("inventory-audit"),
            Persona::SamlAdmin => plain("SAML-MailAdmins"),
            Persona::Pipeline => plain("ci-mail-deploy"),
            Persona::Partner => plain("partner-mail-support"),
            Persona::OnCall => plain("mail-emergency-access"),
            Persona::Automation => plain("mail-runbook-automation"),
            _ => ("/service-role/".to_owned(), format!("{}-role-{}", self.function(id.person), letters(person))),
        }
    }

    fn session_name(&self, id: SessionId, created: Time, person: Key, session: Key) -> String {
        let user = || self.human(id).user();
        match id.persona {
            Persona::ConsoleAdmin | Persona::HelpDesk | Persona::SamlAdmin => format!("{}@example.com", user()),
            Persona::Partner => format!("{}@example.net", user()),
            Persona::OnCall => user(),
            Persona::HrSync => format!("i-0{}", ids::hex(person, 16)),
            Persona::Terraform => {
                let nanoseconds = created.0 * 1_000_000 + session.below(1_000_000_000) as i64;
                format!("aws-go-sdk-{nanoseconds}")
            }
            Persona::Scanner => "inventory-audit".to_owned(),
            Persona::Pipeline => "GitHubActions".to_owned(),
            Persona::Automation => format!("Automation-{}", session.named(const { name("execution") }).uuid()),
            _ => self.function(id.person).to_owned(),
        }
    }

    /// The name of the account's function of this number.
    fn function(&self, number: u64) -> &'static str {
        let first = self.key.named(const { name("function") }).below(FUNCTIONS.len() as u64);
        FUNCTIONS[((first + number) % FUNCTIONS.len() as u64) as usize]
    }
}

/// People of different personas never share a name: their numbers interleave in this step.
const PERSONAS_AT_MOST: u64 = 16;

const FUNCTIONS: &[&str] = &[
    "mailflow-disclaimer",
    "mailflow-archive",
    "mailflow-dlp-scan",
    "mailflow-ticket-intake",
    "mailflow-header-stamp",
];

/// The eight letters that the Lambda console puts behind the roles it makes.
fn letters(key: Key) -> String {
    let key = key.named(const { name("letters") });
    ids::base36(key.draw() % 36_u64.pow(8) + 36_u64.pow(8))[1..].to_owned()
}

const _: () = assert!(crate::world::IDENTITIES.len() <= PERSONAS_AT_MOST as usize);
