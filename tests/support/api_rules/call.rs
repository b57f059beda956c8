//! One record of WorkMail or Message Flow, as the rules look at it.

use serde_json::Value;

/// The place of a record among all observed ones, counted from 1.
pub(super) type Ordinal = u32;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Service {
    WorkMail,
    MessageFlow,
}

pub(super) struct Call<'a> {
    pub(super) ordinal: Ordinal,
    pub(super) service: Service,
    pub(super) name: &'a str,
    pub(super) error: Option<&'a str>,
    record: &'a Value,
}

impl<'a> Call<'a> {
    /// The call behind a record; `None` for other services.
    pub(super) fn of(record: &'a Value, ordinal: Ordinal) -> Option<Self> {
        Some(Self {
            ordinal,
            service: service(record["eventSource"].as_str()?)?,
            name: record["eventName"].as_str()?,
            error: record["errorCode"].as_str(),
            record,
        })
    }

    pub(super) fn parameters(&self) -> &'a Value {
        &self.record["requestParameters"]
    }

    pub(super) fn response(&self) -> &'a Value {
        &self.record["responseElements"]
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters()[name].as_str()
    }

    pub(super) fn answer(&self, name: &str) -> Option<&'a str> {
        self.response()[name].as_str()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.parameters()[name].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// The organization the call is about: the one asked for, the one tagged, or the one just created.
    pub(super) fn organization(&self) -> Option<&'a str> {
        match self.name {
            "CreateOrganization" => self.answer("organizationId"),
            _ if self.is_about_tags() => self.parameter("resourceARN")?.split_once(":organization/").map(|(_, id)| id),
            _ => self.parameter("organizationId"),
        }
    }

    /// These name their organization by its ARN: nothing else has tags.
    pub(super) fn is_about_tags(&self) -> bool {
        matches!(self.name, "TagResource" | "UntagResource" | "ListTagsForResource")
    }

    /// Account and region, as the common beginning of all keys of that place.
    pub(super) fn place(&self) -> String {
        let text = |name: &str| self.record[name].as_str().unwrap_or("?");
        format!("{}/{}/", text("recipientAccountId"), text("awsRegion"))
    }

    /// The rule of the API model: these four beginnings and no others are reads.
    pub(super) fn is_read(&self) -> bool {
        ["Describe", "Get", "List", "Test"].iter().any(|verb| self.name.starts_with(verb))
    }

    /// `eventTime` in seconds since 1970.
    pub(super) fn seconds(&self) -> Option<i64> {
        seconds(self.record["eventTime"].as_str()?)
    }
}

/// The documents disagree about the case of Message Flow's source, so both forms count.
fn service(source: &str) -> Option<Service> {
    match source {
        "workmail.amazonaws.com" => Some(Service::WorkMail),
        _ if source.eq_ignore_ascii_case("workmailmessageflow.amazonaws.com") => Some(Service::MessageFlow),
        _ => None,
    }
}

fn seconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let days = days_since_1970(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    Some(((days * 24 + number(11, 13)?) * 60 + number(14, 16)?) * 60 + number(17, 19)?)
}

/// Counts years from March, so that the leap day is the last day of a year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (months_since_march * 153 + 2) / 5 + day - 719_469
}
