//! `mocktrail notify`: the notifications of objects that are delivered already; and what `emit` shares with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::args::{Notify, NotifyShape, S3Access};
use super::console::Console;
use super::emit::in_ms;
use super::exit::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::interrupt;
use super::summary::{count, things};
use crate::clock::SteadyClock;
use crate::delivery::notify::{Announced, Announcer, Channel, Lines, Shape, Target, Voice};
use crate::mistake::closest;
use crate::run::{Replay, Replayed};
use crate::scenario::{Pace, Problem, Scenario};
use crate::seed::Seed;

pub(crate) fn run(args: &Notify, console: &mut Console) -> Result<Exit, Failure> {
    let mut flags = Flags::default();
    let pace = flags.one("--rate", args.rate.as_ref(), Pace::parse);
    let wanted = Wanted::read("--to", &args.to, &args.shape, &mut flags);
    flags.finish()?;
    let replay = Replay::open(&manifest(&args.manifest)).map_err(Failure::Manifest)?;
    let scenario = replay.scenario().clone();
    let announcer = wanted.announcer(&scenario, &args.s3, &args.shape)?;
    announcer.begin(None)?;
    let (stop, clock) = (interrupt::watch(), SteadyClock::start());
    let pace = pace.map(|pace| pace.value);
    let done = replay.announce(&announcer, pace.as_ref(), &clock, stop);
    if stop.load(Ordering::Relaxed) {
        announcer.hurry();
    }
    let told = announcer.finish();
    let path = manifest(&args.manifest);
    let done = done.map_err(|cause| Failure::Unreadable { path, cause })?;
    match args.json {
        true => console.json(&document(&done, &told))?,
        false => console.say(&text(&done, &told)),
    }
    unfinished(&told)?;
    Ok(if done.interrupted { Exit::Interrupted } else { Exit::Done })
}

/// The manifest of a trail, when its directory is named.
fn manifest(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(".mocktrail").join("manifest.jsonl") } else { path.to_owned() }
}

/// Who is to be told, and how.
pub(crate) struct Wanted {
    targets: Vec<Target>,
    shape: Shape,
}

impl Wanted {
    /// Reads the targets that a flag names.
    pub(crate) fn read(flag: &str, targets: &[String], shape: &NotifyShape, flags: &mut Flags) -> Self {
        let targets = flags.all(flag, targets, target);
        let shape = flags.one("--notify-shape", shape.notify_shape.as_ref(), self::shape);
        Self {
            targets: targets.into_iter().map(|target| target.value).collect(),
            shape: shape.map_or(Shape::S3, |shape| shape.value),
        }
    }

    pub(crate) const fn is_nobody(&self) -> bool {
        self.targets.is_empty()
    }

    /// Whether a server is to be told.
    pub(crate) fn is_remote(&self) -> bool {
        self.targets.iter().any(Target::is_remote)
    }

    /// Opens all targets.
    pub(crate) fn announcer(
        &self,
        scenario: &Scenario,
        s3: &S3Access,
        shape: &NotifyShape,
    ) -> Result<Announcer, Failure> {
        let channels = self.targets.iter().map(|target| open(target, s3)).collect::<Result<_, _>>()?;
        let account = scenario.accounts[0].id.as_str();
        let trail = &scenario.trail;
        let voice = Voice::new(Seed(scenario.seed), &trail.bucket, &trail.digests.home_region, account, &trail.name);
        let announcer = Announcer::start(voice, self.shape, channels);
        Ok(if shape.notify_test { announcer.set_up_at(scenario.time.start) } else { announcer })
    }
}

fn target(text: &str) -> Result<Target, Problem> {
    let hint = "write `sqs:URL`, `sns:ARN` or `file:PATH`";
    Target::parse(text).ok_or_else(|| Problem::new(format!("`{text}` is no target of notifications")).hint(hint))
}

fn shape(text: &str) -> Result<Shape, Problem> {
    Shape::parse(text).ok_or_else(|| {
        let known: Vec<String> = Shape::WORDS.iter().map(|word| format!("`{word}`")).collect();
        let problem = Problem::new(format!("unknown shape `{text}`, expected one of {}", known.join(", ")));
        match closest(text, Shape::WORDS) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    })
}

