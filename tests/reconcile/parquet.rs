//! Parquet, written by the library that reads it; `tests/consumers` has files of other programs.

use std::sync::{Arc, LazyLock};

use ::parquet::basic::{Compression, GzipLevel};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use mocktrail::audit::reconcile::{Options, Outcome};
use mocktrail::{Span, Time};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Delivered, id, options};

/// Values of a column, and the levels that say where they stand.
enum Column {
    Texts(Vec<ByteArray>, Levels, Levels),
    Fixed(Vec<FixedLenByteArray>),
    Numbers(Vec<i64>),
    Truths(Vec<bool>, Levels),
}

type Levels = Option<Vec<i16>>;

/// Texts of which none is missing.
fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Column {
    Column::Texts(texts.into_iter().map(ByteArray::from).collect(), None, None)
}

/// Texts of which some are missing.
fn some<'a>(texts: impl IntoIterator<Item = Option<&'a str>> + Clone) -> Column {
    let levels = texts.clone().into_iter().map(|text| i16::from(text.is_some())).collect();
    Column::Texts(texts.into_iter().flatten().map(ByteArray::from).collect(), Some(levels), None)
}

fn write(column: &Column, writer: &mut SerializedColumnWriter) {
    let written = match column {
        Column::Texts(values, there, lists) => {
            writer.typed::<ByteArrayType>().write_batch(values, there.as_deref(), lists.as_deref())
        }
        Column::Fixed(values) => writer.typed::<FixedLenByteArrayType>().write_batch(values, None, None),
        Column::Numbers(values) => writer.typed::<Int64Type>().write_batch(values, None, None),
        Column::Truths(values, there) => writer.typed::<BoolType>().write_batch(values, there.as_deref(), None),
    };
    written.unwrap();
}

/// A file with row groups of these columns.
fn file(schema: &str, properties: WriterProperties, groups: &[Vec<Column>]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for column in columns {
            let mut next = group.next_column().unwrap().unwrap();
            write(column, &mut next);
            next.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn plain() -> WriterProperties {
    WriterProperties::builder().build()
}

static HOUR: LazyLock<Delivered> = LazyLock::new(|| Delivered::new("seed = 2\n[traffic]\nevents = 300\n"));

fn ids() -> Vec<&'static str> {
    HOUR.records().map(id).collect()
}

/// Counts of what was found: items received, distinct events, lost, foreign, compared, altered.
fn counts(outcome: &Outcome) -> [u64; 6] {
    [outcome.received, outcome.distinct, outcome.sums.lost, outcome.foreign, outcome.compared, outcome.sums.altered]
}

#[test]
fn ids_are_read_in_every_packing_and_type() {
    let ids = ids();
    let bytes = |id: &&str| FixedLenByteArray::from(Uuid::parse_str(id).unwrap().as_bytes().to_vec());
    let is_list = |row: usize| i16::from(!row.is_multiple_of(7));
    for (name, packing) in [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
        ("gzip", Compression::GZIP(GzipLevel::default())),
        ("lz4", Compression::LZ4_RAW),
    ] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties =
                || WriterProperties::builder().set_compression(packing).set_writer_version(version).build();
            let halves: Vec<Vec<Column>> = ids.chunks(200).map(|ids| vec![texts(ids.iter().copied())]).collect();
            for (form, received) in [
                ("texts", file("required binary eventid (UTF8);", properties(), &halves)),
                ("bytes", file("required binary x;", properties(), &halves)),
                ("uuids", {
                    let columns = vec![Column::Fixed(ids.iter().map(bytes).collect())];
                    file("required fixed_len_byte_array(16) x (UUID);", properties(), &[columns])
                }),
                ("nested", {
                    let there = Some(vec![2; 300]);
                    let columns = vec![
                        Column::Truths(vec![true; 300], Some(vec![1; 300])),
                        Column::Texts(ids.iter().map(|id| ByteArray::from(*id)).collect(), there, None),
                    ];
                    let schema = "optional group detail { required boolean ok; optional binary eventID (UTF8); }";
                    file(schema, properties(), &[columns])
                }),
                ("lists", {
                    let lists = (0..300).map(is_list).collect();
                    let columns = vec![Column::Texts(
                        ids.iter().map(|id| ByteArray::from(*id)).collect(),
                        Some(vec![2; 300]),
                        Some(lists),
                    )];
                    let schema =
                        "optional group ids (LIST) { repeated group list { required binary element (UTF8); } }";
                    file(schema, properties(), &[columns])
                }),
            ] {
                let outcome = HOUR.reconcile(received);
                assert_eq!(counts(&outcome), [300, 300, 0, 0, 0, 0], "{name} {version:?} {form}");
                assert_eq!(outcome.not_compared, 300, "{name} {version:?} {form}");
            }
        }
    }
}

