//! One log or digest file: read, unpacked, taken apart and checked.

use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Error;
use super::content::{Broken, Content};
use super::document::Document;
use super::item::{Extent, Item, Part, Report};
use super::manifest::{Measured, Text};
use super::outcome::Finding;
use super::place::{self, Kind, Place};
use super::record::Record;
use super::rules::{self, Around};
use super::seals::{self, Known, Signed};
use super::twins::fingerprint;
use crate::hex::hex;
use crate::schema::{Breach, Breaches, Pointer, Schemas, Tape, Value};

/// How much of a digest is unpacked at once.
const STEP: usize = 64 * 1024;
/// More than this is no digest.
const LONGEST_DIGEST: usize = 256 * 1024 * 1024;

/// Checks a file, and keeps the first `most` findings.
pub(super) fn check(item: &Item, schemas: &Schemas, most: usize) -> Result<Report, Error> {
    let mut checker =
        Checker { item, schemas, most, place: None, report: Report::default(), breaches: Breaches::all() };
    let mut measured = Measured::default();
    let path = item.source.place(&item.key);
    let mut tally =
        Tally { reader: item.source.read(&item.key)?, bytes: 0, sum: item.listed.as_ref().map(|_| Sha256::new()) };
    if item.kind == Kind::Log {
        let (place, fault) = Place::read(&path);
        checker.place = place;
        checker.file(fault);
        measured.text = checker.content(&mut tally).map_err(|cause| failed(&path, cause))?;
        checker.report.outcome.bytes += item.size;
    }
    if item.kind == Kind::Digest {
        let raw = checker.raw(&mut tally).map_err(|cause| failed(&path, cause))?;
        measured.text = raw.as_ref().map(|raw| Text { raw_bytes: raw.len() as u64, records: 0 });
        raw.map(|raw| checker.digest(&raw)).transpose()?;
    }
    io::copy(&mut tally, &mut io::sink()).map_err(|cause| failed(&path, cause))?;
    measured.bytes = tally.bytes;
    if let (Some(listed), Some(sum)) = (&item.listed, tally.sum) {
        measured.sha256 = hex(&sum.finalize());
        listed.differences(&measured).into_iter().for_each(|what| checker.file(Some(what)));
    }
    Ok(checker.report)
}

/// The eventIDs of a file with their records, for those whose fingerprint is wanted.
pub(super) fn event_ids(item: &Item, wanted: &dyn Fn(u64) -> bool) -> Result<Vec<(u64, String)>, Error> {
    let (mut index, mut found) = (0, Vec::new());
    let reader = item.source.read(&item.key)?;
    let _ = Content::open(reader).map(Document::new).and_then(|mut document| {
        document.read(&mut |tape| {
            if let Some(id) = tape.value().get("eventID").and_then(Value::text).filter(|id| wanted(fingerprint(id))) {
                found.push((index, id.to_owned()));
            }
            index += 1;
        })
    });
    Ok(found)
}

fn failed(place: &str, cause: io::Error) -> Error {
    Error::Read { place: place.to_owned(), cause }
}

/// A file under check.
struct Checker<'a> {
    item: &'a Item<'a>,
    schemas: &'a Schemas,
    most: usize,
    place: Option<Place<'a>>,
    report: Report,
    breaches: Breaches,
}

