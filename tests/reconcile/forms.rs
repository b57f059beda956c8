//! The forms in which consumers keep what they have received.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use mocktrail::audit::reconcile::{Options, Outcome};
use mocktrail::{Span, Time};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};

use super::{Delivered, id, lines, options};

fn hour() -> Delivered {
    Delivered::new("seed = 2\n[traffic]\nevents = 300\n")
}

/// What is wrong with the received records: the fourth is lost, the fifth comes twice, the sixth is altered.
fn harmed(delivered: &Delivered) -> Vec<Value> {
    let mut records: Vec<Value> = delivered.records().cloned().collect();
    records[5]["awsRegion"] = json!("mars-1");
    records.push(records[4].clone());
    records.remove(3);
    records
}

/// Asserts that exactly the harm is found, as far as it can be in this form.
fn assert_found(name: &str, delivered: &Delivered, outcome: &Outcome, is_comparable: bool) {
    let all: Vec<&str> = delivered.records().map(id).collect();
    let lost: Vec<&str> = outcome.lost_events.iter().map(|event| event.event_id.as_str()).collect();
    let twice: Vec<&str> = outcome.duplicated_events.iter().map(|copies| copies.event.event_id.as_str()).collect();
    assert_eq!((lost, twice, outcome.foreign), (vec![all[3]], vec![all[4]], 0), "{name}");
    let altered = outcome.altered_records.iter();
    let altered: Vec<_> =
        altered.map(|altered| (altered.event.event_id.as_str(), &*altered.differences[0].pointer)).collect();
    let expected = if is_comparable { vec![(all[5], "/awsRegion")] } else { vec![] };
    assert_eq!(altered, expected, "{name}");
    let (compared, not_compared) = if is_comparable { (300, 0) } else { (0, 300) };
    assert_eq!((outcome.compared, outcome.not_compared), (compared, not_compared), "{name}");
}

