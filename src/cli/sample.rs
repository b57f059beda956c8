//! `mocktrail sample`: records of one action to look at.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::actions::error_codes;
use super::args::Sample;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::request;
use crate::mistake::{Mistake, closest};
use crate::run;
use crate::trail::Trail;

/// Which error a failed call gives follows from the state of the world, so rare ones take many calls.
const CALLS_PER_RECORD: u64 = 200;
const CALLS_LEAST: u64 = 50_000;

pub(crate) fn run(args: &Sample, console: &mut Console) -> Result<Exit, Failure> {
    let wanted = u64::from(args.count);
    let calls = if args.error.is_some() { CALLS_LEAST + wanted * CALLS_PER_RECORD } else { wanted };
    let trail = Trail::new(Arc::new(request::sample(args, calls)?));
    if let Some(code) = &args.error {
        check_error(&trail, &args.action, code)?;
    }
    let mark = args.error.as_deref().map(|code| mark(&trail, &args.action, code)).unwrap_or_default();
    let mut sieve = Sieve::new(mark, args.count as usize);
    let enough = Arc::clone(&sieve.enough);
    run::print_records(&trail, None, &mut sieve, &enough)?;
    match &args.error {
        Some(code) if sieve.found.len() < args.count as usize => Err(Failure::TooFew {
            code: code.clone(),
            action: args.action.clone(),
            found: sieve.found.len() as u64,
            calls,
        }),
        _ => Ok(console.json(&sieve.found).map(|()| Exit::Done)?),
    }
}

/// Refuses a code that the action cannot fail with.
fn check_error(trail: &Trail, action: &str, code: &str) -> Result<(), Failure> {
    let catalogue = &trail.plan().catalogue;
    let codes = catalogue.find(action).map(|id| error_codes(catalogue.action(id))).unwrap_or_default();
    if codes.contains(code) {
        return Ok(());
    }
    let listed: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let what = format!("`{action}` cannot fail with `{code}`, only with {}", listed.join(", "));
    let mistake = Mistake::of_file("--error", what);
    Err(Failure::mistake(match closest(code, codes) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None => mistake,
    }))
}

/// What the line of a record holds that fails with this code. Sign-ins that fail name no code, and there is but
/// one way for them to fail.
fn mark(trail: &Trail, action: &str, code: &str) -> String {
    let catalogue = &trail.plan().catalogue;
    match catalogue.find(action).is_some_and(|id| catalogue.action(id).is_sign_in()) {
        true => "\"errorMessage\":".to_owned(),
        false => format!("\"errorCode\":\"{code}\""),
    }
}

/// Takes records as lines and keeps the wanted ones, until there are enough.
struct Sieve {
    /// What the line of a wanted record holds.
    mark: String,
    wanted: usize,
    /// The end of the last write, where it was no whole line.
    rest: Vec<u8>,
    found: Vec<Value>,
    enough: Arc<AtomicBool>,
}

impl Sieve {
    fn new(mark: String, wanted: usize) -> Self {
        Self { mark, wanted, rest: Vec::new(), found: Vec::new(), enough: Arc::default() }
    }

    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        let text = str::from_utf8(line).map_err(io::Error::other)?;
        if self.found.len() < self.wanted && text.contains(&self.mark) {
            self.found.push(serde_json::from_str(text)?);
        }
        self.enough.store(self.found.len() >= self.wanted, Ordering::Relaxed);
        Ok(())
    }
}

impl Write for Sieve {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(part);
            if let Some(line) = self.rest.strip_suffix(b"\n").map(<[u8]>::to_vec) {
                self.rest.clear();
                self.take(&line)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wanted_records_are_kept_and_no_more_than_wanted() {
        let mut sieve = Sieve::new("\"errorCode\":\"Denied\"".to_owned(), 2);
        for part in ["{\"a\":1}\n{\"errorCode\":", "\"Denied\"}\n", "{\"errorCode\":\"Denied\"}\n"] {
            assert!(!sieve.enough.load(Ordering::Relaxed));
            sieve.write_all(part.as_bytes()).unwrap();
        }
        sieve.write_all(b"{\"errorCode\":\"Denied\"}\n").unwrap();
        assert!(sieve.enough.load(Ordering::Relaxed));
        assert_eq!(sieve.found, vec![serde_json::json!({ "errorCode": "Denied" }); 2]);
    }
}
