//! `mocktrail damage`: a finished trail damaged on purpose.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::args::Damage;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::table::{Column, Table};
use crate::damage::{self, Damaged, Kind, Wanted};
use crate::mistake::closest;
use crate::scenario::{Problem, SEED};

pub(crate) fn run(args: &Damage, console: &mut Console) -> Result<Exit, Failure> {
    if args.list {
        return list(args.json, console);
    }
    let mut flags = Flags::default();
    let kind = flags.one("--kind", args.kind.as_ref(), kind);
    let seed = flags.one("--seed", args.seed.as_ref(), |text| SEED.parse(text));
    flags.finish()?;
    let signing_key = args.signing_key.as_ref().map(read_key).transpose()?;
    let wanted = Wanted {
        place: args.trail.as_deref().expect("clap asks for it"),
        kind: kind.expect("clap asks for it").value,
        key: args.key.as_deref(),
        seed: seed.map_or(0, |asked| asked.value),
        signing_key: signing_key.as_deref(),
    };
    let done = damage::damage(&wanted).map_err(Failure::Damage)?;
    match args.json {
        true => console.json(&done)?,
        false => write!(console.out, "{}", text(&done))?,
    }
    Ok(Exit::Done)
}

fn read_key(path: &PathBuf) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|cause| Failure::UnreadableKey { path: path.clone(), cause })
}

fn kind(text: &str) -> Result<Kind, Problem> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    found.ok_or_else(|| {
        let hint = match closest(text, Kind::ALL.map(Kind::name)) {
            Some(near) => format!("did you mean `{near}`? `mocktrail damage --list` tells what each does"),
            None => "`mocktrail damage --list` lists them all".to_owned(),
        };
        Problem::new(format!("unknown kind of damage `{text}`")).hint(hint)
    })
}

fn text(done: &[Damaged]) -> String {
    let mut text = String::new();
    for Damaged { key, moved_from, fault, .. } in done {
        text += &match moved_from {
            Some(from) => format!("{fault}: {from}\n  is now {key}\n"),
            None => format!("{fault}: {key}\n"),
        };
    }
    let expect: Vec<&String> = done.iter().flat_map(|damaged| &damaged.expect).collect();
    match expect.is_empty() {
        true => text += "`aws cloudtrail validate-logs` will find nothing\n",
        false => {
            text += "`aws cloudtrail validate-logs` will say:\n";
            expect.iter().for_each(|line| text += &format!("  {line}\n"));
        }
    }
    text
}

fn list(as_json: bool, console: &mut Console) -> Result<Exit, Failure> {
    let verdict = |kind: Kind| Some(kind.verdict()).filter(|verdict| !verdict.is_empty());
    if as_json {
        let document = |kind: Kind| json!({"kind": kind.name(), "does": kind.does(), "verdict": verdict(kind)});
        console.json(&Kind::ALL.map(document).to_vec() as &Vec<Value>)?;
        return Ok(Exit::Done);
    }
    let row = |kind: Kind| [kind.name(), kind.does(), verdict(kind).unwrap_or("-")].map(str::to_owned).to_vec();
    let columns = &[Column::Left("KIND"), Column::Left("DOES"), Column::Left("VALIDATOR SAYS")];
    write!(console.out, "{}", Table { columns, rows: Kind::ALL.map(row).to_vec() }.render(console.width))?;
    Ok(Exit::Done)
}
