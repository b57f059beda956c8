//! `mocktrail report`: what a trail is like.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::args::Report;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;
use super::figures;
use super::interrupt;
use super::progress::Bar;
use super::sources;
use crate::audit::report::{self, Figures};

pub(crate) fn run(args: &Report, console: &mut Console) -> Result<Exit, Failure> {
    let sources = sources::all("TRAIL", std::slice::from_ref(&args.trail), &args.s3)?;
    let stop = interrupt::watch();
    let bar = Bar::reading(stop);
    let threads = sources::threads(args.threads);
    let measured = report::measure(&sources, threads, stop, &|progress| bar.show_read(progress));
    bar.clear();
    let figures = measured.map_err(Failure::Check)?;
    if figures.records == 0 && !figures.interrupted {
        return Err(Failure::NoRecords { place: args.trail.clone() });
    }
    show(&figures, args, console)?;
    Ok(if figures.interrupted { Exit::Interrupted } else { Exit::Done })
}

fn show(figures: &Figures, args: &Report, console: &mut Console) -> Result<(), Failure> {
    if let Some(path) = &args.out {
        write(path, &report::page(figures, &args.trail))?;
        console.say(&format!("`{}` is written", path.display()));
    }
    if args.json {
        console.json(&json!({"trail": args.trail, "figures": figures, "realTrail": report::REAL}))?;
    } else if args.out.is_none() {
        write!(console.out, "{}", figures::text(figures, console.width))?;
    }
    Ok(())
}

fn write(path: &Path, page: &str) -> Result<(), Failure> {
    fs::write(path, page).map_err(|cause| Failure::Unwritable { path: path.to_owned(), cause })
}
