//! The longer texts of the help. No line is longer than 60 characters, so that it fits narrow terminals.

/// Below the program's help.
pub(crate) const MAIN: &str = "\
Examples:
  mocktrail generate
      1,000 events of one day, in ./trail
  mocktrail sample CreateUser
      one record to look at
  mocktrail generate --to - --events 50 | jq .eventName
      the same records in a pipe
  mocktrail init
  mocktrail generate scenario.toml --dry-run
      a scenario of your own, tried without writing
  mocktrail emit --rate 50/s
      events as their time comes, 50 in each second
  mocktrail check trail
      whether a trail is as CloudTrail writes it
  mocktrail report trail --out report.html
      a page with its figures and pictures
  mocktrail damage --list
      how to make one that is not
  mocktrail reconcile trail received.jsonl
      what a consumer has lost of it

Exit codes:
  0  done
  1  `check` or `reconcile` has found something
  2  a mistake in the arguments, the scenario or a template
  3  the destination refused or failed, or something cannot
     be read
  4  interrupted; the same command goes on

Environment:
  NO_COLOR  no colours, whatever the terminal can do
  COLUMNS   the width of help and tables in a pipe
  AWS_*     credentials, region and endpoint for S3

Learn more with `mocktrail <COMMAND> --help`.";

/// Below `faults --help`.
pub(crate) const FAULTS: &str = "\
Faults are asked for in the section [faults] of a scenario
file: shares of all events, or numbers of objects. The
manifest tells of every fault what a right reader finds.

Examples:
  mocktrail faults
  mocktrail init
      then fill in [faults] in scenario.toml";

/// Below `generate --help`.
pub(crate) const GENERATE: &str = "\
Examples:
  mocktrail generate --seed 7 --events 10_000 --to out
      the same 10,000 events today, next year, everywhere
  mocktrail generate --start now-7d --for 7d
      the last seven days; the trail keeps the instants
  mocktrail generate --region us-east-1 --region eu-west-1
      an account with people in Virginia and Ireland
  mocktrail generate --action CreateUser --events 20
      twenty new users and nothing else; --action
      CreateUser=3 weighs it against other actions
  mocktrail generate --digests
      with digest files, so that the trail validates; with
      --signing-key key.pem, signed with a key of yours
  mocktrail generate --to s3://audit-lab/logs --dry-run
      how much would go into a bucket
  mocktrail generate --to s3://audit-lab --create-bucket
      into a new bucket; with --endpoint-url, for example
      http://127.0.0.1:9000, on a server of your own
  mocktrail generate --to - | head -n 3
      JSON lines
  mocktrail generate s.toml --shard 2/8
      the second of eight parts, made by as many machines;
      `mocktrail manifest merge` joins their manifests

--shard auto reads which shard it is from the scheduler:
  Kubernetes  JOB_COMPLETION_INDEX, and what the Job has to
              set: MOCKTRAIL_SHARD_COUNT
  AWS Batch   AWS_BATCH_JOB_ARRAY_INDEX and …_ARRAY_SIZE
  Slurm       SLURM_ARRAY_TASK_ID, …_MIN, …_MAX, …_COUNT and
              …_STEP; with MOCKTRAIL_SHARD_COUNT set, the id
              counts from 0
  Cloud Run   CLOUD_RUN_TASK_INDEX and CLOUD_RUN_TASK_COUNT

Rerunning is safe: the same scenario and seed give the same
keys and bytes. What lies there already is skipped, what is
foreign is never overwritten without --overwrite.

S3 uses AWS_PROFILE, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION,
AWS_ENDPOINT_URL and the files in ~/.aws. AWS is contacted
for s3:// only.

Exit codes:
  0  done
  2  a mistake in the arguments, the scenario or a template
  3  the destination refused or failed
  4  interrupted; the same command goes on";

