//! A small `WorkMail` that keeps the API's rules, called at random by people who often err. It starts with entities
//! the trail has not created, and its callers use ids, names and addresses alike. Details the documents leave open
//! (does a disabled entity keep its address, do links survive?) are drawn from the seed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::honest_settings::Settings;

const DOMAINS: [&str; 3] = ["a.example", "b.example", "c.example"];
const NAMES: usize = 160;
const KINDS: [&str; 3] = ["User", "Group", "Resource"];

#[derive(Default)]
pub(super) struct Thing {
    id: String,
    name: String,
    pub(super) kind: usize,
    pub(super) enabled: bool,
    pub(super) deleted: bool,
    primary: Option<String>,
    aliases: BTreeSet<String>,
}

pub(super) struct HonestService {
    random: u64,
    pub(super) id: String,
    /// Seconds since the beginning of a month.
    pub(super) now: i64,
    keeps_addresses: bool,
    keeps_links: bool,
    pub(super) things: Vec<Thing>,
    pub(super) settings: Settings,
    domains: BTreeSet<&'static str>,
    links: BTreeSet<(&'static str, usize, usize)>,
}

pub(super) type Answer = Result<Value, &'static str>;

impl HonestService {
    /// One whose people and settings were there before the trail.
    pub(super) fn new(seed: u64) -> Self {
        let mut service = Self::fresh(seed);
        service.settings = Settings::from_before(seed);
        service
    }

    /// One without settings; its people come from the directory.
    pub(super) fn fresh(seed: u64) -> Self {
        let mut service = Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            id: "m-0123456789abcdef0123456789abcdef".to_owned(),
            now: 0,
            settings: Settings::fresh(seed),
            keeps_addresses: seed.is_multiple_of(2),
            keeps_links: seed % 4 < 2,
            things: Vec::new(),
            domains: DOMAINS.into(),
            links: BTreeSet::new(),
        };
        for _ in 0..40 {
            service.add_one_from_before();
        }
        service
    }

    /// One call and its outcome.
    pub(super) fn next_record(&mut self) -> Value {
        self.now += i64::try_from(self.below(600)).expect("600 fits");
        let (name, mut parameters, answer) = match self.below(30) {
            0..3 => self.create(),
            3..5 => self.delete(),
            5..9 => self.register(),
            9..11 => self.on_entity("DeregisterFromWorkMail", Self::deregister),
            11..13 => self.aliases(),
            13..17 => self.pairs(),
            17 => self.on_domain(),
            18..20 => self.read(),
            _ => self.on_settings(),
        };
        parameters["organizationId"] = json!(self.id);
        record(&self.time(), &name, parameters, answer)
    }

    fn time(&self) -> String {
        let (days, hours, minutes) = (1 + self.now / 86_400, self.now / 3_600 % 24, self.now / 60 % 60);
        format!("2026-03-{days:02}T{hours:02}:{minutes:02}:{:02}Z", self.now % 60)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let draw = self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(draw).expect("31 bits fit") % limit
    }

    fn address(&mut self) -> String {
        // The last domain has few addresses, so that it is free now and then.
        let domain = match self.below(200) {
            0 => 2,
            1..60 => 1,
            _ => 0,
        };
        format!("n{}@{}", self.below(NAMES), DOMAINS[domain])
    }

    // Its state.

    fn add_one_from_before(&mut self) {
        let (kind, name, address) = (self.below(3), format!("n{}", self.below(NAMES)), self.address());
        if self.names_somebody(&name) || self.holder(&address).is_some() {
            return;
        }
        let number = self.add(kind, name);
        if self.below(3) > 0 {
            self.things[number].enabled = true;
            self.things[number].primary = Some(address);
        }
    }

    fn add(&mut self, kind: usize, name: String) -> usize {
        let number = self.things.len();
        let id = match kind {
            2 => format!("r-{number:032x}"),
            _ => format!("00000000-0000-4000-8000-{number:012x}"),
        };
        self.things.push(Thing { id, name, kind, ..Thing::default() });
        number
    }

