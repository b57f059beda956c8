//! The S3 side of the endpoint. The crate `s3s` speaks the protocol and checks signatures; here its calls are answered.
//!
//! * `listing`: both kinds of `ListObjects`
//! * `reading`: conditions, ranges and bodies of `GetObject` and `HeadObject`
//! * `writing`: bodies and checksums of `PutObject`

mod listing;
mod reading;
mod writing;

use std::sync::Arc;

use s3s::auth::{S3Auth, SecretKey};
use s3s::dto::{
    Bucket as BucketItem, BucketLocationConstraint, CreateBucketInput, CreateBucketOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject,
    ETag, Error as DeleteError, GetBucketLocationInput, GetBucketLocationOutput, GetObjectInput, GetObjectOutput,
    HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListBucketsInput, ListBucketsOutput,
    ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, Owner, PutObjectInput,
    PutObjectOutput, Timestamp,
};
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use sha2::{Digest, Sha256};

use crate::clock::{SECOND, Time};
use crate::hex::hex;
use crate::serve::bucket::{Bucket, Trouble};
use crate::serve::buckets::{Buckets, Refusal};
use crate::serve::keys::Keys;

/// Answers S3's calls.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) buckets: Arc<Buckets>,
    /// Where all buckets are.
    pub(crate) region: String,
    /// Whose they are, 12 digits.
    pub(crate) account: String,
    /// What the clock says.
    pub(crate) now: fn() -> Time,
}

impl Store {
    fn bucket(&self, name: &str) -> S3Result<Arc<dyn Bucket>> {
        let absent = || S3Error::with_message(S3ErrorCode::NoSuchBucket, "The specified bucket does not exist");
        self.buckets.find(name).ok_or_else(absent)
    }

    /// Does something with a bucket on a thread that may wait.
    async fn with<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&dyn Bucket) -> Result<T, Trouble> + Send + 'static,
    ) -> S3Result<T> {
        let bucket = self.bucket(name)?;
        let done = tokio::task::spawn_blocking(move || work(&*bucket)).await;
        done.map_err(|panic| S3Error::with_source(S3ErrorCode::InternalError, Box::new(panic)))?
            .map_err(|trouble| refuse(&trouble))
    }

    fn owner(&self) -> Owner {
        // As long as a canonical user id, and the same for the same account.
        let id = hex(&Sha256::digest(format!("canonical user of {}", self.account)));
        Owner { display_name: None, id: Some(id) }
    }
}

fn refuse(trouble: &Trouble) -> S3Error {
    let code = match trouble {
        Trouble::ReadOnly => S3ErrorCode::AccessDenied,
        Trouble::Key(_) => S3ErrorCode::InvalidArgument,
        Trouble::Full => S3ErrorCode::EntityTooLarge,
        Trouble::Io(_) => S3ErrorCode::InternalError,
    };
    S3Error::with_message(code, trouble.to_string())
}

fn no_such_key() -> S3Error {
    S3Error::with_message(S3ErrorCode::NoSuchKey, "The specified key does not exist.")
}

/// An instant as S3 gives it: in whole seconds.
fn timestamp(time: Time) -> Timestamp {
    let since = std::time::Duration::from_secs(u64::try_from(time.0 / SECOND).unwrap_or_default());
    Timestamp::from(std::time::UNIX_EPOCH + since)
}

#[async_trait::async_trait]
impl S3 for Store {
    async fn list_buckets(&self, _: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        let item =
            |(name, since)| BucketItem { name: Some(name), creation_date: Some(timestamp(since)), bucket_region: None };
        let buckets = self.buckets.names().into_iter().map(item).collect();
        let output = ListBucketsOutput { buckets: Some(buckets), owner: Some(self.owner()), ..Default::default() };
        Ok(S3Response::new(output))
    }

    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.bucket(&request.input.bucket)?;
        let output = HeadBucketOutput { bucket_region: Some(self.region.clone()), ..Default::default() };
        Ok(S3Response::new(output))
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.bucket(&request.input.bucket)?;
        // The first region of all has no name here.
        let named = (self.region != "us-east-1").then(|| BucketLocationConstraint::from(self.region.clone()));
        Ok(S3Response::new(GetBucketLocationOutput { location_constraint: named }))
    }

    async fn create_bucket(&self, request: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        let name = &request.input.bucket;
        self.buckets.make(name, (self.now)()).map_err(refuse_bucket)?;
        Ok(S3Response::new(CreateBucketOutput { location: Some(format!("/{name}")) }))
    }

    async fn delete_bucket(&self, request: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.buckets.remove(&request.input.bucket).map_err(refuse_bucket)?;
        Ok(S3Response::with_status(DeleteBucketOutput {}, hyper::StatusCode::NO_CONTENT))
    }

    async fn list_objects(&self, request: S3Request<ListObjectsInput>) -> S3Result<S3Response<ListObjectsOutput>> {
        self.list_v1(request.input).await.map(S3Response::new)
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.list_v2(request.input).await.map(S3Response::new)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.read(request.input).await.map(S3Response::new)
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.look(request.input).await.map(S3Response::new)
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.write(request).await.map(S3Response::new)
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        let key = request.input.key;
        self.with(&request.input.bucket, move |bucket| bucket.delete(&key)).await?;
        Ok(S3Response::with_status(DeleteObjectOutput::default(), hyper::StatusCode::NO_CONTENT))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for object in request.input.delete.objects {
            let key = object.key.clone();
            match self.with(&request.input.bucket, move |bucket| bucket.delete(&key)).await {
                Ok(()) => deleted.push(DeletedObject { key: Some(object.key), ..Default::default() }),
                Err(error) if matches!(error.code(), S3ErrorCode::NoSuchBucket) => return Err(error),
                Err(error) => errors.push(DeleteError {
                    code: Some(error.code().as_str().to_owned()),
                    key: Some(object.key),
                    message: error.message().map(str::to_owned),
                    version_id: None,
                }),
            }
        }
        let quiet = request.input.delete.quiet.unwrap_or_default();
        let deleted = (!quiet).then_some(deleted);
        Ok(S3Response::new(DeleteObjectsOutput { deleted, errors: Some(errors), ..Default::default() }))
    }
}

fn refuse_bucket(refusal: Refusal) -> S3Error {
    match refusal {
        Refusal::Exists => s3_error!(BucketAlreadyOwnedByYou, "the bucket is there already"),
        Refusal::Absent => s3_error!(NoSuchBucket, "The specified bucket does not exist"),
        Refusal::NotEmpty => s3_error!(BucketNotEmpty, "The bucket you tried to delete is not empty"),
        Refusal::Own => s3_error!(AccessDenied, "the trail's own bucket cannot be removed"),
        Refusal::TooMany => s3_error!(TooManyBuckets, "too many buckets"),
    }
}

/// The `ETag` in its form for headers.
fn strong(etag: &str) -> ETag {
    ETag::Strong(etag.to_owned())
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        match self.secret_of(access_key) {
            Some(secret) => Ok(SecretKey::from(secret)),
            None => {
                Err(s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records."))
            }
        }
    }
}
