//! Puts `if`s together that ask for the same member: nine conditions on `eventVersion` become one look at it.
//!
//! Nothing else changes: for every value of the member the same rules hold as before.

use std::collections::BTreeMap;

use super::rule::{Constant, Keyword, Rule, RuleId, Rules, Switch};

/// A rule that is nothing but `if` a member is one of some texts `then` … `else` ….
struct Case {
    member: Box<str>,
    texts: Vec<Box<str>>,
    /// Whether the condition wants the member to be there.
    required: bool,
    then: Option<RuleId>,
    otherwise: Option<RuleId>,
}

/// The rules, with switches in place of those that can be put together.
pub(super) fn switches(rules: &mut Rules, all: Vec<RuleId>) -> Vec<RuleId> {
    let mut kept = Vec::new();
    let mut groups: BTreeMap<Box<str>, Vec<Case>> = BTreeMap::new();
    for id in all {
        match case(rules, id) {
            Some(case) => groups.entry(case.member.clone()).or_default().push(case),
            None => kept.push(id),
        }
    }
    for (member, cases) in groups {
        let keywords = vec![Keyword::Switch(switch(member, &cases))];
        rules.rules.push(Rule { keywords, reason: None });
        kept.push(RuleId(rules.rules.len() - 1));
    }
    kept
}

fn switch(member: Box<str>, cases: &[Case]) -> Switch {
    let holding = |is_met: &dyn Fn(&Case) -> bool| -> Vec<RuleId> {
        cases.iter().filter_map(|case| if is_met(case) { case.then } else { case.otherwise }).collect()
    };
    let mut texts: Vec<Box<str>> = cases.iter().flat_map(|case| case.texts.clone()).collect();
    texts.sort_unstable();
    texts.dedup();
    let of_text = |text: Box<str>| {
        let rules = holding(&|case| case.texts.contains(&text));
        (text, rules)
    };
    Switch {
        member,
        cases: texts.into_iter().map(of_text).collect(),
        absent: holding(&|case| !case.required),
        others: holding(&|_| false),
    }
}

fn case(rules: &Rules, id: RuleId) -> Option<Case> {
    let Rule { keywords, reason: None } = &rules.rules[id.0] else { return None };
    let [Keyword::If { condition, then, otherwise }] = keywords[..] else { return None };
    let (mut member, mut texts, mut required) = (None, Vec::new(), None);
    for keyword in &resolve(rules, condition).keywords {
        match keyword {
            Keyword::Required(names) if names.len() == 1 => required = Some(names[0].clone()),
            Keyword::Properties { known, open: true } if known.len() == 1 => {
                member = Some(known[0].0.clone());
                texts = constants(resolve(rules, known[0].1))?;
            }
            _ => return None,
        }
    }
    let is_one = required.is_none() || required == member;
    Some(Case { member: member.filter(|_| is_one)?, texts, required: required.is_some(), then, otherwise })
}

/// The rule that a reference leads to.
fn resolve(rules: &Rules, id: RuleId) -> &Rule {
    match rules.rules[id.0].keywords[..] {
        [Keyword::Same(target)] => resolve(rules, target),
        _ => &rules.rules[id.0],
    }
}

/// The texts that a rule allows, if it asks for nothing else.
fn constants(rule: &Rule) -> Option<Vec<Box<str>>> {
    let [Keyword::Among(constants)] = &rule.keywords[..] else { return None };
    let text = |constant: &Constant| if let Constant::Text(text) = constant { Some(text.clone()) } else { None };
    constants.iter().map(text).collect()
}
