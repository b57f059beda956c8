//! Shards as processes of their own, all at once.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{assert_same, files};

/// Two streams and digests, signed with keys from the seed.
pub(crate) const SCENARIO: &str = "seed = 5\n[time]\nfor = \"6h\"\n[traffic]\nevents = 30_000\n[[account]]\n\
    id = \"111122223333\"\nregions = [\"us-east-1\", \"eu-west-1\"]\n[trail]\ndigests = true\n";

/// The program, without anything of the environment that could have a say.
pub(crate) fn mocktrail(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mocktrail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.starts_with("SLURM_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(place).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for a program that must succeed; gives what it said.
pub(crate) fn succeed(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

/// Runs all shards at once, each numbered as Kubernetes does it.
fn all_at_once(place: &Path, count: u32, arguments: &[&str], environment: &[(&str, &str)]) {
    let arguments = [&["generate", "scenario.toml", "--shard", "auto", "--threads", "1"], arguments].concat();
    let start = |index: u32| {
        let mut command = mocktrail(place, &arguments);
        command.env("JOB_COMPLETION_INDEX", index.to_string()).env("MOCKTRAIL_SHARD_COUNT", count.to_string());
        command.envs(environment.iter().copied()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..count).map(start).collect();
    for (index, child) in (1..).zip(children) {
        let said = succeed(child);
        assert!(said.contains(&format!("this is shard {index} of {count}; when all are done, join them")), "{said}");
    }
}

#[test]
fn processes_share_a_directory() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("scenario.toml"), SCENARIO).unwrap();
    all_at_once(place.path(), 6, &["--to", "many"], &[]);
    assert!(!place.path().join("many/.mocktrail/partial").exists(), "all have signed out");
    // And once more, all of them: nothing is written again.
    all_at_once(place.path(), 6, &["--to", "many"], &[]);
    let merged = succeed(mocktrail(place.path(), &["manifest", "merge", "many"]).spawn().unwrap());
    assert!(merged.starts_with("6 manifests joined: 30,000 events in "), "{merged}");
    succeed(mocktrail(place.path(), &["generate", "scenario.toml", "--to", "one"]).spawn().unwrap());
    assert_same(&files(&place.path().join("many")), &files(&place.path().join("one")));
    let checked = mocktrail(place.path(), &["check", "many"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[cfg(feature = "s3")]
#[test]
fn processes_share_a_bucket() {
    use crate::s3_server::{ACCESS_KEY, S3Server, SECRET_KEY};

    const BUCKET: &str = "audit-lab";
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("scenario.toml"), SCENARIO.replace("30_000", "12_000")).unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];
    let environment = [&keys[..], &[("AWS_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true")]].concat();
    let into = |server: &S3Server, beside: &'static str| {
        let url = format!("http://{}", server.address());
        ["--to", "s3://audit-lab/logs", "--endpoint-url", url.as_str(), "--manifest-dir", beside].map(str::to_owned)
    };
    let (many, one) = (S3Server::with_bucket(BUCKET), S3Server::with_bucket(BUCKET));
    let to_many = into(&many, "many");
    let to_many: Vec<&str> = to_many.iter().map(String::as_str).collect();
    all_at_once(place.path(), 4, &to_many, &environment);
    let merge = [&["manifest", "merge", "many"], &to_many[..4]].concat();
    succeed(mocktrail(place.path(), &merge).envs(environment.iter().copied()).spawn().unwrap());
    let elsewhere = mocktrail(place.path(), &["manifest", "merge", "many", "--to", "s3://another"]).output().unwrap();
    let said = String::from_utf8_lossy(&elsewhere.stderr).into_owned();
    assert_eq!(
        (elsewhere.status.code(), said.lines().next()),
        (Some(2), Some("error: --to: the shards were made for `s3://audit-lab/logs`"))
    );

    let to_one = into(&one, "one");
    let generate = ["generate", "scenario.toml"].into_iter().chain(to_one.iter().map(String::as_str));
    let generate: Vec<&str> = generate.collect();
    succeed(mocktrail(place.path(), &generate).envs(environment.iter().copied()).spawn().unwrap());
    assert_same(&many.objects(BUCKET), &one.objects(BUCKET));
    assert_same(&files(&place.path().join("many")), &files(&place.path().join("one")));
}