#[test]
fn records_in_columns_are_compared_like_objects() {
    let records: Vec<&Value> = HOUR.records().collect();
    let text =
        |pointer: &'static str| records.iter().map(move |record| record.pointer(pointer).and_then(Value::as_str));
    let type_of = |record: &&Value| {
        i16::from(record.get("userIdentity").is_some()) + i16::from(record.pointer("/userIdentity/type").is_some())
    };
    let kinds = Column::Texts(
        text("/userIdentity/type").flatten().map(ByteArray::from).collect(),
        Some(records.iter().map(type_of).collect()),
        None,
    );
    let stamps = text("/eventTime").map(|time| Time::parse(time.unwrap(), Time(0)).unwrap().0).collect();
    let received = file(
        "required binary eventVersion (UTF8); required binary eventID (UTF8); optional binary requestID (UTF8);
         required int64 eventTime (TIMESTAMP_MILLIS); optional group userIdentity { optional binary type (UTF8); }
         required binary requestParameters (JSON);",
        plain(),
        &[vec![
            texts(text("/eventVersion").flatten()),
            texts(text("/eventID").flatten()),
            some(text("/requestID")),
            Column::Numbers(stamps),
            kinds,
            texts(
                records
                    .iter()
                    .map(|record| record["requestParameters"].to_string())
                    .collect::<Vec<_>>()
                    .iter()
                    .map(|text| &**text),
            ),
        ]],
    );
    let same: String = records
        .iter()
        .map(|record| {
            let mut few = json!({"requestID": null, "requestParameters": null, "userIdentity": null});
            for name in ["eventVersion", "eventID", "requestID", "eventTime", "requestParameters"] {
                few[name] = record[name].clone();
            }
            few["userIdentity"] =
                record.get("userIdentity").map_or(Value::Null, |identity| json!({"type": identity["type"]}));
            few.to_string() + "\n"
        })
        .collect();
    let (received, same) = (HOUR.reconcile(received), HOUR.reconcile(same));
    assert_eq!(json!(received), json!(same));
    assert_eq!((received.compared, received.sums.altered), (300, 300));
    assert!(
        received.altered_records.iter().all(|record| record.differences.iter().all(|one| one.pointer != "/eventTime"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The same rows as lines, as CSV and as Parquet: the same is found.
    #[test]
    fn a_column_finds_what_lines_find(
        times in prop::collection::vec(prop::sample::select(vec![1_usize, 1, 1, 1, 0, 2, 3]), 300),
        altered in prop::collection::vec(0..300_usize, 0..4),
        foreign in 0..3_usize,
        size in prop::sample::select(vec![3_usize, 100, 1_000]),
    ) {
        let mut records: Vec<Value> = Vec::new();
        for (number, (record, times)) in HOUR.records().zip(times).enumerate() {
            let mut record = record.clone();
            if altered.contains(&number) {
                record["awsRegion"] = json!("mars-1");
            }
            records.extend(std::iter::repeat_n(record, times));
        }
        records.extend((0..foreign).map(|number| json!({"eventVersion": "1.11", "eventID": Uuid::from_u128(number as u128).to_string()})));
        let rows: Vec<String> = records.iter().map(Value::to_string).collect();
        let groups: Vec<Vec<Column>> = rows.chunks(size).map(|rows| vec![texts(rows.iter().map(|row| &**row))]).collect();
        let parquet = json!(HOUR.reconcile(file("required binary record (UTF8);", plain(), &groups)));
        let wrapped: String = rows.iter().map(|row| json!({"record": row}).to_string() + "\n").collect();
        prop_assert_eq!(&parquet, &json!(HOUR.reconcile(wrapped)));
        // In CSV the header is a line too, so the rows have other numbers.
        let quoted = rows.iter().map(|row| format!("\"{}\"\n", row.replace('"', "\"\"")));
        let csv = HOUR.reconcile(std::iter::once("record\n".to_owned()).chain(quoted).collect::<String>());
        for name in ["received", "distinct", "lost", "duplicated", "altered", "foreign", "compared", "lostEvents", "looksLike"] {
            prop_assert_eq!(&parquet[name], &json!(csv)[name], "{}", name);
        }
    }
}

#[test]
fn a_path_names_a_column_or_what_is_in_one() {
    let ids = ids();
    let wrap: Vec<String> = ids.iter().map(|id| json!({"event": {"id": id}}).to_string()).collect();
    let received = file(
        "required binary other (UTF8); required binary Key (UTF8); required binary raw (UTF8);",
        plain(),
        &[vec![texts(ids.iter().map(|_| ids[0])), texts(ids.iter().copied()), texts(wrap.iter().map(|text| &**text))]],
    );
    for ids_only in [false, true] {
        let with = |path: &str| HOUR.with(&*received, &Options { id: Some(path.to_owned()), ids_only, ..options() });
        for path in ["key", "Key", "/Key", "raw.event.id", "/raw/event/id"] {
            assert_eq!(counts(&with(path).unwrap())[..4], [300, 300, 0, 0], "{path}");
        }
        assert_eq!(counts(&with("other").unwrap())[..3], [300, 1, 299]);
        let error = with("gone").unwrap_err().to_string();
        assert_eq!(error, "cannot read `received`: there is no column `gone`, only other, Key, raw");
    }
}

#[test]
fn timestamps_say_what_was_late() {
    let minutes = |number: usize| [1_i64, 4, 7][number % 3];
    let delivered = HOUR.files.iter().flat_map(|file| file.records.iter().map(|_| &*file.delivered_at));
    let arrived: Vec<i64> = delivered
        .enumerate()
        .map(|(number, at)| Time::parse(at, Time(0)).unwrap().0 + minutes(number) * 60_000)
        .collect();
    let said: Vec<String> = arrived.iter().map(|at| Time(*at).to_string()).collect();
    let options = Options { arrival: Some("loaded".to_owned()), late_after: Some(Span(5 * 60_000)), ..options() };
    for (r#type, column) in [
        ("int64 loaded (TIMESTAMP_MILLIS)", Column::Numbers(arrived.clone())),
        ("int64 loaded (TIMESTAMP(NANOS,true))", Column::Numbers(arrived.iter().map(|at| at * 1_000_000).collect())),
        ("binary loaded (UTF8)", texts(said.iter().map(|at| &**at))),
    ] {
        let schema = format!("required binary id (UTF8); required {type};");
        let outcome = HOUR.with(file(&schema, plain(), &[vec![texts(ids()), column]]), &options).unwrap();
        assert_eq!((outcome.sums.late, outcome.findings()), (100, 100), "{type}");
    }
}

#[test]
fn ids_that_are_missing_or_foreign_are_counted() {
    let ids = ids();
    let foreign = Uuid::nil().to_string();
    let rows = [Some(ids[0]), None, Some(&*foreign), Some("x"), Some(" "), Some(ids[1])];
    let outcome = HOUR.reconcile(file("optional binary id (UTF8);", plain(), &[vec![some(rows)]]));
    assert_eq!((counts(&outcome), outcome.without_id), ([6, 2, 298, 2, 0, 0], 2));
    let lines: Vec<u64> = outcome.foreign_items.iter().map(|foreign| foreign.place.line).collect();
    assert_eq!(lines, [3, 4]);
    let nothing = HOUR.reconcile(file("optional binary id (UTF8);", plain(), &[]));
    assert_eq!(counts(&nothing), [0, 0, 300, 0, 0, 0]);
}

#[test]
fn what_is_wrong_with_a_file_is_told() {
    let whole = file("required binary id (UTF8);", plain(), &[vec![texts(ids())]]);
    let said = |bytes: Vec<u8>| HOUR.with(bytes, &options()).map(drop).unwrap_err().to_string();
    let place = |wanted: &[u8]| whole.windows(wanted.len()).position(|bytes| bytes == wanted).unwrap();
    let footer = whole.len() - 8 - u32::from_le_bytes(whole[whole.len() - 8..][..4].try_into().unwrap()) as usize;
    let mut broken = whole.clone();
    broken[4..40].fill(0xff);
    assert!(place(ids()[0].as_bytes()) < footer);
    for (bytes, what) in [
        (b"PAR1".to_vec(), "cannot read `received`: the Parquet data is wrong: the footer at its end: "),
        (whole[..footer].to_vec(), "cannot read `received`: the Parquet data is wrong: the footer at its end: "),
        (broken, "cannot read `received`: the Parquet data is wrong: column `id`: "),
    ] {
        let said = said(bytes);
        assert!(said.starts_with(what), "{said}");
    }
    // A file may end anywhere, and any byte may be another: that is told, and never a reason to panic.
    for end in (0..whole.len()).step_by(97) {
        assert!(end < 4 || HOUR.with(&whole[..end], &options()).is_err(), "{end}");
    }
    for at in (4..whole.len()).step_by(41) {
        let mut other = whole.clone();
        other[at] ^= 0x55;
        let _ = HOUR.with(other, &options());
    }
}
