//! The key says which account and region the records are from.

use super::add;
use crate::audit::place::Place;
use crate::audit::record::Record;
use crate::schema::Breaches;

pub(super) fn check(record: &Record, place: Place, breaches: &mut Breaches) {
    if let Some(region) = record.region.filter(|region| *region != place.region) {
        add(breaches, &["awsRegion"], || format!("is {region}, and the file is of {}", place.region));
    }
    // An event that several accounts share may be delivered to each of them.
    let recipient = record.recipient.filter(|account| !record.is_shared && *account != place.account);
    if let Some(account) = recipient {
        add(breaches, &["recipientAccountId"], || format!("is {account}, and the file is of {}", place.account));
    }
}