fn open(target: &Target, s3: &S3Access) -> Result<Box<dyn Channel>, Failure> {
    match target {
        Target::File(path) => {
            let lines = Lines::open(path).map_err(|cause| Failure::Unwritable { path: path.clone(), cause })?;
            Ok(Box::new(lines))
        }
        remote => open_remote(remote, s3),
    }
}

#[cfg(feature = "s3")]
fn open_remote(target: &Target, s3: &S3Access) -> Result<Box<dyn Channel>, Failure> {
    use crate::delivery::{Queue, Topic};
    let options = super::place::bucket_options("", s3);
    let opened: Result<Box<dyn Channel>, _> = match target {
        Target::Sqs(url) => Queue::connect(url, &options).map(|queue| Box::new(queue) as _),
        Target::Sns(arn) => Topic::connect(arn, &options).map(|topic| Box::new(topic) as _),
        Target::File(_) => unreachable!("files are opened elsewhere"),
    };
    opened.map_err(Failure::Destination)
}

#[cfg(not(feature = "s3"))]
fn open_remote(_: &Target, _: &S3Access) -> Result<Box<dyn Channel>, Failure> {
    Err(Failure::NoS3)
}

/// Fails when messages were given up.
pub(crate) fn unfinished(announced: &[Announced]) -> Result<(), Failure> {
    let Some(worst) = announced.iter().find(|announced| announced.failed > 0) else { return Ok(()) };
    let fault = worst.fault.clone().unwrap_or_default();
    Err(Failure::Unannounced { target: worst.target.clone(), failed: worst.failed, fault })
}

/// What became of the messages, a line for each target.
pub(crate) fn lines(announced: &[Announced]) -> String {
    announced.iter().fold(String::new(), |lines, announced| {
        let Announced { target, sent, retried, failed, .. } = announced;
        let (sent, retried, failed) = (things(*sent, "notification"), count(*retried), count(*failed));
        format!("{lines}{sent} to `{target}`, {retried} tried again, {failed} given up\n{}", on_purpose(announced))
    })
}

/// What was told otherwise than once for each object, if anything was.
fn on_purpose(announced: &Announced) -> String {
    let Announced { repeated, early, withheld, left_out, .. } = announced;
    let all =
        [(repeated, "repeated"), (early, "early"), (withheld, "withheld"), (left_out, "left out as no log files")];
    let some: Vec<String> = all
        .iter()
        .filter(|(number, _)| **number > 0)
        .map(|(number, what)| format!("{} {what}", count(**number)))
        .collect();
    if some.is_empty() { String::new() } else { format!("  on purpose: {}\n", some.join(", ")) }
}

/// The same for programs.
pub(crate) fn documents(announced: &[Announced]) -> Value {
    let document = |announced: &Announced| {
        let Announced { target, sent, repeated, early, withheld, left_out, retried, failed, fault } = announced;
        json!({
            "target": target,
            "sent": sent,
            "repeated": repeated,
            "early": early,
            "withheld": withheld,
            "leftOut": left_out,
            "retried": retried,
            "failed": failed,
            "fault": fault,
        })
    };
    announced.iter().map(document).collect()
}

fn text(done: &Replayed, announced: &[Announced]) -> String {
    let mut text = lines(announced);
    if done.left_out > 0 {
        text += &things(done.left_out, "object");
        text += " left out: digest files, or nobody has their bytes\n";
    }
    text.truncate(text.trim_end().len());
    text
}

fn document(done: &Replayed, announced: &[Announced]) -> Value {
    let late = |quantile| in_ms(done.lateness.value_at_quantile(quantile));
    json!({
        "objects": done.objects,
        "leftOut": done.left_out,
        "notifications": documents(announced),
        "latenessMs": {"p50": late(0.5), "p99": late(0.99), "max": late(1.0)},
        "interrupted": done.interrupted,
    })
}
