//! Whether an action is a neighbour: a call that a trail holds beside those that were asked for.

use std::collections::BTreeMap;

use crate::json::{Member, Reader, member};
use crate::template::read;

/// How an action keeps company with others. Neighbours are only played when the scenario wants them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// Share among all neighbours that come by themselves, in thousandths.
    pub background: u32,
    /// Actions that it follows every time, each with the mean time until it does, in milliseconds.
    pub accompanies: BTreeMap<String, i64>,
    /// The only region that it is recorded in.
    pub region: Option<Box<str>>,
}

impl Company {
    /// The members of an action's file that this reads.
    pub(super) const MEMBERS: [&str; 3] = ["background", "accompanies", "region"];

    /// Reads what an action's file says.
    pub(super) fn read(reader: &Reader<'_>, members: &[Member]) -> Self {
        let background = member(members, "background").map_or(0, |node| read::weight(reader, Some(node)));
        let wait = |action: &Member| Some((action.name.clone(), read::wait(reader, &action.value)?));
        let accompanies = reader.members(member(members, "accompanies")).iter().filter_map(wait).collect();
        let region = member(members, "region").and_then(|node| reader.text(node)).map(Into::into);
        Self { background, accompanies, region }
    }

    /// It can be recorded in a region.
    #[must_use]
    pub(crate) fn fits(&self, region: &str) -> bool {
        self.region.as_deref().is_none_or(|only| only == region)
    }
}
