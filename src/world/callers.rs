//! The people and programs that call the API: who they are, what they use, where they sit, and the
//! sessions they work in.

use crate::clock::{HOUR, MINUTE, Time};
use crate::event::Caller;
use crate::record::{Attributes, Identity, Quirks, Session, base36, escape};
use crate::scenario::Cidr;
use crate::seed::{Key, name};
use crate::sink::Interner;
use crate::template::Persona;
use crate::world::addresses::address;
use crate::world::agents::Client;
use crate::world::{ids, names};

/// One line of `mocktrail identities`.
pub(crate) struct IdentityHelp {
    /// The persona.
    pub persona: Persona,
    /// `userIdentity.type` in its records.
    pub identity: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The program it uses.
    client: Client,
    /// How many there are of it in an account.
    count: u64,
    /// How long its sessions last, in milliseconds; 0 for a long-lived key.
    session: i64,
}

/// Every persona, in the order of [`Persona`].
pub(crate) const IDENTITIES: &[IdentityHelp] = &[
    IdentityHelp {
        persona: Persona::ConsoleAdmin,
        identity: "AssumedRole",
        does: "administers in the console, signed in through IAM Identity Center",
        client: Client::Browser,
        count: 3,
        session: 8 * HOUR,
    },
    IdentityHelp {
        persona: Persona::HelpDesk,
        identity: "AssumedRole",
        does: "resets passwords and looks things up in the console",
        client: Client::Browser,
        count: 4,
        session: 8 * HOUR,
    },
    IdentityHelp {
        persona: Persona::CliAdmin,
        identity: "IAMUser",
        does: "works with the AWS CLI and a long-lived key",
        client: Client::Cli,
        count: 2,
        session: 0,
    },
    IdentityHelp {
        persona: Persona::HrSync,
        identity: "AssumedRole",
        does: "creates and removes users when people join and leave",
        client: Client::JavaScript,
        count: 1,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::Terraform,
        identity: "AssumedRole",
        does: "applies plans and refreshes state",
        client: Client::Terraform,
        count: 1,
        session: 30 * MINUTE,
    },
    IdentityHelp {
        persona: Persona::Scanner,
        identity: "AssumedRole",
        does: "takes the inventory, list by list",
        client: Client::Boto3,
        count: 1,
        session: HOUR,
    },
    IdentityHelp {
        persona: Persona::MailFlow,
        identity: "AssumedRole",
        does: "Lambda functions that read and change messages in flight",
        client: Client::Lambda,
        count: 2,
        session: 6 * HOUR,
    },
    IdentityHelp {
        persona: Persona::Analyst,
        identity: "IAMUser",
        does: "tries what it has no right to",
        client: Client::Boto3,
        count: 2,
        session: 0,
    },
    IdentityHelp {
        persona: Persona::Root,
        identity: "Root",
        does: "the account's root user, now and then, in the console",
        client: Client::Browser,
        count: 1,
        session: 2 * HOUR,
    },
];

/// What is known of a persona.
const fn help(persona: Persona) -> &'static IdentityHelp {
    &IDENTITIES[persona as usize]
}

/// One session of one person or program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionId {
    persona: Persona,
    person: u64,
    session: i64,
}

/// Everyone who calls in one account, in closed form.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    key: Key,
    account: String,
    account_number: u64,
    addresses: Vec<Cidr>,
    quirks: Quirks,
}

impl Callers {
    /// The callers of the account whose attributes lie at `key`.
    #[must_use]
    pub(crate) fn new(key: Key, account: &str, addresses: &[Cidr], quirks: &Quirks) -> Self {
        Self {
            key,
            account: account.to_owned(),
            account_number: account.parse().unwrap_or_default(),
            addresses: addresses.to_vec(),
            quirks: quirks.clone(),
        }
    }

    /// Where the values lie that are the same all over the account.
    #[must_use]
    pub(crate) const fn constants(&self) -> Key {
        self.key.named(const { name("constants") })
    }

    /// One of those who play a role.
    #[must_use]
    pub(crate) fn pick(persona: Persona, key: Key) -> u64 {
        key.below(help(persona).count)
    }

    /// The session in which someone works at some time.
    #[must_use]
    pub(crate) fn session(&self, persona: Persona, person: u64, time: Time) -> SessionId {
        let session = match help(persona).session {
            0 => 0,
            length => (time.0 + self.phase(persona, person)).div_euclid(length),
        };
        SessionId { persona, person, session }
    }

    /// Sessions of different people do not begin at the same time.
    fn phase(&self, persona: Persona, person: u64) -> i64 {
        self.person_key(persona, person).named(const { name("phase") }).below(help(persona).session as u64) as i64
    }

    fn person_key(&self, persona: Persona, person: u64) -> Key {
        self.key.at(persona as u64).at(person)
    }

