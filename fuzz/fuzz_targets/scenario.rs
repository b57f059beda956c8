//! Any text as a scenario file: it is read or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mocktrail::Time;
use mocktrail::scenario::Wish;

fuzz_target!(|text: &str| {
    let read = Wish::parse("scenario.toml", text, &["CreateUser", "ListUsers"], Time(1_772_409_600_000));
    if let Err(mistakes) = read.and_then(Wish::resolve) {
        assert!(!mistakes.to_string().is_empty());
    }
});
