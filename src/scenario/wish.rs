//! What the user asks for, in a file or with flags; everything may be missing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::account::AccountId;
use super::asked::{Asked, Place};
use super::choice::{Gzip, MessageFlow, Shape, Style};
use super::cidr::Cidr;
use super::digests::DigestWish;
use super::fault::FaultWish;
use super::pace::Pace;
use super::rate::Rate;
use crate::clock::{Span, Time};
use crate::template::ParameterOrder;

/// What the user asks for. [`Wish::parse`] makes one from a file; one for the flags is put together by hand:
/// `Wish { seed: Some(Asked::by_flag("--seed", 7)), ..Wish::default() }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// `seed`.
    pub seed: Option<Asked<u64>>,
    /// `[time] start`.
    pub start: Option<Asked<Time>>,
    /// `[time] end` or `for`.
    pub end: Option<Asked<End>>,
    /// `[time] shape`.
    pub shape: Option<Asked<Shape>>,
    /// `[traffic] events` or `rate`.
    pub amount: Option<Asked<Amount>>,
    /// `[traffic] pace`.
    pub pace: Option<Asked<Pace>>,
    /// `[traffic] errors`, in millionths.
    pub errors_ppm: Option<Asked<u32>>,
    /// `[traffic] neighbours`, in millionths.
    pub neighbours_ppm: Option<Asked<u32>>,
    /// `[traffic] mix`, in thousandths.
    pub mix: Option<Asked<BTreeMap<String, u32>>>,
    /// `[traffic] only`.
    pub only: Option<Asked<bool>>,
    /// `[traffic] identity`.
    pub identity: Option<Asked<String>>,
    /// Each `[[account]]`.
    pub accounts: Vec<AccountWish>,
    /// The only accounts wanted, from flags. What `[[account]]` says of one of them still holds.
    pub account_ids: Vec<Asked<AccountId>>,
    /// The regions of every account, from flags.
    pub regions: Vec<Asked<String>>,
    /// `[trail] name`.
    pub trail: Option<Asked<String>>,
    /// `[trail] bucket`.
    pub bucket: Option<Asked<String>>,
    /// `[trail] prefix`.
    pub prefix: Option<Asked<String>>,
    /// `[trail] organization`.
    pub organization: Option<Asked<String>>,
    /// `[trail] records_per_file`.
    pub records_per_file: Option<Asked<u32>>,
    /// `[trail] writers`.
    pub writers: Option<Asked<u32>>,
    /// `[trail] gzip`.
    pub gzip: Option<Asked<Gzip>>,
    /// `[trail] flush`.
    pub flush: Option<Asked<Span>>,
    /// The keys of `[trail]` about digests and stops.
    pub digests: DigestWish,
    /// `[records] style`.
    pub style: Option<Asked<Style>>,
    /// `[records] event_version`.
    pub event_version: Option<Asked<String>>,
    /// `[records] tls_details`.
    pub tls_details: Option<Asked<bool>>,
    /// `[records] redaction`.
    pub redaction: Option<Asked<bool>>,
    /// `[records] message_flow_source`.
    pub message_flow_source: Option<Asked<MessageFlow>>,
    /// `[records] parameter_order`.
    pub parameter_order: Option<Asked<ParameterOrder>>,
    /// `[addresses] pool`.
    pub addresses: Vec<Asked<Cidr>>,
    /// `[faults]`.
    pub faults: FaultWish,
    /// `templates`, as paths from where the program runs.
    pub templates: Vec<Asked<PathBuf>>,
}

/// One `[[account]]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountWish {
    /// Where the section stands.
    pub place: Option<Place>,
    /// `id`.
    pub id: Option<Asked<AccountId>>,
    /// `regions`.
    pub regions: Vec<Asked<String>>,
    /// `organizations`.
    pub organizations: Option<Asked<u32>>,
    /// `users`.
    pub users: Option<Asked<u32>>,
    /// `groups`.
    pub groups: Option<Asked<u32>>,
    /// `resources`.
    pub resources: Option<Asked<u32>>,
}

/// When the window ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At an instant.
    At(Time),
    /// So long after its start.
    For(Span),
}

/// How many events there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// This many.
    Events(u64),
    /// As many as a rate makes in the window.
    Rate(Rate),
}

impl Wish {
    /// This wish with another laid over it: what `flags` asks for wins.
    #[must_use]
    pub fn overlay(self, flags: Self) -> Self {
        Self {
            seed: flags.seed.or(self.seed),
            start: flags.start.or(self.start),
            end: flags.end.or(self.end),
            shape: flags.shape.or(self.shape),
            amount: flags.amount.or(self.amount),
            pace: flags.pace.or(self.pace),
            errors_ppm: flags.errors_ppm.or(self.errors_ppm),
            neighbours_ppm: flags.neighbours_ppm.or(self.neighbours_ppm),
            mix: flags.mix.or(self.mix),
            only: flags.only.or(self.only),
            identity: flags.identity.or(self.identity),
            accounts: or(flags.accounts, self.accounts),
            account_ids: or(flags.account_ids, self.account_ids),
            regions: or(flags.regions, self.regions),
            trail: flags.trail.or(self.trail),
            bucket: flags.bucket.or(self.bucket),
            prefix: flags.prefix.or(self.prefix),
            organization: flags.organization.or(self.organization),
            records_per_file: flags.records_per_file.or(self.records_per_file),
            writers: flags.writers.or(self.writers),
            gzip: flags.gzip.or(self.gzip),
            flush: flags.flush.or(self.flush),
            digests: self.digests.overlay(flags.digests),
            style: flags.style.or(self.style),
            event_version: flags.event_version.or(self.event_version),
            tls_details: flags.tls_details.or(self.tls_details),
            redaction: flags.redaction.or(self.redaction),
            message_flow_source: flags.message_flow_source.or(self.message_flow_source),
            parameter_order: flags.parameter_order.or(self.parameter_order),
            addresses: or(flags.addresses, self.addresses),
            faults: self.faults.overlay(flags.faults),
            templates: or(flags.templates, self.templates),
        }
    }
}

fn or<T>(flags: Vec<T>, file: Vec<T>) -> Vec<T> {
    if flags.is_empty() { file } else { flags }
}
