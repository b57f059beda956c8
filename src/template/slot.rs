//! Slots: the few typed places in a template that are filled anew for each record.

use std::cell::RefCell;
use std::ops::Range;

use crate::event::{Event, Facts, Kind, NOBODY, Role};
use crate::json::{Node, Reader};
use crate::record::{Fixed, base36, denial, instant};
use crate::seed::{Key, Name, name};
use crate::sink::{Interner, Sink, Text};
use crate::template::field::field;
use crate::template::issued::Issued;
use crate::template::kind::Scope;
use crate::template::read::parse_share;
use crate::template::shape::Source;

/// A compiled slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    /// A field of an entity.
    Field(Role, usize),
    /// A slot that has a value only when the entity of the call is of a kind.
    OfKind(Role, Kind, Box<Slot>),
    /// The id of a message in flight.
    MessageId,
    /// An entity as callers name it: its id, or sometimes its address or name.
    Reference(Role),
    /// The account of the trail.
    Account,
    /// The region of the trail.
    Region,
    /// The action.
    EventName,
    /// The caller's ARN.
    CallerArn,
    /// What refuses the caller's call of this service.
    Denial(Text),
    /// The instant of the event.
    EventTime,
    /// A word that no other entity of its kind has.
    Serial,
    /// A version-4 UUID.
    Uuid(Lasts, Name),
    /// Characters of one alphabet.
    Characters(Lasts, Name, &'static [u8], usize),
    /// A JSON number of a range, both ends included.
    Number(Name, i64, i64),
    /// A JSON boolean, true with this share in a million.
    True(Name, u32),
    /// One of some words, by weight.
    Choice(Name, Vec<(u64, Text)>),
    /// The paging token; absent on the first page.
    NextToken(Name),
    /// What AWS hands out.
    Issued(Issued),
    /// A value that `CloudTrail` hides; without redaction the clear value, or absent.
    Hidden(Option<Box<Slot>>),
}

/// For how long a drawn value stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasts {
    /// It is fresh in every record.
    Record,
    /// It is the same in all records of the account.
    Account,
}

impl Lasts {
    /// Where the values lie.
    fn key(self, source: Source<'_>) -> Key {
        match self {
            Self::Record => source.event.key,
            Self::Account => source.facts.constants,
        }
    }
}

/// Slots that the fields of an entity cannot have.
const OF_RECORDS: &[&str] = &[
    "eventName",
    "eventTime",
    "dateTime",
    "caller.arn",
    "caller.mfa",
    "denial",
    "accessKey",
    "outcome",
    "nextToken",
    "hidden",
    "message.id",
];

/// How long paging tokens are.
const TOKEN_LENGTH: usize = 152;

const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";
const UPPER: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One line of `mocktrail slots`.
pub(crate) struct SlotHelp {
    /// How the slot is written.
    pub form: &'static str,
    /// What it gives.
    pub gives: &'static str,
}

/// Every form a slot can take, for the table that users read.
pub(crate) const SLOTS: &[SlotHelp] = &[
    SlotHelp { form: "organization.F", gives: "the organization of the call; F: id alias arn domain directoryId" },
    SlotHelp { form: "user.F", gives: "the user of the call; F: id name email displayName firstName lastName ref" },
    SlotHelp { form: "group.F", gives: "the group of the call; F: id name email ref" },
    SlotHelp { form: "resource.F", gives: "the room or equipment of the call; F: id name email type ref" },
    SlotHelp { form: "domain.name", gives: "the mail domain of the call" },
    SlotHelp { form: "message.id", gives: "the message in flight" },
    SlotHelp { form: "entity.F", gives: "the entity of the call, of any kind; F: id name email ref" },
    SlotHelp { form: "member.F", gives: "the second entity; also as delegate.F, grantee.F, other.F" },
    SlotHelp { form: "address.email", gives: "the alias or new address of the call" },
    SlotHelp { form: "KIND.F", gives: "likewise for every kind in the `entities` of the service" },
    SlotHelp { form: "account.id", gives: "the account, 12 digits" },
    SlotHelp { form: "region", gives: "the region" },
    SlotHelp { form: "eventName", gives: "the action" },
    SlotHelp { form: "eventTime", gives: "the instant of the event, as in eventTime" },
    SlotHelp { form: "caller.arn", gives: "the ARN of the caller" },
    SlotHelp { form: "caller.mfa", gives: "Yes when the caller's session took a second factor, else No" },
    SlotHelp { form: "denial", gives: "what refuses the caller's call, as the end of the message of AccessDenied" },
    SlotHelp { form: "uuid", gives: "a fresh version-4 UUID" },
    SlotHelp { form: "hex N", gives: "N fresh lower-case hexadecimal digits; likewise digits N, base62 N, base64 N" },
    SlotHelp { form: "upper N", gives: "N fresh digits and upper-case letters" },
    SlotHelp { form: "account.uuid", gives: "a UUID that is the same all over the account; likewise account.hex N" },
    SlotHelp { form: "serial", gives: "in fields of entities: a word that no other of the kind has" },
    SlotHelp { form: "number A..B", gives: "a number from A to B, both included" },
    SlotHelp { form: "true P", gives: "true with the share P (0 to 1), else false" },
    SlotHelp { form: "choice A=3|B|C", gives: "one of these words; the number is its weight, 1 when left out" },
    SlotHelp { form: "nextToken", gives: "the paging token; the member is left out on the first page" },
    SlotHelp { form: "dateTime D", gives: "the instant so long after the event, as parameters have it; D: 90s 20m 1h" },
    SlotHelp { form: "accessKey", gives: "the id of a fresh temporary access key of the account" },
    SlotHelp {
        form: "uniqueId K W",
        gives: "the unique id of kind K (such as AROA) of the thing named W in the account",
    },
    SlotHelp { form: "outcome A|B", gives: "A when the call succeeds, B when it fails" },
    SlotHelp { form: "same W SLOT", gives: "SLOT, with the same value wherever it has the word W in the record" },
    SlotHelp { form: "hidden", gives: "HIDDEN_DUE_TO_SECURITY_REASONS; without redaction the member is left out" },
    SlotHelp { form: "hidden SLOT", gives: "the same; without redaction the value of SLOT in clear" },
];