impl Checker<'_> {
    /// Reads the text and checks what is in it; `None` when it is damaged.
    fn content(&mut self, reader: &mut impl Read) -> io::Result<Option<Text>> {
        self.report.outcome.files = 1;
        let Some(mut content) = self.open(reader)? else { return Ok(None) };
        content.sum = self.item.origin.has_digests.then(Sha256::new);
        let mut document = Document::new(content);
        let read = document.read(&mut |tape| self.record(&tape));
        let raw_bytes = document.content.raw_bytes;
        self.report.outcome.raw_bytes = raw_bytes;
        match read {
            Ok(frame) => self.frame(&frame),
            Err(broken) => return self.broken(broken).map(|()| None),
        }
        self.report.part = document.content.sum.map(|sum| Part::Log(sum.finalize().into()));
        Ok(Some(Text { raw_bytes, records: self.report.outcome.records }))
    }

    /// Begins to unpack.
    fn open<R: Read>(&mut self, reader: R) -> io::Result<Option<Content<R>>> {
        match Content::open(reader) {
            Ok(content) => {
                let is_other = place::is_named_gzip(&self.item.key) && !content.is_gzip();
                self.file(is_other.then(|| "is not gzip, though its name says so".into()));
                Ok(Some(content))
            }
            Err(broken) => self.broken(broken).map(|()| None),
        }
    }

    /// All of a digest, unpacked; `None` when it is damaged.
    fn raw(&mut self, reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
        self.report.outcome.digests = 1;
        let Some(mut content) = self.open(reader)? else { return Ok(None) };
        let mut raw = vec![0; STEP];
        let mut filled = 0;
        loop {
            match content.read(&mut raw[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(broken) => return self.broken(broken).map(|()| None),
            }
            if filled > LONGEST_DIGEST {
                self.file(Some("is longer than 256 MiB, which no digest is".into()));
                return Ok(None);
            }
            raw.resize(raw.len().max(filled + STEP), 0);
        }
        raw.truncate(filled);
        Ok(Some(raw))
    }

    /// Checks what a digest says.
    fn digest(&mut self, raw: &[u8]) -> Result<(), Error> {
        match serde_json::from_slice::<Tape>(raw) {
            Ok(tape) => {
                self.schemas.check_digest(tape.value(), &mut self.breaches);
                rules::twice(tape.value(), &Pointer::Root, &mut self.breaches);
                self.tell(None);
            }
            Err(error) => self.file(Some(format!("is not JSON: {error}"))),
        }
        let Item { source, listed, key, origin, .. } = self.item;
        let metadata = match listed {
            Some(listed) => Some(listed.headers.metadata.clone()),
            None => source.metadata(key)?,
        };
        let known = Known {
            key,
            is_whole: matches!(origin.extent, Extent::Bucket | Extent::Listed),
            bucket: origin.bucket.as_deref(),
            metadata: metadata.as_ref(),
            keys: origin.keys.as_ref(),
        };
        let mut faults = Vec::new();
        let (digest, signed) = seals::read(raw, &known, &mut faults);
        for (pointer, what) in faults {
            self.finding(None, pointer, what);
        }
        let outcome = &mut self.report.outcome;
        match signed {
            Signed::Valid => outcome.signatures = 1,
            Signed::NoMetadata => outcome.unsigned = 1,
            Signed::NoKeys => outcome.keyless = 1,
            Signed::Invalid => {}
        }
        self.report.part = digest.map(Part::Digest);
        Ok(())
    }

    fn broken(&mut self, broken: Broken) -> io::Result<()> {
        match broken {
            Broken::Unreadable(cause) => Err(cause),
            Broken::Damaged(what) => {
                self.file(Some(what));
                Ok(())
            }
        }
    }

    /// Checks the document around the records.
    fn frame(&mut self, frame: &[u8]) {
        let tape: Tape = serde_json::from_slice(frame).expect("every part of it has been read");
        self.schemas.check_log_file(tape.value(), &mut self.breaches);
        rules::twice(tape.value(), &Pointer::Root, &mut self.breaches);
        let has_records = tape.value().get("Records").is_some();
        self.tell(None);
        if has_records && self.report.outcome.records == 0 {
            self.file(Some("holds no records; a log file has at least one".into()));
        }
    }

    fn record(&mut self, tape: &Tape) {
        let record = Record::new(tape.value());
        let index = self.report.outcome.records;
        self.report.outcome.records += 1;
        self.schemas.check_record(tape.value(), &mut self.breaches);
        let (source, name) = (record.event_source.unwrap_or_default(), record.event_name.unwrap_or_default());
        let action = self.schemas.action(source, name);
        match action {
            Some(action) => self.schemas.check(action, tape.value(), &mut self.breaches),
            None => self.report.outcome.add_unknown(source, name, 1),
        }
        rules::check(&record, Around { place: self.place, is_known: action.is_some() }, &mut self.breaches);
        self.report.outcome.late += u64::from(rules::is_late(&record, self.place));
        self.report.fingerprints.extend(record.event_id.map(fingerprint));
        self.tell(Some(index));
    }

    /// Turns breaches into findings.
    fn tell(&mut self, record: Option<u64>) {
        for Breach { pointer, what } in self.breaches.take() {
            self.finding(record, pointer, what);
        }
    }

    /// A finding about the whole file, if there is one.
    fn file(&mut self, what: Option<String>) {
        if let Some(what) = what {
            self.finding(None, String::new(), what);
        }
    }

    fn finding(&mut self, record: Option<u64>, pointer: String, message: String) {
        self.report.outcome.findings += 1;
        if self.report.findings.len() < self.most {
            self.report.findings.push(Finding { key: Arc::clone(&self.item.shown), record, pointer, message });
        }
    }
}

/// Counts what is read, and sums it up where somebody wants to know.
struct Tally<R> {
    reader: R,
    bytes: u64,
    sum: Option<Sha256>,
}

impl<R: Read> Read for Tally<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        self.bytes += read as u64;
        if let Some(sum) = &mut self.sum {
            sum.update(&out[..read]);
        }
        Ok(read)
    }
}