    fn living(&self) -> impl Iterator<Item = (usize, &Thing)> {
        self.things.iter().enumerate().filter(|(_, thing)| !thing.deleted)
    }

    fn names_somebody(&self, name: &str) -> bool {
        self.living().any(|(_, thing)| thing.name == name)
    }

    fn holder(&self, address: &str) -> Option<usize> {
        let holds = |thing: &Thing| thing.primary.as_deref() == Some(address) || thing.aliases.contains(address);
        self.living().find(|(_, thing)| holds(thing)).map(|(number, _)| number)
    }

    pub(super) fn find(&self, identifier: &str) -> Option<usize> {
        let by_name = || self.living().find(|(_, thing)| thing.id == identifier || thing.name == identifier);
        self.holder(identifier).or_else(|| by_name().map(|(number, _)| number))
    }

    // Its callers.

    /// Mostly somebody who lives and is of the kind (`None`: any), called by id, name or address.
    pub(super) fn somebody(&mut self, kind: Option<usize>) -> String {
        let strictly = self.below(6) > 0;
        let fits = |thing: &Thing| !strictly || !thing.deleted && kind.is_none_or(|kind| kind == thing.kind);
        let fitting: Vec<usize> = (0..self.things.len()).rev().filter(|number| fits(&self.things[*number])).collect();
        let window = fitting.len().min(30);
        if window == 0 {
            return "n0".to_owned();
        }
        let (number, form) = (fitting[self.below(window)], self.below(4));
        let thing = &self.things[number];
        match form {
            0 => thing.name.clone(),
            1 => thing.primary.clone().or(thing.aliases.first().cloned()).unwrap_or_else(|| thing.id.clone()),
            _ => thing.id.clone(),
        }
    }

    fn create(&mut self) -> (String, Value, Answer) {
        let (kind, name) = (self.below(3), format!("n{}", self.below(NAMES)));
        let answer = if self.names_somebody(&name) {
            Err("NameAvailabilityException")
        } else {
            let number = self.add(kind, name.clone());
            Ok(json!({member(kind): self.things[number].id}))
        };
        (format!("Create{}", KINDS[kind]), json!({"name": name}), answer)
    }

    pub(super) fn has_enabled_users(&self) -> bool {
        self.living().any(|(_, thing)| thing.enabled && thing.kind == 0)
    }

