//! Slots for what AWS hands out: the ids of keys and roles, and instants in the form that parameters have.

use crate::clock::{HOUR, MINUTE, SECOND, Time};
use crate::event::{Event, Facts, Outcome};
use crate::record::{escape, ids};
use crate::seed::{Name, name};
use crate::sink::{Interner, Sink, Text};

/// A slot of this kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Issued {
    /// The instant so many milliseconds after the event.
    DateTime(i64),
    /// The id of a temporary access key of the account.
    AccessKey(Name),
    /// A unique id of IAM: its four letters, and the name of the thing that has it.
    UniqueId(Box<str>, Name),
    /// One text when the call succeeds, the other when it fails.
    Outcome(Text, Text),
    /// Whether the caller's session took a second factor.
    CallerMfa,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Issued {
    /// Reads the words of a slot; `None` when they mean none of these.
    pub(super) fn parse(word: &str, rest: &str, draws: Name, atoms: &mut Interner) -> Option<Self> {
        if let ("outcome", Some((success, failure))) = (word, rest.split_once('|')) {
            return Some(Self::Outcome(atoms.text(&escape(success)), atoms.text(&escape(failure))));
        }
        match (word, rest.split_once(' ')) {
            ("dateTime", None) => Some(Self::DateTime(if rest.is_empty() { 0 } else { length(rest)? })),
            ("accessKey", None) if rest.is_empty() => Some(Self::AccessKey(draws)),
            ("uniqueId", Some((kind, owner))) if kind.len() == 4 => Some(Self::UniqueId(kind.into(), name(owner))),
            ("caller.mfa", None) if rest.is_empty() => Some(Self::CallerMfa),
            _ => None,
        }
    }

    /// Appends the value, ready for JSON, without quotes.
    pub(super) fn fill(&self, out: &mut impl Sink, event: &Event, facts: &Facts) {
        let account: u64 = facts.account.as_str().parse().unwrap_or_default();
        match self {
            Self::DateTime(later) => out.fresh(long_form(Time(event.time.0 + later)).as_bytes()),
            Self::AccessKey(draws) => {
                out.fresh(ids::access_key("ASIA", account, event.key.named(*draws)).as_bytes());
            }
            Self::UniqueId(kind, owner) => {
                out.fresh(ids::unique_id(kind, account, facts.constants.named(*owner)).as_bytes());
            }
            Self::Outcome(success, failure) => match event.outcome {
                Outcome::Success => success.write(out),
                Outcome::Error(_) => failure.write(out),
            },
            Self::CallerMfa => {
                out.fresh(if facts.callers[event.caller as usize].mfa { b"Yes" as &[u8] } else { b"No" });
            }
        }
    }
}

/// `90s`, `20m` or `1h` in milliseconds.
fn length(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => SECOND,
        'm' => MINUTE,
        'h' => HOUR,
        _ => return None,
    };
    Some(i64::from(text[..text.len() - 1].parse::<u32>().ok()?) * unit)
}

/// `Oct 3, 2025, 8:41:04 AM`, as real log files have it.
fn long_form(time: Time) -> String {
    let at = time.civil();
    let (half, month) = (if at.hour < 12 { "AM" } else { "PM" }, MONTHS[at.month as usize - 1]);
    let hour = (at.hour + 11) % 12 + 1;
    format!("{month} {}, {}, {hour}:{:02}:{:02} {half}", at.day, at.year, at.minute, at.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_the_long_form_of_parameters() {
        let midnight = 1_759_449_600_000; // 2025-10-03
        for (later, expected) in [
            (0, "Oct 3, 2025, 12:00:00 AM"),
            (8 * HOUR + 41 * MINUTE + 4 * SECOND, "Oct 3, 2025, 8:41:04 AM"),
            (12 * HOUR, "Oct 3, 2025, 12:00:00 PM"),
            (23 * HOUR + 59 * MINUTE, "Oct 3, 2025, 11:59:00 PM"),
        ] {
            assert_eq!(long_form(Time(midnight + later)), expected);
        }
    }

    #[test]
    fn only_whole_words_are_slots() {
        let parse = |word, rest| Issued::parse(word, rest, name("p"), &mut Interner::default());
        assert_eq!(parse("dateTime", "90s"), Some(Issued::DateTime(90 * SECOND)));
        assert_eq!(parse("dateTime", "soon"), None);
        assert_eq!(parse("uniqueId", "AROA export"), Some(Issued::UniqueId("AROA".into(), name("export"))));
        assert_eq!(parse("uniqueId", "AROA"), None);
        assert_eq!(parse("accessKey", "3"), None);
    }
}
