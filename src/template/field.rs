//! Slots that name a field of an entity: `user.displayName`, `member.id`, `domain.name`.

use crate::event::{Kind, Role};
use crate::template::kind::Scope;
use crate::template::slot::{Slot, SlotMistake, Surroundings};

/// The words for the second thing of a call, whatever kind it is of.
const OTHERS: [&str; 4] = ["other", "member", "delegate", "grantee"];

/// Reads `owner.field`.
pub(super) fn field(source: &str, around: &Surroundings<'_>) -> Result<Slot, SlotMistake> {
    let (owner, field) = source.split_once('.').ok_or_else(|| unknown(source, around))?;
    let (role, kinds, certain) = owner_of(owner, around).ok_or_else(|| unknown(source, around))?;
    if kinds.is_empty() && around.scope.is_entity {
        return Err(SlotMistake {
            what: format!("slot `{source}` names another entity, and the fields of an entity are its own"),
            hint: "of others only `organization.F` can stand here".into(),
        });
    }
    if kinds.is_empty() {
        return Err(SlotMistake {
            what: format!("slot `{source}` needs a{} {owner}, which this action does not have", vowel(owner)),
            hint: "name the kinds in `entity` or `other`".into(),
        });
    }
    let slot = field_of(field, role, &kinds, around.scope).ok_or_else(|| unknown(source, around))?;
    Ok(if certain { slot } else { Slot::OfKind(role, kinds[0], Box::new(slot)) })
}

/// The slot for a field that all of these kinds have.
fn field_of(field: &str, role: Role, kinds: &[Kind], scope: Scope<'_>) -> Option<Slot> {
    if kinds == [Kind::Message] && field == "id" {
        return Some(Slot::MessageId);
    }
    if field == "ref" && kinds.iter().all(|kind| kind.has_reference()) {
        return Some(Slot::Reference(role));
    }
    let mut places = kinds.iter().map(|kind| scope.fields(*kind).iter().position(|known| known == field));
    let first = places.next()??;
    places.all(|place| place == Some(first)).then_some(Slot::Field(role, first))
}

/// The role that a slot's first word means here, the kinds that can stand in it, and whether always one of
/// them does.
fn owner_of(owner: &str, around: &Surroundings<'_>) -> Option<(Role, Vec<Kind>, bool)> {
    match owner {
        "organization" => return Some((Role::Organization, vec![Kind::Organization], true)),
        "entity" => return Some((Role::Entity, around.entity.to_vec(), true)),
        _ if OTHERS.contains(&owner) => return Some((Role::Other, around.other.to_vec(), true)),
        _ => {}
    }
    let kind = around.scope.find(owner)?;
    let role = if around.entity.contains(&kind) { (Role::Entity, around.entity) } else { (Role::Other, around.other) };
    match role {
        (_, kinds) if !kinds.contains(&kind) => Some((Role::Entity, Vec::new(), true)),
        (role, kinds) => Some((role, vec![kind], kinds.len() == 1)),
    }
}

fn unknown(source: &str, around: &Surroundings<'_>) -> SlotMistake {
    let near = crate::mistake::closest(source, known_fields(around.scope).iter().map(String::as_str))
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    SlotMistake { what: format!("unknown slot `{source}`"), hint: near + "`mocktrail slots` lists them all" }
}

fn vowel(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) && !word.starts_with("us") { "n" } else { "" }
}

/// Every `owner.field` there is, for the nearest right word.
fn known_fields(scope: Scope<'_>) -> Vec<String> {
    let fixed = ["account.id", "account.uuid", "region", "eventName", "eventTime", "caller.arn", "uuid", "hidden"];
    let named = OTHERS
        .iter()
        .chain(&["entity"])
        .flat_map(|owner| ["id", "name", "email", "ref"].map(|field| format!("{owner}.{field}")));
    let kinds = scope.all().into_iter().flat_map(|(kind, word)| {
        let mut fields = scope.fields(kind);
        if kind.has_reference() {
            fields.push("ref".into());
        }
        fields.into_iter().map(move |field| format!("{word}.{field}"))
    });
    fixed.map(String::from).into_iter().chain(["nextToken".into()]).chain(named).chain(kinds).collect()
}
