//! Tells findings, up to a number, and adds everything up.

use super::Error;
use super::item::Report;
use super::outcome::{Finding, Outcome};
use super::trail::Tell;

/// What was found so far, and whom to tell.
pub(super) struct Teller<'a> {
    tell: Tell<'a>,
    left: usize,
    pub(super) outcome: Outcome,
}

impl<'a> Teller<'a> {
    /// Tells at most so many findings.
    pub(super) fn new(tell: Tell<'a>, most: usize) -> Self {
        Self { tell, left: most, outcome: Outcome::default() }
    }

    /// Everything that one file came to.
    pub(super) fn report(&mut self, report: &Report) -> Result<(), Error> {
        let (found, total) = (&report.outcome, &mut self.outcome);
        total.files += found.files;
        total.records += found.records;
        total.bytes += found.bytes;
        total.raw_bytes += found.raw_bytes;
        total.findings += found.findings;
        total.late += found.late;
        total.digests += found.digests;
        total.signatures += found.signatures;
        total.unsigned += found.unsigned;
        total.keyless += found.keyless;
        for (source, names) in &found.unknown {
            for (name, records) in names {
                total.add_unknown(source, name, *records);
            }
        }
        report.findings.iter().try_for_each(|finding| self.show(finding))
    }

    /// One more finding.
    pub(super) fn finding(&mut self, finding: &Finding) -> Result<(), Error> {
        self.outcome.findings += 1;
        self.show(finding)
    }

    fn show(&mut self, finding: &Finding) -> Result<(), Error> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        (self.tell)(finding).map_err(Error::Output)
    }
}
