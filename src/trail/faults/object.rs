//! What lies there instead of a log file.

use std::io::Read as _;

use flate2::Crc;
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use crate::scenario::FaultKind;
use crate::seed::{Key, name};
use crate::trail::{LogFile, gzip};

/// Changes a file into what the fault makes of it, and says how many records can be found in it.
///
/// Of the file as CloudTrail made it, only the hash stays that digests list.
pub(super) fn spoil(mut file: LogFile, fault: FaultKind, key: Key) -> LogFile {
    let key = key.named(name(&file.object.key));
    match fault {
        FaultKind::EmptyObjects => (file.object.body, file.records) = (Vec::new(), 0),
        FaultKind::Truncated => truncate(&mut file, key),
        FaultKind::Corrupt => corrupt(&mut file, key),
        FaultKind::Malformed => {
            let raw = malformed(raw(&file), key);
            file.records = 0;
            put(&mut file, &raw);
        }
        FaultKind::Bom => {
            let raw = [b"\xef\xbb\xbf", &*raw(&file)].concat();
            put(&mut file, &raw);
        }
        FaultKind::Miscoded => file.object.body = raw(&file),
        FaultKind::EmptyRecords => write_anew(&mut file, b"{\"Records\":[]}"),
        FaultKind::Stray => stray(&mut file, key),
        _ => {}
    }
    file
}

/// The document of a file that is whole.
fn raw(file: &LogFile) -> Vec<u8> {
    let mut raw = Vec::with_capacity(file.raw_bytes as usize);
    GzDecoder::new(&*file.object.body).read_to_end(&mut raw).expect("the file was made just now");
    raw
}

/// Puts another document into the file.
fn put(file: &mut LogFile, raw: &[u8]) {
    let member = gzip::member(raw);
    (file.object.body, file.raw_bytes, file.raw_crc32) = (member.bytes, raw.len() as u64, member.crc32);
}

/// Puts another document into the file, which CloudTrail itself has written.
fn write_anew(file: &mut LogFile, raw: &[u8]) {
    put(file, raw);
    file.records = 0;
    file.raw_sha256 = file.raw_sha256.map(|_| Sha256::digest(raw).into());
}

/// Cuts the gzip somewhere in its middle half.
fn truncate(file: &mut LogFile, key: Key) {
    let quarter = file.object.body.len() / 4;
    file.object.body.truncate(quarter + key.below(2 * quarter as u64) as usize);
    file.records = whole_records(&unpacked(&file.object.body));
}

/// What can be unpacked of a gzip that breaks off.
fn unpacked(gzip: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    // It must fail: the rest is missing. What came before that stays.
    let _ = GzDecoder::new(gzip).read_to_end(&mut found);
    found
}

/// The records that are whole in the first part of a document.
fn whole_records(text: &[u8]) -> u64 {
    let (mut depth, mut in_text, mut is_escaped, mut whole) = (0_u32, false, false, 0);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                // Records lie in a list in an object.
                whole += u64::from(*byte == b'}' && depth == 2);
            }
            _ => {}
        }
    }
    whole
}

/// Changes some bytes in the middle, so that at least the sum at the end is wrong.
fn corrupt(file: &mut LogFile, key: Key) {
    let middle = file.object.body.len() / 2;
    for (at, byte) in (0..).zip(&mut file.object.body[middle..middle + 8]) {
        *byte ^= 1 + key.at(at).below(255) as u8;
    }
    file.records = 0;
}

/// A document that is no JSON.
fn malformed(mut raw: Vec<u8>, key: Key) -> Vec<u8> {
    let end = raw.len() - "}]}".len();
    match key.at(0).below(3) {
        0 => raw.truncate(end / 2 + key.at(1).below(end as u64 / 2) as usize),
        1 => raw.insert(end + 1, b','),
        _ => raw.extend_from_slice(b"}"),
    }
    raw
}

/// Puts what lies among log files where one would lie.
fn stray(file: &mut LogFile, key: Key) {
    let is = |end: &str| file.object.key.ends_with(end);
    let (body, content_type): (Vec<u8>, &str) = if is(".tmp") {
        let member = gzip::member(b"{\"Records\":[{\"eventVersion\":\"1.");
        (member.bytes, "application/octet-stream")
    } else if is(".sha256") {
        ((crate::record::ids::hex(key.at(0), 32) + "\n").into_bytes(), "text/plain")
    } else if is(".log.gz") {
        (gzip::member(b"version account-id action log-status\n2 - - NODATA\n").bytes, "text/plain")
    } else {
        (Vec::new(), "application/x-directory")
    };
    let mut crc = Crc::new();
    crc.update(&[]);
    file.object.headers.content_encoding = String::new();
    content_type.clone_into(&mut file.object.headers.content_type);
    (file.object.body, file.records, file.raw_sha256) = (body, 0, None);
    (file.raw_bytes, file.raw_crc32) = (0, crc.sum());
}
