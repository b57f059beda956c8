//! Mistakes that no file has alone: events that stand twice, and a manifest that says otherwise.

use super::shelf::Shelf;
use super::{pack, unpack};

/// All findings as text.
fn found(shelf: &Shelf) -> Vec<String> {
    shelf.check().1.iter().map(ToString::to_string).collect()
}

/// The eventID of the first record of a text.
fn event_id(text: &str) -> &str {
    let at = text.find("\"eventID\":\"").unwrap() + 11;
    &text[at..at + 36]
}

#[test]
fn an_event_that_stands_twice_in_a_file_is_found() {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    let text = unpack(&shelf.objects[&key]);
    let end = text.find("},{\"eventVersion\"").unwrap() + 1;
    let first = &text["{\"Records\":[".len()..end];
    let text = text.replace("]}", &format!(",{first}]}}"));
    let last = text.matches("{\"eventVersion\"").count() - 1;
    let id = event_id(&text).to_owned();
    shelf.objects.insert(key.clone(), pack(text.as_bytes()));
    assert_eq!(found(&shelf), [format!("{key}:{last}:/eventID: {id} is also that of {key}:0")]);
}

#[test]
fn an_event_that_stands_in_two_files_is_found() {
    let mut shelf = Shelf::office();
    let key = shelf.key_with_several_records();
    let copy = key.split_at(key.len() - "0123456789abcdef.json.gz".len()).0.to_owned() + "zzzzzzzzzzzzCopy.json.gz";
    let text = unpack(&shelf.objects[&key]);
    shelf.objects.insert(copy.clone(), pack(text.as_bytes()));
    let records = text.matches("{\"eventVersion\"").count();
    let lines = found(&shelf);
    assert_eq!(lines.len(), records, "{lines:#?}");
    let first = format!("{copy}:0:/eventID: {} is also that of {key}:0", event_id(&text));
    assert_eq!(lines[0], first);
}

/// One change of the manifest or of an object, and what is found.
fn assert_differs(name: &str, change: fn(&mut Shelf, &str), words: &str) {
    let mut shelf = Shelf::with_manifest();
    let key = shelf.objects.keys().nth(1).unwrap().clone();
    change(&mut shelf, &key);
    let lines = found(&shelf);
    let words = words.replace("KEY", &key);
    assert!(lines.iter().any(|line| line.contains(&words)), "{name}: expected {words}, found {lines:#?}");
}

/// Replaces a text in the line of an object.
fn in_line(shelf: &mut Shelf, key: &str, from: &str, to: &str) {
    let line = |line: &str| if line.contains(key) { line.replacen(from, to, 1) } else { line.to_owned() };
    let lines: Vec<String> = shelf.manifest.as_ref().unwrap().lines().map(line).collect();
    shelf.manifest = Some(lines.join("\n"));
}

#[test]
fn a_manifest_that_says_otherwise_is_found() {
    let cases: [(&str, fn(&mut Shelf, &str), &str); 10] = [
        (
            "an object is gone",
            |shelf, key| drop(shelf.objects.remove(key)),
            "KEY: is listed in the manifest and not there",
        ),
        (
            "an object is too many",
            |shelf, key| {
                drop(shelf.objects.insert(
                    key.replace(".json.gz", "").split_at(key.len() - 12).0.to_owned() + "More.json.gz",
                    pack(b"{}"),
                ))
            },
            "More.json.gz: is not listed in the manifest",
        ),
        (
            "other bytes",
            |shelf, key| {
                let text = unpack(&shelf.objects[key]);
                shelf.objects.insert(key.to_owned(), pack(text.as_bytes()));
            },
            "KEY: the manifest says sha256 ",
        ),
        (
            "another size",
            |shelf, key| in_line(shelf, key, "\"bytes\":", "\"bytes\":1"),
            "KEY: the manifest says bytes 1",
        ),
        (
            "another hash",
            |shelf, key| in_line(shelf, key, "\"sha256\":\"", "\"sha256\":\"x"),
            "KEY: the manifest says sha256 x",
        ),
        (
            "another number of records",
            |shelf, key| in_line(shelf, key, "\"records\":", "\"records\":1"),
            "KEY: the manifest says records 1",
        ),
        (
            "another size of the text",
            |shelf, key| in_line(shelf, key, "\"rawBytes\":", "\"rawBytes\":1"),
            "KEY: the manifest says rawBytes 1",
        ),
        (
            "other sums",
            |shelf, key| in_line(shelf, key, "\"records\":", "\"records\":1"),
            "manifest.jsonl: the footer says 300 records, the lines say ",
        ),
        (
            "no end",
            |shelf, _| {
                let text = shelf.manifest.take().unwrap();
                shelf.manifest = Some(text.split("{\"type\":\"footer\"").next().unwrap().to_owned());
            },
            "manifest.jsonl: has no footer",
        ),
        (
            "no JSON",
            |shelf, _| {
                shelf.manifest.as_mut().unwrap().insert_str(0, "?\n");
            },
            "manifest.jsonl: line 1 is no JSON object of a manifest",
        ),
    ];
    for (name, change, words) in cases {
        assert_differs(name, change, words);
    }
}