/// What the action around a slot has to offer.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// Numbers for the words in the template.
    pub atoms: &'a RefCell<Interner>,
    /// The kinds of entities that the service knows.
    pub scope: Scope<'a>,
    /// Kinds that can stand in the role of the entity.
    pub entity: &'a [Kind],
    /// Kinds that can stand in the role of the other.
    pub other: &'a [Kind],
}

/// Why a slot could not be read.
pub(super) struct SlotMistake {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl SlotMistake {
    /// Tells it to whoever wrote the slot there.
    pub(super) fn tell(self, reader: &Reader<'_>, span: &Range<usize>) {
        reader.complain_with(span, self.what, self.hint);
    }
}

/// What stands between `{{` and `}}` in a text, as far as slots are closed.
pub(super) fn slots_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0))
}

/// Complains of slots in a text that no action at all could fill.
pub(super) fn check_anywhere(reader: &Reader<'_>, node: &Node, text: &str, around: Surroundings<'_>) {
    let kinds: Vec<Kind> = around.scope.all().into_iter().map(|(kind, _)| kind).collect();
    for (index, inner) in slots_in(text).enumerate() {
        let parse = |kind: &Kind| {
            let kinds = std::slice::from_ref(kind);
            Slot::parse(inner, "anywhere", &Surroundings { entity: kinds, other: kinds, ..around })
        };
        let mut mistakes = kinds.iter().map(parse).map_while(Result::err);
        if let Some(mistake) = (mistakes.by_ref().count() == kinds.len()).then(|| parse(&Kind::User).err()).flatten() {
            mistake.tell(reader, &reader.slot_span(&node.span, index, inner));
        }
    }
}

impl Slot {
    /// Reads what stands between `{{` and `}}`; `place` names the slot's own stream of draws.
    pub(super) fn parse(source: &str, place: &str, around: &Surroundings<'_>) -> Result<Self, SlotMistake> {
        let source = source.trim();
        let draws = name(place);
        let (word, rest) = source.split_once(' ').map_or((source, ""), |(word, rest)| (word, rest.trim()));
        if around.scope.is_entity && OF_RECORDS.contains(&word) {
            return Err(SlotMistake {
                what: format!("slot `{word}` belongs to a single call, and an entity lives through many"),
                hint: "let the actions use it; in entities, `{{uuid}}` and `{{hex 16}}` stay as they are".into(),
            });
        }
        match (word, rest) {
            ("uuid", "") => Ok(Self::Uuid(Lasts::Record, draws)),
            ("account.uuid", "") => Ok(Self::Uuid(Lasts::Account, name(source))),
            ("account.hex", n) => characters(Lasts::Account, name(source), HEX, n),
            ("serial", "") if around.scope.is_entity => Ok(Self::Serial),
            ("serial", "") => Err(SlotMistake {
                what: "slot `serial` has a value only in the fields of an entity".into(),
                hint: "put it into a field in `entities` of service.json, and name the field here".into(),
            }),
            ("region", "") => Ok(Self::Region),
            ("eventName", "") => Ok(Self::EventName),
            ("eventTime", "") => Ok(Self::EventTime),
            ("caller.arn", "") => Ok(Self::CallerArn),
            ("denial", "") => Ok(Self::Denial(around.atoms.borrow_mut().text(around.scope.service))),
            ("account.id", "") => Ok(Self::Account),
            ("nextToken", "") => Ok(Self::NextToken(draws)),
            ("hidden", "") => Ok(Self::Hidden(None)),
            ("hidden", inner) => Ok(Self::Hidden(Some(Box::new(Self::parse(inner, place, around)?)))),
            ("same", inner) => {
                let (place, inner) =
                    inner.split_once(' ').ok_or_else(|| wrong("`same` needs a word and a slot".into()))?;
                Self::parse(inner, place, around)
            }
            ("hex", n) => characters(Lasts::Record, draws, HEX, n),
            ("digits", n) => characters(Lasts::Record, draws, DIGITS, n),
            ("upper", n) => characters(Lasts::Record, draws, UPPER, n),
            ("base62", n) => characters(Lasts::Record, draws, BASE62, n),
            ("base64", n) => characters(Lasts::Record, draws, BASE64, n),
            ("number", range) => number(draws, range),
            ("true", share) => parse_share(share)
                .map(|share| Self::True(draws, share))
                .ok_or_else(|| wrong(format!("`true` needs a share from 0 to 1, found `{share}`"))),
            ("choice", words) => choice(draws, words, &mut around.atoms.borrow_mut()),
            _ => match Issued::parse(word, rest, draws, &mut around.atoms.borrow_mut()) {
                Some(issued) => Ok(Self::Issued(issued)),
                None => field(source, around),
            },
        }
    }

