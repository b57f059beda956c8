//! `mocktrail actions`: what can happen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::args::Actions;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::summary::things;
use super::table::{Column, Table};
use crate::scenario::shown_weight;
use crate::template::{Action, Catalogue};

pub(crate) fn run(args: &Actions, console: &mut Console) -> Result<Exit, Failure> {
    let catalogue = Catalogue::load(&args.templates)?;
    if args.json {
        console.json(&catalogue.iter().map(|(_, action)| document(action)).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    for (index, (service, actions)) in services(&catalogue).iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        writeln!(console.out, "{gap}{service}, {}", things(actions.len() as u64, "action"))?;
        write!(console.out, "{}", table(actions, args.long).render(console.width))?;
    }
    Ok(Exit::Done)
}

/// The actions of each service: its name would not fit into a column of narrow terminals.
fn services(catalogue: &Catalogue) -> BTreeMap<&str, Vec<&Action>> {
    let mut services: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for (_, action) in catalogue.iter() {
        services.entry(&action.service.event_source).or_default().push(action);
    }
    services
}

fn table(actions: &[&Action], long: bool) -> Table<'static> {
    let columns: &[Column] = match long {
        true => &[Column::Left("ACTION"), Column::Left("MODE"), Column::Right("WEIGHT"), Column::Left("ERRORS")],
        false => &[Column::Left("ACTION"), Column::Left("MODE"), Column::Right("WEIGHT"), Column::Right("ERRORS")],
    };
    Table { columns, rows: actions.iter().map(|action| row(action, long)).collect() }
}

fn row(action: &Action, long: bool) -> Vec<String> {
    let codes = error_codes(action);
    let errors = if long { codes.into_iter().collect::<Vec<_>>().join(", ") } else { codes.len().to_string() };
    vec![action.key.to_string(), access(action).to_owned(), shown_weight(action.weight).to_string(), errors]
}

fn access(action: &Action) -> &'static str {
    if action.read_only { "read" } else { "write" }
}

/// The codes that an action can fail with, in order.
pub(crate) fn error_codes(action: &Action) -> BTreeSet<&str> {
    action.errors.iter().map(|case| case.code.as_str()).collect()
}

fn document(action: &Action) -> Value {
    json!({
        "name": &*action.key,
        "eventSource": &*action.service.event_source,
        "readOnly": action.read_only,
        "weight": shown_weight(action.weight),
        "errors": error_codes(action),
    })
}
