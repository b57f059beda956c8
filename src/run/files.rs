//! All files of a trail one after the other, for library users and for estimates.

use crate::trail::{KeyOrder, LogFile, Trail};

impl Trail {
    /// Every log file, in the order of keys within each stream.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use mocktrail::{Plan, Scenario, Trail};
    /// let trail = Trail::new(Arc::new(Plan::new(Scenario::new().events(100))?));
    /// assert_eq!(trail.files().map(|file| file.records).sum::<u64>(), 100);
    /// # Ok::<(), mocktrail::Mistakes>(())
    /// ```
    pub fn files(&self) -> impl Iterator<Item = LogFile> + '_ {
        (0..self.plan().streams.len()).flat_map(move |stream| {
            let mut order = KeyOrder::default();
            let mut files = Vec::new();
            let chapters = self.activity.chapters(stream);
            let (mut player, mut encoder) = (self.activity.player(), self.encoder());
            (0..=chapters).flat_map(move |number| {
                if number == chapters {
                    files.extend(order.rest());
                } else {
                    let chapter = player.chapter(stream, number);
                    for (index, batch) in self.batches(stream, &chapter).iter().enumerate() {
                        let file = self.log_file(stream, &chapter, batch, &mut encoder);
                        order.push(batch.slot, number, index, file);
                    }
                    player.take_back(chapter);
                    files.extend(order.before(self.first_slot(stream, number + 1), number + 1));
                }
                std::mem::take(&mut files)
            })
        })
    }

    /// Every record as a line of JSON, in the order in which things happened within each stream.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use mocktrail::{Plan, Scenario, Trail};
    /// let trail = Trail::new(Arc::new(Plan::new(Scenario::new().events(100))?));
    /// assert!(trail.records().all(|record| record.starts_with("{\"eventVersion\":\"1.11\"")));
    /// # Ok::<(), mocktrail::Mistakes>(())
    /// ```
    pub fn records(&self) -> impl Iterator<Item = String> + '_ {
        let chapters = (0..self.plan().streams.len())
            .flat_map(|stream| (0..self.activity.chapters(stream)).map(move |number| (stream, number)));
        let mut player = self.activity.player();
        chapters.flat_map(move |(stream, number)| {
            let chapter = player.chapter(stream, number);
            (0..chapter.events.len()).map(move |index| {
                let mut record = Vec::new();
                self.record(&mut record, stream, &chapter, index);
                String::from_utf8(record).expect("records are made of texts")
            })
        })
    }
}
