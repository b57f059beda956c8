//! Which events lie in which file, without a record rendered.

use crate::activity::Chapter;
use crate::clock::Time;
use crate::trail::Trail;

/// What a log file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The key of the file.
    pub key: String,
    /// When it is put into the bucket.
    pub delivered_at: Time,
    /// The ordinals of its events, in the order of their records.
    pub ordinals: Vec<u64>,
    /// The ordinals of events behind them that lie in another file too.
    pub again: Vec<u64>,
}

impl Trail {
    /// What the files of a chapter hold, in the order of their keys.
    #[must_use]
    pub fn contents(&self, stream: usize, chapter: &Chapter) -> Vec<Contents> {
        let ordinals = |events: &[u32]| events.iter().map(|index| chapter.events[*index as usize].ordinal).collect();
        let contents = |batch: &super::Batch| Contents {
            key: self.key(stream, batch),
            delivered_at: batch.delivered_at,
            ordinals: ordinals(&batch.events),
            again: ordinals(&batch.again),
        };
        self.batches(stream, chapter).iter().map(contents).collect()
    }

    /// The stream of a file and what it holds; `None` for a key that is not one of this trail's. It costs a chapter.
    #[must_use]
    pub fn contents_of(&self, key: &str) -> Option<(usize, Contents)> {
        let (stream, number) = self.chapter_of(key)?;
        let chapter = self.activity.chapter(stream, number);
        let found = self.contents(stream, &chapter).into_iter().find(|contents| contents.key == key);
        found.map(|contents| (stream, contents))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Plan, Scenario};

    /// The eventIDs in the text of a file, which is where readers look.
    fn ids(text: &str) -> Vec<&str> {
        text.split("\"eventID\":\"").skip(1).map(|rest| &rest[..36]).collect()
    }

    #[test]
    fn the_ordinals_are_those_of_the_records_in_the_file() {
        let trail = Trail::new(Arc::new(Plan::new(Scenario::new().seed(3).events(9_000)).unwrap()));
        let mut encoder = trail.encoder();
        for number in 0..trail.activity.chapters(0) {
            let chapter = trail.activity.chapter(0, number);
            for (batch, contents) in trail.batches(0, &chapter).iter().zip(trail.contents(0, &chapter)) {
                let file = trail.log_file(0, &chapter, batch, &mut encoder);
                let text = std::io::read_to_string(flate2::read::GzDecoder::new(&file.object.body[..])).unwrap();
                let sealed = contents.ordinals.iter().map(|ordinal| trail.plan().seal.seal(0, *ordinal).to_string());
                assert_eq!(ids(&text), sealed.collect::<Vec<_>>());
                assert_eq!((&contents.key, contents.delivered_at), (&file.object.key, file.delivered_at));
            }
        }
        let chapter = trail.activity.chapter(0, 1);
        let some = &trail.contents(0, &chapter)[3];
        assert_eq!(trail.contents_of(&some.key), Some((0, some.clone())));
        assert_eq!(trail.contents_of(&some.key.replace("T1", "T0")), None);
    }
}
