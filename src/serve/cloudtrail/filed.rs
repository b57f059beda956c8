//! The events in the files of a directory.
//!
//! No event is newer than the name of its file. So files are opened from the newest name on, day by day, and an event
//! is given when no file that is still closed can hold a newer one.

use std::collections::BinaryHeap;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use lru::LruCache;
use serde_json::Value;

use super::history::{History, Page};
use super::lookup::{Query, bad_token, form};
use super::{Described, Fault};
use crate::clock::{DAY, Time};
use crate::serve::bucket::{Bucket, Content, Trouble};
use crate::serve::page::{Wanted, list};
use crate::trail::{Place, slot_of};

/// No file is delivered later than this after its events.
const LATEST: i64 = DAY;

/// So many files are opened for one page.
const PATIENCE: usize = 2_000;

/// Of so many files that were opened the times are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1 << 18).expect("it is not 0");

/// Files are not unpacked to more than this.
const LARGEST: u64 = 512 << 20;

/// The history of one account in the files of a bucket.
pub(crate) struct Filed {
    bucket: Arc<dyn Bucket>,
    trail: Described,
    /// The times of the first and last events of files that were opened.
    spans: Mutex<LruCache<String, (Time, Time)>>,
}

/// Where an event lies. What is greater comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    time: Time,
    key: String,
    index: usize,
}

impl Position {
    fn token(&self) -> String {
        format!("{}|{}|{}", self.time.0, self.index, self.key)
    }

    fn parse(token: &str) -> Option<Self> {
        let mut parts = token.splitn(3, '|');
        let (time, index, key) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Self { time: Time(time), key: key.to_owned(), index })
    }
}

/// An event of an open file.
struct Open {
    position: Position,
    record: Value,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.position.cmp(&other.position)
    }
}

impl Filed {
    /// The history of the account that a trail belongs to.
    pub(crate) fn new(bucket: Arc<dyn Bucket>, trail: Described) -> Self {
        Self { bucket, trail, spans: Mutex::new(LruCache::new(REMEMBERED)) }
    }

    /// The folders of the days whose files may hold what is wanted, the oldest first.
    fn days(&self, region: &str, from: Option<Time>, to: Option<Time>) -> Result<Vec<String>, Trouble> {
        let Described { prefix, organization, account, .. } = &self.trail;
        let root = Place { prefix, organization: organization.as_deref(), account, region }.logs();
        let day = |time: Time| {
            let date = time.civil();
            format!("{root}{:04}/{:02}/{:02}/", date.year, date.month, date.day)
        };
        let (first, last) = (from.map(day), to.map(|to| day(Time(to.0 + LATEST))));
        let mut folders = vec![root.clone()];
        for _year_month_day in 0..3 {
            let below = folders.iter().map(|folder| self.folders(folder));
            folders = below.collect::<Result<Vec<_>, _>>()?.concat();
        }
        folders.retain(|day| {
            first.as_ref().is_none_or(|first| first <= day) && last.as_ref().is_none_or(|last| day <= last)
        });
        Ok(folders)
    }

    /// The folders in a folder.
    fn folders(&self, folder: &str) -> Result<Vec<String>, Trouble> {
        let wanted = Wanted { prefix: folder.to_owned(), delimiter: "/".into(), after: None, most: 1_000 };
        Ok(list(&*self.bucket, &wanted)?.prefixes)
    }

    /// The log files in a folder, the oldest name first.
    fn files(&self, folder: &str) -> Result<Vec<(Time, String)>, Trouble> {
        let mut files = Vec::new();
        self.bucket.walk(b"", folder, &mut |key| {
            files.extend(slot_of(key).map(|slot| (slot, key.to_owned())));
            true
        })?;
        files.sort_unstable();
        Ok(files)
    }

    /// Opens a file, unless it is known to hold nothing wanted.
    fn open(
        &self,
        key: &str,
        from: Option<Time>,
        to: Option<Time>,
        heap: &mut BinaryHeap<Open>,
    ) -> Result<bool, Trouble> {
        let spans = || self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        let outside =
            |(first, last): (Time, Time)| from.is_some_and(|from| last < from) || to.is_some_and(|to| first > to);
        if spans().get(key).is_some_and(|span| outside(*span)) {
            return Ok(false);
        }
        let mut span = (Time(i64::MAX), Time(i64::MIN));
        for (index, record) in records(&*self.bucket, key)?.into_iter().enumerate() {
            let time = record["eventTime"].as_str().and_then(|text| Time::parse(text, Time(0)));
            let Some(time) = time else { continue };
            span = (span.0.min(time), span.1.max(time));
            if !outside((time, time)) {
                heap.push(Open { position: Position { time, key: key.to_owned(), index }, record });
            }
        }
        spans().put(key.to_owned(), span);
        Ok(true)
    }
}

