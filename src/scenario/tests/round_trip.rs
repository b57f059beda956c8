//! Laws that hold for any scenario and any file.

use proptest::prelude::*;

use super::{ACTIONS, NOW, parse};
use crate::clock::{Span, Time};
use crate::scenario::*;

prop_compose! {
    fn window()(start in 1_262_304_000_000..4_000_000_000_000_i64, length in 1..100_000_000_000_i64) -> Window {
        Window { start: Time(start), end: Time(start + length), shape: Shape::Flat }
    }
}

prop_compose! {
    fn traffic()(
        events in 1..=1_u64 << 44,
        pace in prop::option::of(prop::sample::select(vec!["7/m", "1/h..9/s", "0/s for 1d, 5/s for 1ms"])),
        errors_ppm in 0..=1_000_000_u32,
        mix in prop::collection::btree_map(prop::sample::select(ACTIONS.map(str::to_owned).to_vec()), 1..=1_000_000_000_u32, 1..3),
        only: bool,
        identity in prop::option::of("[A-Za-z]{1,20}"),
        neighbours in 0..=1_000_000_u32,
    ) -> Traffic {
        let pace = pace.map(|text| Pace::parse(text).unwrap());
        Traffic { events, pace, errors_ppm, neighbours_ppm: neighbours.min(1_000_000 - errors_ppm), mix, only, identity }
    }
}

prop_compose! {
    fn account()(
        regions in prop::sample::subsequence(REGIONS.map(str::to_owned).to_vec(), 1..=3),
        organizations in 1..=100_u32,
        users in 1..=1_000_000_u32,
        groups in 1..=1_000_000_u32,
        resources in 1..=1_000_000_u32,
    ) -> Account {
        Account { id: AccountId::default(), regions, organizations, users, groups, resources }
    }
}

prop_compose! {
    fn digests()(
        on: bool,
        signing_key in prop::option::of("[a-z/]{1,9}[.]pem".prop_map(Into::into)),
        key_lifetime in (7_200..10_000_000_i64).prop_map(|seconds| Span(seconds * 1_000)),
        home_region in prop::sample::select(REGIONS.map(str::to_owned).to_vec()),
        backfill_ppm in 0..=1_000_000_u32,
    ) -> Digests {
        Digests { on, signing_key, key_lifetime, home_region, backfill_ppm, stopped: Vec::new() }
    }
}

prop_compose! {
    fn trail()(
        name in "[a-z]{3,9}(-[0-9]{1,3})?",
        prefix in "|[ -~&&[^/\\\\{}^%`\\[\\]\"<>~#|.]]{1,9}(/[a-z]{1,3})?",
        organization in prop::option::of("o-[a-z0-9]{10,32}"),
        records_per_file in 1..=1_000_000_u32,
        writers in 0..=10_000_u32,
        gzip in prop_oneof![Just(Gzip::Fast), Just(Gzip::Small), Just(Gzip::Stored)],
        flush in (1_000..=3_600_000_i64).prop_map(Span),
        digests in digests(),
    ) -> Trail {
        Trail { name, bucket: "audit-lab".to_owned(), prefix, organization, records_per_file, writers, gzip, flush, digests }
    }
}

prop_compose! {
    fn faults()(shares in 0..=1_000_000_u32, objects in 0..=1_u32, late: bool) -> Faults {
        let some = |about: &&FaultAbout| about.kind != FaultKind::VersionDrift && (late || about.kind != FaultKind::Late);
        FAULTS.iter().filter(some).fold(Faults::default(), |faults, about| match about.measure {
            Measure::Share => faults.with(about.kind, shares),
            Measure::Count => faults.with(about.kind, objects),
        })
    }
}

prop_compose! {
    fn any_scenario()(
        seed: u64,
        time in window(),
        traffic in traffic(),
        accounts in prop::collection::vec(account(), 1..4),
        trail in trail(),
        event_version in prop::option::of(prop::sample::select(EVENT_VERSIONS.map(str::to_owned).to_vec())),
        tls_details: bool,
        redaction: bool,
        faults in faults(),
        templates in prop::collection::vec("\\PC{1,9}|[\u{0}-\u{a0}]{1,9}".prop_map(Into::into), 0..3),
    ) -> Scenario {
        let numbered = accounts.into_iter().zip(0_u64..).map(|(account, number)| Account {
            id: AccountId::parse(&format!("{number:012}")).unwrap(),
            ..account
        });
        let message_flow_source = if redaction { MessageFlow::LowerCase } else { MessageFlow::Documented };
        let parameter_order = crate::template::ParameterOrder::Alphabetical;
        let records =
            Records { style: Style::Y2017, event_version, tls_details, redaction, message_flow_source, parameter_order };
        Scenario { seed, time, traffic, accounts: numbered.collect(), trail, records, faults, templates, ..Scenario::default() }
    }
}

proptest! {
    /// A scenario that is written and read is the same scenario.
    #[test]
    fn a_written_scenario_asks_for_itself(scenario in any_scenario()) {
        let text = scenario.to_toml();
        let read = Wish::parse("scenario.toml", &text, &ACTIONS, NOW).and_then(Wish::resolve);
        prop_assert_eq!(read.map_err(|mistakes| format!("{mistakes}\n{text}")), Ok(scenario));
    }

    /// So is one that is written as JSON, as in a manifest, whatever actions this program knows.
    #[test]
    fn a_scenario_in_a_manifest_asks_for_itself(scenario in any_scenario()) {
        let json = serde_json::from_str(&scenario.to_json().to_string()).unwrap();
        prop_assert_eq!(Scenario::from_json(&json), Ok(scenario));
    }

    /// Whatever stands in a file, it is read or refused, with a place inside the file.
    #[test]
    fn no_file_makes_the_reader_panic(
        lines in prop::collection::vec(prop::sample::select(STARTER.lines().map(|line| line.trim_start_matches('#')).collect::<Vec<_>>()), 0..20),
        noise in "\\PC{0,9}",
    ) {
        let text = lines.join("\n") + &noise;
        let places = parse(&text).and_then(Wish::resolve).err().map_or(Vec::new(), |mistakes| mistakes.0);
        prop_assert!(places.iter().all(|mistake| (1..=text.lines().count() + 1).contains(&mistake.line)));
    }

    #[test]
    fn a_rate_and_its_events_agree(events in 1..100_000_u64, seconds in 1..100_000_i64) {
        let rate = Rate { events, per: Span(crate::clock::SECOND) };
        prop_assert_eq!(rate.over(Span(seconds * 1_000)), events * seconds.unsigned_abs());
        prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
    }
}
