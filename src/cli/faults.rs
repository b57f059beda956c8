//! `mocktrail faults`: what can go wrong on purpose.

use serde_json::{Value, json};

use super::args::Faults;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::table::wrap;
use crate::scenario::{FAULTS, FaultAbout, Measure};

/// What stands before the words about a fault.
const INDENT: &str = "    ";

pub(crate) fn run(args: &Faults, console: &mut Console) -> Result<Exit, Failure> {
    if args.json {
        console.json(&FAULTS.iter().map(document).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    for about in FAULTS {
        writeln!(console.out, "{} ({})", about.key, measure(about))?;
        for text in [about.happens.to_owned(), format!("A good consumer {}", about.consumer)] {
            let width = console.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT.len()));
            for line in wrap(&text, width) {
                writeln!(console.out, "{INDENT}{line}")?;
            }
        }
    }
    Ok(Exit::Done)
}

const fn measure(about: &FaultAbout) -> &'static str {
    match about.measure {
        Measure::Share => "share of events",
        Measure::Count => "number of objects",
    }
}

fn document(about: &FaultAbout) -> Value {
    json!({
        "key": about.key,
        "kind": about.name,
        "measure": measure(about),
        "happens": about.happens,
        "consumer": about.consumer,
    })
}