    fn of_kind(&self, identifier: &str, kind: usize) -> Result<usize, &'static str> {
        let found = self.find(identifier).filter(|number| self.things[*number].kind == kind);
        found.ok_or("EntityNotFoundException")
    }

    fn delete(&mut self) -> (String, Value, Answer) {
        let kind = self.below(3);
        let identifier = self.somebody(Some(kind));
        let answer = match self.of_kind(&identifier, kind) {
            Err(_) => Err("InvalidParameterException"),
            Ok(number) if self.things[number].enabled => Err("EntityStateException"),
            Ok(number) => {
                self.things[number].deleted = true;
                self.links.retain(|(_, owner, partner)| *owner != number && *partner != number);
                self.settings.lose_overrides_of(number);
                Ok(Value::Null)
            }
        };
        (format!("Delete{}", KINDS[kind]), json!({member(kind): identifier}), answer)
    }

    fn on_entity(&mut self, name: &str, act: fn(&mut Self, usize) -> Answer) -> (String, Value, Answer) {
        let identifier = self.somebody(None);
        let answer = match self.find(&identifier) {
            Some(number) => act(self, number),
            None => Err("EntityNotFoundException"),
        };
        (name.to_owned(), json!({"entityId": identifier}), answer)
    }

    fn deregister(&mut self, number: usize) -> Answer {
        let thing = &mut self.things[number];
        if !thing.enabled {
            return Err("EntityStateException");
        }
        thing.enabled = false;
        self.settings.deregistered(number);
        let thing = &mut self.things[number];
        if !self.keeps_addresses {
            thing.primary = None;
            thing.aliases.clear();
        }
        if !self.keeps_links {
            self.links.retain(|(_, owner, partner)| *owner != number && *partner != number);
        }
        Ok(Value::Null)
    }

    fn register(&mut self) -> (String, Value, Answer) {
        let (identifier, email, updates) = (self.somebody(None), self.address(), self.below(4) == 0);
        let answer = self.take_primary(&identifier, &email, updates).map(|()| Value::Null);
        let name = if updates { "UpdatePrimaryEmailAddress" } else { "RegisterToWorkMail" };
        (name.to_owned(), json!({"entityId": identifier, "email": email}), answer)
    }

    fn take_primary(&mut self, identifier: &str, email: &str, updates: bool) -> Result<(), &'static str> {
        let number = self.find(identifier).ok_or("EntityNotFoundException")?;
        let is_its_own = self.things[number].primary.as_deref() == Some(email);
        match self.things[number].enabled {
            false if updates => return Err("EntityStateException"),
            true if !updates && !is_its_own => return Err("EntityAlreadyRegisteredException"),
            _ => self.address_is_free_for(email, Some(number))?,
        }
        let thing = &mut self.things[number];
        thing.enabled = true;
        thing.aliases.extend(thing.primary.replace(email.to_owned()));
        thing.aliases.remove(email);
        Ok(())
    }

    fn address_is_free_for(&self, address: &str, claimant: Option<usize>) -> Result<(), &'static str> {
        if !DOMAINS.iter().any(|domain| address.ends_with(domain) && self.domains.contains(domain)) {
            return Err("MailDomainNotFoundException");
        }
        match self.holder(address) {
            Some(holder) if Some(holder) != claimant => Err("EmailAddressInUseException"),
            _ => Ok(()),
        }
    }

    fn aliases(&mut self) -> (String, Value, Answer) {
        let (identifier, alias, creates) = (self.somebody(None), self.address(), self.below(2) == 0);
        let held = self.find(&identifier).and_then(|number| self.things[number].aliases.first().cloned());
        let alias = if creates { alias } else { held.unwrap_or(alias) };
        let answer = self.change_alias(&identifier, &alias, creates).map(|()| Value::Null);
        let name = if creates { "CreateAlias" } else { "DeleteAlias" };
        (name.to_owned(), json!({"entityId": identifier, "alias": alias}), answer)
    }

    fn change_alias(&mut self, identifier: &str, alias: &str, creates: bool) -> Result<(), &'static str> {
        let number = self.find(identifier).ok_or("EntityNotFoundException")?;
        if !self.things[number].enabled {
            return Err("EntityStateException");
        }
        if creates {
            self.address_is_free_for(alias, None)?;
            self.things[number].aliases.insert(alias.to_owned());
            return Ok(());
        }
        if self.things[number].aliases.remove(alias) { Ok(()) } else { Err("InvalidParameterException") }
    }

    fn pairs(&mut self) -> (String, Value, Answer) {
        let calls = [
            ("AssociateMemberToGroup", "member", "groupId", "memberId"),
            ("DisassociateMemberFromGroup", "member", "groupId", "memberId"),
            ("AssociateDelegateToResource", "delegate", "resourceId", "entityId"),
            ("DisassociateDelegateFromResource", "delegate", "resourceId", "entityId"),
            ("PutMailboxPermissions", "permission", "entityId", "granteeId"),
            ("DeleteMailboxPermissions", "permission", "entityId", "granteeId"),
        ];
        let (name, kind, owner_key, partner_key) = calls[self.below(calls.len())];
        let owner_kind = match kind {
            "member" => 1,
            "delegate" => 2,
            _ => 0,
        };
        let (mut owner, mut partner) = (self.somebody(Some(owner_kind)), self.somebody(Some(0)));
        let existing: Vec<_> = self.links.iter().filter(|link| link.0 == kind).copied().collect();
        if !existing.is_empty() && self.below(2) == 0 {
            let link = existing[self.below(existing.len())];
            (owner, partner) = (self.things[link.1].id.clone(), self.things[link.2].name.clone());
        }
        let answer = self.change_pair(name, kind, &owner, &partner).map(|()| Value::Null);
        (name.to_owned(), json!({owner_key: owner, partner_key: partner}), answer)
    }

    fn change_pair(&mut self, name: &str, kind: &'static str, one: &str, other: &str) -> Result<(), &'static str> {
        let owner_fits = |thing: &Thing| match kind {
            "member" => thing.kind == 1,
            "delegate" => thing.kind == 2,
            _ => thing.kind != 1,
        };
        let owner = self.find(one).filter(|number| owner_fits(&self.things[*number]));
        let partner = self.find(other).filter(|number| self.things[*number].kind != 2);
        let (owner, partner) = owner.zip(partner).ok_or("EntityNotFoundException")?;
        let link = (kind, owner, partner);
        if !name.starts_with('D') {
            if !(self.things[owner].enabled && self.things[partner].enabled) {
                return Err("EntityStateException");
            }
            let is_new = self.links.insert(link);
            return if is_new || kind == "permission" { Ok(()) } else { Err("InvalidParameterException") };
        }
        if self.links.remove(&link) { Ok(()) } else { Err("EntityNotFoundException") }
    }

    fn on_domain(&mut self) -> (String, Value, Answer) {
        let domain = DOMAINS[self.below(DOMAINS.len())];
        let call = self.below(3);
        let (name, answer) = match (call, self.domains.contains(domain)) {
            (0, false) => ("RegisterMailDomain", self.domains.insert(domain).then_some(Value::Null).ok_or("")),
            (0 | 1, true) if self.is_domain_in_use(domain) => ("DeregisterMailDomain", Err("MailDomainInUseException")),
            (0 | 1, true) => ("DeregisterMailDomain", self.domains.remove(domain).then_some(Value::Null).ok_or("")),
            (_, true) => ("UpdateDefaultMailDomain", Ok(Value::Null)),
            (_, false) => ("GetMailDomain", Err("MailDomainNotFoundException")),
        };
        (name.to_owned(), json!({"domainName": domain}), answer)
    }

    fn is_domain_in_use(&self, domain: &str) -> bool {
        let on_it = |address: &String| address.ends_with(domain);
        self.living().any(|(_, thing)| thing.primary.iter().chain(&thing.aliases).any(on_it))
    }

    fn read(&mut self) -> (String, Value, Answer) {
        if self.below(4) == 0 {
            let email = self.address();
            let answer = self.holder(&email).map(|_| Value::Null).ok_or("EntityNotFoundException");
            return ("DescribeEntity".to_owned(), json!({"email": email}), answer);
        }
        let kind = self.below(3);
        let identifier = self.somebody(Some(kind));
        if kind == 2 && self.below(2) == 0 {
            return self.rename(&identifier);
        }
        let verb = ["Describe", "Update"][self.below(2)];
        let answer = self.of_kind(&identifier, kind).map(|_| Value::Null);
        (format!("{verb}{}", KINDS[kind]), json!({member(kind): identifier}), answer)
    }

    fn rename(&mut self, identifier: &str) -> (String, Value, Answer) {
        let name = format!("n{}", self.below(NAMES));
        let answer = match self.of_kind(identifier, 2) {
            Ok(_) if self.names_somebody(&name) => Err("NameAvailabilityException"),
            Ok(number) => {
                self.things[number].name.clone_from(&name);
                Ok(Value::Null)
            }
            Err(code) => Err(code),
        };
        ("UpdateResource".to_owned(), json!({"resourceId": identifier, "name": name}), answer)
    }
}

fn member(kind: usize) -> &'static str {
    ["userId", "groupId", "resourceId"][kind]
}

pub(super) fn record(time: &str, name: &str, parameters: Value, answer: Answer) -> Value {
    let mut record = json!({
        "eventTime": time, "eventSource": "workmail.amazonaws.com", "eventName": name, "awsRegion": "us-east-1",
        "responseElements": null, "recipientAccountId": "111122223333",
    });
    record["requestParameters"] = parameters;
    match answer {
        Ok(response) => record["responseElements"] = response,
        Err(code) => record["errorCode"] = json!(code),
    }
    record
}
