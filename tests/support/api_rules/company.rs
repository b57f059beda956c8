//! Members that exclude each other, or only go together: the documents say so in words, the model does not.

use super::call::{Call, Service};
use super::step::Breaches;

/// Each of these has a twin `not…` in the rules about mobile devices.
const OF_DEVICES: [(&str, &str); 4] = [
    ("deviceTypes", "notDeviceTypes"),
    ("deviceModels", "notDeviceModels"),
    ("deviceOperatingSystems", "notDeviceOperatingSystems"),
    ("deviceUserAgents", "notDeviceUserAgents"),
];

/// Only of calls that the service took as valid.
pub(super) fn check(call: &Call, breaches: &mut Breaches) {
    if call.error.is_some() || call.service != Service::WorkMail {
        return;
    }
    match call.name {
        "GetAccessControlEffect" => one_caller(call, breaches),
        "CreateMobileDeviceAccessRule" | "UpdateMobileDeviceAccessRule" => {
            for (one, other) in OF_DEVICES {
                not_both(call, one, other, breaches);
            }
        }
        "CreateAvailabilityConfiguration" | "UpdateAvailabilityConfiguration" => {
            not_both(call, "ewsProvider", "lambdaProvider", breaches);
        }
        _ => {}
    }
}

/// The effect is asked for either a user or an impersonation role, and roles only use EWS.
fn one_caller(call: &Call, breaches: &mut Breaches) {
    match (call.parameter("userId"), call.parameter("impersonationRoleId"), call.parameter("action")) {
        (Some(_), Some(_), _) => breaches.add(call, "both `userId` and `impersonationRoleId` are there"),
        (None, None, _) => breaches.add(call, "neither `userId` nor `impersonationRoleId` is there"),
        (None, Some(_), Some(action)) if action != "EWS" => {
            breaches.add(call, format_args!("an impersonation role has no access by `{action}`, only by `EWS`"));
        }
        _ => {}
    }
}

fn not_both(call: &Call, one: &str, other: &str, breaches: &mut Breaches) {
    let is_there = |member: &str| !call.parameters()[member].is_null();
    if is_there(one) && is_there(other) {
        breaches.add(call, format_args!("both `{one}` and `{other}` are there"));
    }
}