impl History for Filed {
    fn look(&self, query: &Query) -> Result<Page, Fault> {
        let after = query.token.as_deref().map(|token| Position::parse(token).ok_or_else(bad_token)).transpose()?;
        let to = after.as_ref().map(|position| position.time).or(query.end);
        let mut days = self.days(&query.region, query.start, to)?;
        let (mut files, mut heap, mut opened) = (Vec::new(), BinaryHeap::new(), 0);
        let mut page = Page::default();
        loop {
            if files.is_empty()
                && let Some(day) = days.pop()
            {
                files = self.files(&day)?;
                continue;
            }
            let newest = heap.peek().map(|open: &Open| open.position.time);
            if let Some((slot, key)) = files.pop_if(|(slot, _)| newest.is_none_or(|newest| *slot >= newest)) {
                if opened == PATIENCE {
                    // Everything newer than this file's name has been looked at.
                    let time = newest.map_or(slot, |newest| newest.max(slot));
                    page.next = Some(Position { time, key: "\u{10ffff}".into(), index: 0 }.token());
                    return Ok(page);
                }
                opened += usize::from(self.open(&key, query.start, to, &mut heap)?);
                continue;
            }
            let Some(Open { position, record }) = heap.pop() else { return Ok(page) };
            if after.as_ref().is_some_and(|after| position >= *after) {
                continue;
            }
            let event = form(&record, &record.to_string());
            if query.filter.as_ref().is_none_or(|filter| filter.matches(&event)) {
                page.events.push(event);
            }
            if page.events.len() == query.most {
                let more = !heap.is_empty() || !files.is_empty() || !days.is_empty();
                page.next = more.then(|| position.token());
                return Ok(page);
            }
        }
    }
}

/// The records of a file; none when it is no log file, which is for others to find.
fn records(bucket: &dyn Bucket, key: &str) -> Result<Vec<Value>, Trouble> {
    let Some(stored) = bucket.get(key)? else { return Ok(Vec::new()) };
    let mut text = Vec::new();
    let unpacked = match stored.body {
        Content::Bytes(bytes) => MultiGzDecoder::new(&*bytes).take(LARGEST).read_to_end(&mut text),
        Content::File(path) => {
            MultiGzDecoder::new(io::BufReader::new(std::fs::File::open(path)?)).take(LARGEST).read_to_end(&mut text)
        }
    };
    let document = unpacked.ok().and_then(|_| serde_json::from_slice(&text).ok());
    match document.and_then(|mut document: Value| Some(document.get_mut("Records")?.take())) {
        Some(Value::Array(records)) => Ok(records),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lookup::{Field, Filter};
    use super::super::made::Made;
    use super::*;
    use crate::serve::memory::Memory;
    use crate::trail::Trail;
    use crate::{Plan, Scenario};

    /// The files of a trail say the same as the scenario they were made from.
    #[test]
    fn files_tell_what_the_scenario_tells() {
        let trail = Arc::new(Trail::new(Arc::new(Plan::new(Scenario::new().events(2_000)).unwrap())));
        let bucket = Memory::default();
        for file in trail.files() {
            bucket.put(file.object, Time(0)).unwrap();
        }
        let start = trail.plan().scenario.time.start;
        let filed = Filed::new(Arc::new(bucket), Described::of(&trail.plan().scenario, false));
        let base = Query { region: "us-east-1".into(), most: 50, ..Query::default() };
        let filter = |field, value: &str| Some(Filter { field, value: value.into() });
        let hours = |hours: i64| Some(Time(start.0 + hours * crate::clock::HOUR));
        for query in [
            base.clone(),
            Query { start: hours(9), end: hours(12), most: 7, ..base.clone() },
            Query { end: hours(12), filter: filter(Field::EventName, "CreateUser"), ..base.clone() },
            Query { filter: filter(Field::ReadOnly, "false"), most: 3, ..base.clone() },
            Query { region: "eu-west-1".into(), ..base.clone() },
        ] {
            let all = |history: &dyn History| {
                let mut query = query.clone();
                let mut found = Vec::new();
                loop {
                    let page = history.look(&query).unwrap();
                    found.extend(page.events.iter().map(|event| {
                        (
                            -event["EventTime"].as_i64().unwrap(),
                            event["EventId"].to_string(),
                            event["CloudTrailEvent"].to_string(),
                        )
                    }));
                    match page.next {
                        None => return found,
                        next => query.token = next,
                    }
                }
            };
            let (mut found, mut expected) = (all(&filed), all(&Made(Arc::clone(&trail))));
            assert!(found.is_sorted_by_key(|event| event.0));
            // Inside a second the order is nobody's promise.
            found.sort();
            expected.sort();
            assert_eq!(found.len(), expected.len());
            assert_eq!(found, expected);
        }
    }
}
