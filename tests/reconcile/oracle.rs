//! Random harm, counted by hand.

use std::collections::{BTreeMap, BTreeSet};

use mocktrail::audit::reconcile::Sums;
use proptest::prelude::*;
use serde_json::json;

use super::{Delivered, id};

/// What happens to a record on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Arrives,
    IsLost,
    /// So many more copies.
    IsCopied(usize),
    IsAltered,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        40 => Just(Fate::Arrives),
        1 => Just(Fate::IsLost),
        1 => (1..9_usize).prop_map(Fate::IsCopied),
        1 => Just(Fate::IsAltered),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is lost, copied and altered, in whatever order the rest comes, and however early the run ended: what is
    /// said is what was done.
    #[test]
    fn what_is_found_is_what_was_done(
        seed: u32,
        fates in prop::collection::vec(fate(), 1..400),
        order: u64,
        percent_kept in prop_oneof![2 => Just(100_usize), 1 => 0..100_usize],
        foreign in 0..4_u64,
        ids_only: bool,
    ) {
        let delivered = Delivered::new(&format!(
            "seed = {seed}\n[traffic]\nevents = 9_000\n[[account]]\nid = \"111122223333\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n"
        ));
        // A run that ended early lists fewer objects.
        let kept = (delivered.files.len() * percent_kept).div_ceil(100);
        let keys: BTreeSet<&String> = delivered.files[..kept].iter().map(|file| &file.key).collect();
        delivered.change(|line| match line["type"].as_str() {
            Some("object") => keys.contains(&line["key"].as_str().unwrap().to_owned()).then_some(line),
            Some("footer") if kept < delivered.files.len() => None,
            _ => Some(line),
        });
        let (mut lost, mut copied, mut altered) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        let mut by_key: BTreeMap<&str, Sums> = BTreeMap::new();
        let mut received = Vec::new();
        for (key, record, fate) in delivered.files[..kept].iter().flat_map(|file| file.records.iter().map(|record| (&file.key, record))).zip(fates.iter().cycle()).map(|((key, record), fate)| (key, record, *fate)) {
            let mut sums = Sums::default();
            match fate {
                Fate::Arrives => received.push(record.clone()),
                Fate::IsLost => {
                    lost.insert(id(record).to_owned());
                    sums.lost = 1;
                }
                Fate::IsCopied(times) => {
                    received.extend(std::iter::repeat_n(record.clone(), times + 1));
                    copied.insert(id(record).to_owned(), times as u64 + 1);
                    sums.duplicated = 1;
                }
                Fate::IsAltered => {
                    let mut changed = record.clone();
                    changed["eventName"] = json!("Frobnicate");
                    received.push(changed);
                    if !ids_only {
                        altered.insert(id(record).to_owned());
                        sums.altered = 1;
                    }
                }
            }
            by_key.entry(key).or_default().add(sums);
        }
        // Events that the run did not deliver are foreign, as is the event of another seed.
        let undelivered = delivered.files[kept..].iter().flat_map(|file| &file.records).take(foreign as usize);
        let undelivered: Vec<_> = undelivered.cloned().collect();
        let strangers = undelivered.len() as u64 + 1;
        received.extend(undelivered);
        let mut stranger = delivered.files[0].records[0].clone();
        stranger["eventID"] = json!("11111111-2222-4333-8444-555555555555");
        received.push(stranger);
        received.sort_by_cached_key(|record| {
            let bytes = id(record).bytes().fold(order, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            (bytes, id(record).to_owned())
        });

        let options = mocktrail::audit::reconcile::Options { ids_only, ..super::options() };
        let outcome = delivered.with(super::lines(&received), &options).unwrap();

        let found: BTreeSet<String> = outcome.lost_events.iter().map(|event| event.event_id.clone()).collect();
        prop_assert_eq!((&found, found.len() as u64), (&lost, outcome.sums.lost));
        let found = outcome.duplicated_events.iter().map(|copies| (copies.event.event_id.clone(), copies.received));
        prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), copied.clone());
        prop_assert_eq!(outcome.surplus, copied.values().map(|times| times - 1).sum::<u64>());
        let found = outcome.altered_records.iter().map(|altered| altered.event.event_id.clone());
        prop_assert_eq!(found.collect::<BTreeSet<_>>(), altered);
        prop_assert_eq!(outcome.foreign, strangers);
        let expected: usize = delivered.files[..kept].iter().map(|file| file.records.len()).sum();
        prop_assert_eq!((outcome.expected, outcome.distinct), (expected as u64, (expected - lost.len()) as u64));
        by_key.retain(|_, sums| *sums != Sums::default());
        let found = outcome.in_objects.iter().map(|object| (object.key.as_str(), object.sums));
        prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), by_key);
        let mut sums = Sums::default();
        outcome.by_hour.values().for_each(|hour| sums.add(*hour));
        prop_assert_eq!(sums, outcome.sums);
    }
}
