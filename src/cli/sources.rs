//! Where files to be read lie: directories, single files, buckets.

use std::path::Path;
use std::thread;

use super::args::S3Access;
use super::failure::Failure;
use super::flags::Flags;
use super::place::{Place, Store};
#[cfg(feature = "s3")]
use crate::audit::Bucket;
use crate::audit::{Folder, Input, Single, Source};
use crate::mistake::Mistake;
use crate::scenario::{Asked, Problem};

/// All places that arguments of this name say.
pub(crate) fn all(name: &str, paths: &[String], access: &S3Access) -> Result<Vec<Box<dyn Source>>, Failure> {
    let mut flags = Flags::default();
    let stores = flags.all(name, paths, |text| match Place::parse(text)? {
        Place::Store(store) => Ok(store),
        Place::Output => Err(Problem::new("standard input cannot be read").hint("name a directory, file or bucket")),
    });
    flags.finish()?;
    stores.into_iter().map(|store| open(store.value, access)).collect()
}

/// The same, and `-` for standard input, which can be named once.
pub(crate) fn with_input(name: &str, paths: &[String], access: &S3Access) -> Result<Vec<Box<dyn Source>>, Failure> {
    let mut flags = Flags::default();
    let places = flags.all(name, paths, Place::parse);
    if places.iter().filter(|place| place.value == Place::Output).count() > 1 {
        flags.keep([Mistake::of_file(name, "standard input can be read once only")]);
    }
    flags.finish()?;
    let source = |place: Asked<Place>| match place.value {
        Place::Store(store) => open(store, access),
        Place::Output => Ok(Box::new(Input) as Box<dyn Source>),
    };
    places.into_iter().map(source).collect()
}

/// As many threads as were asked for, else one per core.
pub(crate) fn threads(wanted: Option<u16>) -> usize {
    let all_cores = || thread::available_parallelism().map_or(1, usize::from);
    wanted.map_or_else(all_cores, usize::from)
}

fn open(store: Store, access: &S3Access) -> Result<Box<dyn Source>, Failure> {
    match store {
        Store::Directory(path) if Path::is_file(&path) => Ok(Box::new(Single::new(path))),
        Store::Directory(path) => Ok(Box::new(Folder::new(path))),
        Store::Bucket(bucket, prefix) => open_bucket(&bucket, prefix.as_deref().unwrap_or_default(), access),
    }
}

#[cfg(feature = "s3")]
fn open_bucket(bucket: &str, prefix: &str, access: &S3Access) -> Result<Box<dyn Source>, Failure> {
    let options = super::place::bucket_options(bucket, access);
    let s3 = crate::delivery::S3::connect(options).map_err(Failure::Destination)?;
    Ok(Box::new(Bucket::new(s3, prefix)))
}

#[cfg(not(feature = "s3"))]
fn open_bucket(_: &str, _: &str, _: &S3Access) -> Result<Box<dyn Source>, Failure> {
    Err(Failure::NoS3)
}
