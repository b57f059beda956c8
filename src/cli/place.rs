//! Where a trail goes: what `--to` means, and the destination behind it.

use std::path::{Path, PathBuf};

#[cfg(feature = "s3")]
use super::args::S3Access;
use super::args::S3Args;
use super::failure::Failure;
use crate::delivery::{Destination, Directory};
#[cfg(feature = "s3")]
use crate::delivery::{S3, S3Options};
use crate::scenario::{Problem, Scenario, bucket, prefix};

/// The place that `--to` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Standard output.
    Output,
    /// A place that keeps files.
    Store(Store),
}

/// A place that keeps files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// A directory.
    Directory(PathBuf),
    /// A bucket, and the prefix of all keys where one is named.
    Bucket(String, Option<String>),
}

const FORMS: &str = "write a directory, `s3://BUCKET`, `s3://BUCKET/PREFIX`, or `-` for standard output";

impl Place {
    /// Reads a destination.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        match (text, text.split_once("://")) {
            ("", _) => Err(Problem::new("the destination is empty").hint(FORMS)),
            ("-", _) => Ok(Self::Output),
            (_, None) => Ok(Self::Store(Store::Directory(text.into()))),
            (_, Some(("s3", rest))) => Store::in_bucket(rest).map(Self::Store),
            _ => Err(Problem::new(format!("unknown kind of destination `{text}`")).hint(FORMS)),
        }
    }

    /// The bucket, where it is one.
    pub(crate) const fn bucket(&self) -> Option<(&String, Option<&String>)> {
        match self {
            Self::Store(Store::Bucket(bucket, prefix)) => Some((bucket, prefix.as_ref())),
            _ => None,
        }
    }

    /// The place as a person names it, for the trail of a scenario.
    pub(crate) fn name(&self, scenario: &Scenario) -> String {
        match (self, scenario.trail.prefix.as_str()) {
            (Self::Output, _) => "standard output".to_owned(),
            (Self::Store(Store::Directory(path)), _) => path.display().to_string(),
            (Self::Store(Store::Bucket(bucket, _)), "") => format!("s3://{bucket}"),
            (Self::Store(Store::Bucket(bucket, _)), prefix) => format!("s3://{bucket}/{prefix}"),
        }
    }
}

impl Store {
    fn in_bucket(rest: &str) -> Result<Self, Problem> {
        let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.strip_suffix('/').unwrap_or(path);
        let path = if path.is_empty() { None } else { Some(prefix(path)?) };
        Ok(Self::Bucket(bucket(name)?, path))
    }

    /// The destination, not yet tried.
    pub(crate) fn open(
        &self,
        scenario: &Scenario,
        overwrite: bool,
        s3: &S3Args,
    ) -> Result<Box<dyn Destination>, Failure> {
        match self {
            Self::Directory(path) => Ok(Box::new(Directory::new(path, overwrite))),
            Self::Bucket(bucket, _) => open_bucket(bucket, &scenario.trail.prefix, overwrite, s3),
        }
    }

    /// Where the manifest goes when the user does not say.
    pub(crate) fn manifest_dir(&self, seed: u64) -> PathBuf {
        match self {
            Self::Directory(path) => path.join(".mocktrail"),
            Self::Bucket(..) => Path::new(".").join(format!("mocktrail-{seed}")),
        }
    }
}

#[cfg(feature = "s3")]
fn open_bucket(bucket: &str, prefix: &str, overwrite: bool, s3: &S3Args) -> Result<Box<dyn Destination>, Failure> {
    let options = bucket_options(bucket, &s3.access);
    let options = S3Options {
        prefix: [prefix, "AWSLogs/"].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"),
        concurrency: s3.concurrency.map_or(options.concurrency, usize::from),
        create_bucket: s3.create_bucket,
        overwrite,
        ..options
    };
    match S3::connect(options) {
        Ok(destination) => Ok(Box::new(destination)),
        Err(error) => Err(Failure::Destination(error)),
    }
}

/// How to reach a bucket.
#[cfg(feature = "s3")]
pub(crate) fn bucket_options(bucket: &str, access: &S3Access) -> S3Options {
    S3Options {
        endpoint_url: access.endpoint_url.clone(),
        profile: access.profile.clone(),
        region: access.region_of_bucket.clone(),
        ..S3Options::new(bucket)
    }
}

#[cfg(not(feature = "s3"))]
fn open_bucket(_: &str, _: &str, _: bool, _: &S3Args) -> Result<Box<dyn Destination>, Failure> {
    Err(Failure::NoS3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_bucket(name: &str, prefix: Option<&str>) -> Place {
        Place::Store(Store::Bucket(name.into(), prefix.map(str::to_owned)))
    }

    #[test]
    fn every_form_of_destination_is_read() {
        for (text, place) in [
            ("-", Place::Output),
            ("trail", Place::Store(Store::Directory("trail".into()))),
            ("./-", Place::Store(Store::Directory("./-".into()))),
            ("s3:trail", Place::Store(Store::Directory("s3:trail".into()))),
            ("s3://audit-lab", in_bucket("audit-lab", None)),
            ("s3://audit-lab/", in_bucket("audit-lab", None)),
            ("s3://audit-lab/a/b", in_bucket("audit-lab", Some("a/b"))),
            ("s3://audit-lab/a/", in_bucket("audit-lab", Some("a"))),
        ] {
            assert_eq!(Place::parse(text), Ok(place), "{text}");
        }
    }

    #[test]
    fn what_is_no_destination_is_refused() {
        for (text, what) in [
            ("", "the destination is empty"),
            ("gs://audit-lab", "unknown kind of destination `gs://audit-lab`"),
            ("s3://Audit", "`Audit` is not a valid bucket name"),
            ("s3://", "`` is not a valid bucket name"),
        ] {
            assert_eq!(Place::parse(text).unwrap_err().what, what);
        }
        assert!(Place::parse("s3://audit-lab//a").is_err());
    }

    #[test]
    fn the_manifest_lies_beside_a_directory_and_never_in_a_bucket() {
        assert_eq!(Store::Directory("out".into()).manifest_dir(7), Path::new("out/.mocktrail"));
        assert_eq!(Store::Bucket("b".into(), None).manifest_dir(7), Path::new("./mocktrail-7"));
    }
}
