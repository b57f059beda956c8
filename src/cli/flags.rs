//! Reading flags, and keeping everything that is wrong with them.

use std::collections::BTreeMap;

use crate::mistake::{Mistake, Mistakes, closest};
use crate::scenario::{Asked, Problem, identity, weighted_action};
use crate::world::IDENTITIES;

/// Reads flags by the rules of scenario files and keeps what is wrong with them.
#[derive(Default)]
pub(crate) struct Flags {
    mistakes: Vec<Mistake>,
}

impl Flags {
    /// The value of a flag that can be given once.
    pub(crate) fn one<T>(
        &mut self,
        flag: &str,
        text: Option<&String>,
        read: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Asked<T>> {
        match Asked::read_flag(flag, text?, read) {
            Ok(asked) => Some(asked),
            Err(mistake) => {
                self.mistakes.push(mistake);
                None
            }
        }
    }

    /// The values of a flag that can be repeated.
    pub(crate) fn all<T>(
        &mut self,
        flag: &str,
        texts: &[String],
        read: impl Fn(&str) -> Result<T, Problem>,
    ) -> Vec<Asked<T>> {
        texts.iter().filter_map(|text| self.one(flag, Some(text), &read)).collect()
    }

    /// The weights of `--action`.
    pub(crate) fn mix(&mut self, texts: &[String], actions: &[&str]) -> Option<Asked<BTreeMap<String, u32>>> {
        let weights = self.all("--action", texts, |text| weighted_action(text, actions));
        let mut mix = BTreeMap::new();
        for Asked { value: (action, weight), place } in weights {
            if mix.contains_key(&action) {
                self.mistakes.push(place.mistake(Problem::new(format!("action `{action}` is given twice"))));
            }
            mix.insert(action, weight);
        }
        if !mix.is_empty() && mix.values().all(|weight| *weight == 0) {
            self.mistakes.push(Mistake::of_file("--action", "no action has a weight above 0"));
        }
        (!mix.is_empty()).then(|| Asked::by_flag("--action", mix))
    }

    /// Keeps what was found wrong elsewhere.
    pub(crate) fn keep(&mut self, mistakes: impl IntoIterator<Item = Mistake>) {
        self.mistakes.extend(mistakes);
    }

    /// Everything that is wrong, if anything is.
    pub(crate) fn finish(self) -> Result<(), Mistakes> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(Mistakes(self.mistakes)) }
    }
}

/// Reads a type of identity that there is.
pub(crate) fn known_identity(text: &str) -> Result<String, Problem> {
    let word = identity(text)?;
    let mut known: Vec<&str> = IDENTITIES.iter().map(|help| help.identity).collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&text) {
        return Ok(word);
    }
    let listed: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    let problem = Problem::new(format!("unknown type of identity `{text}`, expected one of {}", listed.join(", ")));
    Err(match closest(text, known) {
        Some(near) => problem.hint(format!("did you mean `{near}`? `mocktrail identities` tells who is what")),
        None => problem.hint("`mocktrail identities` tells who is what"),
    })
}
