//! What is said about mistakes.

use super::{mistakes, parse, scenario, shown};

#[test]
fn all_mistakes_of_a_file_are_reported_at_once_in_its_order() {
    let text = r#"sed = 7
[time]
start = 2026-03-03T00:00:00Z
end = 2026-03-02T00:00:00Z
[traffic]
events = "x"
mix = { CreatUser = 1, ListUsers = -1 }
[[account]]
id = 111122223333
regions = ["us-east-1", "eu-central-1"]
[trail]
digests = 5
[[incident]]
kind = "mailbox-export"
"#;
    let found: Vec<String> = mistakes(text).iter().map(shown).collect();
    assert_eq!(
        found,
        [
            "a.toml:1:1: unknown field `sed`, expected one of `seed`, `format`, `templates`, `time`, `traffic`, \
             `account`, `trail`, `records`, `addresses`, `faults`\nhint: did you mean `seed`?",
            "a.toml:4:7: the window ends at 2026-03-02T00:00:00Z, not later than it starts, at 2026-03-03T00:00:00Z",
            "a.toml:6:10: expected a whole number, found text \"x\"",
            "a.toml:7:9: unknown action `CreatUser`\nhint: did you mean `CreateUser`? `mocktrail actions` lists them all",
            "a.toml:7:36: the weight of `ListUsers` must be from 0 to 1000000, found -1",
            "a.toml:9:6: expected text, found whole number 111122223333\nhint: put it in quotes: \"111122223333\"",
            "a.toml:10:25: WorkMail does not exist in `eu-central-1`, only in `us-east-1`, `us-west-2`, `eu-west-1`",
            "a.toml:12:11: expected true or false, found whole number 5",
            "a.toml:13:3: `[[incident]]` is not available in this version",
        ]
    );
}

#[test]
fn a_mistake_shows_its_line() {
    assert_eq!(
        parse("[traffic]\nrat = \"50/s\"\n").unwrap_err().to_string(),
        "a.toml:2:1: unknown field `rat` in `[traffic]`, expected one of `events`, `rate`, `pace`, `errors`, `mix`, `only`, \
         `identity`, `neighbours`\n    2 | rat = \"50/s\"\n      | ^^^\nhint: did you mean `rate`?"
    );
}

/// Each case: a file, and the one mistake in it.
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found: Vec<String> = mistakes(text).iter().map(shown).collect();
        assert_eq!(found, [format!("a.toml:{expected}")], "{text}");
    }
}

#[test]
fn keys_and_sections_are_known_ones() {
    check(&[
        ("seed = -1", "1:8: `seed` must be from 0 to 18446744073709551615, found -1"),
        ("seed = 1.5", "1:8: expected a whole number, found decimal number 1.5"),
        (
            "format = 2",
            "1:10: this version does not write format 2\n\
             hint: it writes format 1; for another, use a version of mocktrail that writes it",
        ),
        ("templates = \"mine\"", "1:13: expected a list, found text \"mine\""),
        ("templates = [1]", "1:14: expected text, found whole number 1\nhint: put it in quotes: \"1\""),
        ("time = 5", "1:8: expected `[time]`, found whole number 5"),
        ("[[time]]", "1:1: expected `[time]`, found a list"),
        ("[account]", "1:1: expected `[[account]]`, found a section"),
        ("account = [5]", "1:12: expected `[[account]]`, found whole number 5"),
        (
            "[faults]\nlate = 1.01",
            "2:8: `late` must be from 0 to 1, found 1.01\nhint: it is a share: 6 % is written 0.06",
        ),
        (
            "[faults]\nduplicate_objects = 0.5",
            "2:21: expected a whole number, found decimal number 0.5\nhint: it is a number of objects, not a share",
        ),
        (
            "[faults]\nversion_drift = 0.1\n[records]\nstyle = \"2017\"",
            "2:17: `version_drift` needs records newer than eventVersion 1.05, which is the oldest\n\
             hint: leave it out, or ask for a later `event_version` in `[records]`",
        ),
        ("[faults]\nbom_objects = -1", "2:15: `bom_objects` must be from 0 to 10000000, found -1"),
        (
            "[faults]\ntiny_objects = 1001",
            "2:16: `tiny_objects` asks for 1001 objects, more than there are events, 1000\n\
             hint: ask for fewer, or for more `events` in `[traffic]`",
        ),
        (
            "[trail]\nstopped = [\"noon\"]",
            "2:12: `noon` is not two times\nhint: write `2026-03-02T10:00:00Z/2026-03-02T13:00:00Z`",
        ),
        (
            "[trail]\nstopped = [\"2026-03-02T10:00:00Z/2026-03-02T11:00:00Z\"]",
            "2:12: a trail is stopped for two hours or more",
        ),
        (
            "[trail]\nstopped = [\"2026-03-02T01:00:00Z/2026-03-02T11:00:00Z\"]",
            "2:12: the trail must log for two hours or more before, between and after its stops\n\
             hint: it logs from 2026-03-02T00:00:00Z to 2026-03-03T00:00:00Z",
        ),
        ("[trail]\nkey_lifetime = \"1h\"", "2:16: a key lasts two hours or more, not 1h"),
        (
            "[traffic]\nerrors = 0.5\nneighbours = 0.6",
            "3:14: `neighbours` and `errors` together are more than all records",
        ),
        (
            "[addresses]\ntemplates = [\"mine\"]",
            "2:1: unknown field `templates` in `[addresses]`, expected `pool`\n\
             hint: `templates` belongs at the top of the file, above the first section",
        ),
        (
            "[records]\nusers = 5",
            "2:1: unknown field `users` in `[records]`, expected one of `style`, `event_version`, `tls_details`, `redaction`, `message_flow_source`, `parameter_order`\n\
             hint: `users` belongs in `[[account]]`",
        ),
    ]);
}

