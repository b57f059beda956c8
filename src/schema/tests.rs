//! The schemas are sound, and this checker agrees with a general one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::*;

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut open = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> Json {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn schema(name: &str) -> Json {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name))
}

/// Our words for the breaches of a record.
fn breaches(schemas: &Schemas, record: &Json) -> Vec<Breach> {
    let text = record.to_string();
    let tape: Tape = serde_json::from_str(&text).unwrap();
    let mut breaches = Breaches::all();
    schemas.check_record(tape.value(), &mut breaches);
    let [source, name] = ["eventSource", "eventName"].map(|member| record[member].as_str().unwrap_or_default());
    if let Some(action) = schemas.action(source, name) {
        schemas.check(action, tape.value(), &mut breaches);
    }
    breaches.take()
}

#[test]
fn every_schema_is_one_of_2020_12() {
    let files = files();
    assert_eq!(files.len(), 3 + 94);
    for file in files {
        let schema = read(&file);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", file.display());
        let valid = jsonschema::meta::validate(&schema).map_err(|error| error.to_string());
        assert_eq!(valid, Ok(()), "{}", file.display());
    }
}

/// Also: they hold no keyword that this checker does not know.
#[test]
fn every_action_is_found_by_its_source_and_name() {
    let schemas = Schemas::built_in();
    assert_eq!(schemas.actions["workmail.amazonaws.com"].len(), 92);
    for source in ["workmailMessageFlow.amazonaws.com", "workmailmessageflow.amazonaws.com"] {
        assert_eq!(schemas.actions[source].len(), 2);
    }
    for file in files().into_iter().filter(|file| file.parent().unwrap().file_name().unwrap() != "schemas") {
        let schema = read(&file);
        assert_eq!(Some(schema["title"].as_str().unwrap()), file.file_stem().unwrap().to_str());
        assert_eq!(schema["title"], schema["properties"]["eventName"]["const"]);
    }
    assert!(schemas.action("workmail.amazonaws.com", "CreateUser").is_some());
    assert!(schemas.action("kms.amazonaws.com", "CreateUser").is_none());
}

/// The documented records of 2017.
fn samples() -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/samples-2017.json");
    read(&path).as_array().unwrap().clone()
}

#[test]
fn documented_records_break_nothing() {
    let schemas = Schemas::built_in();
    for record in samples() {
        assert_eq!(breaches(&schemas, &record), [], "{record}");
    }
}

/// Every value of a record, by its pointer.
fn pointers(value: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| {
            pointers(value, &format!("{at}/{name}"), found);
        }),
        Json::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            pointers(value, &format!("{at}/{index}"), found);
        }),
        _ => {}
    }
}

/// The record with each value in turn taken away, replaced by others, and with something added beside it.
fn mutations(record: &Json) -> Vec<Json> {
    let mut places = Vec::new();
    pointers(record, "", &mut places);
    let values = [
        json!(null),
        json!(true),
        json!(7),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("1.11"),
        json!({}),
        json!([]),
        json!({"a": 1}),
    ];
    let mut mutants = vec![record.clone()];
    for place in places.iter().filter(|place| !place.is_empty()) {
        for value in &values {
            let mut mutant = record.clone();
            *mutant.pointer_mut(place).unwrap() = value.clone();
            mutants.push(mutant);
        }
        let (above, name) = place.rsplit_once('/').unwrap();
        let mut mutant = record.clone();
        if let Some(Json::Object(members)) = mutant.pointer_mut(above) {
            members.shift_remove(name);
            members.insert("surprise".into(), json!("x"));
        }
        mutants.push(mutant);
    }
    for (name, value) in [
        ("errorCode", json!("AccessDenied")),
        ("errorCode", json!("EntityNotFoundException")),
        ("errorCode", json!("InvalidParameterException")),
        ("eventCategory", json!("Data")),
        ("sharedEventID", json!("00000000-0000-3000-8000-000000000001")),
        ("tlsDetails", json!({"tlsVersion": "TLSv1.3"})),
    ] {
        let mut mutant = record.clone();
        mutant[name] = value;
        mutants.push(mutant);
    }
    mutants
}

/// `jsonschema` knows nothing of `x-order`, which says nothing here: members keep their places.
#[test]
fn a_general_checker_agrees() {
    let schemas = Schemas::built_in();
    let general = jsonschema::draft202012::new(&schema("record.json")).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/office/AWSLogs");
    let mut records = samples();
    let mut open = vec![golden];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            records.extend(read(&path)["Records"].as_array().unwrap().iter().take(1).cloned());
        }
    }
    let mut wrong = 0;
    for record in &records {
        let [source, name] = ["eventSource", "eventName"].map(|member| record[member].as_str().unwrap());
        let folder = source.split('.').next().unwrap().to_lowercase();
        let of_action = jsonschema::draft202012::new(&schema(&format!("{folder}/{name}.json"))).unwrap();
        for mutant in mutations(record) {
            // An action that is not named is not looked up.
            let same = mutant["eventSource"] == record["eventSource"] && mutant["eventName"] == record["eventName"];
            let expected = general.is_valid(&mutant) && (!same || of_action.is_valid(&mutant));
            let found = breaches(&schemas, &mutant);
            let ordered: Vec<&Breach> = found.iter().filter(|breach| !breach.what.starts_with("stands ")).collect();
            assert_eq!(ordered.is_empty(), expected, "{mutant}\n{found:#?}");
            wrong += u32::from(!expected);
        }
    }
    assert!(wrong > 1_000, "{wrong} of the mutants are wrong");
}

#[test]
fn breaches_tell_where_and_what() {
    let schemas = Schemas::built_in();
    let sample = samples().remove(0);
    let with = |pointer: &str, value: Json| {
        let mut record = sample.clone();
        *record.pointer_mut(pointer).unwrap() = value;
        breaches(&schemas, &record).into_iter().map(|breach| format!("{}: {}", breach.pointer, breach.what)).collect()
    };
    for (pointer, value, expected) in [
        ("/eventTime", json!("2017-12-12 08:00"), "/eventTime: \"2017-12-12 08:00\" does not match ^[0-9]{4}-"),
        ("/eventID", json!(7), "/eventID: expected a text, found 7"),
        ("/userIdentity/type", json!("User"), "/userIdentity/type: expected one of \"Root\", "),
        (
            "/requestParameters",
            json!({"name": "a", "displayName": "b"}),
            "/requestParameters: member `organizationId` is missing",
        ),
        ("/responseElements", json!({"userID": "00000000-0000"}), "/responseElements: member `userId` is missing"),
        ("/requestParameters/name", json!(""), "/requestParameters/name: \"\" is shorter than 1 characters"),
    ] {
        let found: Vec<String> = with(pointer, value);
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
    }
}
