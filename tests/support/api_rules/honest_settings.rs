//! The settings of the small `WorkMail`: all that its organization has beside people, groups and resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::honest_service::{Answer, HonestService};

const DAY: i64 = 86_400;
const NOT_FOUND: &str = "ResourceNotFoundException";
const NOBODY: &str = "EntityNotFoundException";

/// Things with ids of their own, by number; true while they are there.
#[derive(Default)]
struct Numbered {
    there: Vec<bool>,
}

struct Job {
    started: i64,
    ends: i64,
    cancelled: bool,
}

#[derive(Default)]
pub(super) struct Settings {
    keeps_overrides: bool,
    /// Whether a call about the mailbox of a disabled user finds it.
    finds_disabled: bool,
    roles: Numbered,
    rules: Numbered,
    tokens: Numbered,
    jobs: Vec<Job>,
    exported: BTreeMap<usize, i64>,
    overrides: BTreeSet<(usize, usize)>,
    partners: BTreeSet<usize>,
    /// Email monitoring and the identity provider, true while configured.
    configured: [bool; 2],
    policy: Option<usize>,
}

type Call = (String, Value, Answer);

impl Settings {
    pub(super) fn fresh(seed: u64) -> Self {
        Self { keeps_overrides: seed % 4 < 2, finds_disabled: seed.is_multiple_of(2), ..Self::default() }
    }

    pub(super) fn from_before(seed: u64) -> Self {
        let some = || Numbered { there: vec![true; 4] };
        Self {
            roles: some(),
            rules: some(),
            tokens: some(),
            jobs: vec![Job { started: -3 * DAY, ends: -2 * DAY, cancelled: false }],
            overrides: (0..20).map(|number| (number, number % 4)).collect(),
            partners: [0, 2].into(),
            configured: [0, 1].map(|rest| seed % 3 == rest),
            policy: (seed % 3 == 2).then_some(1),
            ..Self::fresh(seed)
        }
    }

    pub(super) fn lose_overrides_of(&mut self, user: usize) {
        self.overrides.retain(|(of, _)| *of != user);
    }

    pub(super) fn deregistered(&mut self, user: usize) {
        if !self.keeps_overrides {
            self.lose_overrides_of(user);
        }
    }

    fn running(&self, now: i64) -> usize {
        self.jobs.iter().filter(|job| !job.cancelled && now < job.ends).count()
    }
}

impl Numbered {
    fn must_be_there(&self, number: usize, otherwise: &'static str) -> Result<(), &'static str> {
        if self.there.get(number) == Some(&true) { Ok(()) } else { Err(otherwise) }
    }

    /// Nothing says that removing what is not there fails.
    fn remove(&mut self, number: usize) {
        if let Some(there) = self.there.get_mut(number) {
            *there = false;
        }
    }

    fn add(&mut self) -> usize {
        self.there.push(true);
        self.there.len() - 1
    }
}

impl HonestService {
    pub(super) fn on_settings(&mut self) -> Call {
        match self.below(10) {
            0..2 => self.on_roles(),
            2 => self.on_access(),
            3 => self.on_mobile_rules(),
            4..6 => self.on_overrides(),
            6 => self.on_partners(),
            7 => self.on_jobs(),
            8 => self.on_singles(),
            _ => self.on_tokens(),
        }
    }

    /// One of those made last, or one yet to be made.
    fn recent(&mut self, count: usize) -> usize {
        (count + 1).saturating_sub(self.below(6))
    }

    /// A user or resource that is there; a disabled one is found or not.
    fn mailbox(&self, identifier: &str) -> Result<usize, &'static str> {
        let found = self.find(identifier).filter(|number| self.things[*number].kind != 1);
        let seen = |number: &usize| self.settings.finds_disabled || self.things[*number].enabled;
        found.filter(seen).ok_or(NOBODY)
    }