    /// The caller as records show it.
    pub(crate) fn caller(&self, id: SessionId, texts: &mut Interner) -> Caller {
        let known = help(id.persona);
        let person = self.person_key(id.persona, id.person);
        let session = person.named(const { name("session") }).at(id.session as u64);
        let identity = self.identity(id, person, session);
        let address = address(&self.addresses, self.place(id.persona, person, session)).to_string();
        Caller {
            arn: texts.text(&escape(&identity.arn())),
            identity: identity.to_json(&self.quirks, texts),
            address: texts.text(&address),
            agent: known.client.agent(self.quirks.style_2017, person.named(const { name("agent") }), texts),
            tls: texts.text(known.client.tls(session)),
            from_console: known.client == Client::Browser,
        }
    }

    /// Where someone sits: people of an office share its ways out, functions move with every session.
    fn place(&self, persona: Persona, person: Key, session: Key) -> Key {
        let office = self.key.named(const { name("office") });
        match persona {
            Persona::MailFlow => session.named(const { name("place") }),
            Persona::Terraform | Persona::HrSync | Persona::Scanner | Persona::Root => {
                person.named(const { name("place") })
            }
            _ => office.at(person.below(3)),
        }
    }

    fn identity(&self, id: SessionId, person: Key, session: Key) -> Identity {
        let account = self.account.clone();
        let access_key = |kind| ids::access_key(kind, self.account_number, session.named(const { name("key") }));
        let created = Time(id.session * help(id.persona).session - self.phase_or_zero(id));
        let human = names::person(id.person * 16 + id.persona as u64, self.key);
        match id.persona {
            Persona::Root => Identity::Root {
                account,
                access_key: access_key("ASIA"),
                attributes: Attributes { created, mfa: true },
            },
            Persona::CliAdmin | Persona::Analyst => Identity::IamUser {
                account,
                principal: ids::unique_id("AIDA", self.account_number, person.named(const { name("id") })),
                name: human.user,
                access_key: access_key("AKIA"),
                attributes: None,
            },
            persona => Identity::AssumedRole(self.role_session(persona, created, &human, id.person, session)),
        }
    }

    fn phase_or_zero(&self, id: SessionId) -> i64 {
        if help(id.persona).session == 0 { 0 } else { self.phase(id.persona, id.person) }
    }

    fn role_session(
        &self,
        persona: Persona,
        created: Time,
        human: &names::PersonName,
        number: u64,
        session: Key,
    ) -> Session {
        let person = self.person_key(persona, number);
        // All people of a permission set share its role.
        let role = self.key.at(persona as u64).named(const { name("role") });
        let sso = |set: &str| (SSO_PATH.to_owned(), format!("AWSReservedSSO_{set}_{}", ids::hex(role, 16)));
        let plain = |role_name: &str| ("/".to_owned(), role_name.to_owned());
        let email = || format!("{}@example.com", human.user);
        let ((role_path, role_name), session_name) = match persona {
            Persona::ConsoleAdmin => (sso("WorkMailAdministrator"), email()),
            Persona::HelpDesk => (sso("WorkMailHelpDesk"), email()),
            Persona::HrSync => (plain("hr-directory-sync"), format!("i-0{}", ids::hex(person, 16))),
            Persona::Terraform => {
                let nanoseconds = created.0 * 1_000_000 + session.below(1_000_000_000) as i64;
                (plain("terraform-deploy"), format!("aws-go-sdk-{nanoseconds}"))
            }
            Persona::Scanner => (plain("inventory-audit"), "inventory-audit".to_owned()),
            _ => {
                let first = self.key.named(const { name("function") }).below(FUNCTIONS.len() as u64);
                let function = FUNCTIONS[((first + number) % FUNCTIONS.len() as u64) as usize];
                (("/service-role/".to_owned(), format!("{function}-role-{}", letters(person))), function.to_owned())
            }
        };
        Session {
            account: self.account.clone(),
            role_id: ids::unique_id(
                "AROA",
                self.account_number,
                if persona == Persona::MailFlow { person } else { role },
            ),
            role_path,
            role_name,
            name: session_name,
            access_key: ids::access_key("ASIA", self.account_number, session.named(const { name("key") })),
            attributes: Attributes { created, mfa: false },
        }
    }
}

const SSO_PATH: &str = "/aws-reserved/sso.amazonaws.com/";

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
    base36(key.draw() % 36_u64.pow(8) + 36_u64.pow(8))[1..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        let words: Vec<&str> = IDENTITIES.iter().map(|known| known.persona.word()).collect();
        assert_eq!(words, Persona::words());
    }

    #[test]
    fn sessions_last_and_end() {
        let quirks = Quirks { version: 11, style_2017: false, tls_details: true };
        let callers = Callers::new(Seed(1).key("c"), "111122223333", &[], &quirks);
        let at = |minutes: i64| callers.session(Persona::HrSync, 0, Time(1_772_452_800_000 + minutes * MINUTE));
        let changes = (0..240).filter(|m| at(*m) != at(m + 1)).count();
        assert_eq!(changes, 4, "a session of an hour changes once an hour");
        assert_eq!(
            callers.session(Persona::CliAdmin, 0, Time(0)),
            callers.session(Persona::CliAdmin, 0, Time(1_772_452_800_000))
        );
    }
}
