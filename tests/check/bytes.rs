//! Mistakes in the bytes of a file: gzip, JSON, and the document around the records.

use super::{Found, assert_found_in_object, assert_found_in_text, pack};

#[test]
fn mistakes_in_gzip() {
    let cases: [(&str, fn(&mut Vec<u8>), &str); 12] = [
        ("half of it", |bytes| bytes.truncate(bytes.len() / 2), "ends within the gzip data, after "),
        ("no trailer", |bytes| bytes.truncate(bytes.len() - 8), "ends within the gzip header or trailer"),
        ("half a header", |bytes| bytes.truncate(7), "ends within the gzip header or trailer, after 7 bytes"),
        ("another CRC", |bytes| last(bytes, 8, |byte| byte ^ 1), "the CRC of the gzip trailer is "),
        ("another length", |bytes| last(bytes, 4, |byte| byte ^ 1), "the length in the gzip trailer is "),
        ("a byte behind it", |bytes| bytes.push(0), "something follows the end of the gzip data, at byte "),
        ("a second member", |bytes| bytes.extend(pack(b" ")), "something follows the end of the gzip data"),
        ("another method", |bytes| bytes[2] = 7, "the gzip header is wrong: method 7, flags 0x00"),
        ("unknown flags", |bytes| bytes[3] = 0x80, "the gzip header is wrong: method 8, flags 0x80"),
        ("a block of no kind", |bytes| bytes[10] |= 0b110, "the gzip data is wrong near byte "),
        ("nothing", Vec::clear, "is not gzip, though its name says so"),
        ("plain text", |bytes| *bytes = super::unpack(bytes).into_bytes(), "is not gzip, though its name says so"),
    ];
    for (name, change, words) in cases {
        assert_found_in_object(name, change, ("", words));
    }
}

/// Changes a byte so many from the end.
fn last(bytes: &mut [u8], from_end: usize, change: fn(u8) -> u8) {
    let place = bytes.len() - from_end;
    bytes[place] = change(bytes[place]);
}

/// Optional parts of the header are allowed, though `CloudTrail` writes none.
#[test]
fn a_longer_gzip_header_is_no_mistake() {
    let mut shelf = super::Shelf::office();
    for bytes in shelf.objects.values_mut() {
        bytes[3] = 0b11110;
        bytes.splice(10..10, *b"\x03\x00abcname\x00words\x00\x12\x34");
    }
    assert_eq!(shelf.check().1, []);
}

#[test]
fn mistakes_in_json() {
    let cases: [(&str, fn(&str) -> String, Found); 13] = [
        ("half of it", |text| text[..text.len() / 2].to_owned(), ("", "is not JSON at byte ")),
        ("no comma", |text| text.replacen("},{\"eventV", "} {\"eventV", 1), ("", "expected `,` or `]` after a record")),
        ("two commas", |text| text.replacen("},{\"eventV", "},,{\"eventV", 1), ("", ": expected value")),
        ("a comma at the end", |text| text.replace("}]}", "},]}"), ("", ": expected value")),
        (
            "no colon",
            |text| text.replacen("\"Records\":", "\"Records\"", 1),
            ("", "is not JSON at byte 10: expected `:`"),
        ),
        (
            "a tab in a text",
            |text| text.replacen("\"Root\"", "\"Ro\tot\"", 1).replacen("\"eventTime\":\"", "\"eventTime\":\"\t", 1),
            ("", "control character"),
        ),
        ("more behind it", |text| format!("{text}{{}}"), ("", "something follows the end of the JSON document")),
        ("a second member", |text| text.replacen('{', "{\"Version\":1,", 1), ("/Version", "unknown member")),
        ("another name", |text| text.replacen("Records", "records", 1), ("", "member `Records` is missing")),
        ("an object of records", |_| "{\"Records\":{}}".to_owned(), ("/Records", "expected an array, found {}")),
        ("no records", |_| "{\"Records\":[]}".to_owned(), ("", "holds no records")),
        (
            "the records alone",
            |text| text["{\"Records\":".len()..text.len() - 1].to_owned(),
            ("", "expected an object, found ["),
        ),
        ("records twice", |text| text.replacen('{', "{\"Records\":[],", 1), ("/Records", "stands twice")),
    ];
    for (name, change, found) in cases {
        assert_found_in_text(name, change, found);
    }
    assert_found_in_object(
        "no UTF-8",
        |bytes| {
            let mut text = super::unpack(bytes).into_bytes();
            text[40] = 0xff;
            *bytes = pack(&text);
        },
        ("", "is not JSON at byte "),
    );
}

/// The place that is told is that of the mistake, also far behind the first window.
#[test]
fn the_place_of_a_mistake_is_counted_from_the_start_of_the_text() {
    let mut shelf = super::Shelf::office();
    let key = shelf.key_with_several_records();
    let text = super::unpack(&shelf.objects[&key]);
    let records = &text["{\"Records\":[".len()..text.len() - 2];
    let many = vec![records; 2_000].join(",\n");
    let text = format!("{{\"Records\":[\n{many},?]}}");
    let place = text.find('?').unwrap();
    assert!(place > 4_000_000);
    shelf.objects = [(key, pack(text.as_bytes()))].into();
    let (_, findings) = shelf.check();
    let expected = format!("is not JSON at byte {place}: expected value");
    assert!(findings.iter().any(|finding| finding.message == expected), "{expected}");
}
