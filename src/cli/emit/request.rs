//! From arguments to a live run: the window that begins now, the rate in events, and the due times.

use std::fs;
use std::path::{Path, PathBuf};

use super::rate::{self, Measure, Unit};
use crate::cli::args::Emit;
use crate::cli::failure::Failure;
use crate::cli::flags::Flags;
use crate::cli::misplaced::{Flag, of_s3};
use crate::cli::notify::Wanted;
use crate::cli::place::{Place, Store};
use crate::cli::request::wish;
use crate::clock::{DAY, Moment, SECOND, Span, Time};
use crate::mistake::Mistake;
use crate::plan::Plan;
use crate::run::{Record, Speed, Timetable};
use crate::scenario::{Amount, Asked, End, FaultWish, Problem, Scenario, Shape, Wish, flush, span, templates_of};
use crate::template::Catalogue;
use crate::trail::Trail;

/// What `emit` is asked for.
pub(crate) struct Request {
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    pub(crate) store: Store,
    pub(crate) manifest_dir: PathBuf,
    pub(crate) record: Record,
    /// Who is told of files.
    pub(crate) wanted: Wanted,
}

/// A run without an end of its own ends after a year.
const ENDLESS: Span = Span(365 * DAY);

/// What the user says of time.
struct Timing {
    rate: Option<Asked<rate::Asked>>,
    length: Option<Asked<Span>>,
    flush: Option<Asked<Span>>,
    speed: Option<Asked<Speed>>,
}

impl Request {
    /// Reads the arguments, and the scenario file they name or the run that they go on with.
    pub(crate) fn read(args: &Emit) -> Result<Self, Failure> {
        let mut flags = Flags::default();
        let place = flags.one("--to", Some(&args.destination.to), Place::parse);
        let wanted = Wanted::read("--notify", &args.notify, &args.notify_shape, &mut flags);
        flags.keep(misplaced(args, place.as_ref().map(|place| &place.value), &wanted));
        let timing = Timing::read(args, &mut flags);
        if args.resume {
            flags.finish()?;
            return Self::resumed(args, place.expect("without a place there was a mistake").value, wanted);
        }
        let begun = beginning(Time::now());
        let wish = timing.over(wish(&args.scenario, place.as_ref(), flags, false)?, begun)?;
        let place = place.expect("without a place there was a mistake").value;
        let scenario = timing.resolve(wish)?;
        let timetable = Timetable { start: scenario.time.start, begun: begun.into(), speed: timing.speed() };
        let record = Record::new(timetable, timing.rate.as_ref().map(|rate| rate.value.text().to_owned()));
        Self::new(args, scenario, place, record, wanted)
    }

    fn new(args: &Emit, scenario: Scenario, place: Place, record: Record, wanted: Wanted) -> Result<Self, Failure> {
        if scenario.trail.digests.on {
            let mistake = Mistake::of_file("`digests`", "`emit` makes log files only");
            let hint = "leave it out; afterwards `mocktrail generate --digests` with the scenario beside the manifest adds them";
            return Err(Failure::mistake(mistake.hint(hint)));
        }
        let Place::Store(store) = place.clone() else { unreachable!("standard output is refused as misplaced") };
        let manifest_dir = args.destination.manifest_dir.clone().unwrap_or_else(|| store.manifest_dir(scenario.seed));
        Ok(Self { plan: Plan::new(scenario)?, place, store, manifest_dir, record, wanted })
    }

    /// The run that was begun at a place, as it was asked for then.
    fn resumed(args: &Emit, place: Place, wanted: Wanted) -> Result<Self, Failure> {
        let seed = args.scenario.seed.as_deref().and_then(|seed| seed.parse().ok()).unwrap_or(0);
        let Place::Store(store) = &place else { unreachable!("standard output is refused as misplaced") };
        let dir = args.destination.manifest_dir.clone().unwrap_or_else(|| store.manifest_dir(seed));
        let record = Record::load(&dir).map_err(|cause| Failure::NothingToResume { dir: dir.clone(), cause })?;
        let path = dir.join("scenario.toml");
        let text = fs::read_to_string(&path).map_err(|cause| Failure::NothingToResume { dir: dir.clone(), cause })?;
        Self::new(args, recorded(&path, &text)?, place, record, wanted)
    }
}

/// A scenario that a run wrote down.
fn recorded(path: &Path, text: &str) -> Result<Scenario, Failure> {
    let name = path.to_string_lossy();
    let catalogue = Catalogue::load(&templates_of(&name, text))?;
    Ok(Wish::parse(&name, text, &catalogue.names(), Time::now())?.resolve()?)
}

/// The next whole second but one: events carry whole seconds, and the first files are made meanwhile.
fn beginning(now: Time) -> Time {
    Time(now.floor_second().0 + 2 * SECOND)
}

impl Timing {
    fn read(args: &Emit, flags: &mut Flags) -> Self {
        Self {
            rate: flags.one("--rate", args.rate.as_ref(), rate::Asked::parse),
            length: flags.one("--for", args.scenario.length.as_ref(), span),
            flush: flags.one("--flush", args.flush.as_ref(), flush),
            speed: flags.one("--speed", args.speed.as_ref(), speed),
        }
    }

    fn speed(&self) -> Speed {
        self.speed.as_ref().map_or(Speed::ONE, |speed| speed.value)
    }