#[test]
fn the_window_makes_sense() {
    check(&[
        (
            "[time]\nstart = \"yesterday\"",
            "2:9: `yesterday` is not a time\nhint: write `2026-03-02T00:00:00Z`, or a time relative to now: `now-24h`",
        ),
        ("[time]\nstart = 5", "2:9: expected a time, found whole number 5"),
        (
            "[time]\nstart = 2026-03-02",
            "2:9: expected a date, a time and a zone, found time 2026-03-02\nhint: in UTC: `2026-03-02T00:00:00Z`",
        ),
        (
            "[time]\nstart = 2026-03-02T09:30",
            "2:9: expected a date, a time and a zone, found time 2026-03-02T09:30\nhint: in UTC: `2026-03-02T09:30:00Z`",
        ),
        ("[time]\nstart = 09:30:00", "2:9: expected a time, found time 09:30:00"),
        ("[time]\nstart = 2009-12-31T00:00:00Z", "2:9: `2009-12-31T00:00:00Z` lies outside the years 2010 to 2099"),
        (
            "[time]\nend = 2026-03-03T00:00:00Z\nfor = \"1h\"",
            "3:7: `end` and `for` exclude each other\nhint: remove one of them",
        ),
        (
            "[time]\nfor = \"24\"",
            "2:7: `24` is not a length of time\nhint: write whole numbers with units: `90s`, `5m`, `24h`, `7d`, `1h30m`",
        ),
        ("[time]\nfor = \"0s\"", "2:7: `0s` is no time at all"),
        ("[time]\nfor = \"9999w\"", "2:7: the window reaches beyond the years 2010 to 2099"),
        ("[time]\nstart = 2099-12-31T12:00:00Z", "2:9: the window reaches beyond the years 2010 to 2099"),
        (
            "[time]\nend = 2026-03-02T00:00:00Z",
            "2:7: the window ends at 2026-03-02T00:00:00Z, not later than it starts, at 2026-03-02T00:00:00Z\n\
             hint: without `start` it starts at 2026-03-02T00:00:00Z",
        ),
        (
            "[time]\nshape = \"nightly\"",
            "2:9: unknown shape `nightly`, expected one of `office`, `flat`, `night-batch`",
        ),
    ]);
}

