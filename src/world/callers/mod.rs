//! The people and programs that call the API: what they use, where they sit, and the sessions they work in.

mod identity;
mod personas;

pub(crate) use personas::IDENTITIES;
use personas::help;

use std::ops::Range;

use crate::clock::Time;
use crate::event::{AgentNames, Caller, Denial};
use crate::record::{Identity, Occasion, Quirks, escape};
use crate::scenario::Cidr;
use crate::seed::{Key, name};
use crate::sink::Interner;
use crate::template::Persona;
use crate::world::addresses::address;
use crate::world::agents::{Client, Form};

/// One session of one person or program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionId {
    persona: Persona,
    person: u64,
    session: i64,
}

impl SessionId {
    /// A number that hardly any other session has.
    #[must_use]
    pub(crate) const fn packed(self) -> u64 {
        (self.session as u64) << 16 ^ self.person << 5 ^ self.persona as u64
    }
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

    /// Who it is on such an occasion: only users and the root user prove to AWS itself who they are, so a
    /// user does it in place of all others.
    #[must_use]
    pub(crate) fn who(persona: Persona, person: u64, occasion: &Occasion) -> (Persona, u64) {
        let is_user = || ["IAMUser", "Root"].contains(&help(persona).identity);
        if *occasion == Occasion::Unproven && !is_user() {
            return (Persona::CliAdmin, person % help(Persona::CliAdmin).count);
        }
        (persona, person)
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

    /// From when on and until when a session lasts, in milliseconds.
    #[must_use]
    pub(crate) fn lasting(&self, id: SessionId) -> Range<i64> {
        match help(id.persona).session {
            0 => i64::MIN..i64::MAX,
            length => {
                let start = id.session * length - self.phase(id.persona, id.person);
                start..start + length
            }
        }
    }

    /// Sessions of different people do not begin at the same time.
    fn phase(&self, persona: Persona, person: u64) -> i64 {
        self.person_key(persona, person).named(const { name("phase") }).below(help(persona).session as u64) as i64
    }

    fn person_key(&self, persona: Persona, person: u64) -> Key {
        self.key.at(persona as u64).at(person)
    }

    /// The caller as records of a service show it on some occasion, which writes no newer version than this.
    pub(crate) fn caller(
        &self,
        id: SessionId,
        occasion: &Occasion,
        newest: Option<u8>,
        texts: &mut Interner,
    ) -> Caller {
        let quirks = self.quirks.older(newest).unwrap_or_else(|| self.quirks.clone());
        let client = match occasion {
            Occasion::SignIn | Occasion::Unproven => Client::Browser,
            Occasion::Call | Occasion::Forwarded(_) => help(id.persona).client,
        };
        let person = self.person_key(id.persona, id.person);
        let session = person.named(const { name("session") }).at(id.session as u64);
        let identity = self.identity(id, person, session);
        let occasion = match (occasion, client) {
            (Occasion::Call, Client::Service(host)) => &Occasion::Forwarded(host.to_owned()),
            _ => occasion,
        };
        let seen = Seen { occasion, quirks: &quirks };
        let is_session = matches!(occasion, Occasion::Call | Occasion::Forwarded(_));
        let mut caller = if let Occasion::Forwarded(host) = occasion {
            seen.through(&identity, host, texts)
        } else {
            let address = address(&self.addresses, self.place(id.persona, person, session)).to_string();
            let agent = client.agent(self.quirks.style_2017, person.named(const { name("agent") }));
            Caller { tls: Some(client.tls(session)), ..seen.at(&identity, &address, agent, texts) }
        };
        caller.from_console = is_session && client == Client::Browser;
        caller
    }

    /// An AWS service that acts for itself.
    pub(crate) fn service(&self, host: &str, newest: Option<u8>, texts: &mut Interner) -> Caller {
        let quirks = self.quirks.older(newest).unwrap_or_else(|| self.quirks.clone());
        let seen = Seen { occasion: &Occasion::Call, quirks: &quirks };
        seen.through(&Identity::Service(host.to_owned()), host, texts)
    }

    /// Where someone sits: people of an office share its ways out, functions and pipelines move with every session.
    fn place(&self, persona: Persona, person: Key, session: Key) -> Key {
        let office = self.key.named(const { name("office") });
        match persona {
            Persona::MailFlow | Persona::Pipeline => session.named(const { name("place") }),
            Persona::Terraform | Persona::HrSync | Persona::Scanner | Persona::Root | Persona::Partner => {
                person.named(const { name("place") })
            }
            _ => office.at(person.below(3)),
        }
    }
}

/// What of a caller is to be seen.
struct Seen<'a> {
    occasion: &'a Occasion,
    quirks: &'a Quirks,
}

