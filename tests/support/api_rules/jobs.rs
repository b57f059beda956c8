//! Jobs that export mailboxes. A job ends without any event, so a job is known to run only if a later call cancels it.

use std::collections::BTreeMap;

use super::call::{Call, Ordinal};
use super::organization::EntityNumber;
use super::step::{Party, Step};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// For so long a job is listed.
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;
const AT_ONCE: usize = 10;

#[derive(Default)]
pub(super) struct Jobs {
    started: BTreeMap<String, (Ordinal, i64)>,
    cancelled: BTreeMap<String, Ordinal>,
    last_of_mailbox: BTreeMap<EntityNumber, (Ordinal, i64)>,
    /// From start to cancellation of the jobs that ran for certain.
    ran: Vec<(Ordinal, Ordinal)>,
}

impl Jobs {
    /// The job this call is about may be forgotten by now.
    pub(super) fn may_be_too_old(&self, call: &Call) -> bool {
        let started = call.parameter("jobId").and_then(|job| self.started.get(job));
        let age = started.zip(call.seconds()).map(|((_, then), now)| now - then);
        age.is_none_or(|age| age >= WEEK_SECONDS)
    }

    /// The most jobs that ran at once at some moment of this job's life.
    fn most_beside(&self, life: (Ordinal, Ordinal)) -> usize {
        let runs_at =
            |moment: Ordinal| self.ran.iter().filter(|(start, end)| *start <= moment && moment < *end).count();
        let starts = self.ran.iter().map(|(start, _)| *start).filter(|start| (life.0..life.1).contains(start));
        starts.map(runs_at).max().unwrap_or(0)
    }
}

/// A mailbox can be exported once in 24 hours.
pub(super) fn start(step: &mut Step, mailbox: Party) {
    let (Some(job), Some(now)) = (step.call.answer("jobId"), step.call.seconds()) else { return };
    let begun = (step.call.ordinal, now);
    step.organization.jobs.started.insert(job.to_owned(), begun);
    let Party::Known(number) = mailbox else { return };
    if let Some((first, then)) = step.organization.jobs.last_of_mailbox.insert(number, begun)
        && now - then < DAY_SECONDS
    {
        let (label, hours) = (step.organization.label(number), (now - then) / 3600);
        step.breach(format_args!("the mailbox of {label} was exported in #{first}, {hours} hours earlier"));
    }
}

pub(super) fn cancel(step: &mut Step) {
    let Some(job) = step.call.parameter("jobId") else { return };
    let at = step.call.ordinal;
    if let Some(before) = step.organization.jobs.cancelled.insert(job.to_owned(), at) {
        return step.breach(format_args!("the export job `{job}` was already cancelled in #{before}"));
    }
    let Some((start, _)) = step.organization.jobs.started.get(job).copied() else { return };
    step.organization.jobs.ran.push((start, at));
    let most = step.organization.jobs.most_beside((start, at));
    if most > AT_ONCE {
        step.breach(format_args!("{most} export jobs ran at once, this one among them"));
    }
}
