//! Who holds which name or address, as far as the trail has told.

use std::collections::BTreeMap;

use super::call::Ordinal;
use super::organization::EntityNumber;

#[derive(Clone, Copy)]
pub(super) enum Holder {
    Entity(EntityNumber),
    /// It was this entity's last; the entity may have lost it, but nobody else has got it since.
    Lingering(EntityNumber),
    /// A call used it with success, so some entity that was there before the trail holds it.
    Somebody {
        since: Ordinal,
    },
    Nobody {
        since: Ordinal,
    },
}

#[derive(Default)]
pub(super) struct Ledger {
    holders: BTreeMap<String, (Holder, u32)>,
    /// Grows whenever something unknown may have been let go; older `Somebody` entries then prove nothing.
    releases: u32,
}

impl Ledger {
    pub(super) fn holder(&self, key: &str) -> Option<Holder> {
        match self.holders.get(key) {
            Some((Holder::Somebody { .. }, releases)) if *releases != self.releases => None,
            found => found.map(|(holder, _)| *holder),
        }
    }

    pub(super) fn set(&mut self, key: String, holder: Holder) {
        self.holders.insert(key, (holder, self.releases));
    }

    /// Sets the holder if the key is still this entity's.
    pub(super) fn take_from(&mut self, number: EntityNumber, key: String, holder: Holder) {
        if self.is_last_of(number, &key) {
            self.set(key, holder);
        }
    }

    /// Knows nothing of the key any more if it is still this entity's.
    pub(super) fn forget(&mut self, number: EntityNumber, key: &str) {
        if self.is_last_of(number, key) {
            self.holders.remove(key);
        }
    }

    fn is_last_of(&self, number: EntityNumber, key: &str) -> bool {
        matches!(self.holder(key), Some(Holder::Entity(last) | Holder::Lingering(last)) if last == number)
    }

    /// What `Somebody` held may be free by now.
    pub(super) fn release_unknown(&mut self) {
        self.releases += 1;
    }

    /// Everything whose key starts so, with its holder.
    pub(super) fn starting_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, Holder)> {
        let from_there = self.holders.range(start.to_owned()..).map(|(key, _)| key.as_str());
        from_there
            .take_while(move |key| key.starts_with(start))
            .filter_map(|key| self.holder(key).map(|holder| (key, holder)))
    }
}

/// Names are compared without case, as directories do.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// The domain comes first, so that all addresses of a domain lie together.
pub(super) fn address_key(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let mut key = domain_prefix(domain);
    key.push_str(&local.to_lowercase());
    key
}

pub(super) fn domain_prefix(domain: &str) -> String {
    let mut key = domain.to_lowercase();
    key.push(' ');
    key
}

/// An address key in its usual writing, for messages.
pub(super) fn written_address(key: &str) -> String {
    let (domain, local) = key.split_once(' ').unwrap_or(("", key));
    format!("{local}@{domain}")
}

pub(super) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}