    /// The value is text that wants quotes, not a number or boolean.
    #[must_use]
    pub(super) const fn is_text(&self) -> bool {
        !matches!(self, Self::Number(..) | Self::True(..))
    }

    /// The member with only this slot can be left out of a record.
    #[must_use]
    pub(super) const fn can_be_absent(&self) -> bool {
        matches!(self, Self::NextToken(_) | Self::Hidden(None) | Self::OfKind(..))
    }

    /// The member with only this slot is left out of this record.
    #[must_use]
    pub(super) fn is_absent(&self, source: Source<'_>) -> bool {
        match self {
            Self::NextToken(_) => source.event.page == 0,
            Self::Hidden(None) => !source.redaction,
            Self::OfKind(role, kind, _) => {
                source.facts.entity(source.event, *role).is_none_or(|entity| entity.kind != *kind)
            }
            _ => false,
        }
    }

    /// Appends the value, ready for JSON, without quotes.
    pub(super) fn fill(&self, out: &mut impl Sink, source: Source<'_>) {
        let Source { event, facts, .. } = source;
        match self {
            Self::Field(role, field) => entity_field(out, facts, event, *role, *field),
            Self::OfKind(_, _, slot) => slot.fill(out, source),
            Self::MessageId => out.uuid(facts.messages.at(event.roles[Role::Entity as usize].into()).uuid()),
            Self::Reference(role) => reference(out, facts, event, *role),
            Self::Account => facts.account.write(out),
            Self::Region => facts.region.write(out),
            Self::EventName => source.event_name.write(out),
            Self::CallerArn => facts.callers[event.caller as usize].arn.write(out),
            Self::Denial(service) => {
                denial(out, facts.callers[event.caller as usize].denial, service, source.event_name);
            }
            Self::EventTime => instant(out, event.time, &facts.dates),
            Self::Serial => out.fresh(base36(event.ordinal).as_bytes()),
            Self::Uuid(lasts, draws) => out.uuid(lasts.key(source).named(*draws).uuid()),
            Self::Characters(lasts, draws, alphabet, count) => {
                fresh(out, lasts.key(source).named(*draws), alphabet, *count);
            }
            Self::Number(draws, low, high) => {
                out.fresh(event.key.named(*draws).between(*low, *high).to_string().as_bytes());
            }
            Self::True(draws, share) => {
                out.fresh(if event.key.named(*draws).chance(*share) { b"true" } else { b"false" });
            }
            Self::Choice(draws, words) => {
                words[event.key.named(*draws).weighted(words.iter().map(|(weight, _)| *weight))].1.write(out);
            }
            Self::NextToken(draws) => {
                fresh(out, event.key.named(*draws).at(event.page.into()), BASE64, TOKEN_LENGTH);
            }
            Self::Issued(issued) => issued.fill(out, event, facts),
            Self::Hidden(Some(clear)) if !source.redaction => clear.fill(out, source),
            Self::Hidden(_) => Fixed::Hidden.write(out),
        }
    }
}

fn entity_field(out: &mut impl Sink, facts: &Facts, event: &Event, role: Role, field: usize) {
    debug_assert_ne!(event.roles[role as usize], NOBODY, "an action's entities are checked when it is planned");
    if let Some(entity) = facts.entity(event, role) {
        entity.write(field, out);
    }
}

