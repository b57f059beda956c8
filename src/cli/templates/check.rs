//! `mocktrail templates check`: everything wrong in the user's templates, and what is surely not meant.

use serde_json::{Value, json};

use crate::cli::args::CheckTemplates;
use crate::cli::console::Console;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::report;
use crate::cli::summary::{count, things};
use crate::mistake::Mistake;
use crate::template::{Contents, check};

pub(crate) fn run(args: &CheckTemplates, console: &mut Console) -> Result<Exit, Failure> {
    let checked = check(&args.folders);
    if args.json {
        let (contents, doubts, mistakes) = match checked {
            Ok((contents, doubts)) => (contents, doubts, Vec::new()),
            Err(mistakes) => (Vec::new(), Vec::new(), mistakes.0),
        };
        console.json(&document(&contents, &doubts, &mistakes))?;
        return Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Usage });
    }
    let (contents, doubts) = checked?;
    for doubt in &doubts {
        report::warn(doubt, console.err);
    }
    for service in &contents {
        writeln!(console.out, "{}", line(service))?;
    }
    Ok(Exit::Done)
}

/// What lies in the folders of one service, in words.
fn line(service: &Contents) -> String {
    let (actions, replacing) = service.actions;
    let replacing = match (actions, replacing) {
        (_, 0) => String::new(),
        (1, _) => " (it replaces a built-in one)".into(),
        (_, number) => format!(" ({} replace built-in ones)", count(number)),
    };
    format!(
        "{}: {}{replacing}, {}, {}, {}",
        service.service,
        things(actions, "action"),
        things(service.kinds, "kind"),
        match service.stories {
            1 => "1 story".to_owned(),
            number => format!("{number} stories"),
        },
        things(service.errors, "error"),
    )
}

fn document(contents: &[Contents], doubts: &[Mistake], mistakes: &[Mistake]) -> Value {
    let services = contents.iter().map(|service| {
        json!({
            "service": service.service,
            "actions": service.actions.0,
            "replaced": service.actions.1,
            "kinds": service.kinds,
            "stories": service.stories,
            "errors": service.errors,
        })
    });
    let shown = |mistakes: &[Mistake]| mistakes.iter().map(shown).collect::<Vec<Value>>();
    json!({
        "services": services.collect::<Vec<Value>>(),
        "warnings": shown(doubts),
        "mistakes": shown(mistakes),
    })
}

fn shown(mistake: &Mistake) -> Value {
    let Mistake { file, line, column, what, hint, .. } = mistake;
    json!({ "file": file, "line": line, "column": column, "what": what, "hint": hint })
}
