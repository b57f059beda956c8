//! An S3 and CloudTrail endpoint.

mod bucket;
mod memory;
mod on_demand;
mod page;
mod shelf;
