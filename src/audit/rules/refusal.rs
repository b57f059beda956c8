//! The words of a refusal: they name the caller and the action.

use super::add;
use crate::audit::record::Record;
use crate::schema::Breaches;

pub(super) fn check(record: &Record, breaches: &mut Breaches) {
    let words = record.error_message.and_then(|words| words.strip_prefix("User: "));
    let Some((caller, rest)) = words.and_then(|words| words.split_once(" is not authorized to perform: ")) else {
        return;
    };
    if let Some(arn) = record.of_identity("arn").filter(|arn| *arn != caller) {
        add(breaches, &["errorMessage"], || format!("names caller {caller}, and the call is by {arn}"));
    }
    let action = rest.split([' ', ':']).nth(1).unwrap_or_default();
    if let Some(name) = record.event_name.filter(|name| *name != action) {
        add(breaches, &["errorMessage"], || format!("names action {action}, and the call is {name}"));
    }
}
