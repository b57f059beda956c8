//! Names of people and things. The only user of `fake`, whose word lists decide bytes: its version is pinned.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::seed::Key;

/// A person's name.
pub(super) struct PersonName {
    /// As in the directory.
    pub first: &'static str,
    /// As in the directory.
    pub last: &'static str,
    /// The user name: `ana.kuhn`, with a number from the second of that name on.
    pub user: String,
}

/// The name of the `index`-th person of an organization. No two indexes have the same user name.
///
/// The indexes run through all pairs of first and last names in an order of their own before any pair
/// comes again with a number behind it.
#[must_use]
pub(super) fn person(index: u64, organization: Key) -> PersonName {
    // A prime that divides no product of the lists' lengths, so that the steps reach every pair.
    const STRIDE: u128 = 1_000_000_007;
    let (first, last) = (EN::NAME_FIRST_NAME, EN::NAME_LAST_NAME);
    let pairs = (first.len() * last.len()) as u64;
    let start = u128::from(organization.draw() % pairs);
    let pair = ((u128::from(index % pairs) * STRIDE + start) % u128::from(pairs)) as usize;
    let (first_at, last_at) = (pair % first.len(), pair / first.len());
    let mut user = [&*FIRST[first_at], ".", &*LAST[last_at]].concat();
    if let round @ 1.. = index / pairs {
        user += &(round + 1).to_string();
    }
    PersonName { first: first[first_at], last: last[last_at], user }
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

/// The name of the `index`-th group of an organization; no two are equal.
#[must_use]
pub(super) fn group(index: u64) -> String {
    let teams = TEAMS.len() as u64;
    let forms = TEAM_FORMS.len() as u64;
    // Each form goes through all teams, so the first groups of an organization are those of its teams.
    let name = format!("{}-{}", TEAMS[(index % teams) as usize], TEAM_FORMS[(index / teams % forms) as usize]);
    numbered(name, index / (teams * forms))
}

const ROOMS: &[&str] = &[
    "aspen", "birch", "cedar", "chestnut", "cypress", "elm", "fir", "hazel", "juniper", "larch", "laurel", "linden",
    "maple", "oak", "olive", "pine", "poplar", "rowan", "spruce", "walnut", "willow", "yew",
];
const EQUIPMENT: &[&str] = &["projector", "van", "camera", "laptop-cart", "microphone", "whiteboard"];

/// The name and type of the `index`-th room or equipment of an organization; no two names are equal, and
/// none is longer than 20 letters.
#[must_use]
pub(super) fn resource(index: u64) -> (String, &'static str) {
    let (words, kind, index) = match index % 3 {
        2 => (EQUIPMENT, "EQUIPMENT", index / 3),
        part => (ROOMS, "ROOM", index / 3 * 2 + part),
    };
    let count = words.len() as u64;
    let prefix = if kind == "ROOM" { "room-" } else { "" };
    (numbered(format!("{prefix}{}", words[(index % count) as usize]), index / count), kind)
}

fn numbered(name: String, round: u64) -> String {
    if round == 0 { name } else { format!("{name}-{}", round + 1) }
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
        let names: BTreeSet<String> = (0..20_000).chain(pairs..pairs + 20_000).map(|i| person(i, key).user).collect();
        assert_eq!(names.len(), 40_000);
    }

    #[test]
    fn no_two_things_share_a_name() {
        assert_eq!((0..1_000).map(group).collect::<BTreeSet<_>>().len(), 1_000);
        let resources: BTreeSet<String> = (0..1_000).map(|i| resource(i).0).collect();
        assert_eq!(resources.len(), 1_000);
        assert!(resources.iter().all(|name| name.len() <= 20));
    }
}
