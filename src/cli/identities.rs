//! `mocktrail identities`: who calls.

use serde_json::{Value, json};

use super::args::Identities;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::table::{Column, Table};
use crate::world::IDENTITIES;

pub(crate) fn run(args: &Identities, console: &mut Console) -> Result<Exit, Failure> {
    if args.json {
        console.json(&documents())?;
        return Ok(Exit::Done);
    }
    let rows =
        IDENTITIES.iter().map(|help| [help.persona.word(), help.identity, help.does].map(str::to_owned).to_vec());
    let columns = &[Column::Left("NAME"), Column::Left("TYPE"), Column::Left("DOES")];
    write!(console.out, "{}", Table { columns, rows: rows.collect() }.render(console.width))?;
    Ok(Exit::Done)
}

fn documents() -> Vec<Value> {
    IDENTITIES
        .iter()
        .map(|help| json!({ "name": help.persona.word(), "type": help.identity, "does": help.does }))
        .collect()
}
