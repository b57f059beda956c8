//! One call against what is known of its organization.

use std::fmt::Display;

use super::Options;
use super::call::Call;
use super::ledger::{self, Holder};
use super::mentions::Mention;
use super::operations::End;
use super::organization::{Domain, EntityNumber, Found, Kind, Organization};

/// The sentences to hand out.
#[derive(Default)]
pub(super) struct Breaches(Vec<String>);

impl Breaches {
    pub(super) fn add(&mut self, call: &Call, what: impl Display) {
        self.0.push(format!("{} {}: {what}", call.ordinal, call.name));
    }

    pub(super) fn all(&self) -> &[String] {
        &self.0
    }

    pub(super) fn into_all(self) -> Vec<String> {
        self.0
    }
}

/// Whom a successful call turned out to mean.
#[derive(Clone, Copy)]
pub(super) enum Party<'a> {
    Known(EntityNumber),
    /// Somebody from before the trail, by a name or address that the trail has not explained.
    Unknown(&'a str),
}

impl Party<'_> {
    pub(super) fn number(self) -> Option<EntityNumber> {
        match self {
            Self::Known(number) => Some(number),
            Self::Unknown(_) => None,
        }
    }
}

pub(super) struct Step<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) organization: &'a mut Organization,
    pub(super) breaches: &'a mut Breaches,
    pub(super) options: Options,
}

impl<'a> Step<'a> {
    pub(super) fn breach(&mut self, what: impl Display) {
        self.breaches.add(self.call, what);
    }

    /// A parameter no such call can succeed without.
    pub(super) fn required(&mut self, parameter: &str) -> Option<&'a str> {
        let found = self.call.parameter(parameter);
        if found.is_none() {
            self.breach(format_args!("requestParameters lacks `{parameter}`"));
        }
        found
    }

    /// Whom a parameter that a successful call needs means; `None` after a breach, when effects would only repeat it.
    pub(super) fn party(&mut self, (member, kinds): End) -> Option<Party<'a>> {
        let identifier = self.required(member)?;
        self.mentioned(Mention { member, identifier, kinds })
    }

    pub(super) fn mentioned(&mut self, mention: Mention<'a>) -> Option<Party<'a>> {
        let Mention { member, identifier, kinds } = mention;
        match self.organization.find(identifier) {
            Found::Entity(number) | Found::Perhaps(number) => self.use_entity(number, identifier, kinds),
            Found::Nobody { since } => {
                self.breach(format_args!("{member} `{identifier}` names nobody since #{since}"));
                None
            }
            Found::Unknown => Some(self.meet(identifier, kinds)),
        }
    }

    fn use_entity(&mut self, number: EntityNumber, identifier: &str, kinds: &[Kind]) -> Option<Party<'a>> {
        let entity = self.organization.entity(number);
        if let Some(at) = entity.deleted_at {
            let label = self.organization.label(number);
            self.breach(format_args!("{label}, named as `{identifier}`, was deleted in #{at}"));
            return None;
        }
        if entity.kind.is_some_and(|kind| !kinds.contains(&kind)) {
            let label = self.organization.label(number);
            self.breach(format_args!("{label} is not a {}", nouns(kinds)));
            return None;
        }
        self.organization.see(number);
        self.learn_kind(number, kinds);
        Some(Party::Known(number))
    }

    fn learn_kind(&mut self, number: EntityNumber, kinds: &[Kind]) {
        if let [kind] = kinds {
            self.organization.learn_kind(number, *kind);
        }
    }

    /// The first successful use of an identifier.
    fn meet(&mut self, identifier: &'a str, kinds: &[Kind]) -> Party<'a> {
        if looks_like_an_id(identifier) {
            self.was_it_missing(identifier, kinds);
            let number = self.organization.meet(identifier, self.call.ordinal);
            self.learn_kind(number, kinds);
            return Party::Known(number);
        }
        let somebody = Holder::Somebody { since: self.call.ordinal };
        if identifier.contains('@') {
            self.accept_address(identifier);
            let key = ledger::address_key(identifier);
            if self.organization.addresses.holder(&key).is_none() {
                self.organization.addresses.set(key, somebody);
            }
        } else if self.organization.names.holder(&ledger::name_key(identifier)).is_none() {
            self.organization.names.set(ledger::name_key(identifier), somebody);
        }
        Party::Unknown(identifier)
    }

    /// Never created in the trail, it was there all the time, so an earlier "not found" was wrong.
    fn was_it_missing(&mut self, id: &str, kinds: &[Kind]) {
        let Some(missing) = self.organization.missing.remove(id) else { return };
        if kinds.iter().all(|kind| missing.kinds.contains(kind)) {
            let at = missing.at;
            self.breach(format_args!("`{id}` was not found in #{at}, is there now, and was not created between"));
        }
    }

    /// The service took this address as valid, so its domain is registered.
    pub(super) fn accept_address(&mut self, address: &str) {
        let domain = ledger::domain_of(address);
        if let Some(Domain::Deregistered { at }) = self.organization.domain(domain) {
            self.breach(format_args!("the domain of `{address}` was deregistered in #{at}"));
        } else {
            self.learn_domain(domain);
        }
    }

    pub(super) fn learn_domain(&mut self, domain: &str) {
        let at = self.call.ordinal;
        if self.organization.domain(domain).is_none() {
            self.organization.domains.insert(domain.to_lowercase(), Domain::Registered { at });
        }
    }
}

fn nouns(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.noun()).collect::<Vec<_>>().join(" or ")
}

/// UUIDs, security identifiers and resource ids; everything else is taken for a name or address.
pub(super) fn looks_like_an_id(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = || text.len() == 36 && hex(&text.replace('-', "")) && text.matches('-').count() == 4;
    let is_resource = || text.strip_prefix("r-").is_some_and(|rest| rest.len() == 32 && hex(rest));
    text.starts_with("S-1-") || is_uuid() || is_resource()
}
