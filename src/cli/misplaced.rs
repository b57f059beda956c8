//! Flags that say nothing about the place a trail goes to: ignoring them would surprise.

use super::args::{Generate, S3Args};
use super::place::Place;
use crate::mistake::Mistake;

/// A mistake for each flag that was given and has no meaning for `place`.
pub(crate) fn misplaced(args: &Generate, place: &Place) -> Vec<Mistake> {
    let of_files = given(for_files(args), *place == Place::Output).map(|flag| {
        let what = "this is for files, and `--to -` prints records";
        Mistake::of_file(flag, what).hint("leave it out, or choose another place with `--to <DEST>`")
    });
    of_s3(&args.s3, &args.destination.to, place).chain(of_files).collect()
}

/// A flag, and whether it was given.
pub(crate) type Flag = (&'static str, bool);

/// A mistake for each flag of S3 that was given although the trail, to `to`, goes elsewhere.
pub(crate) fn of_s3(s3: &S3Args, to: &str, place: &Place) -> impl Iterator<Item = Mistake> {
    given(for_s3(s3), place.bucket().is_none()).map(move |flag| {
        let what = format!("this is for S3, and the trail goes to `{to}`");
        Mistake::of_file(flag, what).hint("name a bucket with `--to s3://BUCKET`, or leave it out")
    })
}

/// Of some flags, those that were given where none of them should be.
fn given<const N: usize>(flags: [Flag; N], is_misplaced: bool) -> impl Iterator<Item = &'static str> {
    flags.into_iter().filter(move |(_, is_given)| *is_given && is_misplaced).map(|(flag, _)| flag)
}

fn for_s3(s3: &S3Args) -> [Flag; 5] {
    [
        ("--endpoint-url", s3.access.endpoint_url.is_some()),
        ("--profile", s3.access.profile.is_some()),
        ("--region-of-bucket", s3.access.region_of_bucket.is_some()),
        ("--concurrency", s3.concurrency.is_some()),
        ("--create-bucket", s3.create_bucket),
    ]
}

fn for_files(args: &Generate) -> [Flag; 4] {
    [
        ("--overwrite", args.destination.overwrite),
        ("--force", args.destination.force),
        ("--manifest-dir", args.destination.manifest_dir.is_some()),
        ("--json", args.output.json && !args.output.dry_run),
    ]
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::cli::args::{Args, Command};

    fn misplaced_in(arguments: &str) -> Vec<String> {
        let args = Args::try_parse_from(format!("mocktrail generate {arguments}").split_whitespace()).unwrap();
        let Command::Generate(generate) = args.command else { panic!("{arguments}") };
        let place = Place::parse(&generate.destination.to).unwrap();
        misplaced(&generate, &place).into_iter().map(|mistake| mistake.file).collect()
    }

    /// A flag of S3 that is missing in the list would be ignored without a word.
    #[test]
    fn every_flag_of_s3_is_refused_elsewhere_and_taken_there() {
        let all = "--endpoint-url u --profile p --region-of-bucket r --concurrency 2 --create-bucket";
        let flags: Vec<&str> = all.split(' ').filter(|word| word.starts_with("--")).collect();
        assert_eq!(misplaced_in(all), flags);
        assert_eq!(misplaced_in(&format!("{all} --to -")), flags);
        assert_eq!(misplaced_in(&format!("{all} --to s3://audit-lab")), [""; 0]);
        let command = Args::command();
        let generate = command.find_subcommand("generate").unwrap();
        let of_s3 = generate.get_arguments().filter(|argument| argument.get_help_heading() == Some("S3"));
        assert_eq!(of_s3.count(), flags.len());
    }

    #[test]
    fn records_on_standard_output_need_no_care_for_files() {
        assert_eq!(
            misplaced_in("--to - --force --overwrite --manifest-dir d"),
            ["--overwrite", "--force", "--manifest-dir"]
        );
        assert_eq!(misplaced_in("--to - --json"), ["--json"]);
        assert_eq!(misplaced_in("--to - --json --dry-run"), [""; 0]);
        assert_eq!(misplaced_in("--to out --json --force"), [""; 0]);
    }
}