fn check(name: &str, delivered: &Delivered, received: impl Into<Vec<u8>>, is_comparable: bool) {
    let outcome = delivered.with(received, &options()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_found(name, delivered, &outcome, is_comparable);
}

fn wrapped(records: &[Value], wrap: impl Fn(&Value) -> Value) -> String {
    records.iter().map(|record| wrap(record).to_string() + "\n").collect()
}

#[test]
fn records_are_found_in_every_document_and_wrap() {
    let delivered = hour();
    let records = harmed(&delivered);
    let text = |record: &Value| json!(record.to_string());
    let event_bridge = |record: &Value| json!({"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "AWS API Call via CloudTrail", "detail": record});
    for (name, received) in [
        ("json lines", lines(&records)),
        ("one array", json!(records).to_string()),
        ("one array, indented", serde_json::to_string_pretty(&records).unwrap()),
        ("log files in a row", records.chunks(7).map(|some| json!({"Records": some}).to_string()).collect()),
        ("hits", json!({"took": 3, "hits": {"total": {"value": 300}, "hits": records.iter().map(|record| json!({"_id": "x", "_source": record})).collect::<Vec<_>>()}}).to_string()),
        ("lookup-events", json!({"Events": records.iter().map(|record| json!({"EventId": id(record), "CloudTrailEvent": record.to_string()})).collect::<Vec<_>>()}).to_string()),
        ("a list of any name", json!({"a": {"whatever": records}}).to_string()),
        ("texts", wrapped(&records, text)),
        ("event bridge", wrapped(&records, event_bridge)),
        ("event bridge in a queue", wrapped(&records, |record| json!({"MessageId": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "Body": event_bridge(record).to_string()}))),
        ("ecs with the original", wrapped(&records, |record| json!({"event": {"id": id(record), "original": text(record)}}))),
        ("vector", wrapped(&records, |record| json!({"message": text(record), "source_type": "aws_s3", "timestamp": "2026-03-02T00:00:00Z"}))),
        ("splunk", wrapped(&records, |record| json!({"time": 1_772_409_600, "sourcetype": "aws:cloudtrail", "event": record}))),
        ("splunk, exported", wrapped(&records, |record| json!({"preview": false, "result": {"_raw": text(record)}}))),
        ("syslog", records.iter().map(|record| format!("<13>Mar  2 09:14:05 host tag: {record}\n")).collect()),
        ("members added", wrapped(&records, |record| {
            let mut record = record.clone();
            record["@timestamp"] = json!("2026-03-02T00:00:00Z");
            record
        })),
        ("lists beside the record", wrapped(&records, |record| json!({"event": record, "items": [], "data": [{"a": "6a7e8feb-b491-4cf7-a9f1-bf3703467718"}]}))),
        ("csv with records", {
            let quote = |record: &Value| record.to_string().replace('"', "\"\"");
            let rows = records.iter().map(|record| format!("{},\"{}\"\r\n", record["eventTime"], quote(record)));
            std::iter::once("_time,_raw\r\n".to_owned()).chain(rows).collect()
        }),
    ] {
        check(name, &delivered, received, true);
    }
}

#[test]
fn ids_alone_are_enough() {
    let delivered = hour();
    let records = harmed(&delivered);
    let rows = |row: &dyn Fn(&str) -> String| records.iter().map(|record| row(id(record))).collect::<String>();
    for (name, received) in [
        ("bare", rows(&|id| format!("{id}\n"))),
        ("bare, as Windows writes them", rows(&|id| format!("{id}\r\n"))),
        ("bare, without an end of line at the end", rows(&|id| format!("{id}\n")).trim_end().to_owned()),
        ("bare, in capitals", rows(&|id| format!("{}\n", id.to_uppercase()))),
        ("json texts", rows(&|id| format!("\"{id}\"\n"))),
        ("an array of texts", json!(records.iter().map(id).collect::<Vec<_>>()).to_string()),
        ("csv", "eventtime,eventid,x\n".to_owned() + &rows(&|id| format!("2026-03-02,{id},1\n"))),
        (
            "csv, quoted, with lines in cells",
            "\"eventid\",\"note\"\n".to_owned() + &rows(&|id| format!("\"{id}\",\"a \"\"b\"\"\nc, d\"\n")),
        ),
        ("csv with semicolons, any name", "a;b\n".to_owned() + &rows(&|id| format!("1;{id}\n"))),
        ("tabs, first cell empty", "a\tevent_id\n".to_owned() + &rows(&|id| format!("\t{id}\n"))),
        ("csv without a header", rows(&|id| format!("1,{id},2\n"))),
        ("ecs", rows(&|id| json!({"event": {"id": id}, "aws": {"cloudtrail": {"event_version": "1.11"}}}).to_string())),
        (
            "ocsf",
            rows(&|id| {
                json!({"metadata": {"uid": id, "version": "1.1.0"}, "activity_name": "Create"}).to_string() + "\n"
            }),
        ),
    ] {
        check(name, &delivered, received, false);
    }
}

#[test]
fn packed_files_are_unpacked_whatever_they_are_called() {
    let delivered = hour();
    let received = lines(&harmed(&delivered));
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (one, other) = received.as_bytes().split_at(received.len() / 3);
    check("gzip", &delivered, gzip(received.as_bytes()), true);
    check("gzip in parts", &delivered, [gzip(one), gzip(other)].concat(), true);
    check("zstd", &delivered, compress_to_vec(received.as_bytes(), CompressionLevel::Fastest), true);
    check("with a byte order mark", &delivered, "\u{feff}".to_owned() + &received, true);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is received, it is read or refused. Ids of ours among it are never counted more often than they stand there.
    #[test]
    fn no_bytes_make_the_reader_panic(parts in prop::collection::vec(prop_oneof![
        prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\r\n", "\t", ";", "null", "1e9", "\"Records\":[", "{\"hits\":{\"hits\":",
            "eventID", "\"eventID\":\"", "\"eventVersion\":", "ID", "\u{1f}\u{8b}", "\u{feff}", "ü", "-",
        ]).prop_map(str::to_owned),
        "\\PC{0,9}",
    ], 0..40)) {
        static DELIVERED: std::sync::LazyLock<Delivered> = std::sync::LazyLock::new(hour);
        let ours = id(&DELIVERED.files[0].records[0]);
        let received = parts.concat().replace("ID", ours);
        let path = Options { id: Some("a.0".to_owned()), arrival: Some("b".to_owned()), late_after: Some(Span(1)), ..options() };
        for options in [options(), path] {
            if let Ok(outcome) = DELIVERED.with(received.clone(), &options) {
                let times = received.matches(ours).count() as u64;
                prop_assert!(outcome.distinct + outcome.surplus <= times, "{received}");
            }
        }
    }
}

/// A document too large to be held is gone through.
#[test]
fn a_large_document_is_read_in_parts() {
    let delivered = hour();
    let records = harmed(&delivered);
    let padding = "x".repeat(64 * 1024);
    let padded: Vec<Value> = records.iter().map(|record| json!({"padding": padding, "event": record})).collect();
    let received = json!({"meta": {"a": [1, 2]}, "list": padded}).to_string();
    assert!(received.len() > 18 * 1024 * 1024);
    check("large", &delivered, received, true);
}

#[test]
fn a_path_or_column_is_the_only_place_that_counts() {
    let delivered = hour();
    let records = harmed(&delivered);
    let with = |id: &str, received: String| delivered.with(received, &Options { id: Some(id.to_owned()), ..options() });
    let wrap = |record: &Value| json!({"a": {"b.c": [id(record)]}, "other": id(&records[0])});
    for path in ["a.b.c.0", "/a/b.c/0"] {
        assert_found(path, &delivered, &with(path, wrapped(&records, wrap)).unwrap(), false);
    }
    let csv = |name: &str| {
        let rows: String = records.iter().map(|record| format!("{},{}\n", id(&records[0]), id(record))).collect();
        format!("eventid,{name}\n{rows}")
    };
    assert_found("column", &delivered, &with("KEY", csv("key")).unwrap(), false);
    let error = with("key", csv("other")).unwrap_err().to_string();
    assert_eq!(error, "received:1: there is no column `key`, only eventid, other");
    let outcome = with("gone", wrapped(&records, wrap)).unwrap();
    assert_eq!((outcome.without_id, outcome.distinct, outcome.foreign), (300, 0, 0));
}

#[test]
fn late_is_what_arrives_so_long_after_its_delivery() {
    let delivered = hour();
    let minutes = |number: usize| [1_i64, 4, 7][number % 3];
    let arrivals: Vec<(String, Time)> = delivered
        .files
        .iter()
        .flat_map(|file| file.records.iter().map(|record| (id(record).to_owned(), file.delivered_at.clone())))
        .enumerate()
        .map(|(number, (id, at))| (id, Time(Time::parse(&at, Time(0)).unwrap().0 + minutes(number) * 60_000)))
        .collect();
    let options =
        |path: &str| Options { arrival: Some(path.to_owned()), late_after: Some(Span(5 * 60_000)), ..options() };
    let json: String =
        arrivals.iter().map(|(id, at)| json!({"id": id, "_t": {"at": at.0}}).to_string() + "\n").collect();
    let rows: String = arrivals.iter().map(|(id, at)| format!("{id},{}\n", at.to_string().replace('T', " "))).collect();
    for (path, received) in [("_t.at", json.clone()), ("loaded", "id,loaded\n".to_owned() + &rows)] {
        let outcome = delivered.with(received, &options(path)).unwrap();
        assert_eq!((outcome.sums.late, outcome.findings(), outcome.late_items.len()), (100, 100, 100), "{path}");
        assert!(outcome.late_items.iter().all(|late| (419..=421).contains(&late.seconds)));
        assert_eq!(outcome.in_objects.iter().map(|object| object.sums.late).sum::<u64>(), 100);
    }
    // A second copy in time makes up for the first.
    let early = json!({"id": arrivals[2].0, "_t": {"at": arrivals[2].1.0 - 6 * 60_000}}).to_string();
    assert_eq!(delivered.with(json + &early, &options("_t.at")).unwrap().sums.late, 99);
}

#[test]
fn what_cannot_be_read_is_told_with_file_and_line() {
    let delivered = hour();
    let record = delivered.files[0].records[0].to_string();
    for (received, what) in [
        (format!("{record}\n{}", &record[..99]), "received:2: a JSON value begins here that does not end"),
        (format!("{record}\n]"), "received:2: expected a JSON value, found `]`"),
        (format!("[{record},\n{record}"), "received:2: ends within a JSON document"),
        ("PARE".to_owned(), "cannot read `received`: this is encrypted Parquet"),
        ("\u{1f}\u{8b}".to_owned(), "cannot read"),
    ] {
        let bytes = if received.starts_with('\u{1f}') { vec![0x1f, 0x8b, 8, 0, 0] } else { received.into_bytes() };
        let error = delivered.with(bytes, &options()).unwrap_err().to_string();
        assert!(error.starts_with(what), "{error}");
    }
    assert_eq!(delivered.reconcile("").looks_like, ["nothing of the trail was received at all"]);
}
