//! `ListObjects`, both kinds.

use s3s::dto::{
    CommonPrefix, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, Object,
    ObjectStorageClass, Owner,
};
use s3s::{S3Result, s3_error};

use super::{Store, strong, timestamp};
use crate::hex::{hex, unhex};
use crate::serve::bucket::About;
use crate::serve::page::{Page, Wanted, list};

/// A page holds no more than this, whatever is asked for.
const MOST: i32 = 1_000;

impl Store {
    /// The first kind, whose pages go on from a marker.
    pub(super) async fn list_v1(&self, input: ListObjectsInput) -> S3Result<ListObjectsOutput> {
        let form = Form::of(input.encoding_type.as_ref())?;
        let most = most(input.max_keys)?;
        let marker = input.marker.unwrap_or_default();
        let wanted = wanted(input.prefix, input.delimiter, Some(marker.clone()), most);
        let page = self.page(&input.bucket, wanted.clone()).await?;
        let delimiter = (!wanted.delimiter.is_empty()).then(|| form.text(&wanted.delimiter));
        Ok(ListObjectsOutput {
            name: Some(input.bucket),
            is_truncated: Some(page.next.is_some()),
            // Without a delimiter the last key is the next marker.
            next_marker: page.next.as_deref().filter(|_| delimiter.is_some()).map(|next| form.text(next)),
            contents: Some(form.objects(&page, Some(&self.owner()))),
            common_prefixes: Some(form.prefixes(&page)),
            prefix: Some(form.text(&wanted.prefix)),
            marker: Some(form.text(&marker)),
            max_keys: Some(most),
            encoding_type: input.encoding_type,
            delimiter,
            request_charged: None,
        })
    }

    /// The second kind, whose pages go on from a token.
    pub(super) async fn list_v2(&self, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
        let form = Form::of(input.encoding_type.as_ref())?;
        let most = most(input.max_keys)?;
        let after = match &input.continuation_token {
            Some(token) => Some(
                opened(token)
                    .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))?,
            ),
            None => input.start_after.clone(),
        };
        let wanted = wanted(input.prefix, input.delimiter, after, most);
        let page = self.page(&input.bucket, wanted.clone()).await?;
        let owner = input.fetch_owner.unwrap_or_default().then(|| self.owner());
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_ref().map(|next| hex(next.as_bytes())),
            key_count: Some((page.contents.len() + page.prefixes.len()) as i32),
            contents: Some(form.objects(&page, owner.as_ref())),
            common_prefixes: Some(form.prefixes(&page)),
            prefix: Some(form.text(&wanted.prefix)),
            delimiter: (!wanted.delimiter.is_empty()).then(|| form.text(&wanted.delimiter)),
            start_after: input.start_after.map(|after| form.text(&after)),
            continuation_token: input.continuation_token,
            max_keys: Some(most),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }

    async fn page(&self, bucket: &str, wanted: Wanted) -> S3Result<Page> {
        self.with(bucket, move |bucket| list(bucket, &wanted)).await
    }
}

fn wanted(prefix: Option<String>, delimiter: Option<String>, after: Option<String>, most: i32) -> Wanted {
    Wanted {
        prefix: prefix.unwrap_or_default(),
        delimiter: delimiter.unwrap_or_default(),
        after: after.filter(|after| !after.is_empty()),
        most: most as usize,
    }
}

fn most(asked: Option<i32>) -> S3Result<i32> {
    match asked.unwrap_or(MOST) {
        most @ 0.. => Ok(most.min(MOST)),
        _ => Err(s3_error!(InvalidArgument, "max-keys must be between 0 and 2147483647")),
    }
}

/// How names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Url,
}

impl Form {
    fn of(asked: Option<&EncodingType>) -> S3Result<Self> {
        match asked.map(EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(_) => Err(s3_error!(InvalidArgument, "Invalid Encoding Method specified in Request")),
        }
    }

    fn text(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => text.bytes().map(coded).collect(),
        }
    }

    fn objects(self, page: &Page, owner: Option<&Owner>) -> Vec<Object> {
        let object = |(key, about): &(String, About)| Object {
            key: Some(self.text(key)),
            size: Some(about.size as i64),
            e_tag: Some(strong(&about.etag)),
            last_modified: Some(timestamp(about.modified)),
            storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
            owner: owner.cloned(),
            ..Object::default()
        };
        page.contents.iter().map(object).collect()
    }

    fn prefixes(self, page: &Page) -> Vec<CommonPrefix> {
        page.prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(self.text(prefix)) }).collect()
    }
}

/// A byte as it stands in a URL.
fn coded(byte: u8) -> String {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b'*' => char::from(byte).into(),
        other => format!("%{other:02X}"),
    }
}

/// The key in a continuation token.
fn opened(token: &str) -> Option<String> {
    String::from_utf8(unhex(token)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_coded_so_that_they_come_back() {
        assert_eq!(Form::Url.text("a b+c/d%é(1).json"), "a%20b%2Bc/d%25%C3%A9%281%29.json");
        assert_eq!(Form::Plain.text("a b+c"), "a b+c");
    }

    #[test]
    fn tokens_lead_back_to_their_keys_and_others_do_not() {
        for key in ["", "a/b", "é\u{1}"] {
            assert_eq!(opened(&hex(key.as_bytes())).as_deref(), Some(key));
        }
        for token in ["0", "zz", "ff", "+1", "é"] {
            assert_eq!(opened(token), None, "{token}");
        }
    }
}