/// Below `emit --help`.
pub(crate) const EMIT: &str = "\
Examples:
  mocktrail emit --rate 50/s
      50 events in each second from now on, into ./trail,
      in files as CloudTrail delivers them: every 5 minutes
  mocktrail emit --rate 5000/s --flush 1s --for 10m
      load: files every second, for ten minutes
  mocktrail emit --rate '100/s..2000/s' --for 1h
      a ramp; '100/s for 5m, 2000/s for 10s' are steps that
      follow each other again and again
  mocktrail emit --rate '20MB/s' --to s3://audit-lab
      bytes before gzip; '5MB/s gzip' and '10 objects/s'
      are measured on the scenario and written as events
  mocktrail emit scenario.toml --speed 60x
      the scenario's own day in 24 minutes
  mocktrail emit --rate 50/s --notify file:messages.jsonl
      with a notification of each file, as S3 sends it
  mocktrail emit --resume
      goes on with what was begun in ./trail

Open loop: what is due when is fixed before anything begins
and never waits for the destination. A slow one makes files
late, never fewer. Lateness counts from the due time, in
three parts: generation (it was made too late), queue (it
was made, and no lane was free), put (the destination took
so long).

Ctrl-C finishes what is under way, completes the manifest
and counts what was due and is not delivered; a second one
ends at once. What is made is what `generate` makes of
scenario.toml beside the manifest, byte for byte.

Exit codes:
  0  done
  2  a mistake in the arguments, the scenario or a template
  3  the destination refused or failed
  4  stopped; `--resume` goes on";

/// Below `notify --help`.
pub(crate) const NOTIFY: &str = "\
Examples:
  mocktrail notify trail --to file:messages.jsonl
      a line for every log file of ./trail
  mocktrail notify trail --to sqs:URL --rate 200/s
      into a queue, 200 in each second; due times are fixed
      beforehand, and a slow queue makes messages late
  mocktrail notify trail --to sns:ARN --notify-test
      through a topic, after what AWS sends at first

Shapes:
  s3              the event of S3, version 2.1
  s3-sns          the same in an envelope of SNS
  cloudtrail-sns  CloudTrail's own message in an envelope
  eventbridge     the event Object Created
A topic puts the envelope on itself; its signature here has
only the form of one.

What the trail's [faults] say of notifications is done:
some are sent twice, some not at all.

Messages go in batches of ten and 256 KiB at most. What is
not taken is sent again, up to eight times, and counted.
Queues and topics use the AWS environment as S3 does; a
queue is asked at the host of its URL, a topic of another
server than AWS needs --endpoint-url.

Exit codes:
  0  done
  2  a mistake in the arguments or the manifest
  3  a target did not take everything
  4  interrupted";

/// Below `check --help`.
pub(crate) const CHECK: &str = "\
Examples:
  mocktrail check trail
      everything below ./trail, and its manifest
  mocktrail check a.json.gz b.json
      two log files, one of them unpacked already
  mocktrail check trail --max-findings 20
      the first twenty findings, and how many there are
  mocktrail check s3://audit-lab/AWSLogs --profile lab
      the log files of a bucket; nothing is written
  mocktrail check trail --json | jq .unknown
      actions that no schema describes

A finding is a line on standard output:
  KEY:RECORD:/POINTER: what is wrong
RECORD counts from 0, POINTER is a JSON pointer into the
record; both are missing when the whole file is meant. The
summary goes to standard error.

What is checked:
  files    gzip with its CRC and length, JSON, the name
           and the folders, and nothing behind the end
  records  the schemas in schemas/: members, forms, what
           each eventVersion has; the order of members;
           for WorkMail and its Message Flow each action
  sense    region and account of the key, times, who
           called and from where, accounts within
           identifiers, the words of refusals
  digests  their form, name and place; signatures, with
           .mocktrail/public-keys.json or --public-keys;
           the hashes of log files and of the digest
           before; gaps, and log files in no digest
  trail    eventIDs that stand twice; with
           .mocktrail/manifest.jsonl beside it, missing
           and unlisted objects, sizes, hashes, counts

Records of other services are checked as records, and their
actions are counted as unknown. Insights files are counted
and not looked into. A signature lies in the metadata of the
digest: a bucket has it, a manifest too, a plain copy of
files has not.

Exit codes:
  0  nothing was found
  1  something was found
  2  a mistake in the arguments
  3  something cannot be read
  4  interrupted";

