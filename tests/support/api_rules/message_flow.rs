//! Messages in flight. A message can be read for 24 hours; the trail shows no sending, so the clock starts at the
//! first successful read. Nothing is asked of the first sight of a message: it may be in flight.

use std::collections::BTreeMap;

use super::call::{Call, Ordinal};
use super::step::Breaches;

const DAY_SECONDS: i64 = 24 * 60 * 60;

#[derive(Default)]
struct Message {
    first_read: Option<(Ordinal, i64)>,
    frozen_at: Option<Ordinal>,
}

/// By account and region, then message id: Message Flow calls do not name the organization.
#[derive(Default)]
pub(super) struct Messages(BTreeMap<String, BTreeMap<String, Message>>);

impl Messages {
    pub(super) fn observe(&mut self, call: &Call, breaches: &mut Breaches) {
        let (Some(id), Some(now)) = (call.parameter("messageId"), call.seconds()) else { return };
        let message = self.0.entry(call.place()).or_default().entry(id.to_owned()).or_default();
        match (call.name, call.error) {
            ("GetRawMessageContent", None) => {
                is_in_flight(call, id, message, now, breaches);
                message.first_read.get_or_insert((call.ordinal, now));
            }
            ("PutRawMessageContent", None) => {
                is_in_flight(call, id, message, now, breaches);
                is_not_frozen(call, id, message, breaches);
            }
            // A rejected content may be followed by a better one; a frozen message stays so.
            ("PutRawMessageContent", Some("MessageFrozen")) => {
                message.frozen_at.get_or_insert(call.ordinal);
            }
            _ => {}
        }
    }
}

fn is_in_flight(call: &Call, id: &str, message: &Message, now: i64, breaches: &mut Breaches) {
    if let Some((first, then)) = message.first_read
        && now - then > DAY_SECONDS
    {
        let hours = (now - then) / 3600;
        breaches.add(call, format_args!("message `{id}` was first read in #{first}, {hours} hours earlier"));
    }
}

fn is_not_frozen(call: &Call, id: &str, message: &Message, breaches: &mut Breaches) {
    if let Some(at) = message.frozen_at {
        breaches.add(call, format_args!("message `{id}` was frozen in #{at}"));
    }
}
