//! Any bytes as a log file: they are checked, and what is wrong with them is told.

#![no_main]

use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;
use mocktrail::audit::{self, Beside, Bytes, Error, Options, Source};

struct One(String, Vec<u8>);

impl Source for One {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        each(&self.0, self.1.len() as u64);
        Ok(())
    }

    fn read(&self, _: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(Cursor::new(&self.1)))
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    fn place(&self, key: &str) -> String {
        key.to_owned()
    }
}

const LOG: &str = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0915Z_Mu0KsOhtH1ar15ZZ.json";
const DIGEST: &str = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/111122223333_CloudTrail-Digest_us-east-1_management-events_us-east-1_20260302T100000Z.json";

// The first byte says what the others are.
fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let key = if kind & 1 == 0 { LOG } else { DIGEST };
    let name = if kind & 2 == 0 { key.to_owned() } else { format!("{key}.gz") };
    let source: Box<dyn Source> = Box::new(One(name, bytes.to_vec()));
    let options = Options { threads: 1, max_findings: 100, public_keys: None };
    let told = audit::check(&[source], &options, &AtomicBool::new(false), &mut |_| Ok(()), &|_| ());
    told.expect("memory can be read");
});
