//! Values against rules.

use super::describe;
use super::pointer::Pointer;
use super::rule::{Keyword, Rule, RuleId, Rules};
use super::tape::{Kinds, Value};

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Where, as a JSON pointer.
    pub(crate) pointer: String,
    /// What is wrong there.
    pub(crate) what: String,
}

/// What was found: every breach with its words, or only whether there is one.
#[derive(Debug)]
pub(crate) struct Breaches {
    found: Vec<Breach>,
    silent: bool,
    any: bool,
}

impl Breaches {
    /// For all breaches.
    pub(crate) const fn all() -> Self {
        Self { found: Vec::new(), silent: false, any: false }
    }

    /// For the question whether there is one.
    const fn silent() -> Self {
        Self { found: Vec::new(), silent: true, any: false }
    }

    /// Adds a breach; its words are made only when somebody will read them.
    pub(crate) fn add(&mut self, at: &Pointer, what: impl FnOnce() -> String) {
        self.any = true;
        if !self.silent {
            self.found.push(Breach { pointer: at.to_string(), what: what() });
        }
    }

    /// Takes out what was found.
    pub(crate) fn take(&mut self) -> Vec<Breach> {
        self.any = false;
        std::mem::take(&mut self.found)
    }

    /// Whether the answer is known already.
    const fn settled(&self) -> bool {
        self.silent && self.any
    }
}

/// Up to so many members are looked up one by one, instead of walking all there are.
const FEW: usize = 4;

impl Rules {
    /// Checks a value and everything in it.
    pub(super) fn check(&self, rule: RuleId, value: Value, at: &Pointer, breaches: &mut Breaches) {
        let Rule { keywords, reason } = &self.rules[rule.0];
        let before = breaches.found.len();
        for keyword in keywords {
            if breaches.settled() {
                return;
            }
            self.keyword(keyword, value, at, breaches);
        }
        if let Some(reason) = reason {
            for breach in &mut breaches.found[before..] {
                breach.what = format!("{} ({reason})", breach.what);
            }
        }
    }

    fn holds(&self, rule: RuleId, value: Value) -> bool {
        let mut breaches = Breaches::silent();
        self.check(rule, value, &Pointer::Root, &mut breaches);
        !breaches.any
    }

    fn keyword(&self, keyword: &Keyword, value: Value, at: &Pointer, breaches: &mut Breaches) {
        match keyword {
            Keyword::Properties { known, open: true } if known.len() <= FEW => self.few(known, value, at, breaches),
            Keyword::Properties { known, open } => self.properties(known, *open, value, at, breaches),
            Keyword::Items(rule) => {
                for (index, item) in value.items().enumerate() {
                    self.check(*rule, item, &Pointer::Item(at, index), breaches);
                }
            }
            // Of values that are no objects, conditions on members say nothing that would be of use.
            Keyword::Switch(switch) => {
                switch.rules(value).iter().for_each(|rule| self.check(*rule, value, at, breaches));
            }
            Keyword::Same(rule) => self.check(*rule, value, at, breaches),
            Keyword::All(rules) => rules.iter().for_each(|rule| self.check(*rule, value, at, breaches)),
            Keyword::If { condition, then, otherwise } => {
                if let Some(rule) = if self.holds(*condition, value) { then } else { otherwise } {
                    self.check(*rule, value, at, breaches);
                }
            }
            Keyword::Required(names) if value.kind() == Kinds::OBJECT => check_required(names, value, at, breaches),
            Keyword::Order(order) => check_order(order, value, at, breaches),
            plain => {
                if !self.allows(plain, value) {
                    breaches.add(at, || describe::breach(self, plain, value));
                }
            }
        }
    }

    /// Whether the value keeps a keyword that looks no deeper.
    fn allows(&self, keyword: &Keyword, value: Value) -> bool {
        let text = |holds: &dyn Fn(&str) -> bool| value.text().is_none_or(holds);
        match keyword {
            Keyword::Never => false,
            Keyword::Kind(kinds) => kinds.holds(value.kind()),
            Keyword::Among(constants) => constants.iter().any(|constant| constant.is(value)),
            Keyword::MinLength(length) => text(&|text| text.len() >= 4 * *length || text.chars().count() >= *length),
            Keyword::MaxLength(length) => text(&|text| text.len() <= *length || text.chars().count() <= *length),
            Keyword::Pattern(pattern) => text(&|text| self.patterns[*pattern].matches(text)),
            Keyword::Minimum(least) => value.number().is_none_or(|number| number >= *least),
            Keyword::Maximum(most) => value.number().is_none_or(|number| number <= *most),
            Keyword::MinItems(least) => value.kind() != Kinds::ARRAY || value.items().count() >= *least,
            Keyword::MaxItems(most) => value.kind() != Kinds::ARRAY || value.items().count() <= *most,
            Keyword::MinProperties(least) => value.kind() != Kinds::OBJECT || value.members().count() >= *least,
            Keyword::Not(rule) => !self.holds(*rule, value),
            Keyword::Any(rules) => rules.iter().any(|rule| self.holds(*rule, value)),
            // Looked at above; on other kinds of values they say nothing.
            _ => true,
        }
    }

    /// A few members of many are looked up by name.
    fn few(&self, known: &[(Box<str>, RuleId)], value: Value, at: &Pointer, breaches: &mut Breaches) {
        for (name, rule) in known {
            if let Some(member) = value.get(name) {
                self.check(*rule, member, &Pointer::Member(at, name), breaches);
            }
        }
    }

    fn properties(
        &self,
        known: &[(Box<str>, RuleId)],
        open: bool,
        value: Value,
        at: &Pointer,
        breaches: &mut Breaches,
    ) {
        // Schemas name members in the order of real files, so the next is mostly a few places further.
        let mut next = 0;
        for (name, member) in value.members() {
            let place = find(known, next, name);
            match place {
                Some(place) => {
                    next = place + 1;
                    self.check(known[place].1, member, &Pointer::Member(at, name), breaches);
                }
                None if open => {}
                None => {
                    let names = known.iter().map(|(name, _)| &**name);
                    breaches.add(&Pointer::Member(at, name), || describe::unknown_member(name, names));
                }
            }
            if breaches.settled() {
                return;
            }
        }
    }
}

/// Schemas name what is required in the order of real files too, so one walk finds nearly all of it.
fn check_required(names: &[Box<str>], value: Value, at: &Pointer, breaches: &mut Breaches) {
    let mut walk = value.members();
    for name in names {
        let is_it = |(member, _): (&str, Value)| *member == **name;
        if !walk.any(is_it) && value.get(name).is_none() {
            breaches.add(at, || format!("member `{name}` is missing"));
        }
    }
}

/// The place of a name, looked for from `next` on and then from the beginning.
fn find(known: &[(Box<str>, RuleId)], next: usize, name: &str) -> Option<usize> {
    let is_it = |place: &usize| &*known[*place].0 == name;
    (next..known.len()).find(is_it).or_else(|| (0..next.min(known.len())).find(is_it))
}

fn check_order(order: &[Box<str>], value: Value, at: &Pointer, breaches: &mut Breaches) {
    let mut next = 0;
    for (name, _) in value.members() {
        match order[next..].iter().position(|known| **known == *name) {
            Some(place) => next += place + 1,
            None => {
                // The last one again is a twin, and not out of order.
                if order[..next.saturating_sub(1)].iter().any(|known| **known == *name) {
                    breaches.add(&Pointer::Member(at, name), || describe::misplaced(&order[next - 1]));
                }
            }
        }
    }
}
