//! An S3 and CloudTrail endpoint.

mod bucket;
mod buckets;
mod keys;
mod listed;
mod memory;
mod on_demand;
mod on_disk;
mod page;
mod s3;
mod shelf;
