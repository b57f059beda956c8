//! `mocktrail report` counts what anyone would count who reads the files, and its page is whole and harmless.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a test may")]

#[path = "support/shelf.rs"]
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mocktrail::audit::Source;
use mocktrail::audit::report::{self, Figures, Summary};
use mocktrail::{Plan, Scenario, Time, Trail};
use serde_json::{Value, json};
use shelf::Shelf;

fn measure(shelf: Shelf, threads: usize) -> Figures {
    let sources: [Box<dyn Source>; 1] = [Box::new(shelf)];
    report::measure(&sources, threads, &AtomicBool::new(false), &|_| ()).unwrap()
}

fn pack(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

fn unpack(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// What no page may take for its own.
const HOSTILE: &str = "<script>alert(\"1\")</script> & '\u{1b}[2J";

fn record(id: u32, second: &str, identity: &Value) -> Value {
    json!({
        "eventTime": format!("2026-03-02T{second}Z"), "eventSource": "workmail.amazonaws.com", "eventName": "ListUsers",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.1", "userAgent": HOSTILE, "userIdentity": identity,
        "eventID": format!("00000000-0000-4000-8000-{id:012}"),
    })
}

fn key(slot: &str, letter: &str) -> String {
    let unique = letter.repeat(16);
    format!(
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/\
         111122223333_CloudTrail_us-east-1_20260302T{slot}Z_{unique}.json.gz"
    )
}

/// Seven records in three files of two slots, and a file that ends after three bytes.
fn small() -> (Shelf, usize) {
    let user = json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann"});
    let role = |session: &str| {
        json!({"type": "AssumedRole", "arn": format!("arn:aws:sts::111122223333:assumed-role/app/{session}"),
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/app"}}})
    };
    let service = json!({"type": "AWSService", "invokedBy": "workmail.amazonaws.com"});
    let mut failed = record(5, "10:03:20", &role("two"));
    failed["errorCode"] = "AccessDenied".into();
    failed["sourceIPAddress"] = "192.0.2.2".into();
    let files = [
        (
            key("1000", "A"),
            vec![("09:56:00", 1), ("09:57:00", 2), ("09:56:59", 3), ("09:56:50", 4)]
                .into_iter()
                .map(|(second, id)| record(id, second, &user))
                .collect::<Vec<_>>(),
        ),
        (key("1000", "B"), vec![record(5, "09:59:57", &role("one"))]),
        (key("1005", "C"), vec![failed, record(6, "10:03:20", &service)]),
    ];
    let texts = files.map(|(key, records)| (key, json!({ "Records": records }).to_string()));
    let raw_bytes = texts.iter().map(|(_, text)| text.len()).sum();
    let mut objects: BTreeMap<String, Vec<u8>> = texts.into_iter().map(|(key, text)| (key, pack(&text))).collect();
    objects.insert(key("1005", "D"), vec![0x1f, 0x8b, 8]);
    let line = json!({"type": "object", "key": key("1005", "C"), "deliveredAt": "2026-03-02T10:04:20.500Z"});
    (Shelf { objects, manifest: Some(line.to_string()) }, raw_bytes)
}

/// Smallest, 5 %, median, 95 % and largest.
fn spread(values: [i64; 5]) -> Summary {
    let [min, p5, median, p95, max] = values.map(Some);
    Summary { min, p5, median, p95, max }
}

/// All these figures were found with pencil and paper.
#[test]
fn the_figures_of_a_small_trail_are_those_counted_by_hand() {
    let (shelf, raw_bytes) = small();
    let bytes: usize = shelf.objects.values().map(Vec::len).sum();
    let figures = measure(shelf, 2);
    assert_eq!((figures.files, figures.damaged_files, figures.records, figures.events), (4, 1, 7, 6));
    assert_eq!((figures.bytes, figures.raw_bytes), (bytes as u64, raw_bytes as u64));
    assert_eq!(figures.compressed_again, raw_bytes as u64);
    assert_eq!(figures.first_event_time.as_deref(), Some("2026-03-02T09:56:00Z"));
    assert_eq!(figures.last_event_time.as_deref(), Some("2026-03-02T10:03:20Z"));
    assert_eq!(figures.records_per_file, Some(spread([1, 1, 2, 4, 4])));
    assert_eq!(figures.lag_seconds, Some(spread([3, 3, 180, 240, 240])));
    assert_eq!(figures.delivery_seconds, Some(spread([60, 60, 60, 60, 60])));
    assert_eq!(figures.span_seconds, Some(spread([0, 0, 0, 60, 60])));
    assert_eq!(figures.files_per_slot, BTreeMap::from([(1, 1), (2, 1)]));
    let backwards = figures.backwards;
    assert_eq!((backwards.neighbours, backwards.backwards, backwards.max_seconds), (4, 2, Some(9)));
    assert_eq!(
        [backwards.share, backwards.by_one_second, backwards.by_up_to_five_seconds, figures.errors.share],
        [Some(0.5), Some(0.5), Some(0.5), Some(0.1429)]
    );
    assert_eq!(figures.errors.codes.most, [("AccessDenied".to_owned(), 1)]);
    assert_eq!((figures.hours_of_week[0][9], figures.hours_of_week[0][10]), (5, 2));
    assert_eq!(figures.hours.iter().map(|hour| hour.records).collect::<Vec<_>>(), [5, 2]);
    let identities = [("arn:aws:iam::111122223333:user/ann", 4), ("arn:aws:iam::111122223333:role/app", 2)];
    assert_eq!(figures.identities.most[..2], identities.map(|(name, records)| (name.to_owned(), records)));
    assert_eq!(figures.identities.most[2], ("workmail.amazonaws.com".to_owned(), 1));
    assert_eq!((figures.addresses.distinct, figures.user_agents.distinct, figures.services.distinct), (2, 1, 1));
    assert_eq!((figures.lag_histogram[0], figures.lag_histogram[5], figures.lag_histogram[9]), (1, 2, 3));
}

/// A trail of ours, large enough that everything occurs.
fn office() -> Shelf {
    let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(3).events(6_000)).unwrap()));
    Shelf { objects: trail.files().map(|file| (file.object.key, file.object.body)).collect(), manifest: None }
}

fn seconds(text: &str) -> i64 {
    Time::parse(text, Time(0)).unwrap().0 / 1_000
}

/// The time in a file's name.
fn slot(key: &str) -> i64 {
    let stamp = key.split('_').nth_back(1).unwrap();
    seconds(&format!("{}-{}-{}T{}:{}:00Z", &stamp[..4], &stamp[4..6], &stamp[6..8], &stamp[9..11], &stamp[11..13]))
}

fn spread_of(mut values: Vec<i64>) -> Summary {
    values.sort_unstable();
    let at = |percent: usize| values[(values.len() * percent).div_ceil(100) - 1];
    spread([values[0], at(5), at(50), at(95), values[values.len() - 1]])
}

/// Counted in the plainest way, with every record in memory.
#[test]
fn the_figures_of_a_trail_are_those_of_its_records() {
    let shelf = office();
    let files: Vec<(String, Vec<Value>)> = shelf
        .objects
        .iter()
        .map(|(key, bytes)| {
            let document: Value = serde_json::from_str(&unpack(bytes)).unwrap();
            (key.clone(), document["Records"].as_array().unwrap().clone())
        })
        .collect();
    let time = |record: &Value| seconds(record["eventTime"].as_str().unwrap());
    let (mut lags, mut back, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    for (key, records) in &files {
        let times: Vec<i64> = records.iter().map(time).collect();
        lags.extend(times.iter().map(|time| slot(key) - time));
        back.extend(times.windows(2).map(|pair| pair[0] - pair[1]).filter(|back| *back > 0));
        spans.push(times.iter().max().unwrap() - times.iter().min().unwrap());
    }
    let sizes = shelf.objects.values().map(|bytes| bytes.len() as i64).collect();
    let records: Vec<&Value> = files.iter().flat_map(|(_, records)| records).collect();
    let failed = records.iter().filter(|record| record.get("errorCode").is_some()).count();
    let agents: BTreeSet<&str> = records.iter().filter_map(|record| record["userAgent"].as_str()).collect();

    let figures = measure(shelf, 2);
    assert_eq!((figures.records, figures.events, figures.damaged_files), (6_000, 6_000, 0));
    assert_eq!(figures.lag_seconds, Some(spread_of(lags)));
    assert_eq!(figures.span_seconds, Some(spread_of(spans)));
    assert_eq!(figures.file_bytes, Some(spread_of(sizes)));
    assert_eq!(
        figures.records_per_file,
        Some(spread_of(files.iter().map(|(_, records)| records.len() as i64).collect()))
    );
    assert_eq!(figures.backwards.neighbours as usize, records.len() - files.len());
    assert_eq!(figures.backwards.backwards as usize, back.len());
    assert_eq!(figures.backwards.max_seconds, back.into_iter().max());
    assert_eq!(figures.errors.records as usize, failed);
    assert_eq!(figures.user_agents.distinct as usize, agents.len());
    assert_eq!(figures.actions.most.iter().map(|(_, records)| records).sum::<u64>(), 6_000);
    assert_eq!(figures.hours.iter().map(|hour| hour.records).sum::<u64>(), 6_000);
    assert_eq!(figures.hours_of_week.iter().flatten().sum::<u64>(), 6_000);
    assert_eq!(figures.lag_histogram.iter().sum::<u64>(), 6_000);
}

#[test]
fn threads_change_no_figure() {
    assert_eq!(measure(office(), 1), measure(office(), 4));
}

/// What our trails are like stays near the real one, as far as the amount of traffic allows; `docs/realism.md` says more.
#[test]
fn a_trail_of_ours_is_like_a_real_one() {
    let scenario = Scenario::new().seed(1).events(70_000);
    let trail = Trail::new(Arc::new(Plan::new(scenario).unwrap()));
    let objects = trail.files().map(|file| (file.object.key, file.object.body)).collect();
    let figures = measure(Shelf { objects, manifest: None }, 2);
    let near = |what: &str, here: f64, real: f64, share: f64| {
        assert!((here / real - 1.0).abs() < share, "{what}: {here} here, {real} in the real trail");
    };
    let (here, real) = (figures.lag_seconds.unwrap(), report::REAL.lag_seconds);
    near("median lag", here.median.unwrap() as f64, real.median.unwrap() as f64, 0.15);
    near("95 % lag", here.p95.unwrap() as f64, real.p95.unwrap() as f64, 0.15);
    near("largest lag", here.max.unwrap() as f64, real.max.unwrap() as f64, 0.15);
    near("neighbours", figures.backwards.share.unwrap(), report::REAL.backwards.share, 0.25);
    near("span", figures.span_seconds.unwrap().max.unwrap() as f64, 314.0, 0.15);
    near("bytes", figures.raw_bytes_per_record.unwrap(), report::REAL.raw_bytes_per_record as f64, 0.25);
}

/// Elements nest, attributes are quoted, and every `&` begins a reference: what an XML reader asks for.
fn assert_well_formed(page: &str) {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    let mut open: Vec<&str> = Vec::new();
    while let Some(begin) = rest.find('<') {
        assert_no_stray(&rest[..begin]);
        let end = begin + rest[begin..].find('>').unwrap();
        let tag = &rest[begin + 1..end];
        rest = &rest[end + 1..];
        let name = tag.split([' ', '\n', '/']).find(|part| !part.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        assert_eq!(tag.matches('"').count(), 2 * tag.matches("=\"").count(), "{tag}");
        tag.split('"').skip(1).step_by(2).for_each(assert_no_stray);
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!((open, rest.trim()), (vec![], ""));
}

fn assert_no_stray(text: &str) {
    for (place, _) in text.match_indices('&') {
        let name = text[place + 1..].split(';').next().unwrap();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "{text}");
    }
    assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
}

#[test]
fn a_page_is_well_formed_and_needs_nothing_else() {
    for shelf in [small().0, office(), Shelf::default()] {
        let page = report::page(&measure(shelf, 1), HOSTILE);
        assert_well_formed(&page);
        for word in ["<script", "src=", "href=", "url(", "@import", "<link", "<iframe"] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"));
    }
}

#[test]
fn what_comes_from_records_is_shown_and_not_obeyed() {
    let page = report::page(&measure(small().0, 1), "trail");
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;\u{fffd}[2J"), "{page}");
}

/// The pictures hold what they show: a bar for every hour, a cell for every hour of the week, five marks.
#[test]
fn the_pictures_are_complete() {
    let figures = measure(office(), 1);
    let page = report::page(&figures, "trail");
    let bars = figures.hours.len() + figures.lag_histogram.iter().filter(|records| **records > 0).count();
    assert_eq!(page.matches("<rect class=\"fill\"").count(), bars + 7 * 24);
    assert_eq!((page.matches("class=\"line real\"").count(), page.matches("class=\"line here\"").count()), (5, 1));
    assert_eq!(page.matches("<svg").count(), 3);
}
