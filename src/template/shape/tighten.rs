//! Joins texts that always stand side by side, so that a record is written in few pieces.

use super::{Shape, Step};
use crate::sink::{Interner, Text};

/// Steps whose texts have no numbers yet.
pub(super) type Draft = Vec<Step<String>>;

/// What is certain of the members before a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    None,
    Perhaps,
    Some,
}

/// The shape that writes the same in fewer steps.
pub(super) fn tighten(mut draft: Draft, texts: &mut Interner) -> Shape {
    let (mut joined, mut places) = (Draft::with_capacity(draft.len()), Vec::with_capacity(draft.len() + 1));
    let targets: Vec<usize> = draft.iter_mut().flat_map(|step| step.targets()).map(|target| *target).collect();
    let (mut before, mut skipped_to) = (Before::None, 0);
    for (at, mut step) in draft.into_iter().enumerate() {
        skipped_to = step.targets().into_iter().map(|target| *target).fold(skipped_to, usize::max);
        if let Step::Member { later, .. } = &mut step {
            let is_certain = at >= skipped_to;
            match before {
                Before::Some => step = Step::Copy(std::mem::take(later)),
                _ if is_certain => before = Before::Some,
                _ => before = Before::Perhaps,
            }
        }
        places.push(joined.len());
        push(&mut joined, step, targets.contains(&at));
    }
    let end = places.len();
    places.push(joined.len());
    let is_closed = before == Before::Some;
    if is_closed {
        push(&mut joined, Step::Copy("}".to_owned()), targets.contains(&end));
    }
    for step in &mut joined {
        step.targets().into_iter().for_each(|target| *target = places[*target]);
    }
    Shape { steps: joined.into_iter().map(|step| step.numbered(texts)).collect(), is_closed }
}

/// Appends a step, or its text to the one before when nothing leads to it from elsewhere.
fn push(steps: &mut Draft, step: Step<String>, is_target: bool) {
    match (steps.last_mut(), &step) {
        (Some(Step::Copy(before)), Step::Copy(text)) if !is_target => before.push_str(text),
        (Some(Step::Member { first, later }), Step::Copy(text)) if !is_target => {
            first.push_str(text);
            later.push_str(text);
        }
        _ => steps.push(step),
    }
}

impl<T> Step<T> {
    /// The steps at which it may go on, other than the next.
    fn targets(&mut self) -> Vec<&mut usize> {
        match self {
            Self::Copy(_) | Self::Member { .. } | Self::Fill(_) => Vec::new(),
            Self::Maybe { end, .. }
            | Self::UnlessAbsent { end, .. }
            | Self::UnlessKind { end, .. }
            | Self::Jump(end) => {
                vec![end]
            }
            Self::Choose { branches, .. } => branches.iter_mut().map(|(_, at)| at).collect(),
            Self::ByKind { branches, .. } => branches.iter_mut().map(|(_, at)| at).collect(),
        }
    }
}

impl Step<String> {
    /// The same with numbers for its texts.
    fn numbered(self, texts: &mut Interner) -> Step<Text> {
        match self {
            Self::Copy(text) => Step::Copy(texts.text(&text)),
            Self::Member { first, later } => Step::Member { first: texts.text(&first), later: texts.text(&later) },
            Self::Fill(slot) => Step::Fill(slot),
            Self::Maybe { draws, from, to, end } => Step::Maybe { draws, from, to, end },
            Self::UnlessAbsent { slot, end } => Step::UnlessAbsent { slot, end },
            Self::Choose { draws, branches } => Step::Choose { draws, branches },
            Self::ByKind { role, branches } => Step::ByKind { role, branches },
            Self::UnlessKind { role, kinds, end } => Step::UnlessKind { role, kinds, end },
            Self::Jump(end) => Step::Jump(end),
        }
    }
}