/// Callers mostly pass ids; people at a command line also pass addresses and names. One call names an entity
/// in one way only, in its parameters as in its error.
fn reference(out: &mut impl Sink, facts: &Facts, event: &Event, role: Role) {
    let Some(entity) = facts.entity(event, role) else { return };
    let key = event.key.named(const { name("reference") }).at(role as u64);
    let (id, user_name, email) = (0, 1, 2);
    match key.below(100) {
        0..10 if entity.field(email).is_some_and(|email| !email.is_empty()) => entity.write(email, out),
        10..15 => entity.write(user_name, out),
        _ => entity.write(id, out),
    }
}

/// How many characters one draw gives.
const OF_A_DRAW: usize = 8;

fn fresh(out: &mut impl Sink, key: Key, alphabet: &[u8], count: usize) {
    let mut buffer = [0; 64];
    for start in (0..count).step_by(buffer.len()) {
        let part = &mut buffer[..(count - start).min(64)];
        for (i, characters) in part.chunks_mut(OF_A_DRAW).enumerate() {
            key.at((start + i * OF_A_DRAW) as u64).pick_all(alphabet, characters);
        }
        out.fresh(part);
    }
}

fn wrong(what: String) -> SlotMistake {
    SlotMistake { what, hint: "`mocktrail slots` lists them all".into() }
}

fn characters(lasts: Lasts, draws: Name, alphabet: &'static [u8], count: &str) -> Result<Slot, SlotMistake> {
    match count.parse() {
        Ok(count @ 1..=1024) => Ok(Slot::Characters(lasts, draws, alphabet, count)),
        _ => Err(wrong(format!("expected a number of characters from 1 to 1024, found `{count}`"))),
    }
}

fn number(draws: Name, range: &str) -> Result<Slot, SlotMistake> {
    let ends = range.split_once("..").and_then(|(low, high)| Some((low.parse::<i64>().ok()?, high.parse().ok()?)));
    match ends {
        Some((low, high)) if low <= high && high.checked_sub(low).is_some_and(|span| span < i64::MAX) => {
            Ok(Slot::Number(draws, low, high))
        }
        _ => Err(wrong(format!("expected a range such as `1..100`, found `{range}`"))),
    }
}

fn choice(draws: Name, words: &str, atoms: &mut Interner) -> Result<Slot, SlotMistake> {
    let mut choices = Vec::new();
    for item in words.split('|') {
        let (word, weight) = item.trim().split_once('=').unwrap_or((item.trim(), "1"));
        match weight.parse::<u32>() {
            Ok(weight) if !word.is_empty() => choices.push((weight.into(), atoms.text(&crate::record::escape(word)))),
            _ => return Err(wrong(format!("expected words such as `A=3|B`, found `{item}`"))),
        }
    }
    if choices.iter().all(|(weight, _)| *weight == 0) {
        return Err(wrong(format!("no word of `{words}` can ever be chosen")));
    }
    Ok(Slot::Choice(draws, choices))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<Slot, SlotMistake> {
        let atoms = RefCell::default();
        let kinds = RefCell::default();
        let scope = Scope { kinds: &kinds, service: "workmail", is_entity: false };
        Slot::parse(source, "p", &Surroundings { atoms: &atoms, scope, entity: &[Kind::User], other: &[] })
    }

    fn what(source: &str) -> String {
        parse(source).err().map_or_else(String::new, |m| m.what + " / " + &m.hint)
    }

    #[test]
    fn slots_are_read() {
        for (source, expected) in [
            ("user.id", Slot::Field(Role::Entity, 0)),
            ("user.displayName", Slot::Field(Role::Entity, 3)),
            ("organization.arn", Slot::Field(Role::Organization, 2)),
            ("user.ref", Slot::Reference(Role::Entity)),
            ("number 1..5", Slot::Number(name("p"), 1, 5)),
            ("true 0.25", Slot::True(name("p"), 250_000)),
            ("hidden user.name", Slot::Hidden(Some(Box::new(Slot::Field(Role::Entity, 1))))),
        ] {
            assert!(parse(source).is_ok_and(|slot| slot == expected), "{source}");
        }
    }

    #[test]
    fn mistakes_name_the_nearest_slot() {
        assert_eq!(
            what("user.dispalyName"),
            "unknown slot `user.dispalyName` / did you mean `user.displayName`? `mocktrail slots` lists them all"
        );
        assert!(what("group.id").starts_with("slot `group.id` needs a group, which this action does not have"));
        assert!(what("member.id").starts_with("slot `member.id` needs a member"));
        assert!(what("hex 0").starts_with("expected a number of characters"));
        assert!(what("number 5..1").starts_with("expected a range"));
        assert!(what("true 2").starts_with("`true` needs a share"));
        assert!(what("choice A=x").starts_with("expected words"));
    }
}
