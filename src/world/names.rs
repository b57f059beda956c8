//! Names of people and things. The only user of `fake`, whose word lists decide bytes: its version is pinned.

use std::fmt::Write as _;
use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::seed::Key;

/// A person's name: places in the lists, and how often the lists had been gone through before.
#[derive(Clone, Copy)]
pub(super) struct PersonName {
    first: usize,
    last: usize,
    round: u64,
}

/// The name of the `index`-th person of an organization. No two indexes have the same user name.
///
/// The indexes run through all pairs of first and last names in an order of their own before any pair
/// comes again with a number behind it.
#[must_use]
pub(super) fn person(index: u64, organization: Key) -> PersonName {
    // A prime that divides no product of the lists' lengths, so that the steps reach every pair.
    const STRIDE: u64 = 1_000_000_007;
    const FIRST_NAMES: u64 = EN::NAME_FIRST_NAME.len() as u64;
    const PAIRS: u64 = FIRST_NAMES * EN::NAME_LAST_NAME.len() as u64;
    const { assert!(PAIRS < u64::MAX / STRIDE - 1) };
    let start = organization.draw() % PAIRS;
    let pair = (index % PAIRS * STRIDE + start) % PAIRS;
    PersonName { first: (pair % FIRST_NAMES) as usize, last: (pair / FIRST_NAMES) as usize, round: index / PAIRS }
}

impl PersonName {
    /// The first name as in the directory.
    pub(super) fn first(self) -> &'static str {
        EN::NAME_FIRST_NAME[self.first]
    }

    /// The last name as in the directory.
    pub(super) fn last(self) -> &'static str {
        EN::NAME_LAST_NAME[self.last]
    }

    /// Appends the user name: `ana.kuhn`, with a number from the second of that name on.
    pub(super) fn push_user(self, out: &mut String) {
        out.push_str(&FIRST[self.first]);
        out.push('.');
        out.push_str(&LAST[self.last]);
        if self.round > 0 {
            push_number(out, self.round + 1);
        }
    }

    /// The user name.
    pub(super) fn user(self) -> String {
        let mut user = String::new();
        self.push_user(&mut user);
        user
    }
}

fn push_number(out: &mut String, number: u64) {
    write!(out, "{number}").expect("a text takes all that is written to it");
}

/// The first and last names as they may stand in an address.
static FIRST: LazyLock<Vec<String>> = LazyLock::new(|| EN::NAME_FIRST_NAME.iter().map(|name| letters(name)).collect());
static LAST: LazyLock<Vec<String>> = LazyLock::new(|| EN::NAME_LAST_NAME.iter().map(|name| letters(name)).collect());

/// Only what may stand in an address, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// A last name to take on.
#[must_use]
pub(super) fn other_last_name(key: Key) -> &'static str {
    key.pick::<String>(&LAST)
}

const TEAMS: &[&str] = &[
    "finance",
    "engineering",
    "sales",
    "support",
    "marketing",
    "legal",
    "people",
    "operations",
    "facilities",
    "it",
    "security",
    "research",
    "design",
    "procurement",
    "logistics",
    "quality",
    "training",
    "press",
    "board",
    "payroll",
];
const TEAM_FORMS: &[&str] = &["team", "all", "leads", "announce", "oncall", "projects"];

/// Appends the name of the `index`-th group of an organization; no two are equal.
pub(super) fn push_group(out: &mut String, index: u64) {
    const TEAM_COUNT: u64 = TEAMS.len() as u64;
    const FORM_COUNT: u64 = TEAM_FORMS.len() as u64;
    // Each form goes through all teams, so the first groups of an organization are those of its teams.
    out.push_str(TEAMS[(index % TEAM_COUNT) as usize]);
    out.push('-');
    out.push_str(TEAM_FORMS[(index / TEAM_COUNT % FORM_COUNT) as usize]);
    push_round(out, index / (TEAM_COUNT * FORM_COUNT));
}

const ROOMS: &[&str] = &[
    "aspen", "birch", "cedar", "chestnut", "cypress", "elm", "fir", "hazel", "juniper", "larch", "laurel", "linden",
    "maple", "oak", "olive", "pine", "poplar", "rowan", "spruce", "walnut", "willow", "yew",
];
const EQUIPMENT: &[&str] = &["projector", "van", "camera", "laptop-cart", "microphone", "whiteboard"];

/// Appends the name of the `index`-th room or equipment of an organization, and gives its type; no two names are
/// equal, and none is longer than 20 letters.
pub(super) fn push_resource(out: &mut String, index: u64) -> &'static str {
    let (words, prefix, kind, index) = match index % 3 {
        2 => (EQUIPMENT, "", "EQUIPMENT", index / 3),
        part => (ROOMS, "room-", "ROOM", index / 3 * 2 + part),
    };
    let count = words.len() as u64;
    out.push_str(prefix);
    out.push_str(words[(index % count) as usize]);
    push_round(out, index / count);
    kind
}

/// From the second time on that the words are gone through, names have a number.
fn push_round(out: &mut String, round: u64) {
    if round > 0 {
        out.push('-');
        push_number(out, round + 1);
    }
}

const COMPANIES: &[&str] = &[
    "alder",
    "anchor",
    "beacon",
    "bluebird",
    "cobalt",
    "copper",
    "delta",
    "ember",
    "falcon",
    "garnet",
    "granite",
    "harbor",
    "indigo",
    "juniper",
    "lantern",
    "meridian",
    "northwind",
    "opal",
    "quartz",
    "saffron",
    "summit",
    "tern",
];
const TRADES: &[&str] =
    &["books", "foods", "freight", "labs", "optics", "partners", "press", "tools", "travel", "works"];

/// The alias of an organization: two words and four digits.
#[must_use]
pub(super) fn company(key: Key) -> String {
    format!("{}-{}-{:04}", key.at(0).pick(COMPANIES), key.at(1).pick(TRADES), key.at(2).below(10_000))
}

const MAILBOXES: &[&str] = &[
    "billing",
    "events",
    "feedback",
    "hello",
    "info",
    "invoices",
    "jobs",
    "newsletter",
    "orders",
    "partners",
    "press",
    "returns",
    "sales",
    "shop",
    "support",
    "surveys",
    "tickets",
    "travel",
];

/// The local part of a functional address.
#[must_use]
pub(super) fn mailbox(key: Key) -> &'static str {
    key.pick::<&str>(MAILBOXES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::seed::Seed;

    #[test]
    fn no_two_people_share_a_user_name() {
        let key = Seed(0).key("o");
        let pairs = (EN::NAME_FIRST_NAME.len() * EN::NAME_LAST_NAME.len()) as u64;
        let names: BTreeSet<String> = (0..20_000).chain(pairs..pairs + 20_000).map(|i| person(i, key).user()).collect();
        assert_eq!(names.len(), 40_000);
    }

    #[test]
    fn no_two_things_share_a_name() {
        let (mut groups, mut resources) = (BTreeSet::new(), BTreeSet::new());
        for index in 0..1_000 {
            let (mut group, mut resource) = (String::new(), String::new());
            push_group(&mut group, index);
            push_resource(&mut resource, index);
            groups.insert(group);
            resources.insert(resource);
        }
        assert_eq!((groups.len(), resources.len()), (1_000, 1_000));
        assert!(resources.iter().all(|name| name.len() <= 20));
    }
}
