//! The whole stage: files in, scenarios or mistakes out.

mod mistakes;
mod round_trip;

use super::*;
use crate::mistake::Mistake;

const NOW: Time = Time(1_772_452_800_000);
const ACTIONS: [&str; 3] = ["CreateUser", "GetRawMessageContent", "ListUsers"];

fn parse(text: &str) -> Result<Wish, Mistakes> {
    Wish::parse("a.toml", text, &ACTIONS, NOW)
}

fn scenario(text: &str) -> Scenario {
    parse(text).and_then(Wish::resolve).unwrap()
}

fn mistakes(text: &str) -> Vec<Mistake> {
    parse(text).and_then(Wish::resolve).unwrap_err().0
}

/// A mistake's first line, and its hint.
fn shown(mistake: &Mistake) -> String {
    let text = mistake.to_string();
    let lines = text.lines().enumerate().filter(|(index, line)| *index == 0 || line.starts_with("hint: "));
    lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_empty_file_asks_for_the_default_scenario() {
    let scenario = scenario("");
    assert_eq!(scenario, Scenario::default());
    let window = &scenario.time;
    assert_eq!(format!("{} {}", window.start, window.end), "2026-03-02T00:00:00Z 2026-03-03T00:00:00Z");
    assert_eq!((scenario.seed, scenario.traffic.events, scenario.traffic.errors_ppm), (0, 1_000, 60_000));
    let account = &scenario.accounts[0];
    assert_eq!((account.users, account.groups, account.resources), (200, 25, 20));
    assert_eq!(scenario.addresses.len(), 2);
}

#[test]
fn the_starter_asks_for_the_default_scenario_with_its_keys_in_comments_and_without() {
    assert_eq!(scenario(STARTER), Scenario::default());
    let is_key = |line: &&str| line.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let uncommented: Vec<&str> = STARTER.lines().map(|line| if is_key(&line) { &line[1..] } else { line }).collect();
    assert_eq!(scenario(&uncommented.join("\n")), Scenario::default());
    assert!(uncommented.len() > STARTER.lines().filter(|line| !is_key(line)).count() + 20);
}

#[test]
fn the_starter_shows_every_key() {
    for key in fields::FIELDS.iter().flat_map(|(_, keys)| *keys) {
        let is_shown = [format!("{key} = "), format!("[{key}]")].iter().any(|text| STARTER.contains(text));
        assert!(is_shown, "{key}");
    }
}

/// A key that is listed as known but never read would be silently ignored.
#[test]
fn every_known_key_is_read() {
    for (section, keys) in fields::FIELDS {
        for key in keys.iter().filter(|key| fields::FIELDS.iter().all(|(name, _)| name != *key)) {
            let header = match section {
                fields::TOP => String::new(),
                "account" => "[[account]]\n".to_owned(),
                _ => format!("[{section}]\n"),
            };
            let found = mistakes(&format!("{header}{key} = [{{}}, 00:00:00]"));
            assert!(found.iter().any(|mistake| mistake.what.starts_with("expected ")), "{section} {key}: {found:?}");
        }
    }
}

#[test]
fn everything_that_can_be_asked_for_is_kept() {
    let all = scenario(
        r#"
        seed = 18446744073709551615
        format = 1
        templates = ["mine", "../theirs"]
        [time]
        start = "now-24h"
        end = 2026-03-02 13:00:00+01:00
        shape = "night-batch"
        [traffic]
        rate = "50/s"
        pace = "600/m for 5m, 10/s..100/s for 90s"
        errors = 1e-6
        mix = { CreateUser = 2.5, ListUsers = 0 }
        only = true
        identity = "AssumedRole"
        neighbours = 0.5
        [[account]]
        id = "000000000001"
        regions = ["us-west-2", "eu-west-1"]
        organizations = 2
        users = 1
        [[account]]
        groups = 1
        resources = 1
        [trail]
        name = "t-1"
        bucket = "audit-lab"
        prefix = "a/b"
        organization = "o-exampleorgid"
        records_per_file = 1
        writers = 12
        gzip = "small"
        flush = "90s"
        digests = true
        signing_key = "key.pem"
        key_lifetime = "7d"
        home_region = "eu-west-1"
        backfill = 0.01
        stopped = ["2026-03-01T15:00:00Z/2026-03-01T18:00:00Z"]
        [records]
        style = "2017"
        event_version = "1.10"
        redaction = true
        message_flow_source = "workmailmessageflow.amazonaws.com"
        parameter_order = "alphabetical"
        [addresses]
        pool = ["2001:db8::/32"]
        "#,
    );
    assert_eq!(all.to_toml(), include_str!("all.toml"));
    assert_eq!(all.to_json().to_string(), include_str!("all.json").trim_end());
    assert_eq!(scenario(&all.to_toml()), all);
    assert_eq!(all.check(&ACTIONS), Ok(()));
}

#[test]
fn templates_are_relative_to_the_file() {
    let text = "templates = [\"mine\", \"/abs\"]\nsed = 1\n";
    let folders = [PathBuf::from("ci/mine"), PathBuf::from("/abs")];
    assert_eq!(templates_of("ci/a.toml", text), folders);
    let wish = Wish::parse("ci/a.toml", &text[..text.len() - 8], &[], NOW).unwrap();
    assert_eq!(wish.resolve().unwrap().templates, folders);
    assert!(templates_of("a.toml", "templates = [").is_empty());
}

#[test]
fn flags_win_over_the_file() {
    let file = parse(
        "seed = 1\n[time]\nfor = \"2h\"\n[traffic]\nevents = 5\n\
         [[account]]\nid = \"000000000001\"\nusers = 9\n[[account]]\nid = \"000000000002\"\n",
    );
    let id = |text| Asked::by_flag("--account", AccountId::parse(text).unwrap());
    let flags = Wish {
        seed: Some(Asked::by_flag("--seed", 7)),
        amount: Some(Asked::by_flag("--rate", Amount::Rate(Rate::parse("1/s").unwrap()))),
        account_ids: vec![id("000000000003"), id("000000000001")],
        regions: vec![Asked::by_flag("--region", "eu-west-1".to_owned())],
        ..Wish::default()
    };
    let scenario = file.unwrap().overlay(flags).resolve().unwrap();
    assert_eq!((scenario.seed, scenario.traffic.events), (7, 7_200));
    let accounts: Vec<_> = scenario.accounts.iter().map(|account| (account.id.as_str(), account.users)).collect();
    assert_eq!(accounts, [("000000000003", 200), ("000000000001", 9)]);
    assert!(scenario.streams().all(|(_, _, region)| region == "eu-west-1"));
}

#[test]
fn what_flags_and_file_disagree_on_is_named_after_the_flag() {
    let flags = Wish { end: Some(Asked::by_flag("--end", End::At(Time(1_767_225_600_000)))), ..Wish::default() };
    let found = parse("[time]\nfor = \"1h\"\n").unwrap().overlay(flags).resolve().unwrap_err();
    assert_eq!(
        found.to_string(),
        "--end: the window ends at 2026-01-01T00:00:00Z, not later than it starts, at 2026-03-02T00:00:00Z\n\
         hint: without `start` it starts at 2026-03-02T00:00:00Z"
    );
}

#[test]
fn a_file_written_on_windows_is_read_alike() {
    assert_eq!(scenario(&STARTER.replace('\n', "\r\n")), Scenario::default());
    assert_eq!(scenario("\u{feff}seed = 7\r\n").seed, 7);
}
