//! `LookupEvents`: what is asked for, and the form of the events.

use serde_json::{Value, json};

use super::history::{History, Page};
use super::{Fault, instant, seconds};
use crate::clock::Time;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub(crate) region: String,
    /// The first instant; events lie at whole seconds.
    pub(crate) start: Option<Time>,
    /// The last instant.
    pub(crate) end: Option<Time>,
    pub(crate) filter: Option<Filter>,
    /// How many events, from 1 to 50.
    pub(crate) most: usize,
    /// Where the last page ended.
    pub(crate) token: Option<String>,
}

/// What a field of the events must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) field: Field,
    pub(crate) value: String,
}

/// A field by which events are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    EventId,
    EventName,
    ReadOnly,
    Username,
    ResourceType,
    ResourceName,
    EventSource,
    AccessKeyId,
}

impl Field {
    const ALL: [(Self, &'static str); 8] = [
        (Self::EventId, "EventId"),
        (Self::EventName, "EventName"),
        (Self::ReadOnly, "ReadOnly"),
        (Self::Username, "Username"),
        (Self::ResourceType, "ResourceType"),
        (Self::ResourceName, "ResourceName"),
        (Self::EventSource, "EventSource"),
        (Self::AccessKeyId, "AccessKeyId"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }
}

/// Answers `LookupEvents`.
pub(super) fn events(history: &dyn History, input: &Value, region: &str) -> Result<Value, Fault> {
    // Events of Insights are a category of their own, and none are made.
    if input["EventCategory"].as_str() == Some("insight") {
        return Ok(json!({ "Events": [] }));
    }
    let Page { events, next } = history.look(&Query::read(input, region)?)?;
    let mut answer = json!({ "Events": events });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

impl Query {
    fn read(input: &Value, region: &str) -> Result<Self, Fault> {
        if !matches!(&input["EventCategory"], Value::Null) {
            return Err(Fault::new("InvalidEventCategoryException", "the event category is not `insight`"));
        }
        let (start, end) = (instant(input, "StartTime")?, instant(input, "EndTime")?);
        if start.zip(end).is_some_and(|(start, end)| start > end) {
            return Err(Fault::new("InvalidTimeRangeException", "the start time is later than the end time"));
        }
        let most = match &input["MaxResults"] {
            Value::Null => 50,
            value => value
                .as_u64()
                .filter(|most| (1..=50).contains(most))
                .ok_or_else(|| Fault::new("InvalidMaxResultsException", "`MaxResults` must be from 1 to 50"))?,
        };
        let token = input["NextToken"].as_str().map(str::to_owned);
        let filter = filter(&input["LookupAttributes"])?;
        Ok(Self { region: region.to_owned(), start, end, filter, most: most as usize, token })
    }
}

fn filter(attributes: &Value) -> Result<Option<Filter>, Fault> {
    let wrong = |what: &str| Fault::new("InvalidLookupAttributesException", what);
    match attributes.as_array().map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([attribute]) => {
            let key = attribute["AttributeKey"].as_str().unwrap_or_default();
            let field = Field::ALL.iter().find(|(_, name)| *name == key);
            let field = field.ok_or_else(|| wrong("the attribute key is not known"))?.0;
            let value = attribute["AttributeValue"].as_str().ok_or_else(|| wrong("the attribute value is missing"))?;
            Ok(Some(Filter { field, value: value.to_owned() }))
        }
        Some(_) => Err(wrong("only one attribute can be looked up at a time")),
    }
}

/// The faulty token of a query.
pub(super) fn bad_token() -> Fault {
    Fault::new("InvalidNextTokenException", "the token is not from this endpoint")
}

impl Filter {
    /// Whether a record can be wanted at all, from its text: almost all that are not can be told without parsing.
    pub(super) fn may_match(&self, text: &str) -> bool {
        let written =
            |value: &str| serde_json::to_string(value).is_ok_and(|json| text.contains(json.trim_matches('"')));
        match self.field {
            Field::ReadOnly => true,
            Field::Username => self.value == ROOT || written(&self.value),
            _ => written(&self.value),
        }
    }

    /// Whether an event in the form of the answer is wanted.
    pub(super) fn matches(&self, event: &Value) -> bool {
        let is = |value: &Value| value.as_str() == Some(&self.value);
        match self.field {
            Field::ResourceType | Field::ResourceName => {
                event["Resources"].as_array().into_iter().flatten().any(|resource| is(&resource[self.field.name()]))
            }
            field => is(&event[field.name()]),
        }
    }
}

/// What a root user is called.
const ROOT: &str = "root";

/// An event in the form of the answer, from its record and the record's text.
pub(super) fn form(record: &Value, text: &str) -> Value {
    let identity = &record["userIdentity"];
    let read_only = record["readOnly"].as_bool().unwrap_or_default();
    let resources: Vec<Value> = record["resources"].as_array().into_iter().flatten().map(resource).collect();
    let time = record["eventTime"].as_str().and_then(|text| Time::parse(text, Time(0)));
    let mut event = json!({
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": read_only.to_string(),
        "EventTime": time.map(seconds),
        "EventSource": record["eventSource"],
        "Resources": resources,
        "CloudTrailEvent": text,
    });
    for (name, value) in [("Username", username(identity)), ("AccessKeyId", identity["accessKeyId"].as_str())] {
        if let Some(value) = value {
            event[name] = json!(value);
        }
    }
    event
}

fn resource(resource: &Value) -> Value {
    json!({ "ResourceType": resource["type"], "ResourceName": resource["ARN"] })
}

/// Who called: the user's name, of a role the session's.
fn username(identity: &Value) -> Option<&str> {
    match identity["type"].as_str()? {
        "Root" => Some(ROOT),
        "AssumedRole" => identity["principalId"].as_str()?.split_once(':').map(|(_, session)| session),
        _ => identity["userName"].as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused_by_name() {
        for (input, kind) in [
            (json!({ "StartTime": 2, "EndTime": 1 }), "InvalidTimeRangeException"),
            (json!({ "StartTime": [] }), "SerializationException"),
            (json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
            (json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
            (json!({ "EventCategory": "other" }), "InvalidEventCategoryException"),
            (
                json!({ "LookupAttributes": [{ "AttributeKey": "X", "AttributeValue": "" }] }),
                "InvalidLookupAttributesException",
            ),
            (json!({ "LookupAttributes": [{ "AttributeKey": "EventId" }] }), "InvalidLookupAttributesException"),
            (json!({ "LookupAttributes": [{}, {}] }), "InvalidLookupAttributesException"),
        ] {
            assert_eq!(Query::read(&input, "").unwrap_err().kind, kind, "{input}");
        }
        let input = json!({
            "StartTime": 1.5,
            "EndTime": 2,
            "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": "CreateUser" }],
        });
        let query = Query::read(&input, "eu-west-1").unwrap();
        assert_eq!((query.start, query.end, query.most), (Some(Time(1_500)), Some(Time(2_000)), 50));
        assert_eq!(query.filter, Some(Filter { field: Field::EventName, value: "CreateUser".into() }));
    }

    #[test]
    fn callers_have_the_names_that_people_know() {
        for (identity, name) in [
            (json!({ "type": "Root", "accountId": "1" }), Some("root")),
            (json!({ "type": "IAMUser", "userName": "ann" }), Some("ann")),
            (json!({ "type": "AssumedRole", "principalId": "AROA:session" }), Some("session")),
            (json!({ "type": "AWSService", "invokedBy": "x" }), None),
        ] {
            assert_eq!(username(&identity), name);
        }
    }
}