#[test]
fn traffic_makes_sense() {
    check(&[
        ("[traffic]\nevents = 0", "2:10: `events` must be from 1 to 17592186044416, found 0"),
        (
            "[traffic]\nevents = 1\nrate = \"1/s\"",
            "3:8: `events` and `rate` exclude each other\nhint: remove one of them",
        ),
        (
            "[traffic]\nrate = \"50\"",
            "2:8: `50` is not a rate\nhint: write events per second, minute or hour: `50/s`, `600/m`, `20/h`",
        ),
        (
            "[time]\nfor = \"1m\"\n[traffic]\nrate = \"1/h\"",
            "4:8: 1/h for 1m: `events` must be from 1 to 17592186044416, found 0",
        ),
        (
            "[traffic]\nerrors = 6",
            "2:10: `errors` must be from 0 to 1, found 6\nhint: it is a share: 6 % is written 0.06",
        ),
        (
            "[traffic]\nerrors = nan",
            "2:10: `errors` must be from 0 to 1, found NaN\nhint: it is a share: 6 % is written 0.06",
        ),
        ("[traffic]\nmix = 5", "2:7: expected a table, found whole number 5"),
        ("[traffic.mix]\nXyz = 5", "2:1: unknown action `Xyz`\nhint: `mocktrail actions` lists them all"),
        (
            "[traffic]\nmix = { CreateUser = 0, GetRawMessageContent = 0, ListUsers = 0 }",
            "2:7: `mix` removes every action",
        ),
        (
            "[traffic]\nonly = true",
            "2:8: `only` removes every action that `mix` does not name, and `mix` names none to keep",
        ),
        ("[traffic]\nonly = 1", "2:8: expected true or false, found whole number 1"),
        (
            "[traffic]\nidentity = \"a role\"",
            "2:12: `a role` is not a valid type of identity\nhint: it is one word; `mocktrail identities` lists them all",
        ),
    ]);
}

#[test]
fn accounts_make_sense() {
    check(&[
        ("[[account]]\nid = \"1\"", "2:6: `1` is not an account id\nhint: it is 12 digits"),
        (
            "[[account]]\n[[account]]\nid = \"111122223333\"",
            "3:6: account 111122223333 is given twice\nhint: one section holds all its regions",
        ),
        (
            "[[account]]\n[[account]]",
            "2:1: account 111122223333 is given twice\nhint: one section holds all its regions",
        ),
        ("[[account]]\nregions = []", "2:11: `regions` is an empty list\nhint: leave it out to get the default"),
        ("[[account]]\nregions = [\"us-east-1\", \"us-east-1\"]", "2:25: region `us-east-1` is given twice"),
        ("[[account]]\norganizations = 101", "2:17: `organizations` must be from 1 to 100, found 101"),
        ("[[account]]\nusers = 1_000_001", "2:9: `users` must be from 1 to 1000000, found 1000001"),
    ]);
}

#[test]
fn the_trail_and_its_records_can_exist() {
    check(&[
        (
            "[trail]\nname = \"x\"",
            "2:8: `x` is not a valid trail name\n\
             hint: it is 3 to 128 letters, digits and single `.`, `_` or `-` between them",
        ),
        (
            "[trail]\nbucket = \"Audit\"",
            "2:10: `Audit` is not a valid bucket name\n\
             hint: it is 3 to 63 lowercase letters, digits, `.` and `-`, with a letter or digit at both ends",
        ),
        ("[trail]\nprefix = \"/a\"", "2:10: the prefix `/a` must not start or end with a slash\nhint: write `a`"),
        (
            "[trail]\norganization = \"exampleorgid\"",
            "2:16: `exampleorgid` is not a valid organization id\n\
             hint: it is `o-` and 10 to 32 lowercase letters and digits",
        ),
        ("[trail]\nrecords_per_file = 0", "2:20: `records_per_file` must be from 1 to 1000000, found 0"),
        (
            "[records]\nstyle = \"2018\"",
            "2:9: unknown style `2018`, expected one of `current`, `2017`\nhint: did you mean `2017`?",
        ),
        (
            "[records]\nevent_version = 1.10",
            "2:17: expected text, found decimal number 1.10\nhint: put it in quotes: \"1.10\"",
        ),
        (
            "[addresses]\npool = [\"203.0.113.7/24\"]",
            "2:9: `203.0.113.7/24` does not start at the first address of its range\nhint: did you mean `203.0.113.0/24`?",
        ),
    ]);
}

#[test]
fn all_errors_of_syntax_are_reported_at_once() {
    let found: Vec<String> =
        mistakes("seed = 5x\n[traffic]\nevents = 007\nonly = true\nonly = true\n").iter().map(shown).collect();
    assert_eq!(
        found,
        [
            "a.toml:1:8: string values must be quoted, expected literal string",
            "a.toml:3:10: unexpected leading zero",
            "a.toml:5:1: duplicate key",
        ]
    );
}

#[test]
fn there_are_at_most_65_536_streams() {
    let section = |id: usize| format!("[[account]]\nid = \"{id:012}\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n");
    let most: String = (0..32_768).map(section).collect();
    assert_eq!(scenario(&most).streams().count(), 65_536);
    let found = mistakes(&(most + &section(32_768) + &section(32_769)));
    assert_eq!(
        found.iter().map(shown).collect::<Vec<_>>(),
        ["a.toml:98306:6: there can be 65536 pairs of account and region, not more"]
    );
}
