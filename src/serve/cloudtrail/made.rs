//! The events of a scenario, made when they are looked up: an instant leads to its chapter, and so does an eventID.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::Fault;
use super::history::{History, Page};
use super::lookup::{Field, Query, bad_token, form};
use crate::activity::{CHAPTER, Chapter};
use crate::clock::Time;
use crate::trail::Trail;

/// So many chapters are looked through for one page.
const PATIENCE: u64 = 128;

/// The history of a scenario's first account.
#[derive(Debug)]
pub(crate) struct Made(pub(crate) Arc<Trail>);

impl History for Made {
    fn look(&self, query: &Query) -> Result<Page, Fault> {
        let Some(stream) = self.stream(&query.region) else { return Ok(Page::default()) };
        match &query.filter {
            Some(filter) if filter.field == Field::EventId => Ok(self.one(stream, &filter.value, query)),
            _ => self.page(stream, query),
        }
    }
}

impl Made {
    fn stream(&self, region: &str) -> Option<usize> {
        self.0.plan().streams.iter().position(|stream| stream.account == 0 && stream.region == region)
    }

    /// The event of an id, if it is one of ours and of the stream.
    fn one(&self, stream: usize, id: &str, query: &Query) -> Page {
        let plan = self.0.plan();
        let opened = Uuid::parse_str(id).ok().and_then(|id| plan.seal.open(id));
        let ours = &plan.streams[stream];
        let ordinal = opened.filter(|(number, ordinal)| *number == ours.number && *ordinal < ours.events);
        let event = ordinal.and_then(|(_, ordinal)| {
            let chapter = self.0.activity.chapter(stream, ordinal / CHAPTER);
            self.event(stream, &chapter, (ordinal % CHAPTER) as usize, query)
        });
        Page { events: event.into_iter().collect(), next: None }
    }

    fn page(&self, stream: usize, query: &Query) -> Result<Page, Fault> {
        let mut below = self.first(stream, query)?;
        let mut page = Page::default();
        for _ in 0..PATIENCE {
            let Some(last) = below.checked_sub(1) else { return Ok(page) };
            let chapter = self.0.activity.chapter(stream, last / CHAPTER);
            for index in (0..=(last % CHAPTER) as usize).rev() {
                let event = &chapter.events[index];
                if query.start.is_some_and(|start| event.time.floor_second() < start) {
                    return Ok(page);
                }
                if page.events.len() == query.most {
                    page.next = Some((event.ordinal + 1).to_string());
                    return Ok(page);
                }
                page.events.extend(self.event(stream, &chapter, index, query));
            }
            below = chapter.events[0].ordinal;
        }
        page.next = Some(below.to_string());
        Ok(page)
    }

    /// The ordinal below which the wanted events lie.
    fn first(&self, stream: usize, query: &Query) -> Result<u64, Fault> {
        let events = self.0.plan().streams[stream].events;
        match (&query.token, query.end) {
            (Some(token), _) => token.parse().ok().filter(|below| *below <= events).ok_or_else(bad_token),
            (None, None) => Ok(events),
            (None, Some(end)) => {
                // Stories shift events inside their chapters, but never out of them.
                let chapter = self.0.activity.stream(stream).calendar.ordinal(Time(end.0 + 1_000)) / CHAPTER;
                Ok(((chapter + 1) * CHAPTER).min(events))
            }
        }
    }

    /// An event, if it is wanted.
    fn event(&self, stream: usize, chapter: &Chapter, index: usize, query: &Query) -> Option<Value> {
        let time = chapter.events[index].time.floor_second();
        let in_time = query.end.is_none_or(|end| time <= end) && query.start.is_none_or(|start| start <= time);
        if !in_time {
            return None;
        }
        let mut record = Vec::new();
        self.0.record(&mut record, stream, chapter, index);
        let text = String::from_utf8(record).expect("records are made of texts");
        if query.filter.as_ref().is_some_and(|filter| !filter.may_match(&text)) {
            return None;
        }
        let event = form(&serde_json::from_str(&text).expect("records are JSON"), &text);
        query.filter.as_ref().is_none_or(|filter| filter.matches(&event)).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lookup::Filter;
    use super::*;
    use crate::clock::HOUR;
    use crate::{Plan, Scenario};

    /// Everything that a query finds, over all pages.
    fn all(history: &dyn History, query: &Query) -> Vec<Value> {
        let mut query = query.clone();
        let mut events = Vec::new();
        loop {
            let page = history.look(&query).unwrap();
            assert!(page.events.len() <= query.most);
            events.extend(page.events);
            match page.next {
                None => return events,
                next => query.token = next,
            }
        }
    }

    fn made(events: u64) -> Made {
        Made(Arc::new(Trail::new(Arc::new(Plan::new(Scenario::new().events(events)).unwrap()))))
    }

    fn query() -> Query {
        Query { region: "us-east-1".into(), most: 50, ..Query::default() }
    }

    /// All records, newest first, each once, in pages of any size.
    #[test]
    fn everything_is_found_newest_first() {
        let history = made(9_000);
        let mut records: Vec<String> = history.0.records().collect();
        records.reverse();
        for most in [50, 7] {
            let found = all(&history, &Query { most, ..query() });
            assert!(
                found
                    .iter()
                    .map(|event| event["CloudTrailEvent"].as_str().unwrap())
                    .eq(records.iter().map(String::as_str))
            );
        }
        assert_eq!(history.look(&Query { region: "eu-west-1".into(), ..query() }).unwrap(), Page::default());
        assert!(history.look(&Query { token: Some("x".into()), ..query() }).is_err());
    }

    #[test]
    fn times_and_fields_select() {
        let history = made(9_000);
        let records: Vec<Value> = history.0.records().map(|text| serde_json::from_str(&text).unwrap()).collect();
        let start = history.0.plan().scenario.time.start;
        let (start, end) = (Time(start.0 + 10 * HOUR), Time(start.0 + 11 * HOUR));
        let within = |record: &Value| {
            let time = Time::parse(record["eventTime"].as_str().unwrap(), Time(0)).unwrap();
            start <= time && time <= end
        };
        let found = all(&history, &Query { start: Some(start), end: Some(end), ..query() });
        let expected = records.iter().filter(|record| within(record)).count();
        assert!(found.len() == expected && expected > 50, "{} {expected}", found.len());
        let of = |field, value: &str| {
            all(&history, &Query { filter: Some(Filter { field, value: value.into() }), ..query() })
        };
        let count = |wanted: &dyn Fn(&Value) -> bool| records.iter().filter(|record| wanted(record)).count();
        for (found, expected) in [
            (of(Field::EventName, "CreateUser"), count(&|record| record["eventName"] == "CreateUser")),
            (of(Field::ReadOnly, "true"), count(&|record| record["readOnly"] == true)),
            (of(Field::Username, "root"), count(&|record| record["userIdentity"]["type"] == "Root")),
            (
                of(Field::EventSource, "workmail.amazonaws.com"),
                count(&|record| record["eventSource"] == "workmail.amazonaws.com"),
            ),
        ] {
            assert!(found.len() == expected && expected > 0, "{} {expected}", found.len());
        }
        let id = records[5_000]["eventID"].as_str().unwrap();
        assert_eq!(of(Field::EventId, id)[0]["EventId"], *id);
        assert!(
            of(Field::EventId, "00000000-0000-4000-8000-000000000000").is_empty()
                && of(Field::EventName, "X").is_empty()
        );
    }
}
