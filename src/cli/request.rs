//! From arguments to a plan: the scenario file, the flags over it, and every mistake in both at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Generate, Sample, ScenarioArgs};
use super::failure::Failure;
use super::flags::{Flags, known_identity};
use super::misplaced::misplaced;
use super::place::Place;
use super::shard;
use crate::clock::{DAY, Time};
use crate::mistake::{Mistake, Mistakes};
use crate::plan::Plan;
use crate::scenario::{
    AccountId, Amount, Asked, DigestWish, EVENTS, End, Gzip, SEED, Style, Wish, instant, region, share, span,
    templates_of, weighted_action,
};
use crate::shard::Shard;
use crate::template::Catalogue;

/// What `generate` is asked for.
pub(crate) struct Request {
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    /// The one shard that is wanted, if not the whole run is.
    pub(crate) shard: Option<Shard>,
}

impl Request {
    /// Reads the arguments, and the scenario file they name.
    pub(crate) fn read(args: &Generate) -> Result<Self, Failure> {
        let mut flags = Flags::default();
        let place = flags.one("--to", Some(&args.destination.to), Place::parse);
        if let Some(place) = &place {
            flags.keep(misplaced(args, &place.value));
        }
        let environment = |name: &str| std::env::var(name).ok();
        let shard = flags.one("--shard", args.output.shard.as_ref(), |text| shard::parse(text, &environment));
        let wish = wish(&args.scenario, place.as_ref(), flags, shard.is_some())?;
        let plan = Plan::new(wish.resolve()?)?;
        let place = place.expect("without a place there was a mistake").value;
        Ok(Self { plan, place, shard: shard.map(|shard| shard.value) })
    }
}

/// The plan of a scenario file.
#[cfg(feature = "serve")]
pub(crate) fn of_file(path: &Path) -> Result<Plan, Failure> {
    let args = ScenarioArgs { file: Some(path.to_owned()), ..ScenarioArgs::default() };
    Ok(Plan::new(wish(&args, None, Flags::default(), false)?.resolve()?)?)
}

/// The plan for `count` calls of one action, all of which fail if an error is wanted.
pub(crate) fn sample(args: &Sample, count: u64) -> Result<Plan, Failure> {
    let catalogue = Catalogue::load(&args.templates)?;
    let mut flags = Flags::default();
    let action = flags.one("ACTION", Some(&args.action), |text| weighted_action(text, &catalogue.names()));
    let wish = Wish {
        seed: flags.one("--seed", args.seed.as_ref(), |text| SEED.parse(text)),
        amount: Some(Asked::by_flag("--count", Amount::Events(count))),
        errors_ppm: Some(Asked::by_flag("--error", if args.error.is_some() { 1_000_000 } else { 0 })),
        mix: action.map(|Asked { value, place }| Asked { value: BTreeMap::from([value]), place }),
        only: Some(Asked::by_flag("ACTION", true)),
        identity: flags.one("--identity", args.identity.as_ref(), known_identity),
        style: flags.one("--style", args.style.as_ref(), Style::parse),
        templates: folders(&args.templates),
        ..Wish::default()
    };
    flags.finish()?;
    Ok(Plan::new(wish.resolve()?)?)
}

/// The wish of the scenario file with that of the flags laid over it; for a shard, it must be the same at any time.
pub(crate) fn wish(
    args: &ScenarioArgs,
    place: Option<&Asked<Place>>,
    mut flags: Flags,
    for_shard: bool,
) -> Result<Wish, Failure> {
    let now = Time::now();
    let file = args.file.as_deref().map(File::read).transpose()?;
    let catalogue = Catalogue::load(&template_folders(args, file.as_ref()))?;
    let actions = catalogue.names();
    let at = |now: Time, flags: &mut Flags| {
        let over = of_flags(args, place, &actions, now, flags);
        let under = match &file {
            Some(file) => file.wish(flags, &actions, now),
            None => Wish::default(),
        };
        under.overlay(over)
    };
    let wish = at(now, &mut flags);
    if for_shard && wish != at(Time(now.0 + DAY), &mut Flags::default()) {
        let what = "times relative to `now` are others for every shard";
        flags.keep([Mistake::of_file("--shard", what).hint("write instants, such as `--start 2026-03-02T00:00:00Z`")]);
    }
    flags.finish()?;
    Ok(wish)
}

/// Whoever names a key wants digests.
fn digests(args: &ScenarioArgs) -> DigestWish {
    let key = args.signing_key.as_ref();
    DigestWish {
        on: (args.digests || key.is_some()).then(|| Asked::by_flag("--digests", true)),
        signing_key: key.map(|path| Asked::by_flag("--signing-key", path.clone())),
        ..DigestWish::default()
    }
}

fn of_flags(args: &ScenarioArgs, place: Option<&Asked<Place>>, actions: &[&str], now: Time, flags: &mut Flags) -> Wish {
    let bucket = place.and_then(|place| place.value.bucket());
    let seed = flags.one("--seed", args.seed.as_ref(), |text| SEED.parse(text));
    let amount = flags.one("--events", args.events.as_ref(), |text| EVENTS.parse(text).map(Amount::Events));
    let start = flags.one("--start", args.start.as_ref(), |text| instant(text, now));
    let end = flags.one("--end", args.end.as_ref(), |text| instant(text, now).map(End::At));
    let length = flags.one("--for", args.length.as_ref(), |text| span(text).map(End::For));
    let account_ids = flags.all("--account", &args.account, AccountId::parse);
    let regions = flags.all("--region", &args.region, region);
    let mix = flags.mix(&args.action, actions);
    let errors_ppm = flags.one("--errors", args.errors.as_ref(), share);
    let gzip = flags.one("--gzip", args.gzip.as_ref(), Gzip::parse);
    Wish {
        seed,
        start,
        end: end.or(length),
        amount,
        only: mix.as_ref().map(|_| Asked::by_flag("--action", true)),
        mix,
        account_ids,
        regions,
        errors_ppm,
        gzip,
        digests: digests(args),
        bucket: bucket.map(|(name, _)| Asked::by_flag("--to", name.clone())),
        prefix: bucket.and_then(|(_, prefix)| prefix).map(|prefix| Asked::by_flag("--to", prefix.clone())),
        templates: folders(&args.templates),
        ..Wish::default()
    }
}

/// A scenario file.
struct File {
    name: String,
    text: String,
}

impl File {
    fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable = |cause| Failure::Unreadable { path: path.to_owned(), cause };
        Ok(Self { name: path.display().to_string(), text: std::fs::read_to_string(path).map_err(unreadable)? })
    }

    /// What the file asks for; what is wrong with it is kept with the flags.
    fn wish(&self, flags: &mut Flags, actions: &[&str], now: Time) -> Wish {
        let wish = Wish::parse(&self.name, &self.text, actions, now).unwrap_or_else(|Mistakes(mistakes)| {
            flags.keep(mistakes);
            Wish::default()
        });
        let identity = wish.identity.as_ref().map(|asked| (asked, known_identity(&asked.value)));
        if let Some((asked, Err(problem))) = identity {
            flags.keep([asked.mistake(problem)]);
        }
        wish
    }
}

fn template_folders(args: &ScenarioArgs, file: Option<&File>) -> Vec<PathBuf> {
    match (args.templates.as_slice(), file) {
        ([], Some(file)) => templates_of(&file.name, &file.text),
        (folders, _) => folders.to_vec(),
    }
}

fn folders(paths: &[PathBuf]) -> Vec<Asked<PathBuf>> {
    paths.iter().map(|path| Asked::by_flag("--templates", path.clone())).collect()
}
