//! Reading a scenario file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use super::account::{AccountId, region};
use super::asked::{Asked, Source};
use super::choice::{Gzip, MessageFlow, Shape, Style, event_version, parameter_order};
use super::cidr::Cidr;
use super::conflict::in_order;
use super::digests::DigestWish;
use super::fault::FaultWish;
use super::number::{
    Bounds, EVENTS, GROUPS, ORGANIZATIONS, RECORDS_PER_FILE, RESOURCES, SEED, USERS, WRITERS, share_ppm,
};
use super::pace::Pace;
use super::problem::Problem;
use super::rate::Rate;
use super::section::{Reader, Section};
use super::value::{number, switch, text, time, whole, word};
use super::wish::{AccountWish, Amount, End, Wish};
use super::{FORMAT, mix, moment, name};
use crate::clock::Time;
use crate::mistake::{Mistake, Mistakes};

impl Wish {
    /// Reads a scenario file. `file` is its name as the user gave it, which mistakes repeat and `templates` are
    /// relative to; `actions` are those that `mix` may name; relative times are relative to `now`.
    ///
    /// # Errors
    ///
    /// Every mistake, in the order of the file: all errors of syntax, or else all values that are wrong in
    /// themselves, with all values that do not fit together in sections that are sound otherwise.
    pub fn parse(file: &str, text: &str, actions: &[&str], now: Time) -> Result<Self, Mistakes> {
        let document = document(file, text)?;
        let reader = Reader::new(Arc::new(Source { name: file.to_owned(), text: text.to_owned() }));
        let wish = read(file, &reader.top(&document), actions, now);
        let conflicts = wish.conflicts(|section| reader.is_sound(section));
        match reader.into_mistakes() {
            mistakes if mistakes.is_empty() => Ok(wish),
            mistakes => Err(in_order(mistakes.into_iter().chain(conflicts).collect())),
        }
    }
}

/// The folders that a file's `templates` names, as paths from where the program runs: what they hold must be
/// known before the file can be checked. Empty when the file cannot be read; [`Wish::parse`] then says why.
#[must_use]
pub fn templates_of(file: &str, text: &str) -> Vec<PathBuf> {
    let document = document(file, text).unwrap_or_default();
    let folders = document.get("templates").and_then(|value| value.get_ref().as_array());
    folders
        .into_iter()
        .flatten()
        .filter_map(|folder| folder.get_ref().as_str())
        .map(|path| beside(file, path))
        .collect()
}

fn document<'a>(file: &str, text: &'a str) -> Result<DeTable<'a>, Mistakes> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(document.into_inner());
    }
    let mistake = |error: &toml::de::Error| {
        let what = error.message().trim_end_matches(", expected nothing");
        Mistake::at(file, text, error.span().unwrap_or(0..0), what)
    };
    Err(in_order(errors.iter().map(mistake).collect()))
}

fn read(file: &str, top: &Section, actions: &[&str], now: Time) -> Wish {
    let mut wish = Wish {
        seed: bounded(top, "seed", SEED),
        templates: top.list("templates", word(|path| Ok(beside(file, path)))),
        accounts: top.sections("account").iter().map(account).collect(),
        addresses: top.section("addresses").full_list("pool", word(Cidr::parse)),
        ..Wish::default()
    };
    top.get("format", |value| format(whole(value)?));
    read_time(&mut wish, &top.section("time"), now);
    read_traffic(&mut wish, &top.section("traffic"), actions);
    read_trail(&mut wish, &top.section("trail"));
    wish.digests = DigestWish::read(file, &top.section("trail"), now);
    read_records(&mut wish, &top.section("records"));
    wish.faults = FaultWish::read(&top.section("faults"));
    wish
}

fn read_time(wish: &mut Wish, section: &Section, now: Time) {
    let end = section.get("end", |value| time(value, now).map(End::At));
    let length = section.get("for", |value| moment::span(text(value)?).map(End::For));
    wish.start = section.get("start", |value| time(value, now));
    wish.end = section.either(("end", end), ("for", length));
    wish.shape = section.get("shape", word(Shape::parse));
}

fn read_traffic(wish: &mut Wish, section: &Section, actions: &[&str]) {
    let events = section.get("events", |value| EVENTS.check(whole(value)?).map(Amount::Events));
    let rate = section.get("rate", |value| Rate::parse(text(value)?).map(Amount::Rate));
    wish.amount = section.either(("events", events), ("rate", rate));
    wish.pace = section.get("pace", word(Pace::parse));
    wish.errors_ppm = section.get("errors", |value| share_ppm("errors", number(value)?));
    wish.neighbours_ppm = section.get("neighbours", |value| share_ppm("neighbours", number(value)?));
    wish.mix = mix::read(section, actions);
    wish.only = section.get("only", switch);
    wish.identity = section.get("identity", word(name::identity));
}

fn account(section: &Section) -> AccountWish {
    AccountWish {
        place: section.place.clone(),
        id: section.get("id", word(AccountId::parse)),
        regions: section.full_list("regions", word(region)),
        organizations: bounded(section, "organizations", ORGANIZATIONS),
        users: bounded(section, "users", USERS),
        groups: bounded(section, "groups", GROUPS),
        resources: bounded(section, "resources", RESOURCES),
    }
}

fn read_trail(wish: &mut Wish, section: &Section) {
    wish.trail = section.get("name", word(name::trail));
    wish.bucket = section.get("bucket", word(name::bucket));
    wish.prefix = section.get("prefix", word(name::prefix));
    wish.organization = section.get("organization", word(name::organization));
    wish.records_per_file = bounded(section, "records_per_file", RECORDS_PER_FILE);
    wish.writers = bounded(section, "writers", WRITERS);
    wish.gzip = section.get("gzip", word(Gzip::parse));
    wish.flush = section.get("flush", word(moment::flush));
}

fn read_records(wish: &mut Wish, section: &Section) {
    wish.style = section.get("style", word(Style::parse));
    wish.event_version = section.get("event_version", word(event_version));
    wish.tls_details = section.get("tls_details", switch);
    wish.redaction = section.get("redaction", switch);
    wish.message_flow_source = section.get("message_flow_source", word(MessageFlow::parse));
    wish.parameter_order = section.get("parameter_order", word(parameter_order));
}

fn bounded<T>(section: &Section, key: &str, bounds: Bounds<T>) -> Option<Asked<T>>
where
    T: Copy + std::fmt::Display + Into<i128> + TryFrom<i128>,
{
    section.get(key, |value| bounds.check(whole(value)?))
}

fn format(number: i128) -> Result<(), Problem> {
    if number == i128::from(FORMAT) {
        return Ok(());
    }
    let problem = Problem::new(format!("this version does not write format {number}"));
    Err(problem.hint(format!("it writes format {FORMAT}; for another, use a version of mocktrail that writes it")))
}

/// The path as seen from where the program runs, when a file names it as seen from itself.
pub(super) fn beside(file: &str, path: &str) -> PathBuf {
    Path::new(file).parent().unwrap_or(Path::new("")).join(path)
}