/// Below `report --help`.
pub(crate) const REPORT: &str = "\
Examples:
  mocktrail report trail
      the figures of ./trail, for a terminal
  mocktrail report trail --out report.html
      a page with pictures: events per hour, the week, lags
  mocktrail report trail --json | jq .figures.lagSeconds
      one figure for a script
  mocktrail report s3://audit-lab/AWSLogs --profile lab
      the log files of a bucket; nothing is written

Beside each figure stands that of a real trail where it is
known: 55 log files of one account, about an hour of 2023.

  gzip ratio     bytes of text for each byte stored; at
                 level 6 found with some files of the trail
  lag            from an event to the time in the name of
                 its file, or to the delivery that a
                 manifest tells
  neighbours     records that follow each other in a file
  percentiles    values that came up: 5 % of all are not
                 above the 5th

All times are UTC. Damaged files are counted; `mocktrail
check` says what is wrong with them. Digest and Insights
files are left out.

Exit codes:
  0  done
  2  a mistake in the arguments
  3  something cannot be read or written, or there are no
     records
  4  interrupted; the figures are those of a part";

/// Below `reconcile --help`.
pub(crate) const RECONCILE: &str = "\
Examples:
  mocktrail reconcile trail received.jsonl
      records, wrapped or not, against the trail in ./trail
  zcat out/*.gz | mocktrail reconcile trail -
      what comes through a pipe
  mocktrail reconcile manifest.jsonl ids.csv --id event_id
      a column of eventIDs, such as a database exports
  mocktrail reconcile trail out --ids-only
      a directory, and no look into the records
  mocktrail reconcile trail out.jsonl \\
      --arrival ingested_at --late-after 10m
      what came later than 10 minutes after its delivery
  mocktrail reconcile trail s3://archive/logs --json

What is received may be JSON lines, JSON documents, CSV,
Parquet or bare eventIDs, one per line; plain, gzip or zstd,
whatever it is called. Records may be wrapped: EventBridge,
ECS, OCSF, Splunk HEC, texts that hold JSON. The eventID is
found by itself, since those of a trail can be told from all
others; --id names the one place that counts.

  lost        delivered, and not received
  duplicated  received more often than delivered
  altered     received with other values; members added
              beside those of the record do not count
  foreign     received, and never delivered
  late        see --arrival and --late-after

Exit codes:
  0  all that was delivered was received, and nothing else
  1  something was found
  2  a mistake in the arguments, or what was received or the
     manifest cannot be read
  3  the bucket refused or failed
  4  interrupted";

/// Below `damage --help`.
pub(crate) const DAMAGE: &str = "\
Examples:
  mocktrail damage --list
      what can be done, and what the validator says
  mocktrail damage trail --kind log-edited
      one log file; another --seed takes another
  mocktrail damage trail --kind digest-gap --seed 3
      the digests of three hours in a row
  mocktrail damage trail --kind log-deleted --key KEY
      the object that you name, as the manifest does

The manifest then says of the object what lies there now,
the fault, and under `expect` what validate-logs prints.
A damaged object is not damaged again. The damage cannot be
undone: `mocktrail generate --overwrite` makes the trail
anew.

Exit codes:
  0  done
  2  a mistake in the arguments, or nothing fits
  3  something cannot be read or written";

/// Below `serve --help`.
pub(crate) const SERVE: &str = "\
Examples:
  mocktrail serve trail
      a trail on disk, in a bucket that can be written too
  mocktrail serve scenario.toml --listen 127.0.0.1:0
      a trail that is not stored: its files are made as they
      are read, however many there are

It prints the lines that point the AWS CLI and SDKs to it;
paste them into another shell.
CloudTrail's calls there are DescribeTrails, ListTrails,
GetTrail, GetTrailStatus, ListPublicKeys and LookupEvents;
aws cloudtrail validate-logs and lookup-events work.
Ctrl-C ends it.";

/// Below `sample --help`.
pub(crate) const SAMPLE: &str = "\
Examples:
  mocktrail sample CreateUser
  mocktrail sample GetRawMessageContent --count 3
  mocktrail sample DeleteUser --error AccessDenied
  mocktrail sample CreateUser --identity Root --seed 7
  mocktrail sample CreateAlias --style 2017";

/// Below `templates --help`.
pub(crate) const TEMPLATES: &str = "\
Examples:
  mocktrail templates export my-templates
      all built-in templates, to change some of them
  mocktrail templates check my-templates
      every mistake in them, with its place
  mocktrail generate --templates my-templates
      a trail with them";

/// Below `manifest --help`.
pub(crate) const MANIFEST: &str = "\
Examples:
  mocktrail manifest merge trail
      after all shards have written into ./trail";

/// Below `manifest merge --help`.
pub(crate) const MERGE: &str = "\
Examples:
  mocktrail manifest merge trail
      the manifests in trail/.mocktrail; digests go to trail
  mocktrail manifest merge manifests --to s3://audit-lab
      the manifests of shards that went into a bucket
  mocktrail manifest merge a.jsonl b.jsonl --out joined
      two manifests by name

The manifests must be those of all shards of one run, whole
and each once. What comes out is byte for byte the manifest
of the same run without shards.

Digests are chained from hour to hour, through all shards.
So no shard makes them: they are made here, out of the
manifests, and put where the log files are.

Exit codes:
  0  done
  2  manifests that do not fit together, or a mistake in the
     arguments
  3  something cannot be read, or the destination failed
  4  interrupted; the same command begins anew";

/// Below `completions --help`.
pub(crate) const COMPLETIONS: &str = "\
Examples:
  mocktrail completions bash > mocktrail.bash
      to be sourced in ~/.bashrc
  mocktrail completions zsh > ~/.zfunc/_mocktrail
      in a folder of your fpath";

/// Below `man --help`.
pub(crate) const MAN: &str = "\
Examples:
  mocktrail man | man -l -
  mocktrail man generate > mocktrail-generate.1
  mocktrail man templates check | man -l -";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Args;
    use crate::scenario::Scenario;

    const ALL: [&str; 13] =
        [MAIN, GENERATE, CHECK, REPORT, RECONCILE, DAMAGE, SERVE, SAMPLE, TEMPLATES, MANIFEST, MERGE, COMPLETIONS, MAN];

    #[test]
    fn no_line_is_longer_than_a_narrow_terminal() {
        for text in ALL {
            let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 60).collect();
            assert_eq!(long, [""; 0]);
        }
    }

    /// The help of a flag, as one line.
    fn about(flag: &str) -> String {
        let command = Args::command();
        let generate = command.find_subcommand("generate").unwrap();
        let argument = generate.get_arguments().find(|argument| argument.get_long() == Some(flag)).unwrap();
        argument.get_help().unwrap().to_string()
    }

    /// The scenario fills the defaults in; the help must not say anything else.
    #[test]
    fn the_help_shows_the_defaults_of_the_scenario() {
        let scenario = Scenario::default();
        for (flag, default) in [
            ("seed", scenario.seed.to_string()),
            ("start", scenario.time.start.to_string()),
            ("account", scenario.accounts[0].id.to_string()),
            ("region", scenario.accounts[0].regions.join(", ")),
        ] {
            assert!(about(flag).ends_with(&format!("[default: {default}]")), "{flag}: {}", about(flag));
        }
        assert_eq!((scenario.traffic.events, about("events").ends_with("[default: 1_000]")), (1_000, true));
        let length = scenario.time.end.0 - scenario.time.start.0;
        assert_eq!((length, about("for").ends_with("[default: 24h]")), (crate::clock::DAY, true));
    }

    #[test]
    fn the_arguments_are_sound() {
        Args::command().debug_assert();
    }

    /// The commands in the examples can be parsed, so that none of them goes stale.
    #[test]
    fn every_example_is_a_command() {
        use clap::Parser as _;
        for text in ALL {
            let joined = text.replace("\\\n", "");
            let examples = joined.lines().filter_map(|line| line.strip_prefix("  mocktrail "));
            for example in examples {
                let words = example.split(['|', '>']).next().unwrap_or_default().split_whitespace();
                let parsed = Args::try_parse_from(std::iter::once("mocktrail").chain(words));
                assert!(parsed.is_ok(), "{example}: {parsed:?}");
            }
        }
    }
}
