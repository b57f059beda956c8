//! What holds for the shards of any trail, and what is said when they do not fit together.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use mocktrail::Shard;
use mocktrail::delivery::Directory;
use mocktrail::run::{self, Merge, MergeError, MergeOptions, Options, Progress};
use proptest::prelude::*;

use crate::{assert_same, files, make, merge, pem, trail};

/// Scenarios with one stream or several, some of them empty; slow ones and ones where many chapters share a slot; with
/// and without digests.
fn scenarios() -> impl Strategy<Value = String> {
    let regions = prop_oneof![Just("\"us-west-2\""), Just("\"eu-west-1\", \"us-east-1\"")];
    let digests = prop_oneof![
        3 => Just(""),
        1 => Just("digests = true\n"),
        1 => Just("digests = true\nbackfill = 0.2\n"),
    ];
    (any::<u32>(), 1_u64..20_000, prop_oneof![Just(1), Just(30)], regions, 1_u32..4, 1_u32..300, digests).prop_map(
        |(seed, events, hours, regions, accounts, per_file, digests)| {
            let account = |number: u32| {
                format!("[[account]]\nid = \"{:012}\"\nregions = [{regions}]\nusers = {}\n", number, number * number)
            };
            let accounts: String = (1..=accounts).map(account).collect();
            format!(
                "seed = {seed}\n[time]\nfor = \"{hours}h\"\n[traffic]\nevents = {events}\nmix = {{ CreateUser = 0 }}\n\
                 {accounts}[trail]\nrecords_per_file = {per_file}\nprefix = \"audit/logs\"\n{digests}"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// The files of all shards are those of one run, byte for byte: objects, manifest, digests, and all that lies beside
    /// them. The estimates of all shards have as many events as the run.
    #[test]
    fn any_number_of_shards_makes_what_one_run_makes(text in scenarios(), count in 1_u32..12) {
        let trail = trail(&text);
        let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let expected = make(&trail, None, whole.path());
        let mut events = (0, 0);
        // In an order that nobody would choose.
        for index in (1..=count).rev() {
            let shard = Shard::new(index, count);
            events.0 += run::estimate_part(&trail, shard).events;
            events.1 += make(&trail, shard, parts.path()).totals.events;
        }
        prop_assert_eq!(events, (expected.totals.events, expected.totals.events));
        let joined = merge(parts.path()).unwrap();
        prop_assert_eq!(joined.totals, expected.totals);
        prop_assert_eq!(joined.keys, expected.keys);
        assert_same(&files(parts.path()), &files(whole.path()));
    }

    /// The records of all shards, one after the other, are those of one run.
    #[test]
    fn records_of_shards_follow_each_other(text in scenarios(), count in 1_u32..5) {
        let trail = trail(&text);
        let print = |shard: Option<Shard>| {
            let mut out = Vec::new();
            run::print_records(&trail, shard, &mut out, &AtomicBool::new(false)).unwrap();
            out
        };
        let parts: Vec<u8> = (1..=count).flat_map(|index| print(Shard::new(index, count))).collect();
        prop_assert!(parts == print(None));
    }
}

/// Several chapters meet in each delivery slot of this one, so the files of neighbouring shards mix.
const BUSY: &str = "seed = 9\n[time]\nfor = \"1h\"\nshape = \"flat\"\n[traffic]\nevents = 200_000\n\
    [trail]\nrecords_per_file = 5000\n";

#[test]
fn shards_meet_within_a_delivery_slot() {
    let trail = trail(BUSY);
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    make(&trail, None, whole.path());
    let ends = (1..=20).map(|index| make(&trail, Shard::new(index, 20), parts.path()).keys.unwrap());
    let ends: Vec<(String, String)> = ends.collect();
    let mixed = ends.windows(2).filter(|pair| pair[0].1 > pair[1].0).count();
    assert!(mixed > 5, "the test needs files that mix, and {mixed} pairs of shards do");
    merge(parts.path()).unwrap();
    assert_same(&files(parts.path()), &files(whole.path()));
}

const SMALL: &str = "seed = 3\n[traffic]\nevents = 9_000\n[trail]\ndigests = true\n";

/// A directory with all shards of a run.
fn shards(text: &str, count: u32) -> tempfile::TempDir {
    let (place, trail) = (tempfile::tempdir().unwrap(), trail(text));
    for index in 1..=count {
        make(&trail, Shard::new(index, count), place.path());
    }
    place
}

fn manifest(place: &Path, index: u32, count: u32) -> PathBuf {
    place.join(".mocktrail").join(Shard::new(index, count).unwrap().manifest())
}

fn fault(places: &[PathBuf]) -> String {
    let error = Merge::read(places).unwrap_err();
    assert!(error.hint().is_some());
    error.to_string()
}

/// Paths of temporary directories are of no interest.
fn plain(text: &str, place: &Path) -> String {
    text.replace(&format!("{}/.mocktrail/", place.display()), "")
}

#[test]
fn shards_that_are_missing_or_twice_are_named() {
    let place = shards(SMALL, 4);
    let of = |index| manifest(place.path(), index, 4);
    assert_eq!(fault(&[of(1), of(4)]), "shards 2 and 3 of 4 are missing");
    fs::rename(of(3), of(3).with_extension("jsonl.partial")).unwrap();
    assert_eq!(
        plain(&fault(&[place.path().into()]), place.path()),
        "shard 3 of 4 is missing; `manifest-3-of-4.jsonl.partial` is not finished"
    );
    let again = of(2).with_file_name("again.jsonl");
    fs::copy(of(2), &again).unwrap();
    assert_eq!(
        plain(&fault(&[of(2), again]), place.path()),
        "shard 2 of 4 is there twice: `manifest-2-of-4.jsonl` and `again.jsonl`"
    );
}

#[test]
fn manifests_of_other_runs_are_told_apart() {
    let place = shards(SMALL, 2);
    for (text, count, difference) in [
        (SMALL.replace("seed = 3", "seed = 4"), 2, "`seed` is 3 and 4"),
        (SMALL.replace("9_000", "9_001"), 2, "`scenario.traffic.events` is 9000 and 9001"),
        (SMALL.to_owned(), 3, "`shard.count` is 2 and 3"),
    ] {
        let other = shards(&text, count);
        let error = fault(&[manifest(place.path(), 1, 2), manifest(other.path(), 2, count)]);
        assert!(error.ends_with(&format!(" are of different runs: {difference}")), "{error}");
    }
    let path = manifest(place.path(), 2, 2);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(env!("CARGO_PKG_VERSION"), "0.0.9", 1)).unwrap();
    let told =
        format!("`manifest-2-of-2.jsonl` was written by mocktrail 0.0.9, and this is {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(plain(&fault(&[path]), place.path()), told);
}

#[test]
fn what_is_no_manifest_of_a_shard_is_refused() {
    let place = tempfile::tempdir().unwrap();
    make(&trail(SMALL), None, place.path());
    let path = place.path().join(".mocktrail/manifest.jsonl");
    assert_eq!(plain(&fault(&[path]), place.path()), "`manifest.jsonl` is the manifest of a whole run, not of a shard");
    let path = place.path().join(".mocktrail/scenario.toml");
    assert_eq!(plain(&fault(&[path]), place.path()), "`scenario.toml` is no manifest of a shard");
    assert!(fault(&[place.path().into()]).starts_with("no manifest of a shard lies in "));
    assert!(matches!(Merge::read(&[place.path().join("gone")]), Err(MergeError::Read { .. })));
}

/// Damage to a manifest is found, wherever it is, and then no manifest of the run is written.
#[test]
fn damaged_manifests_are_found() {
    let place = shards(SMALL, 2);
    let path = manifest(place.path(), 2, 2);
    let sound = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = sound.split_inclusive('\n').collect();
    let with = |number: usize, line: &str| {
        let mut lines = lines.clone();
        lines[number] = line;
        lines.concat()
    };
    let elsewhere = lines[5].replace("us-east-1", "eu-west-1");
    for (text, told) in [
        (lines[..lines.len() - 1].concat(), "`manifest-2-of-2.jsonl` has no end"),
        (sound.trim_end().to_owned(), "`manifest-2-of-2.jsonl` has no end"),
        (with(5, "{}\n"), "`manifest-2-of-2.jsonl`, line 6: it says nothing of a log file"),
        (with(5, "\n"), "`manifest-2-of-2.jsonl`, line 6: it says nothing of a log file"),
        (with(5, lines[4]), "`manifest-2-of-2.jsonl`, line 6: its key is out of order, or stands twice"),
        (with(5, &elsewhere), "`manifest-2-of-2.jsonl`, line 6: its key lies in no account and region of the scenario"),
        (with(5, ""), "`manifest-2-of-2.jsonl` says 4904 events at its end, and its lines have"),
        (
            sound.replace("\"events\":4904", "\"events\":4905"),
            "`manifest-2-of-2.jsonl` says 4905 events at its end, and the shard has 4904",
        ),
    ] {
        assert_ne!(text, sound);
        fs::write(&path, text).unwrap();
        let error = plain(&merge(place.path()).unwrap_err().to_string(), place.path());
        assert!(error.starts_with(told), "{error}");
        let left: Vec<String> =
            files(place.path()).into_keys().filter(|name| name.contains("manifest.jsonl")).collect();
        assert_eq!(left, [""; 0], "{told}");
    }
}

/// A shard that was interrupted is not joined, and run again it goes on where it was.
#[test]
fn interrupted_shards_are_refused_until_they_are_done() {
    let (place, whole, trail) = (shards(SMALL, 3), tempfile::tempdir().unwrap(), trail(SMALL));
    let shard = Shard::new(2, 3);
    let broken = tempfile::tempdir().unwrap();
    let stop = AtomicBool::new(false);
    let watch = |progress: Progress| stop.store(progress.objects >= 10, Ordering::Relaxed);
    let manifest_dir = broken.path().join(".mocktrail");
    let options = Options { threads: 1, manifest_dir, force: false, signing_key: None };
    let outcome = run::generate_part(&trail, shard, &Directory::new(broken.path(), false), &options, &stop, &watch);
    let outcome = outcome.unwrap();
    assert!(outcome.interrupted);
    let path = manifest(broken.path(), 2, 3);
    assert_eq!(
        plain(&fault(std::slice::from_ref(&path)), broken.path()),
        "shard 2 of 3 was interrupted, says `manifest-2-of-3.jsonl`"
    );
    let again = make(&trail, shard, broken.path());
    assert!(!again.interrupted && again.already_there == outcome.totals.objects && again.written > 0);
    fs::copy(path, manifest(place.path(), 2, 3)).unwrap();
    merge(place.path()).unwrap();
    make(&trail, None, whole.path());
    assert_same(&files(place.path()), &files(whole.path()));
}

/// Joining can be stopped at any time, and begins anew; without a place for digests it does not begin.
#[test]
fn joining_is_stopped_in_order_and_can_be_repeated() {
    let (place, whole) = (shards(SMALL, 2), tempfile::tempdir().unwrap());
    let merge_of = Merge::read(&[place.path().into()]).unwrap();
    let options = MergeOptions { manifest_dir: merge_of.folder().to_owned(), signing_key: Some(pem()) };
    let join = |stop: &AtomicBool, objects: u64| {
        let watch = |progress: Progress| stop.store(progress.objects >= objects, Ordering::Relaxed);
        merge_of.join(&options, Some(&Directory::new(place.path(), false)), stop, &watch)
    };
    let all = merge_of.join(&options, None, &AtomicBool::new(false), &|_| ());
    assert!(matches!(all, Err(MergeError::NoPlace)));
    let objects = make(&trail(SMALL), None, whole.path()).totals.objects;
    for stop_at in [3, objects - 27] {
        assert!(matches!(join(&AtomicBool::new(false), stop_at), Err(MergeError::Stopped)), "{stop_at} of {objects}");
        assert!(!merge_of.folder().join("manifest.jsonl").exists());
    }
    join(&AtomicBool::new(false), u64::MAX).unwrap();
    let again = join(&AtomicBool::new(false), u64::MAX).unwrap();
    assert_eq!((again.written, again.already_there), (0, again.totals.digests));
    assert_same(&files(place.path()), &files(whole.path()));
}

/// What lies among the files of another shard is that shard's business; together they look at everything.
#[test]
fn foreign_objects_stop_the_shard_whose_place_they_lie_in() {
    let (place, trail) = (tempfile::tempdir().unwrap(), trail(&SMALL.replace("digests = true", "")));
    let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T1915Z_Mu0KsOhtH1ar15ZZ.json.gz";
    let path = place.path().join(key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "real").unwrap();
    let manifest_dir = place.path().join(".mocktrail");
    let options = Options { threads: 1, manifest_dir, force: false, signing_key: None };
    let refused = |index: u32| {
        let (shard, directory) = (Shard::new(index, 2), Directory::new(place.path(), false));
        let done = run::generate_part(&trail, shard, &directory, &options, &AtomicBool::new(false), &|_| ());
        matches!(done, Err(run::Error::Foreign { .. }))
    };
    assert_eq!([1, 2].map(refused), [false, true]);
}
