//! One page of a listing: keys, and what they have in common.

use crate::serve::bucket::{About, Bucket, Trouble};

/// What part of a bucket is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// What all keys begin with.
    pub(crate) prefix: String,
    /// Keys that have this behind the prefix are rolled up to what stands before it; empty for none.
    pub(crate) delimiter: String,
    /// The last key, or the last common prefix, that the reader has already.
    pub(crate) after: Option<String>,
    /// How many keys and common prefixes.
    pub(crate) most: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Keys in order.
    pub(crate) contents: Vec<(String, About)>,
    /// Common prefixes in order.
    pub(crate) prefixes: Vec<String>,
    /// The last of both, where there is more behind it.
    pub(crate) next: Option<String>,
}

/// Lists a page. Behind each common prefix the bucket is entered anew, so that what lies below it costs nothing.
pub(crate) fn list(bucket: &dyn Bucket, wanted: &Wanted) -> Result<Page, Trouble> {
    let mut page = Page::default();
    let mut from = wanted.start();
    let mut last = None;
    while let Some(bytes) = from.take() {
        let mut trouble = None;
        bucket.walk(&bytes, &wanted.prefix, &mut |key| {
            if page.contents.len() + page.prefixes.len() >= wanted.most {
                page.next = last.take();
                return false;
            }
            if let Some(common) = wanted.common_prefix(key) {
                page.prefixes.push(common.to_owned());
                last = Some(common.to_owned());
                from = behind(common);
                return false;
            }
            match bucket.head(key) {
                Ok(Some(about)) => {
                    page.contents.push((key.to_owned(), about));
                    last = Some(key.to_owned());
                }
                // Removed since.
                Ok(None) => {}
                Err(error) => trouble = Some(error),
            }
            trouble.is_none()
        })?;
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
    }
    Ok(page)
}

impl Wanted {
    /// The first key that may be listed, as bytes that no key lies before.
    fn start(&self) -> Option<Vec<u8>> {
        if self.most == 0 {
            return None;
        }
        match &self.after {
            None => Some(Vec::new()),
            Some(after) => match self.common_prefix(after) {
                Some(common) if common == after => behind(common),
                _ => Some([after.as_bytes(), b"\0"].concat()),
            },
        }
    }

    /// What the key is rolled up to.
    fn common_prefix<'a>(&self, key: &'a str) -> Option<&'a str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let rest = key.strip_prefix(&self.prefix)?;
        let end = rest.find(&self.delimiter)? + self.delimiter.len();
        Some(&key[..self.prefix.len() + end])
    }
}

/// The first bytes behind everything that begins with this text; none when there are none.
pub(crate) fn behind(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.as_bytes().to_vec();
    // No byte of UTF-8 is the largest one, so the last can always be raised.
    *bytes.last_mut()? += 1;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use crate::serve::memory::Memory;
    use crate::trail::{Headers, Object};

    fn bucket(keys: &[&str]) -> Memory {
        let memory = Memory::default();
        for key in keys {
            let object = Object { key: (*key).to_owned(), body: Vec::new(), sha256: None, headers: Headers::default() };
            memory.put(object, Time(0)).unwrap();
        }
        memory
    }

    /// All pages of a size, each as keys and common prefixes with a slash.
    fn pages(bucket: &Memory, prefix: &str, delimiter: &str, most: usize) -> Vec<Vec<String>> {
        let mut wanted = Wanted { prefix: prefix.into(), delimiter: delimiter.into(), after: None, most };
        let mut pages = Vec::new();
        loop {
            let page = list(bucket, &wanted).unwrap();
            let mut found: Vec<String> = page.contents.into_iter().map(|(key, _)| key).chain(page.prefixes).collect();
            found.sort();
            pages.push(found);
            match page.next {
                None => return pages,
                next => wanted.after = next,
            }
        }
    }

    #[test]
    fn pages_of_any_size_hold_everything_once_and_in_order() {
        let keys = ["a", "a/1", "a/2", "a0", "b/1/x", "b/1/y", "b/2", "c"];
        let bucket = bucket(&keys);
        for most in 1..10 {
            assert_eq!(pages(&bucket, "", "", most).concat(), keys);
            assert!(pages(&bucket, "", "", most).iter().all(|page| page.len() <= most));
            assert_eq!(pages(&bucket, "", "/", most).concat(), ["a", "a/", "a0", "b/", "c"]);
            assert_eq!(pages(&bucket, "b/", "/", most).concat(), ["b/1/", "b/2"]);
            assert_eq!(pages(&bucket, "b", "/1", most).concat(), ["b/1", "b/2"]);
            assert_eq!(pages(&bucket, "x", "/", most).concat(), [""; 0]);
        }
        assert_eq!(pages(&bucket, "", "", 8).len(), 1);
        assert_eq!(pages(&bucket, "", "", 0), [[""; 0]]);
    }

    #[test]
    fn a_marker_need_not_be_a_key() {
        let bucket = bucket(&["a/1", "a/2", "b"]);
        for (after, expected) in [("a", "a/1"), ("a/1", "a/2"), ("a/15", "a/2"), ("a/2", "b"), ("a/\u{10ffff}", "b")] {
            let wanted = Wanted { after: Some(after.into()), most: 1, ..Wanted::default() };
            assert_eq!(list(&bucket, &wanted).unwrap().contents[0].0, expected, "{after}");
        }
    }

    #[test]
    fn behind_a_prefix_is_the_first_thing_without_it() {
        assert_eq!(behind("a/"), Some(b"a0".to_vec()));
        assert!(behind("ä").unwrap().as_slice() > "ä\u{10ffff}".as_bytes());
        assert_eq!(behind(""), None);
    }
}
