//! All log files of all sources: list them, count what is in them.

use std::sync::atomic::{AtomicBool, Ordering};

use super::figures::Figures;
use super::file;
use super::level_six::Choice;
use super::tally::Tally;
use crate::audit::in_order::in_order;
use crate::audit::item::Item;
use crate::audit::listing::list;
use crate::audit::place::Kind;
use crate::audit::source::Source;
use crate::audit::teller::Teller;
use crate::audit::{Error, Progress};

/// Reads every log file and gives the figures of all of them. Memory grows by eight bytes for each record.
///
/// # Errors
///
/// Something could not be read. A damaged file is no error: it is counted.
pub fn measure(
    sources: &[Box<dyn Source>],
    threads: usize,
    stop: &AtomicBool,
    progress: &dyn Fn(Progress),
) -> Result<Figures, Error> {
    // What a check would find is not told here.
    let mut items = list(sources, None, &mut Teller::new(&mut |_| Ok(()), 0))?;
    items.retain(|item| item.kind == Kind::Log);
    let choice = Choice::among(&items);
    let mut done = Progress { all_bytes: items.iter().map(|item| item.size).sum(), ..Progress::default() };
    let mut tally = Tally::default();
    let read = |item: &Item| file::read(item, choice.takes(item));
    in_order(&items, threads, stop, &read, &mut |item, counted| {
        done.bytes += item.size;
        done.files += 1;
        progress(done);
        tally.merge(counted);
        Ok(())
    })?;
    Ok(Figures::of(tally, stop.load(Ordering::Relaxed)))
}
