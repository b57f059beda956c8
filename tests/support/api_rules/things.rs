//! What an organization has beside entities and domains: roles, jobs, rules, overrides, configurations, tokens.
//!
//! Rules of access control are not here: each call about them succeeds whether the rule exists or not, so nothing
//! about them can be a breach.

use std::collections::BTreeMap;

use super::call::{Call, Ordinal};
use super::mentions;
use super::organization::{EntityNumber, Found, Organization};
use super::step::{Party, Step};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    ImpersonationRole,
    ExportJob,
    MobileRule,
    MobileOverride,
    Availability,
    EmailMonitoring,
    IdentityProvider,
    RetentionPolicy,
    Token,
}

/// What a successful call does.
#[derive(Clone, Copy, PartialEq)]
enum Deed {
    /// It was not there before and is now.
    Make,
    /// It is there now.
    Put,
    /// It was there and is still.
    Use,
    /// It is not there now; whether it was does not matter: no error is declared for that.
    Remove,
}

/// Where a call has the key of the thing.
#[derive(Clone, Copy)]
enum Key {
    Answer(&'static str),
    Parameter(&'static str),
    /// As `Parameter`, compared without case.
    Domain,
    /// An organization has one such thing at most.
    Single,
    Roles,
    /// A user, and a device of that user.
    UserAndDevice,
}

#[derive(Clone, Copy)]
enum Known {
    There {
        since: Ordinal,
    },
    /// `used`: it was there before.
    Gone {
        since: Ordinal,
        used: bool,
    },
    /// Something unknown may have happened to it.
    Unclear,
}

#[derive(Default)]
pub(super) struct Things {
    known: BTreeMap<(Kind, String), Known>,
    /// The id under which the retention policy was last put.
    policy_id: Option<String>,
}

impl Things {
    /// What happens to the overrides of a user who is deregistered, or was perhaps, is not documented.
    pub(super) fn forget_overrides_of(&mut self, user: EntityNumber) {
        let start = (Kind::MobileOverride, override_key(user, ""));
        let from_there = self.known.range_mut(start.clone()..);
        for (_, known) in from_there.take_while(|((kind, key), _)| *kind == start.0 && key.starts_with(&start.1)) {
            *known = Known::Unclear;
        }
    }
}

fn touch(call: &Call) -> Option<(Kind, Deed, Key)> {
    use Deed::{Make, Put, Remove, Use};
    const ROLE: Key = Key::Parameter("impersonationRoleId");
    const RULE: Key = Key::Parameter("mobileDeviceAccessRuleId");
    Some(match call.name {
        "CreateImpersonationRole" => (Kind::ImpersonationRole, Make, Key::Answer("impersonationRoleId")),
        "UpdateImpersonationRole"
        | "GetImpersonationRole"
        | "GetImpersonationRoleEffect"
        | "AssumeImpersonationRole"
        | "GetAccessControlEffect" => (Kind::ImpersonationRole, Use, ROLE),
        "PutAccessControlRule" => (Kind::ImpersonationRole, Use, Key::Roles),
        "DeleteImpersonationRole" => (Kind::ImpersonationRole, Remove, ROLE),

        "StartMailboxExportJob" => (Kind::ExportJob, Make, Key::Answer("jobId")),
        "DescribeMailboxExportJob" | "CancelMailboxExportJob" => (Kind::ExportJob, Use, Key::Parameter("jobId")),

        "CreateMobileDeviceAccessRule" => (Kind::MobileRule, Make, Key::Answer("mobileDeviceAccessRuleId")),
        "UpdateMobileDeviceAccessRule" => (Kind::MobileRule, Use, RULE),
        "DeleteMobileDeviceAccessRule" => (Kind::MobileRule, Remove, RULE),

        "PutMobileDeviceAccessOverride" => (Kind::MobileOverride, Put, Key::UserAndDevice),
        "GetMobileDeviceAccessOverride" => (Kind::MobileOverride, Use, Key::UserAndDevice),
        "DeleteMobileDeviceAccessOverride" => (Kind::MobileOverride, Remove, Key::UserAndDevice),

        "CreateAvailabilityConfiguration" => (Kind::Availability, Make, Key::Domain),
        "UpdateAvailabilityConfiguration" => (Kind::Availability, Use, Key::Domain),
        "TestAvailabilityConfiguration" if !brings_a_provider(call) => (Kind::Availability, Use, Key::Domain),
        "DeleteAvailabilityConfiguration" => (Kind::Availability, Remove, Key::Domain),

        "PutEmailMonitoringConfiguration" => (Kind::EmailMonitoring, Put, Key::Single),
        "DescribeEmailMonitoringConfiguration" => (Kind::EmailMonitoring, Use, Key::Single),
        "DeleteEmailMonitoringConfiguration" => (Kind::EmailMonitoring, Remove, Key::Single),

        "PutIdentityProviderConfiguration" => (Kind::IdentityProvider, Put, Key::Single),
        "DescribeIdentityProviderConfiguration" => (Kind::IdentityProvider, Use, Key::Single),
        "DeleteIdentityProviderConfiguration" => (Kind::IdentityProvider, Remove, Key::Single),

        "PutRetentionPolicy" => (Kind::RetentionPolicy, Put, Key::Single),
        "GetDefaultRetentionPolicy" => (Kind::RetentionPolicy, Use, Key::Single),
        "DeleteRetentionPolicy" => (Kind::RetentionPolicy, Remove, Key::Single),

        "GetPersonalAccessTokenMetadata" => (Kind::Token, Use, Key::Parameter("personalAccessTokenId")),
        "DeletePersonalAccessToken" => (Kind::Token, Remove, Key::Parameter("personalAccessTokenId")),
        _ => return None,
    })
}

/// Then what the request carries is tested, and not what is stored.
fn brings_a_provider(call: &Call) -> bool {
    ["ewsProvider", "lambdaProvider"].iter().any(|provider| !call.parameters()[provider].is_null())
}

/// The effect of a successful call; `parties` are the entities it needs.
pub(super) fn apply(step: &mut Step, parties: &[Party]) {
    let Some((kind, deed, key)) = touch(step.call) else { return };
    if let (Key::UserAndDevice, [Party::Unknown(_)]) = (key, parties) {
        return forget_device(step, deed);
    }
    let user = parties.first().and_then(|party| party.number());
    for key in keys(step.call, key, user) {
        match deed {
            Deed::Make => make(step, kind, key),
            Deed::Put => put(step, kind, key),
            Deed::Use => must_be_there(step, kind, key),
            Deed::Remove => remove(step, kind, key),
        }
    }
}

fn keys(call: &Call, key: Key, user: Option<EntityNumber>) -> Vec<String> {
    let one = match key {
        Key::Answer(member) => call.answer(member).map(str::to_owned),
        Key::Parameter(member) => call.parameter(member).map(str::to_owned),
        Key::Domain => call.parameter("domainName").map(str::to_lowercase),
        Key::Single => Some(String::new()),
        Key::UserAndDevice => user.zip(call.parameter("deviceId")).map(|(user, device)| override_key(user, device)),
        Key::Roles => return mentions::roles(call).into_iter().map(str::to_owned).collect(),
    };
    one.into_iter().collect()
}

fn override_key(user: EntityNumber, device: &str) -> String {
    format!("{user} {device}")
}

/// The user may be any of those from before the trail.
fn forget_device(step: &mut Step, deed: Deed) {
    if let Some(device) = step.call.parameter("deviceId").filter(|_| deed != Deed::Use) {
        let end = format!(" {device}");
        let things = step.organization.things.known.iter_mut();
        let overrides = things.filter(|((kind, key), _)| *kind == Kind::MobileOverride && key.ends_with(&end));
        overrides.for_each(|(_, known)| *known = Known::Unclear);
    }
}

fn make(step: &mut Step, kind: Kind, key: String) {
    match known(step.organization, kind, &key) {
        Some(Known::There { since }) if kind == Kind::Availability => {
            step.breach(format_args!("{} is there, known since #{since}", label(kind, &key)));
        }
        Some(Known::There { since } | Known::Gone { since, used: true }) if kind != Kind::Availability => {
            step.breach(format_args!("{} was used in #{since}, before this created it", label(kind, &key)));
        }
        _ => {}
    }
    put(step, kind, key);
}

fn put(step: &mut Step, kind: Kind, key: String) {
    if kind == Kind::RetentionPolicy {
        step.organization.things.policy_id = step.call.parameter("id").map(str::to_owned);
    }
    let since = step.call.ordinal;
    step.organization.things.known.insert((kind, key), Known::There { since });
}

fn must_be_there(step: &mut Step, kind: Kind, key: String) {
    match known(step.organization, kind, &key) {
        Some(Known::There { .. }) => return,
        Some(Known::Gone { since, .. }) => {
            step.breach(format_args!("{} is not there since #{since}", label(kind, &key)));
        }
        Some(Known::Unclear) | None => {}
    }
    let since = step.call.ordinal;
    step.organization.things.known.insert((kind, key), Known::There { since });
}

/// A retention policy is deleted by an id that no answer shows, so the one deleted may be another.
fn remove(step: &mut Step, kind: Kind, key: String) {
    let is_another =
        kind == Kind::RetentionPolicy && step.organization.things.policy_id.as_deref() != step.call.parameter("id");
    let since = step.call.ordinal;
    let before = known(step.organization, kind, &key);
    let known = &mut step.organization.things.known;
    match before {
        _ if is_another => known.remove(&(kind, key)),
        Some(Known::Gone { .. }) => None,
        _ => known.insert((kind, key), Known::Gone { since, used: before.is_some() }),
    };
}

/// What the trail told of it. A new organization has nothing, but people may have made tokens and policies unseen;
/// a new user has no overrides.
fn known(organization: &Organization, kind: Kind, key: &str) -> Option<Known> {
    let told = organization.things.known.get(&(kind, key.to_owned())).copied();
    let born_at = match kind {
        Kind::RetentionPolicy | Kind::Token => None,
        Kind::MobileOverride => birth_of_user(organization, key),
        _ => organization.born_at,
    };
    match told {
        Some(Known::Unclear) => None,
        Some(known) => Some(known),
        None => born_at.map(|since| Known::Gone { since, used: false }),
    }
}

fn birth_of_user(organization: &Organization, key: &str) -> Option<Ordinal> {
    let user = organization.entity(key.split_once(' ')?.0.parse().ok()?);
    user.born.then_some(user.first_seen)
}

/// Holds "not found" and "taken" against what is known.
pub(super) fn explain(step: &mut Step, code: &str) {
    match touch(step.call) {
        // As soon as a job has ended, there may be nothing left to cancel.
        _ if step.call.name == "CancelMailboxExportJob" => {}
        Some((kind, Deed::Use, key)) if code == absence(kind) => not_found(step, kind, key, code),
        Some((Kind::Availability, Deed::Make, key)) if code == "NameAvailabilityException" => taken(step, key),
        _ => {}
    }
}

fn absence(kind: Kind) -> &'static str {
    match kind {
        Kind::ExportJob | Kind::MobileRule | Kind::RetentionPolicy => "EntityNotFoundException",
        _ => "ResourceNotFoundException",
    }
}

fn not_found(step: &mut Step, kind: Kind, key: Key, code: &str) {
    let keys = keys(step.call, key, living_user(step));
    let states: Vec<Option<Known>> = keys.iter().map(|key| known(step.organization, kind, key)).collect();
    match (&keys[..], &states[..]) {
        ([key], [None]) => {
            let gone = Known::Gone { since: step.call.ordinal, used: false };
            step.organization.things.known.insert((kind, key.clone()), gone);
        }
        ([key, ..], [Some(Known::There { since }), others @ ..])
            if others.iter().all(|known| matches!(known, Some(Known::There { .. })))
                && !(kind == Kind::ExportJob && step.organization.jobs.may_be_too_old(step.call)) =>
        {
            step.breach(format_args!("{code}, but {} is there, known since #{since}", label(kind, key)));
        }
        _ => {}
    }
}

/// The user of a refused call about an override, if known to live.
fn living_user(step: &Step) -> Option<EntityNumber> {
    match step.organization.find(step.call.parameter("userId")?) {
        Found::Entity(number) if step.organization.is_living(number) => Some(number),
        _ => None,
    }
}

fn taken(step: &mut Step, key: Key) {
    for key in keys(step.call, key, None) {
        if let Some(Known::Gone { since, .. }) = known(step.organization, Kind::Availability, &key) {
            let label = label(Kind::Availability, &key);
            step.breach(format_args!("NameAvailabilityException, but {label} is not there since #{since}"));
        }
    }
}

/// The thing as messages call it.
fn label(kind: Kind, key: &str) -> String {
    let noun = match kind {
        Kind::ImpersonationRole => "the impersonation role",
        Kind::ExportJob => "the export job",
        Kind::MobileRule => "the mobile device access rule",
        Kind::MobileOverride => "the override of that user for",
        Kind::Availability => "the availability configuration of",
        Kind::Token => "the personal access token",
        Kind::EmailMonitoring => return "the email monitoring configuration".to_owned(),
        Kind::IdentityProvider => return "the identity provider configuration".to_owned(),
        Kind::RetentionPolicy => return "the retention policy".to_owned(),
    };
    let key = if kind == Kind::MobileOverride { key.split_once(' ').map_or(key, |(_, device)| device) } else { key };
    format!("{noun} `{key}`")
}
