//! Where a call came from: an address, or a service that made it.

use std::net::IpAddr;

use super::add;
use crate::audit::record::Record;
use crate::schema::{Breaches, Value};

pub(super) fn check(record: &Record, is_known: bool, breaches: &mut Breaches) {
    let Some(address) = record.address else { return };
    let is_service = address == "AWS Internal" || address.ends_with(".amazonaws.com");
    if !is_service && address.parse::<IpAddr>().is_err() {
        add(breaches, &["sourceIPAddress"], || format!("{address} is neither an address nor a service"));
    }
    if is_service && record.tls.is_some() {
        let what = || format!("must not be there: {address} made the call, within AWS");
        add(breaches, &["tlsDetails"], what);
    }
    if let Some(service) = record.of_identity("invokedBy").filter(|service| *service != address) {
        let what = || format!("is {address}, and the call was made by {service}");
        add(breaches, &["sourceIPAddress"], what);
    }
    if is_known {
        host(record, breaches);
    }
}

/// The regional endpoint is that of the record's region.
fn host(record: &Record, breaches: &mut Breaches) {
    let host = record.tls.and_then(|tls| tls.get("clientProvidedHostHeader")).and_then(Value::text);
    let (Some(host), Some(region)) = (host, record.region) else { return };
    let told = host.strip_suffix(".amazonaws.com").and_then(|front| front.rsplit('.').next());
    if told != Some(region) {
        let what = || format!("{host} is no endpoint of {region}");
        add(breaches, &["tlsDetails", "clientProvidedHostHeader"], what);
    }
}
