//! What an endpoint is over: a directory or a scenario.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use s3s::access::{S3Access, S3AccessContext};
use s3s::host::{S3Host, VirtualHost};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};
use serde_json::Value;

use super::Error;
use super::bucket::Bucket;
use super::buckets::Buckets;
use super::cloudtrail::{CloudTrail, Described, Filed, History, Made, PublicKeys};
use super::keys::Keys;
use super::on_demand::Virtual;
use super::on_disk::OnDisk;
use super::s3::Store;
use crate::clock::Time;
use crate::delivery::OURS;
use crate::scenario::Scenario;
use crate::trail::{Digests, PublicKeyList, Trail};

/// A trail that can be served.
pub struct Served {
    bucket: Arc<dyn Bucket>,
    cloudtrail: CloudTrail,
}

impl Served {
    /// The directory of a trail, whose scenario tells the names of trail, bucket and account. Without one they are
    /// the default names, with account and region as the first log file has them.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn directory(path: &Path, scenario: Option<&Scenario>) -> Result<Self, Error> {
        let failed = |cause| Error::Read { path: path.to_owned(), cause };
        std::fs::read_dir(path).map_err(failed)?;
        let bucket: Arc<dyn Bucket> = Arc::new(OnDisk::open(path).map_err(failed)?);
        let public_keys = path.join(OURS).join("public-keys.json");
        let validated = public_keys.is_file();
        let trail = match scenario {
            Some(scenario) => Described::of(scenario, validated),
            None => Described::found(&*bucket, validated),
        };
        let history: Arc<dyn History> = Arc::new(Filed::new(Arc::clone(&bucket), trail.clone()));
        Ok(Self { bucket, cloudtrail: CloudTrail { trail, public_keys: PublicKeys::File(public_keys), history } })
    }

    /// A trail that is not stored: its objects are made when they are asked for, and kept while they come to no more
    /// than so many bytes. Its digests are signed with the private key in PEM form, or with keys from the seed.
    ///
    /// # Errors
    /// The key cannot sign, or the digests have a backfill share.
    pub fn scenario(trail: Trail, signing_key: Option<&str>, most: usize) -> Result<Self, Error> {
        let trail = Arc::new(trail);
        let (plan, wanted) = (trail.plan(), &trail.plan().scenario.trail.digests);
        if wanted.on && wanted.backfill_ppm > 0 {
            return Err(Error::Backfill);
        }
        let digests = wanted.on.then(|| Digests::new(&plan.scenario, signing_key).map(Arc::new)).transpose()?;
        let described = Described::of(&plan.scenario, wanted.on);
        let history: Arc<dyn History> = Arc::new(Made(Arc::clone(&trail)));
        let public_keys = digests.as_ref().map_or(PublicKeys::These(Value::Null), |digests| {
            let regions: BTreeSet<&str> = plan.streams.iter().map(|stream| &*stream.region).collect();
            let keys = PublicKeyList::from(digests.public_keys(regions.into_iter()));
            PublicKeys::These(serde_json::to_value(keys).expect("keys are texts and numbers"))
        });
        let cloudtrail = CloudTrail { trail: described, public_keys, history };
        Ok(Self { bucket: Arc::new(Virtual::new(trail, digests.as_ref(), most)), cloudtrail })
    }

    /// The name of its bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.cloudtrail.trail.bucket
    }

    /// The region of its bucket and its trail.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.cloudtrail.trail.home_region
    }

    /// Its trail's ARN.
    #[must_use]
    pub fn trail_arn(&self) -> String {
        self.cloudtrail.trail.arn()
    }

    /// Both sides of an endpoint.
    pub(super) fn answering(self, keys: &Keys, now: fn() -> Time) -> (S3Service, CloudTrail) {
        let Self { bucket, cloudtrail } = self;
        let trail = &cloudtrail.trail;
        let buckets = Arc::new(Buckets::new(trail.bucket.clone(), bucket, trail.since));
        let store = Store { buckets, region: trail.home_region.clone(), account: trail.account.clone(), now };
        let mut builder = S3ServiceBuilder::new(store);
        builder.set_auth(keys.clone());
        builder.set_access(Access { anonymous: keys.anonymous });
        builder.set_host(Local);
        (builder.build(), cloudtrail)
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("trail", &self.cloudtrail.trail).finish_non_exhaustive()
    }
}

/// The bucket stands before `.localhost`, where readers put it, or else in the path.
struct Local;

impl S3Host for Local {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        Ok(match name.strip_suffix(".localhost") {
            Some(bucket) => VirtualHost::new(host).with_bucket(bucket),
            None => VirtualHost::new(host),
        })
    }
}

/// Whether calls without a signature are answered.
struct Access {
    anonymous: bool,
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        match self.anonymous || context.credentials().is_some() {
            true => Ok(()),
            false => Err(s3_error!(AccessDenied, "Access Denied")),
        }
    }
}
