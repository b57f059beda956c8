//! A bucket that exists only as a scenario: its objects are made when somebody asks for them.
//!
//! A listing goes from slot to slot and, inside a slot, from chapter to chapter, which is the order of the keys. Any
//! place in it is reached by arithmetic: from the key to the slot, and from the rest of the name to the chapter.

use std::sync::Arc;

use crate::clock::Time;
use crate::serve::bucket::{About, Bucket, Content, Stored, Trouble};
use crate::serve::shelf::{Shelf, Shelves};
use crate::serve::walked::Walked;
use crate::trail::{Digests, Object, Trail};

/// The bucket of a scenario, read-only.
pub(crate) struct Virtual {
    trail: Arc<Trail>,
    /// What lies below which beginning of keys, in order.
    parts: Vec<(String, Part)>,
    shelves: Shelves,
}

/// A part of the bucket.
enum Part {
    /// The log files of a stream.
    Logs(usize),
    /// Its digests.
    Digests(Box<Walked>),
}

impl Virtual {
    /// The bucket of a trail, with its digests if it has any, which keeps at most so many bytes of log files that it
    /// has made.
    pub(crate) fn new(trail: Arc<Trail>, digests: Option<&Arc<Digests>>, most: usize) -> Self {
        let streams = 0..trail.plan().streams.len();
        let logs = streams.clone().map(|stream| (trail.place(stream).logs(), Part::Logs(stream)));
        let walked =
            |stream| digests.map(|digests| Box::new(Walked::new(Arc::clone(&trail), Arc::clone(digests), stream)));
        let digests = streams.filter_map(walked).map(|walked| (walked.root(), Part::Digests(walked)));
        let mut parts: Vec<(String, Part)> = logs.chain(digests).collect();
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        Self { shelves: Shelves::new(Arc::clone(&trail), most), trail, parts }
    }

    /// Walks through a stream; false when `each` has had enough.
    fn walk_stream(&self, stream: usize, from: &[u8], prefix: &str, each: &mut dyn FnMut(&str) -> bool) -> bool {
        let (_, last) = self.trail.slots(stream);
        let mut next = Some(self.slot_of(stream, from));
        while let Some(slot) = next.filter(|slot| *slot <= last) {
            let name = self.trail.place(stream).slot(slot);
            if name.as_str() > prefix && !name.starts_with(prefix) {
                return true;
            }
            match self.walk_slot(stream, slot, &name, (from, prefix), each) {
                None => return false,
                Some(after) => next = after,
            }
        }
        true
    }

    /// Walks through a slot; gives the slot to go on with, or `None` when `each` has had enough.
    #[expect(clippy::option_option, reason = "enough, the end of the stream, or the next slot")]
    fn walk_slot(
        &self,
        stream: usize,
        slot: Time,
        name: &str,
        (from, prefix): (&[u8], &str),
        each: &mut dyn FnMut(&str) -> bool,
    ) -> Option<Option<Time>> {
        let (first, last) = self.trail.chapters_in(stream, slot);
        let begin = self.chapter_of(stream, slot, name, from).unwrap_or(first).clamp(first, last);
        let mut empty = begin == first;
        let mut next =
            (last + 1 < self.trail.activity.chapters(stream)).then(|| self.trail.first_slot(stream, last + 1));
        for number in begin..=last {
            let chapter = self.shelves.shelf(stream, number);
            for file in chapter.in_slot(slot) {
                empty = false;
                let wanted = file.key.as_bytes() >= from && file.key.starts_with(prefix);
                if wanted && !each(&file.key) {
                    return None;
                }
            }
            next = [next, chapter.slot_after(slot)].into_iter().flatten().min();
        }
        // Only a slot that is certainly empty tells which ones behind it are too.
        Some(if empty { next } else { Some(Time(slot.0 + self.trail.step())) })
    }

    /// The last slot of a stream in which everything before it is before `from`.
    fn slot_of(&self, stream: usize, from: &[u8]) -> Time {
        let (first, last) = self.trail.slots(stream);
        let (place, step) = (self.trail.place(stream), self.trail.step());
        let (mut low, mut high) = (0, (last.0 - first.0) / step + 1);
        while low + 1 < high {
            let middle = i64::midpoint(low, high);
            match place.slot(Time(first.0 + middle * step)).as_bytes() <= from {
                true => low = middle,
                false => high = middle,
            }
        }
        Time(first.0 + low * step)
    }

    /// The chapter of a slot that `from` leads into, when it leads into the slot.
    fn chapter_of(&self, stream: usize, slot: Time, name: &str, from: &[u8]) -> Option<u64> {
        let rest = from.strip_prefix(name.as_bytes())?;
        // The names of a slot have 16 letters, of which `0` is the first.
        let unique = str::from_utf8(&rest[..rest.len().min(16)]).ok()?;
        self.trail.chapter_in(stream, slot, &format!("{unique:0<16}"))
    }

    fn digest(&self, key: &str) -> Option<Stored> {
        self.parts.iter().find_map(|(root, part)| match part {
            Part::Digests(walked) if key.starts_with(root.as_str()) => walked.get(key),
            _ => None,
        })
    }