    /// As `mailbox`, for operations that have a word for the disabled.
    fn enabled_mailbox(&self, identifier: &str) -> Result<usize, &'static str> {
        let found = self.find(identifier).filter(|number| self.things[*number].kind != 1).ok_or(NOBODY)?;
        if self.things[found].enabled { Ok(found) } else { Err("EntityStateException") }
    }

    fn on_roles(&mut self) -> Call {
        let number = self.recent(self.settings.roles.there.len());
        let (id, call) = (json!(format!("role-{number}")), self.below(12));
        let is_there = self.settings.roles.must_be_there(number, NOT_FOUND);
        match call {
            0..3 => self.write_role(number, false),
            3..5 => self.write_role(number, true),
            5 => {
                self.settings.roles.remove(number);
                ("DeleteImpersonationRole".to_owned(), json!({"impersonationRoleId": id}), Ok(Value::Null))
            }
            6..8 => {
                let user = self.somebody(Some(0));
                let answer = is_there.and_then(|()| self.enabled_mailbox(&user)).map(|_| Value::Null);
                let parameters = json!({"impersonationRoleId": id, "targetUser": user});
                ("GetImpersonationRoleEffect".to_owned(), parameters, answer)
            }
            8..10 => {
                let answer = is_there.map(|()| json!({"token": "t", "expiresIn": 900}));
                ("AssumeImpersonationRole".to_owned(), json!({"impersonationRoleId": id}), answer)
            }
            _ => {
                let answer = is_there.map(|()| Value::Null);
                ("GetImpersonationRole".to_owned(), json!({"impersonationRoleId": id}), answer)
            }
        }
    }

    /// Creates a role or replaces one, with rules about one or two people.
    fn write_role(&mut self, number: usize, replaces: bool) -> Call {
        let (one, other) = (self.somebody(Some(0)), self.somebody(Some(0)));
        let rules = json!([{"targetUsers": [one]}, {"notTargetUsers": [other]}, {}]);
        let all_there = self.enabled_mailbox(&one).and_then(|_| self.enabled_mailbox(&other));
        if replaces {
            let is_there = self.settings.roles.must_be_there(number, NOT_FOUND);
            let parameters = json!({"impersonationRoleId": format!("role-{number}"), "rules": rules});
            let answer = is_there.and(all_there).map(|_| Value::Null);
            return ("UpdateImpersonationRole".to_owned(), parameters, answer);
        }
        let answer = all_there.map(|_| json!({"impersonationRoleId": format!("role-{}", self.settings.roles.add())}));
        ("CreateImpersonationRole".to_owned(), json!({"rules": rules}), answer)
    }

    fn on_access(&mut self) -> Call {
        let (user, number) = (self.somebody(Some(0)), self.recent(self.settings.roles.there.len()));
        let role = format!("role-{number}");
        let is_there = self.settings.roles.must_be_there(number, NOT_FOUND);
        match self.below(4) {
            0 => {
                let answer = self.mailbox(&user).map(|_| Value::Null);
                ("GetAccessControlEffect".to_owned(), json!({"userId": user, "action": "IMAP"}), answer)
            }
            1 => {
                let parameters = json!({"impersonationRoleId": role, "action": "EWS"});
                ("GetAccessControlEffect".to_owned(), parameters, is_there.map(|()| Value::Null))
            }
            2 => ("DeleteAccessControlRule".to_owned(), json!({"name": "a"}), Ok(Value::Null)),
            _ => {
                let parameters = json!({"name": "a", "notUserIds": [user], "impersonationRoleIds": [role]});
                let answer = is_there.and_then(|()| self.mailbox(&user)).map(|_| Value::Null);
                ("PutAccessControlRule".to_owned(), parameters, answer)
            }
        }
    }

    fn on_mobile_rules(&mut self) -> Call {
        let number = self.recent(self.settings.rules.there.len());
        let parameters = json!({"mobileDeviceAccessRuleId": format!("rule-{number}")});
        match self.below(3) {
            0 => {
                let id = format!("rule-{}", self.settings.rules.add());
                let answer = Ok(json!({"mobileDeviceAccessRuleId": id}));
                ("CreateMobileDeviceAccessRule".to_owned(), json!({"deviceTypes": ["a"]}), answer)
            }
            1 => {
                self.settings.rules.remove(number);
                ("DeleteMobileDeviceAccessRule".to_owned(), parameters, Ok(Value::Null))
            }
            _ => {
                let answer = self.settings.rules.must_be_there(number, NOBODY).map(|()| Value::Null);
                ("UpdateMobileDeviceAccessRule".to_owned(), parameters, answer)
            }
        }
    }

    fn on_overrides(&mut self) -> Call {
        let (user, device) = (self.somebody(Some(0)), self.below(3));
        let parameters = json!({"userId": user, "deviceId": format!("D{device}")});
        let verb = ["Put", "Delete", "Get"][self.below(3)];
        let owner = if verb == "Put" { self.enabled_mailbox(&user) } else { self.mailbox(&user) };
        let answer = owner.and_then(|number| self.override_of((number, device), verb)).map(|()| Value::Null);
        (format!("{verb}MobileDeviceAccessOverride"), parameters, answer)
    }

    fn override_of(&mut self, key: (usize, usize), verb: &str) -> Result<(), &'static str> {
        let overrides = &mut self.settings.overrides;
        let was_there = overrides.contains(&key);
        match verb {
            "Put" => overrides.insert(key),
            "Delete" => overrides.remove(&key),
            _ if was_there => return Ok(()),
            _ => return Err(NOT_FOUND),
        };
        Ok(())
    }

    fn on_partners(&mut self) -> Call {
        let (number, verb) = (self.below(4), self.below(4));
        let domain = if self.below(2) == 0 { format!("p{number}.example") } else { format!("P{number}.Example") };
        let partners = &mut self.settings.partners;
        let is_there = partners.contains(&number);
        let verb = ["Create", "Update", "Test", "Delete"][verb];
        let answer = match verb {
            "Create" if is_there => Err("NameAvailabilityException"),
            "Create" | "Delete" => Ok(()),
            _ if is_there => Ok(()),
            _ => Err(NOT_FOUND),
        };
        match verb {
            "Create" => partners.insert(number),
            "Delete" => partners.remove(&number),
            _ => is_there,
        };
        let parameters = json!({"domainName": domain});
        (format!("{verb}AvailabilityConfiguration"), parameters, answer.map(|()| Value::Null))
    }

    /// A job ends when it likes, and is forgotten after a week.
    fn on_jobs(&mut self) -> Call {
        let (count, now) = (self.settings.jobs.len(), self.now);
        let number = self.recent(count).min(count);
        let parameters = json!({"jobId": format!("job-{number}")});
        match self.below(4) {
            0 => {
                let found = self.settings.jobs.get(number).filter(|job| now - job.started < 7 * DAY);
                ("DescribeMailboxExportJob".to_owned(), parameters, found.map(|_| Value::Null).ok_or(NOBODY))
            }
            1 => {
                let running = self.settings.jobs.get_mut(number).filter(|job| !job.cancelled && now < job.ends);
                let answer = running.map(|job| job.cancelled = true).map(|()| Value::Null).ok_or(NOBODY);
                ("CancelMailboxExportJob".to_owned(), parameters, answer)
            }
            _ => {
                let mailbox = self.somebody(Some(0));
                let answer = self.mailbox(&mailbox).and_then(|number| self.start_job(number));
                ("StartMailboxExportJob".to_owned(), json!({"entityId": mailbox}), answer)
            }
        }
    }

    fn start_job(&mut self, mailbox: usize) -> Answer {
        let (now, takes) = (self.now, self.below(200_000));
        let too_soon = self.settings.exported.get(&mailbox).is_some_and(|before| now - before < DAY);
        if too_soon || self.settings.running(now) >= 10 {
            return Err("LimitExceededException");
        }
        self.settings.exported.insert(mailbox, now);
        let ends = now + i64::try_from(takes).expect("it is small");
        self.settings.jobs.push(Job { started: now, ends, cancelled: false });
        Ok(json!({"jobId": format!("job-{}", self.settings.jobs.len() - 1)}))
    }

    fn on_singles(&mut self) -> Call {
        let (which, verb, id) = (self.below(3), self.below(3), self.below(3));
        let Some(configured) = self.settings.configured.get_mut(which) else {
            return policy(&mut self.settings.policy, verb, id);
        };
        let found = if *configured { Ok(Value::Null) } else { Err(NOT_FOUND) };
        let verb = ["Put", "Delete", "Describe"][verb];
        if verb != "Describe" {
            *configured = verb == "Put";
        }
        let answer = if verb == "Describe" { found } else { Ok(Value::Null) };
        let name = ["EmailMonitoring", "IdentityProvider"][which];
        (format!("{verb}{name}Configuration"), json!({}), answer)
    }

    /// Tokens are made where no trail sees it.
    fn on_tokens(&mut self) -> Call {
        let number = self.recent(self.settings.tokens.there.len());
        let parameters = json!({"personalAccessTokenId": format!("token-{number}")});
        match self.below(5) {
            0 => {
                self.settings.tokens.remove(number);
                ("DeletePersonalAccessToken".to_owned(), parameters, Ok(Value::Null))
            }
            1 => {
                let user = self.somebody(Some(0));
                let answer = self.mailbox(&user).map(|_| Value::Null);
                ("ListMobileDeviceAccessOverrides".to_owned(), json!({"userId": user}), answer)
            }
            2 => {
                let user = self.somebody(Some(0));
                let answer = self.enabled_mailbox(&user).map(|_| Value::Null);
                ("ListPersonalAccessTokens".to_owned(), json!({"userId": user}), answer)
            }
            _ => {
                let answer = self.settings.tokens.must_be_there(number, NOT_FOUND).map(|()| Value::Null);
                ("GetPersonalAccessTokenMetadata".to_owned(), parameters, answer)
            }
        }
    }
}

/// The one retention policy: put under an id or none, deleted by its id or by another, which then changes nothing.
fn policy(policy: &mut Option<usize>, verb: usize, id: usize) -> Call {
    match verb {
        0 => {
            *policy = Some(id);
            let parameters = if id == 0 { json!({"name": "n"}) } else { json!({"name": "n", "id": format!("p{id}")}) };
            ("PutRetentionPolicy".to_owned(), parameters, Ok(Value::Null))
        }
        1 => {
            *policy = policy.filter(|its| *its != id);
            ("DeleteRetentionPolicy".to_owned(), json!({"id": format!("p{id}")}), Ok(Value::Null))
        }
        _ => {
            let answer = policy.map(|_| Value::Null).ok_or(NOBODY);
            ("GetDefaultRetentionPolicy".to_owned(), json!({}), answer)
        }
    }
}
