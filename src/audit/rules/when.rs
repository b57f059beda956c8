//! Times: that they exist, and which of two comes first.

use super::add;
use crate::audit::place::Place;
use crate::audit::record::Record;
use crate::clock::{HOUR, Time};
use crate::schema::{Breaches, Value};

/// A record may come as late as it likes; from here on it is counted.
const LATE: i64 = 3 * HOUR;

/// How times are written.
const FORM: &str = "YYYY-MM-DDTHH:MM:SSZ";

pub(super) fn check(record: &Record, place: Option<Place>, breaches: &mut Breaches) {
    // Another form breaks the schema, which tells of it.
    let has_form = |text: &&str| text.len() == FORM.len() && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    let Some(event_time) = record.event_time.filter(has_form) else { return };
    let Some(time) = instant(event_time) else {
        return add(breaches, &["eventTime"], || format!("{event_time} is no time of the calendar"));
    };
    if let Some(slot) = place.map(|place| place.slot).filter(|slot| *slot < time) {
        add(breaches, &["eventTime"], || format!("{event_time} is after {slot}, when the file says it was delivered"));
    }
    let path = ["userIdentity", "sessionContext", "attributes", "creationDate"];
    let created =
        record.identity.and_then(|identity| path[1..].iter().try_fold(identity, |value, name| value.get(name)));
    // All times have one form, so their texts compare as they do.
    if let Some(created) = created.and_then(Value::text).filter(|created| *created > event_time) {
        add(breaches, &path, || format!("the session began at {created}, after eventTime {event_time}"));
    }
}

/// Whether the event was delivered late.
pub(in crate::audit) fn is_late(record: &Record, place: Option<Place>) -> bool {
    let time = record.event_time.and_then(instant);
    matches!((time, place), (Some(time), Some(place)) if place.slot.0 - time.0 > LATE)
}

fn instant(text: &str) -> Option<Time> {
    Time::parse(text, Time(0))
}
