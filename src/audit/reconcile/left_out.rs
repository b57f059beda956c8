//! What lost records have that no received one has: the traces of a consumer that leaves some kind of record out.

use std::collections::BTreeSet;

use serde_json::Value;

/// What consumers tell records apart by. Where several explain the losses, the first one is told.
const MEMBERS: [&str; 9] = [
    "/userIdentity/invokedBy",
    "/errorCode",
    "/awsRegion",
    "/recipientAccountId",
    "/eventSource",
    "/eventType",
    "/userIdentity/type",
    "/readOnly",
    "/eventName",
];

/// What is said of records of which others are the cause.
pub(super) const OF_SERVICES: &str = "with userIdentity.invokedBy";

/// Where lost records have more values than these, they are not named.
const MOST_VALUES: usize = 3;

/// The values of each member, in lost and in received records. A member that is not there counts as a value.
#[derive(Debug, Default)]
pub(super) struct LeftOut([Values; MEMBERS.len()]);

#[derive(Debug, Default)]
struct Values {
    lost: BTreeSet<Option<String>>,
    received: BTreeSet<Option<String>>,
}

impl LeftOut {
    /// Looks at records, each with whether it is lost.
    pub(super) fn of(records: &[(Value, bool)]) -> Self {
        let mut left_out = Self::default();
        for (values, member) in left_out.0.iter_mut().zip(MEMBERS) {
            for (record, is_lost) in records {
                let value = record.pointer(member).filter(|value| !value.is_null());
                let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                (if *is_lost { &mut values.lost } else { &mut values.received }).insert(value);
            }
        }
        left_out
    }

    pub(super) fn add(&mut self, more: Self) {
        for (values, more) in self.0.iter_mut().zip(more.0) {
            values.lost.extend(more.lost);
            values.received.extend(more.received);
        }
    }

    /// What tells lost records from received ones, when there are so many lost ones: `with errorCode`.
    pub(super) fn what(&self, lost: u64) -> Option<String> {
        self.0.iter().zip(MEMBERS).find_map(|(values, member)| values.what(member, lost))
    }
}

impl Values {
    fn what(&self, member: &str, lost: u64) -> Option<String> {
        let name = member[1..].replace('/', ".");
        if self.lost.is_empty() || self.received.is_empty() || !self.lost.is_disjoint(&self.received) {
            return None;
        }
        if self.received.iter().all(Option::is_none) {
            return Some(format!("with {name}"));
        }
        // A few losses have few values by chance.
        let is_pattern = self.lost.len() <= MOST_VALUES && lost >= 3 * self.lost.len() as u64;
        let named: Option<Vec<&str>> = self.lost.iter().map(Option::as_deref).collect();
        match named {
            Some(named) if is_pattern => Some(format!("whose {name} is {}", named.join(" or "))),
            None if is_pattern && self.lost.len() == 1 => Some(format!("without {name}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn what(lost: &[Value], received: &[Value]) -> Option<String> {
        let with = |records: &[Value], is_lost| records.iter().map(|record| (record.clone(), is_lost)).collect();
        let records: [Vec<(Value, bool)>; 2] = [with(lost, true), with(received, false)];
        LeftOut::of(&records.concat()).what(lost.len() as u64)
    }

    #[test]
    fn a_member_tells_lost_records_from_received_ones_only_if_it_always_does() {
        let (eu, us) = (json!({"awsRegion": "eu-west-1"}), json!({"awsRegion": "us-east-1"}));
        let failed = json!({"awsRegion": "us-east-1", "errorCode": "AccessDenied"});
        let three = |record: &Value| [record.clone(), record.clone(), record.clone()];
        assert_eq!(what(&three(&eu), &three(&us)).as_deref(), Some("whose awsRegion is eu-west-1"));
        assert_eq!(what(std::slice::from_ref(&eu), &three(&us)), None, "one may be lost by chance");
        assert_eq!(what(&three(&failed), &[us.clone(), eu.clone()]).as_deref(), Some("with errorCode"));
        assert_eq!(what(&three(&us), std::slice::from_ref(&failed)).as_deref(), Some("without errorCode"));
        assert_eq!(what(&three(&us), &[us, failed]), None);
        assert_eq!(what(&three(&eu), &[]), None);
    }
}