impl Seen<'_> {
    /// A caller at an address, without a TLS session.
    fn at(&self, identity: &Identity, address: &str, agent: Form<'_>, texts: &mut Interner) -> Caller {
        let (before, names, after) = agent;
        Caller {
            arn: texts.text(&escape(&identity.arn())),
            head: texts.compound(identity.head(self.occasion, self.quirks).pieces()),
            // Agents have words in common.
            origin: texts
                .compound([&*escape(address), "\",\"userAgent\":\""].into_iter().chain(before.split_inclusive(' '))),
            names,
            rest: texts.text(&format!("{after}\"")),
            rest_of_success: texts.text(&format!("{after}\",\"requestParameters\":")),
            tls: None,
            denial: denial(identity),
            mfa: identity.mfa(),
            from_console: false,
        }
    }

    /// A caller in whose records a service stands where an address and an agent would.
    fn through(&self, identity: &Identity, host: &str, texts: &mut Interner) -> Caller {
        self.at(identity, host, (host, AgentNames::Nothing, ""), texts)
    }
}

/// What refuses a call of such an identity: no policy of the account can take anything from its root user,
/// and a federated user can do no more than the policy of its session says.
const fn denial(identity: &Identity) -> Denial {
    match identity {
        Identity::Root { .. } => Denial::Organization,
        Identity::FederatedUser { .. } => Denial::Session,
        Identity::IamUser { .. } | Identity::AssumedRole(_) | Identity::Service(_) => Denial::Identity,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;
    use crate::clock::MINUTE;
    use crate::seed::Seed;

    fn callers() -> Callers {
        let quirks = Quirks { version: 11, style_2017: false, redaction: true, tls_details: true };
        Callers::new(Seed(1).key("c"), "111122223333", &[Cidr::parse("192.0.2.0/24").unwrap()], &quirks)
    }

    /// What `mocktrail identities` says is what stands in the record.
    #[test]
    fn every_persona_has_the_identity_it_is_listed_with() {
        let mut texts = Interner::default();
        for help in IDENTITIES {
            let id = callers().session(help.persona, 0, Time(1_772_452_800_000));
            let caller = callers().caller(id, &Occasion::Call, None, &mut texts);
            let identity = String::from_utf8(caller.head.as_bytes().to_vec()).unwrap();
            assert!(
                identity.contains(&format!("{{\"type\":\"{}\"", help.identity)),
                "{}: {identity}",
                help.persona.word()
            );
            let invoked = identity.contains("\"invokedBy\"");
            assert_eq!((invoked, caller.tls.is_none()), (help.persona == Persona::Automation, invoked), "{identity}");
            if invoked {
                assert_eq!(caller.origin.as_bytes(), b"ssm.amazonaws.com\",\"userAgent\":\"ssm.amazonaws.com");
            }
        }
    }

    #[test]
    fn a_service_forwards_the_session_and_hides_where_its_owner_is() {
        let mut texts = Interner::default();
        let id = callers().session(Persona::ConsoleAdmin, 0, Time(1_772_452_800_000));
        let own = callers().caller(id, &Occasion::Call, None, &mut texts);
        let host = "workmail.us-east-1.amazonaws.com";
        let forwarded = callers().caller(id, &Occasion::Forwarded(host.into()), None, &mut texts);
        let text = |caller: &Caller| String::from_utf8(caller.head.as_bytes().to_vec()).unwrap();
        let expected =
            text(&own).replace("},\"eventTime\":\"", &format!(",\"invokedBy\":\"{host}\"}},\"eventTime\":\""));
        assert_eq!(text(&forwarded), expected);
        assert!(forwarded.origin.as_bytes().starts_with(format!("{host}\"").as_bytes()));
        assert_eq!((forwarded.tls.is_none(), forwarded.from_console), (true, true));
        assert_eq!(forwarded.arn, own.arn);
    }

    /// A session is written in the way of the service that is called.
    #[test]
    fn an_older_version_has_the_empty_objects_of_its_era() {
        let id = callers().session(Persona::Scanner, 0, Time(1_772_452_800_000));
        let text = |newest| {
            let caller = callers().caller(id, &Occasion::Call, newest, &mut Interner::default());
            String::from_utf8(caller.head.as_bytes().to_vec()).unwrap()
        };
        assert!(text(Some(8)).contains("\"webIdFederationData\":{}"));
        assert!(!text(None).contains("webIdFederationData"));
        assert_eq!(text(Some(11)), text(None));
    }

    #[test]
    fn sessions_last_and_end() {
        let callers = callers();
        let at = |minutes: i64| callers.session(Persona::HrSync, 0, Time(1_772_452_800_000 + minutes * MINUTE));
        let changes = (0..240).filter(|m| at(*m) != at(m + 1)).count();
        assert_eq!(changes, 4, "a session of an hour changes once an hour");
        assert_eq!(
            callers.session(Persona::CliAdmin, 0, Time(0)),
            callers.session(Persona::CliAdmin, 0, Time(1_772_452_800_000))
        );
    }
}
