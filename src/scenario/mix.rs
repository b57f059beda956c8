//! Weights of actions.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::number::weight;
use super::problem::Problem;
use super::section::Section;
use super::value::number;
use crate::mistake::closest;

/// The weights that differ from the defaults, in thousandths.
pub(super) type Mix = BTreeMap<String, u32>;

const LIST: &str = "`mocktrail actions` lists them all";

/// Reads a flag's `NAME` or `NAME=WEIGHT`; without a weight it is 1, in thousandths as all weights.
///
/// # Errors
///
/// A problem, when the action is not one of `actions` or the weight is none.
pub fn weighted_action(text: &str, actions: &[&str]) -> Result<(String, u32), Problem> {
    let (name, share) = text.split_once('=').unwrap_or((text, "1"));
    known(name, actions)?;
    let share = share.parse().map_err(|_| Problem::new(format!("expected a number, found text {share:?}")))?;
    Ok((name.to_owned(), weight(name, share)?))
}

/// Reads `mix`, and refuses one that gives every action the weight 0.
pub(super) fn read(traffic: &Section, actions: &[&str]) -> Option<Asked<Mix>> {
    let pairs = traffic.pairs("mix", |name| known(name, actions), |name, value| weight(name, number(value)?))?;
    let mix = Asked { value: pairs.value.into_iter().collect::<Mix>(), place: pairs.place };
    if !actions.is_empty() && actions.iter().all(|action| mix.value.get(*action) == Some(&0)) {
        traffic.report(&mix.place, Problem::new("`mix` removes every action"));
    }
    Some(mix)
}

fn known(name: &str, actions: &[&str]) -> Result<(), Problem> {
    if actions.contains(&name) {
        return Ok(());
    }
    let problem = Problem::new(format!("unknown action `{name}`"));
    Err(match closest(name, actions.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean `{near}`? {LIST}")),
        None => problem.hint(LIST),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [&str; 2] = ["CreateUser", "ListUsers"];

    #[test]
    fn a_flag_names_an_action_with_or_without_a_weight() {
        assert_eq!(weighted_action("CreateUser", &ACTIONS), Ok(("CreateUser".to_owned(), 1_000)));
        assert_eq!(weighted_action("CreateUser=2.5", &ACTIONS), Ok(("CreateUser".to_owned(), 2_500)));
        assert_eq!(weighted_action("CreateUser=x", &ACTIONS).unwrap_err().what, "expected a number, found text \"x\"");
        let problem = weighted_action("CreatUser", &ACTIONS).unwrap_err();
        assert_eq!(problem.what, "unknown action `CreatUser`");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `CreateUser`? `mocktrail actions` lists them all"));
    }
}