    fn shelf_of(&self, key: &str) -> Option<Arc<Shelf>> {
        let (stream, number) = self.trail.chapter_of(key)?;
        (number < self.trail.activity.chapters(stream)).then(|| self.shelves.shelf(stream, number))
    }
}

impl Bucket for Virtual {
    fn walk(&self, from: &[u8], prefix: &str, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Trouble> {
        let from = from.max(prefix.as_bytes());
        for (root, part) in &self.parts {
            let concerned = root.starts_with(prefix) || prefix.starts_with(root);
            let is_over = root.as_bytes() < from && !from.starts_with(root.as_bytes());
            let goes_on = match part {
                _ if !concerned || is_over => true,
                Part::Logs(stream) => self.walk_stream(*stream, from, prefix, each),
                Part::Digests(walked) => {
                    let keys = walked.keys();
                    let first = keys.partition_point(|key| key.as_bytes() < from);
                    keys[first..].iter().filter(|key| key.starts_with(prefix)).all(|key| each(key))
                }
            };
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    fn head(&self, key: &str) -> Result<Option<About>, Trouble> {
        if let Some(digest) = self.digest(key) {
            return Ok(Some(digest.about));
        }
        Ok(self.shelf_of(key).and_then(|chapter| chapter.file(key).map(|file| file.about.clone())))
    }

    fn get(&self, key: &str) -> Result<Option<Stored>, Trouble> {
        if let Some(digest) = self.digest(key) {
            return Ok(Some(digest));
        }
        let chapter = self.shelf_of(key);
        let file = chapter.as_ref().and_then(|chapter| chapter.file(key));
        Ok(file.map(|file| Stored { about: file.about.clone(), body: Content::Bytes(file.body.clone()) }))
    }

    fn put(&self, _: Object, _: Time) -> Result<String, Trouble> {
        Err(Trouble::ReadOnly)
    }

    fn delete(&self, _: &str) -> Result<(), Trouble> {
        Err(Trouble::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{FAULTS, Faults, Measure};
    use crate::serve::page::{Wanted, list};
    use crate::{Plan, Scenario};

    fn bucket(scenario: Scenario) -> Virtual {
        Virtual::new(Arc::new(Trail::new(Arc::new(Plan::new(scenario).unwrap()))), None, 1 << 20)
    }

    /// Two accounts in two regions, quiet and busy, over a weekend.
    fn scenarios() -> Vec<Scenario> {
        let mut two = Scenario::new().events(3_000);
        two.accounts[0].regions.push("eu-west-1".into());
        two.accounts[0].users = 9_000;
        two.trail.prefix = "logs".into();
        let mut busy = Scenario::new().seed(3).events(60_000);
        busy.time.end = Time(busy.time.start.0 + 15 * crate::clock::MINUTE);
        busy.trail.records_per_file = 20;
        let mut quiet = Scenario::new().seed(4).events(90);
        quiet.time.end = Time(quiet.time.start.0 + 40 * crate::clock::DAY);
        let mut quick = Scenario::new().seed(5).events(20_000);
        quick.time.end = Time(quick.time.start.0 + 3 * crate::clock::MINUTE);
        quick.trail.flush.0 = 1_000;
        let mut odd = Scenario::new().seed(6).events(9_000);
        odd.time.end = Time(odd.time.start.0 + crate::clock::HOUR);
        odd.trail.flush.0 = 90_000;
        let mut faulty = Scenario::new().seed(7).events(9_000);
        faulty.faults = faults();
        let mut odd_and_faulty = odd.clone();
        odd_and_faulty.faults = faults();
        vec![two, busy, quiet, quick, odd, faulty, odd_and_faulty]
    }

    /// Some of every kind.
    fn faults() -> Faults {
        FAULTS.iter().fold(Faults::default(), |faults, about| {
            faults.with(about.kind, if about.measure == Measure::Share { 30_000 } else { 6 })
        })
    }

    fn keys(bucket: &Virtual) -> Vec<String> {
        let mut keys: Vec<String> = bucket.trail.files().map(|file| file.object.key).collect();
        keys.sort();
        keys
    }

    /// Everything is listed once, in the order of keys, in pages of any size, and is what the trail makes.
    #[test]
    fn a_listing_holds_what_the_trail_makes() {
        for scenario in scenarios() {
            let bucket = bucket(scenario);
            let mut files: Vec<_> = bucket.trail.files().collect();
            files.sort_by(|a, b| a.object.key.cmp(&b.object.key));
            let mut wanted = Wanted { most: 37, ..Wanted::default() };
            let mut found = Vec::new();
            loop {
                let page = list(&bucket, &wanted).unwrap();
                found.extend(page.contents);
                match page.next {
                    None => break,
                    next => wanted.after = next,
                }
            }
            assert_eq!(found.len(), files.len());
            for ((key, about), file) in found.iter().zip(&files) {
                assert_eq!((key, about.size), (&file.object.key, file.object.body.len() as u64));
                assert_eq!(about.modified, file.delivered_at);
            }
            for file in files.iter().step_by(17) {
                let stored = bucket.get(&file.object.key).unwrap().unwrap();
                assert!(matches!(&stored.body, Content::Bytes(bytes) if *bytes == file.object.body));
                assert_eq!(stored.about.headers, file.object.headers);
            }
        }
    }

    /// From any place, also between and inside keys, the walk goes on with the next key.
    #[test]
    fn any_place_can_be_jumped_to() {
        for scenario in scenarios() {
            let bucket = bucket(scenario);
            let keys = keys(&bucket);
            let mut places: Vec<String> = Vec::new();
            for key in keys.iter().step_by(keys.len() / 15 + 1) {
                places.extend((0..key.len()).step_by(9).map(|end| key[..end].to_owned()));
                places.extend([key.clone(), format!("{key}\0"), format!("{key}~"), key.replace("CloudTrail", "X")]);
                places.extend([key.replace("Z_", "Z_z"), key.replace("Z_", "Z_-"), key.replace("/20", "/30")]);
            }
            for place in places {
                let mut found = None;
                let each = &mut |key: &str| {
                    found = Some(key.to_owned());
                    false
                };
                bucket.walk(place.as_bytes(), "", each).unwrap();
                let expected = keys.get(keys.partition_point(|key| key.as_bytes() < place.as_bytes()));
                assert_eq!(found.as_ref(), expected, "{place}");
            }
        }
    }

    /// Prefixes may end anywhere, and what does not exist is not found.
    #[test]
    fn prefixes_select_and_foreign_keys_are_not_there() {
        let bucket = bucket(scenarios().remove(0));
        let keys = keys(&bucket);
        for end in (0..keys[0].len()).step_by(5).chain([keys[0].len()]) {
            let prefix = &keys[0][..end];
            let mut found = Vec::new();
            let each = &mut |key: &str| {
                found.push(key.to_owned());
                true
            };
            bucket.walk(b"", prefix, each).unwrap();
            let expected: Vec<&String> = keys.iter().filter(|key| key.starts_with(prefix)).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{prefix}");
        }
        let key = &keys[3];
        let foreign =
            [key.replace("Z_", "Z_0"), key.replace("/2026/", "/9999/"), key.replace("2026/", "2026/../2026/")];
        for foreign in foreign.iter().map(String::as_str).chain(["", "x", "logs/AWSLogs/"]) {
            assert_eq!(bucket.head(foreign).unwrap(), None, "{foreign}");
        }
    }

    /// Folders are listed from a few keys, however much lies below them.
    #[test]
    fn folders_are_listed_without_what_lies_below() {
        let bucket = bucket(scenarios().remove(2));
        let wanted = |prefix: &str| Wanted { prefix: prefix.into(), delimiter: "/".into(), after: None, most: 1_000 };
        assert_eq!(list(&bucket, &wanted("")).unwrap().prefixes, ["AWSLogs/"]);
        let region = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/";
        let months = list(&bucket, &wanted(region)).unwrap();
        assert_eq!((months.prefixes, months.contents.len()), (vec![format!("{region}03/"), format!("{region}04/")], 0));
    }

    /// Digests that are listed by arithmetic and made by walking are those of a chain that is made in one go.
    #[test]
    fn digests_are_those_of_one_walk() {
        let all = scenarios();
        for which in [0, 5, 6] {
            assert_one_walk(all[which].clone());
        }
    }

    fn assert_one_walk(mut scenario: Scenario) {
        use crate::trail::{Chain, ChainState};
        scenario.trail.digests.on = true;
        let trail = Arc::new(Trail::new(Arc::new(Plan::new(scenario).unwrap())));
        let digests = Arc::new(Digests::new(&trail.plan().scenario, None).unwrap());
        let bucket = Virtual::new(Arc::clone(&trail), Some(&digests), 1 << 20);
        for stream in 0..trail.plan().streams.len() {
            let mut state = ChainState::default();
            let mut chain = Chain::new(&digests, trail.place(stream), &mut state);
            let logs = trail.place(stream).logs();
            let files: Vec<_> =
                trail.files().filter(|file| file.object.key.starts_with(&logs) && !file.is_stray).collect();
            let mut made: Vec<_> =
                files.iter().flat_map(|file| chain.take(crate::serve::walked::listed(file))).collect();
            made.extend(chain.finish());
            let mut listed = Vec::new();
            let place = trail.place(stream).digests();
            bucket
                .walk(b"", &place, &mut |key| {
                    listed.push(key.to_owned());
                    true
                })
                .unwrap();
            assert_eq!(listed, made.iter().map(|digest| digest.object.key.clone()).collect::<Vec<_>>());
            // The middle one first: the walk goes as far as it must, and remembers.
            for digest in [&made[made.len() / 2], &made[0], made.last().unwrap()] {
                let stored = bucket.get(&digest.object.key).unwrap().unwrap();
                let Content::Bytes(body) = stored.body else { panic!("digests are in memory") };
                assert_eq!((&*body, stored.about.headers), (&*digest.object.body, digest.object.headers.clone()));
            }
            assert!(bucket.get(&place.replace("Digest/", "Digest/x")).unwrap().is_none());
        }
    }
}
