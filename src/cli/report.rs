//! How failures look: `error: …`, the circumstances below it, `hint: …`.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::exit::Exit;
use super::failure::Failure;
use crate::mistake::Mistake;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = Style::new().bold();

/// Shows a failure and gives its exit code. `err` decides whether colours are shown.
pub fn report(failure: &Failure, err: &mut dyn Write) -> Exit {
    // When nobody listens, the exit code still tells.
    let _ = match failure {
        Failure::Mistakes(mistakes) => mistakes.0.iter().try_for_each(|mistake| show_mistake(mistake, err)),
        failure => show(err, &failure.to_string(), failure.detail().as_deref(), failure.hint().as_deref()),
    };
    failure.exit()
}

/// Shows what is no mistake, but surely not meant.
pub(crate) fn warn(doubt: &Mistake, err: &mut dyn Write) {
    // When nobody listens, that is no reason to fail.
    let _ = writeln!(err, "{WARNING}warning:{WARNING:#} {}", bare(doubt))
        .and_then(|()| show_hint(doubt.hint.as_deref(), err));
}

fn show_mistake(mistake: &Mistake, err: &mut dyn Write) -> io::Result<()> {
    show(err, &bare(mistake).to_string(), None, mistake.hint.as_deref())
}

fn bare(mistake: &Mistake) -> Mistake {
    Mistake { hint: None, ..mistake.clone() }
}

fn show(err: &mut dyn Write, what: &str, detail: Option<&str>, hint: Option<&str>) -> io::Result<()> {
    writeln!(err, "{ERROR}error:{ERROR:#} {what}")?;
    if let Some(detail) = detail {
        writeln!(err, "  {detail}")?;
    }
    show_hint(hint, err)
}

fn show_hint(hint: Option<&str>, err: &mut dyn Write) -> io::Result<()> {
    match hint {
        Some(hint) => writeln!(err, "{HINT}hint:{HINT:#} {hint}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery;
    use crate::mistake::Mistakes;
    use crate::run::{self, Estimate, Progress};

    fn shown(failure: &Failure) -> (String, Exit) {
        let mut err = anstream::StripStream::new(Vec::new());
        let exit = report(failure, &mut err);
        (String::from_utf8(err.into_inner()).unwrap(), exit)
    }

    fn broken(source: delivery::Error, done: Progress, exact: bool) -> Failure {
        let (first_key, last_key) = (String::new(), String::new());
        let whole = Estimate {
            objects: 120,
            digests: 0,
            events: 0,
            raw_bytes: 0,
            bytes: 6_200_000_000,
            exact,
            first_key,
            last_key,
        };
        Failure::of_run(run::Error::Delivery { source, done }, whole)
    }

    #[test]
    fn every_mistake_has_its_own_error_and_hint() {
        let mistake = |file: &str| Mistake::of_file(file, "is wrong").hint("write it right");
        let mistakes = Mistakes(vec![mistake("--seed"), mistake("--events")]);
        assert_eq!(
            shown(&Failure::Mistakes(mistakes)),
            (
                "error: --seed: is wrong\nhint: write it right\nerror: --events: is wrong\nhint: write it right\n"
                    .into(),
                Exit::Usage
            )
        );
    }

    #[test]
    fn a_full_disk_tells_what_is_missing() {
        let path = "out/a.json.gz".into();
        let cause = io::Error::from_raw_os_error(28);
        let source = delivery::Error::Write { path, cause, removed: true };
        let failure = broken(source, Progress { objects: 37, events: 9, bytes: 1_900_000_000 }, true);
        assert_eq!(
            shown(&failure),
            (
                "error: cannot write `out/a.json.gz`: no space left on device (os error 28)\n  \
                 37 of 120 log files written (1.90 GB), about 4.30 GB missing; the unfinished file was removed\n\
                 hint: free space and run the same command again\n"
                    .into(),
                Exit::Destination
            )
        );
    }

    #[test]
    fn a_refusal_tells_how_far_it_came() {
        let refused = |profile: Option<&str>| delivery::Error::Refused {
            place: "s3://audit-lab/a.json.gz".into(),
            status: 403,
            code: "InvalidAccessKeyId".into(),
            profile: profile.map(str::to_owned),
            region: "eu-west-1".into(),
        };
        let (text, exit) = shown(&broken(refused(Some("lab")), Progress { objects: 12, events: 0, bytes: 0 }, false));
        let detail = "credentials from profile `lab`, region eu-west-1; 12 of about 120 log files are delivered";
        assert_eq!((text.lines().nth(1), exit), (Some(&*format!("  {detail}")), Exit::Destination));
        let (text, _) = shown(&broken(refused(None), Progress::default(), true));
        assert_eq!(text.lines().nth(1), Some("  region eu-west-1"));
    }

    #[test]
    fn an_interrupted_run_says_that_it_goes_on() {
        let (text, exit) = shown(&Failure::Interrupted { delivered: 1_200, all: Some("about 4,000 log files".into()) });
        assert_eq!(
            text,
            "error: interrupted\n  1,200 of about 4,000 log files are delivered\n\
             hint: run the same command again; what is delivered is skipped\n"
        );
        assert_eq!(exit, Exit::Interrupted);
    }

    /// Colours are the writer's business: a plain one gets plain words.
    #[test]
    fn the_word_error_is_red_where_colours_are_shown() {
        let mut err = Vec::new();
        report(&Failure::NoS3, &mut err);
        assert!(String::from_utf8(err).unwrap().starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m this build"));
    }
}