    /// Lays over a wish what the user says of time: the window begins now, or runs at the scenario's own time.
    fn over(&self, wish: Wish, begun: Time) -> Result<Wish, Failure> {
        let wanted = wish.amount.is_some() || wish.pace.is_some();
        if self.rate.is_none() && !wanted {
            let mistake = Mistake::of_file("--rate", "how fast is not said");
            return Err(Failure::mistake(
                mistake.hint("say `--rate 10/s`, or name a scenario file that says how much happens"),
            ));
        }
        let own = match (&wish.end, &wish.start) {
            (Some(Asked { value: End::At(end), place }), Some(start)) => {
                Some(Asked { value: End::For(Span(end.0 - start.value.0)), place: place.clone() })
            }
            (end, _) => end.clone(),
        };
        let asked = self.length.as_ref().map(|length| Asked::by_flag("--for", End::For(self.on_trail(length.value))));
        let endless = || Asked::by_flag("--rate", End::For(self.on_trail(ENDLESS)));
        let end = asked.or(own).or_else(|| self.rate.is_some().then(endless));
        let start = match self.speed {
            Some(_) => wish.start,
            None => Some(Asked::by_flag("--for", begun)),
        };
        let flush = self.flush.clone().or(wish.flush);
        Ok(Wish { start, end, flush, ..wish })
    }

    /// Completes a wish. What a rate in bytes or objects comes to in events is measured on the scenario itself.
    fn resolve(&self, wish: Wish) -> Result<Scenario, Failure> {
        let Some(rate) = &self.rate else { return Ok(wish.resolve()?) };
        let amount = |events| Some(Asked::by_flag("--rate", Amount::Events(events)));
        // Measured is what goes right; how many faults there are has nothing to do with how fast events come.
        let sound = Wish { amount: amount(1), pace: None, faults: FaultWish::default(), ..wish.clone() };
        let scenario = sound.resolve()?;
        let length = scenario.time.end.0 - scenario.time.start.0;
        let pace = self.pace(&scenario, &rate.value).map_err(|problem| Failure::mistake(rate.mistake(problem)))?;
        let events = pace.over(Span(self.on_wall(length)));
        let wish = match pace.is_level() {
            true => Wish { shape: Some(Asked::by_flag("--rate", Shape::Flat)), pace: None, ..wish },
            false => Wish {
                pace: Some(Asked::by_flag("--rate", pace.stretched(|length| self.speed().stretch(length)))),
                ..wish
            },
        };
        Ok(Wish { amount: amount(events), ..wish }.resolve()?)
    }

    fn pace(&self, scenario: &Scenario, rate: &rate::Asked) -> Result<crate::scenario::Pace, Problem> {
        let mut measure = Measure { events: 1, units: 1 };
        if rate.unit == Unit::Events {
            return rate.pace(measure);
        }
        // Files are fuller the faster they come, so the measure is taken again at the rate found.
        for _ in 0..4 {
            let pace = rate.pace(measure)?;
            let hour = pace.over(Span(crate::clock::HOUR)).max(1);
            let length = self.speed().stretch(crate::clock::HOUR);
            let chapter = crate::activity::CHAPTER;
            let length = i128::from(length) * i128::from(chapter) / i128::from(hour);
            let specimen = rate::specimen(scenario, chapter, Span(length.clamp(1, i128::from(DAY * 365)) as i64));
            let Ok(plan) = Plan::new(specimen) else { break };
            measure = rate::measure(&Trail::new(std::sync::Arc::new(plan)), rate.unit);
        }
        rate.pace(measure)
    }

    /// So long on the wall clock, in the trail's time.
    fn on_trail(&self, length: Span) -> Span {
        Span(self.speed().stretch(length.0).max(1))
    }

    /// So long in the trail's time, on the wall clock.
    fn on_wall(&self, length: i64) -> i64 {
        let table = Timetable { start: Time(0), begun: Moment(0), speed: self.speed() };
        table.due(Time(length)).0 / 1_000
    }
}

fn speed(text: &str) -> Result<Speed, Problem> {
    let hint = "write how many times as fast as the wall clock: `60x`, `0.5x`";
    Speed::parse(text).ok_or_else(|| Problem::new(format!("`{text}` is not a speed")).hint(hint))
}

/// A mistake for each flag that has no meaning here.
fn misplaced(args: &Emit, place: Option<&Place>, wanted: &Wanted) -> Vec<Mistake> {
    let of = |flag: &str, what: &str, hint: &str| Mistake::of_file(flag, what).hint(hint);
    let mut mistakes = Vec::new();
    let scenario = &args.scenario;
    if let Some(place) = place {
        // Files in a directory can be put several at once too, and queues are reached as buckets are.
        let fits = |flag: &str| flag == "--concurrency" || (wanted.is_remote() && flag != "--create-bucket");
        mistakes.extend(of_s3(&args.s3, &args.destination.to, place).filter(|mistake| !fits(&mistake.file)));
    }
    if wanted.is_nobody() && (args.notify_shape.notify_shape.is_some() || args.notify_shape.notify_test) {
        mistakes.push(of("--notify-shape", "nobody is told of anything", "say who is with `--notify`"));
    }
    if place == Some(&Place::Output) {
        mistakes.push(of("--to", "`emit` delivers files", "name a directory or `s3://BUCKET`"));
    }
    let given: [Flag; 4] = [
        ("--end", scenario.end.is_some()),
        ("--start", scenario.start.is_some() && args.speed.is_none()),
        ("--digests", scenario.digests),
        ("--signing-key", scenario.signing_key.is_some()),
    ];
    for (flag, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
        mistakes.push(match flag {
            "--end" => of(flag, "`emit` begins now", "say how long with `--for`"),
            "--start" => of(flag, "`emit` begins now", "`--speed 1x` plays the scenario's own time"),
            _ => of(flag, "`emit` makes log files only", "leave it out"),
        });
    }
    mistakes
}
