//! From a wish to a scenario: every default filled in.

use super::account::{AccountId, REGIONS};
use super::asked::Asked;
use super::choice::{Gzip, MessageFlow, Shape, Style};
use super::cidr::Cidr;
use super::conflict::in_order;
use super::moment::{FLUSH, START};
use super::wish::{AccountWish, Amount, End, Wish};
use super::{Account, FORMAT, Records, Scenario, Traffic, Trail, Window};
use crate::clock::{DAY, Span, Time};
use crate::mistake::Mistakes;
use crate::template::ParameterOrder;

/// The share of calls that fail, in millionths.
pub(super) const ERRORS_PPM: u32 = 60_000;

const LENGTH: Span = Span(DAY);
const ADDRESSES: [&str; 2] = ["203.0.113.0/24", "198.51.100.0/24"];

impl Wish {
    /// Fills in every default.
    ///
    /// # Errors
    ///
    /// Everything that does not fit together, at its place in the file or named after its flag.
    pub fn resolve(self) -> Result<Scenario, Mistakes> {
        let conflicts = self.conflicts(|_| true);
        if !conflicts.is_empty() {
            return Err(in_order(conflicts));
        }
        let time = self.window();
        let accounts: Vec<Account> = self.chosen_accounts().iter().map(|account| self.account(account)).collect();
        let default_addresses = || ADDRESSES.iter().filter_map(|range| Cidr::parse(range).ok()).collect();
        Ok(Scenario {
            seed: or(self.seed.as_ref(), 0),
            format: FORMAT,
            traffic: self.traffic(&time),
            time,
            trail: self.trail(&accounts[0].regions[0]),
            accounts,
            records: self.records(),
            addresses: if self.addresses.is_empty() { default_addresses() } else { values(&self.addresses) },
            faults: self.faults.resolve(),
            templates: values(&self.templates),
        })
    }

    pub(super) fn window(&self) -> Window {
        let start = or(self.start.as_ref(), START);
        let end = match or(self.end.as_ref(), End::For(LENGTH)) {
            End::At(end) => end,
            End::For(length) => Time(start.0.saturating_add(length.0)),
        };
        Window { start, end, shape: or(self.shape.as_ref(), Shape::Office) }
    }

    fn traffic(&self, time: &Window) -> Traffic {
        Traffic {
            events: self.events(time),
            pace: value(self.pace.as_ref()),
            errors_ppm: or(self.errors_ppm.as_ref(), ERRORS_PPM),
            neighbours_ppm: or(self.neighbours_ppm.as_ref(), 0),
            mix: self.mix.as_ref().map(|mix| mix.value.clone()).unwrap_or_default(),
            only: or(self.only.as_ref(), false),
            identity: value(self.identity.as_ref()),
        }
    }

    pub(super) fn events(&self, time: &Window) -> u64 {
        let length = Span(time.end.0 - time.start.0);
        match (value(self.amount.as_ref()), &self.pace) {
            (Some(Amount::Events(events)), _) => events,
            (Some(Amount::Rate(rate)), _) => rate.over(length),
            (None, Some(pace)) => pace.value.over(length),
            (None, None) => 1_000,
        }
    }

    /// What is asked for each account: those that flags name, else those of the file, else the default one.
    pub(super) fn chosen_accounts(&self) -> Vec<AccountWish> {
        let in_file = |id: &Asked<AccountId>| self.accounts.iter().find(|account| account.id() == id.value);
        let chosen =
            |id: &Asked<AccountId>| AccountWish { id: Some(id.clone()), ..in_file(id).cloned().unwrap_or_default() };
        match (self.account_ids.as_slice(), self.accounts.as_slice()) {
            ([], []) => vec![AccountWish::default()],
            ([], accounts) => accounts.to_vec(),
            (ids, _) => ids.iter().map(chosen).collect(),
        }
    }

    fn account(&self, account: &AccountWish) -> Account {
        let users = or(account.users.as_ref(), 200);
        Account {
            id: account.id(),
            regions: match self.regions_of(account) {
                [] => vec![REGIONS[0].to_owned()],
                regions => values(regions),
            },
            organizations: or(account.organizations.as_ref(), 1),
            users,
            groups: or(account.groups.as_ref(), (users / 8).max(3)),
            resources: or(account.resources.as_ref(), (users / 10).max(2)),
        }
    }

    pub(super) fn regions_of<'a>(&'a self, account: &'a AccountWish) -> &'a [Asked<String>] {
        if self.regions.is_empty() { &account.regions } else { &self.regions }
    }

    fn trail(&self, first_region: &str) -> Trail {
        Trail {
            name: or(self.trail.as_ref(), "management-events".to_owned()),
            // The name that AWS keeps for examples: nobody owns it.
            bucket: or(self.bucket.as_ref(), "amzn-s3-demo-bucket".to_owned()),
            prefix: or(self.prefix.as_ref(), String::new()),
            organization: value(self.organization.as_ref()),
            records_per_file: or(self.records_per_file.as_ref(), 400),
            writers: or(self.writers.as_ref(), 0),
            gzip: or(self.gzip.as_ref(), Gzip::Fast),
            flush: or(self.flush.as_ref(), FLUSH),
            digests: self.digests.resolve(first_region),
        }
    }

    pub(super) fn records(&self) -> Records {
        let style = or(self.style.as_ref(), Style::Current);
        Records {
            style,
            event_version: value(self.event_version.as_ref()),
            tls_details: or(self.tls_details.as_ref(), style == Style::Current),
            redaction: or(self.redaction.as_ref(), style == Style::Current),
            message_flow_source: or(self.message_flow_source.as_ref(), MessageFlow::Documented),
            parameter_order: or(self.parameter_order.as_ref(), ParameterOrder::Templates),
        }
    }
}

impl AccountWish {
    pub(super) fn id(&self) -> AccountId {
        or(self.id.as_ref(), AccountId::default())
    }
}

fn or<T: Clone>(asked: Option<&Asked<T>>, default: T) -> T {
    asked.map_or(default, |asked| asked.value.clone())
}

fn value<T: Clone>(asked: Option<&Asked<T>>) -> Option<T> {
    asked.map(|asked| asked.value.clone())
}

fn values<T: Clone>(asked: &[Asked<T>]) -> Vec<T> {
    asked.iter().map(|asked| asked.value.clone()).collect()
}
