//! `mocktrail slots`: what templates can be filled with.

use serde_json::{Value, json};

use super::args::Slots;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::table::{Column, Table};
use crate::template::SLOTS;

pub(crate) fn run(args: &Slots, console: &mut Console) -> Result<Exit, Failure> {
    if args.json {
        let slots: Vec<Value> = SLOTS.iter().map(|slot| json!({ "form": slot.form, "gives": slot.gives })).collect();
        console.json(&slots)?;
        return Ok(Exit::Done);
    }
    let rows = SLOTS.iter().map(|slot| vec![slot.form.to_owned(), slot.gives.to_owned()]).collect();
    let table = Table { columns: &[Column::Left("SLOT"), Column::Left("GIVES")], rows };
    write!(console.out, "{}", table.render(console.width))?;
    Ok(Exit::Done)
}
