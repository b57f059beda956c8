//! Which shard this process makes: as `--shard I/N` says, or as the scheduler does that started it.

use crate::scenario::Problem;
use crate::shard::Shard;

/// Tells the value of an environment variable, if it has one.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The number of shards, where the scheduler does not tell it or the user knows better.
const COUNT: &str = "MOCKTRAIL_SHARD_COUNT";

const FORMS: &str = "write `I/N`, shard I of N with I from 1 to N, or `auto`";

/// A scheduler that numbers its tasks.
struct Scheduler {
    name: &'static str,
    /// The variable with the number of the task.
    index: &'static str,
    /// What to make of it.
    read: Read,
}

/// Finds the number of the task, from 0, and how many there are.
type Read = fn(&Scheduler, Environment) -> Result<(u64, u64), Problem>;

/// All that `auto` knows.
const SCHEDULERS: [Scheduler; 4] = [
    Scheduler { name: "Kubernetes", index: "JOB_COMPLETION_INDEX", read: kubernetes },
    Scheduler { name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", read: aws_batch },
    Scheduler { name: "Slurm", index: "SLURM_ARRAY_TASK_ID", read: slurm },
    Scheduler { name: "Cloud Run", index: "CLOUD_RUN_TASK_INDEX", read: cloud_run },
];

/// Reads `--shard`.
pub(crate) fn parse(text: &str, environment: Environment) -> Result<Shard, Problem> {
    if text == "auto" {
        return auto(environment);
    }
    let bad = || Problem::new(format!("`{text}` is no shard")).hint(FORMS);
    let (index, count) = text.split_once('/').ok_or_else(bad)?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    let (index, count): (u64, u64) = number(index).zip(number(count)).ok_or_else(bad)?;
    shard(index, count).ok_or_else(|| match count {
        0 => bad(),
        count if count > u64::from(Shard::MOST) => too_many(count),
        _ => Problem::new(format!("there is no shard {index} of {count}"))
            .hint(format!("shards are counted from 1: `1/{count}` is the first, `{count}/{count}` the last")),
    })
}

fn shard(index: u64, count: u64) -> Option<Shard> {
    Shard::new(index.try_into().ok()?, count.try_into().ok()?)
}

fn too_many(count: u64) -> Problem {
    Problem::new(format!("{count} shards are too many")).hint(format!("there can be {} at most", Shard::MOST))
}

/// The shard that the one scheduler says which there is.
fn auto(environment: Environment) -> Result<Shard, Problem> {
    let is_set = |scheduler: &&Scheduler| environment(scheduler.index).is_some();
    let found: Vec<&Scheduler> = SCHEDULERS.iter().filter(is_set).collect();
    let by_hand = "`--shard I/N` says it by hand";
    let [scheduler] = found.as_slice() else {
        let of = |schedulers: &[&Scheduler]| -> Vec<String> {
            schedulers.iter().map(|scheduler| format!("`{}`", scheduler.index)).collect()
        };
        return Err(match found.as_slice() {
            [] => {
                let all = of(&SCHEDULERS.each_ref()).join(", ");
                Problem::new(format!("no scheduler numbers this process: none of {all} is set")).hint(by_hand)
            }
            several => {
                let set = of(several).join(" and ");
                Problem::new(format!("several schedulers number this process: {set} are set")).hint(by_hand)
            }
        });
    };
    let (index, count) = (scheduler.read)(scheduler, environment)?;
    let none = || {
        let (name, variable) = (scheduler.name, scheduler.index);
        Problem::new(format!("`{variable}` is {index}, and of {count} shards the last has the number {}", count - 1))
            .hint(format!("{name} counts from 0; there are as many shards as tasks, or as `{COUNT}` says"))
    };
    match count {
        0 => Err(Problem::new("there are 0 shards").hint(format!("look at `{COUNT}`, and how the job was submitted"))),
        count if count > u64::from(Shard::MOST) => Err(too_many(count)),
        count => shard(index + 1, count).ok_or_else(none),
    }
}

/// Kubernetes tells the index; the number of completions has to be written into the Job once more.
fn kubernetes(scheduler: &Scheduler, environment: Environment) -> Result<(u64, u64), Problem> {
    let count = number(COUNT, environment)?.ok_or_else(|| {
        Problem::new(format!("`{}` is set, and `{COUNT}` is not", scheduler.index))
            .hint("Kubernetes does not tell how many there are: set it in the Job, to the number of `completions`")
    })?;
    Ok((required(scheduler, scheduler.index, environment)?, count))
}

fn aws_batch(scheduler: &Scheduler, environment: Environment) -> Result<(u64, u64), Problem> {
    counted(scheduler, "AWS_BATCH_JOB_ARRAY_SIZE", environment)
}

fn cloud_run(scheduler: &Scheduler, environment: Environment) -> Result<(u64, u64), Problem> {
    counted(scheduler, "CLOUD_RUN_TASK_COUNT", environment)
}

/// Index and number of a scheduler that tells both.
fn counted(scheduler: &Scheduler, variable: &str, environment: Environment) -> Result<(u64, u64), Problem> {
    let count = required(scheduler, variable, environment)?;
    if let Some(other) = number(COUNT, environment)?.filter(|other| *other != count) {
        let problem = Problem::new(format!("`{variable}` is {count}, and `{COUNT}` is {other}"));
        return Err(problem.hint(format!("{} tells the number itself; leave `{COUNT}` out", scheduler.name)));
    }
    Ok((required(scheduler, scheduler.index, environment)?, count))
}

/// An array may begin at 0 or 1 and go on in steps. One that begins elsewhere is surely some tasks of another one. When the user tells the number of shards, so that some tasks can be
/// submitted again alone, the tasks are those of `--array=0-…`.
fn slurm(scheduler: &Scheduler, environment: Environment) -> Result<(u64, u64), Problem> {
    let id = required(scheduler, scheduler.index, environment)?;
    if let Some(count) = number(COUNT, environment)? {
        return Ok((id, count));
    }
    let told = |name: &str| required(scheduler, name, environment);
    let (first, last) = (told("SLURM_ARRAY_TASK_MIN")?, told("SLURM_ARRAY_TASK_MAX")?);
    let count = told("SLURM_ARRAY_TASK_COUNT")?;
    let step = number("SLURM_ARRAY_TASK_STEP", environment)?.unwrap_or(1).max(1);
    let is_whole =
        first <= 1 && first <= id && id <= last && (last - first) / step + 1 == count && (id - first) % step == 0;
    if !is_whole {
        let problem = Problem::new(format!("{count} tasks from {first} to {last} are no whole array"));
        return Err(problem.hint(format!(
            "submit `--array=0-LAST`; to run some tasks of it again, set `{COUNT}` to the number of all"
        )));
    }
    Ok(((id - first) / step, count))
}

fn required(scheduler: &Scheduler, variable: &str, environment: Environment) -> Result<u64, Problem> {
    number(variable, environment)?.ok_or_else(|| {
        Problem::new(format!("`{}` is set, and `{variable}` is not", scheduler.index))
            .hint(format!("{} sets both; `--shard I/N` says it by hand", scheduler.name))
    })
}

fn number(variable: &str, environment: Environment) -> Result<Option<u64>, Problem> {
    let Some(text) = environment(variable) else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse::<u32>().ok()).flatten();
    let problem = || Problem::new(format!("`{variable}` is `{text}`, which is no number from 0"));
    number.map(|number| Some(number.into())).ok_or_else(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--shard auto` makes of variables.
    fn auto_of(variables: &[(&str, &str)]) -> Result<String, String> {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        parse("auto", &value).map(|shard| shard.to_string()).map_err(|problem| problem.what)
    }

    #[test]
    fn shards_are_counted_from_one() {
        let none = |_: &str| None;
        assert_eq!(parse("3/8", &none).unwrap().to_string(), "3/8");
        for (text, what) in [
            ("0/8", "there is no shard 0 of 8"),
            ("9/8", "there is no shard 9 of 8"),
            ("1/0", "`1/0` is no shard"),
            ("1", "`1` is no shard"),
            ("+1/2", "`+1/2` is no shard"),
            ("1/2/3", "`1/2/3` is no shard"),
            ("/", "`/` is no shard"),
            ("automatic", "`automatic` is no shard"),
            ("1/100001", "100001 shards are too many"),
        ] {
            assert_eq!(parse(text, &none).unwrap_err().what, what);
        }
    }

    #[test]
    fn every_scheduler_is_understood() {
        let ours = "MOCKTRAIL_SHARD_COUNT";
        for (variables, shard) in [
            (&[("JOB_COMPLETION_INDEX", "0"), (ours, "8")][..], "1/8"),
            (&[("AWS_BATCH_JOB_ARRAY_INDEX", "7"), ("AWS_BATCH_JOB_ARRAY_SIZE", "8")], "8/8"),
            (&[("AWS_BATCH_JOB_ARRAY_INDEX", "7"), ("AWS_BATCH_JOB_ARRAY_SIZE", "8"), (ours, "8")], "8/8"),
            (&[("CLOUD_RUN_TASK_INDEX", "2"), ("CLOUD_RUN_TASK_COUNT", "3")], "3/3"),
        ] {
            assert_eq!(auto_of(variables), Ok(shard.to_owned()));
        }
    }

    /// `--array=first-last:step` of Slurm, for the task of this id.
    fn slurm_of(id: &str, first: &str, last: &str, count: &str, step: &str) -> Vec<(&'static str, String)> {
        let variables =
            ["SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT"];
        let variables = variables.into_iter().chain(["SLURM_ARRAY_TASK_STEP"]);
        variables.zip([id, first, last, count, step].map(str::to_owned)).collect()
    }

    #[test]
    fn arrays_of_slurm_begin_at_0_or_1_and_have_no_gaps() {
        let gaps =
            |count: u32, first: u32, last: u32| Err(format!("{count} tasks from {first} to {last} are no whole array"));
        for (task, expected) in [
            (slurm_of("0", "0", "7", "8", "1"), Ok("1/8".to_owned())),
            (slurm_of("8", "1", "8", "8", "1"), Ok("8/8".to_owned())),
            (slurm_of("4", "0", "8", "5", "2"), Ok("3/5".to_owned())),
            (slurm_of("3", "3", "3", "1", "1"), gaps(1, 3, 3)),
            (slurm_of("7", "3", "7", "2", "1"), gaps(2, 3, 7)),
            (slurm_of("3", "1", "9", "3", "1"), gaps(3, 1, 9)),
        ] {
            let variables: Vec<(&str, &str)> = task.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(auto_of(&variables), expected);
        }
        let again = [("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "1"), ("MOCKTRAIL_SHARD_COUNT", "8")];
        assert_eq!(auto_of(&again), Ok("4/8".to_owned()));
    }

    #[test]
    fn variables_that_say_nothing_sound_are_told() {
        let ours = "MOCKTRAIL_SHARD_COUNT";
        for (variables, what) in [
            (
                &[(ours, "8")][..],
                "no scheduler numbers this process: none of `JOB_COMPLETION_INDEX`, \
                `AWS_BATCH_JOB_ARRAY_INDEX`, `SLURM_ARRAY_TASK_ID`, `CLOUD_RUN_TASK_INDEX` is set",
            ),
            (
                &[("JOB_COMPLETION_INDEX", "0"), ("SLURM_ARRAY_TASK_ID", "1")],
                "several schedulers number this process: `JOB_COMPLETION_INDEX` and `SLURM_ARRAY_TASK_ID` are set",
            ),
            (&[("JOB_COMPLETION_INDEX", "0")], "`JOB_COMPLETION_INDEX` is set, and `MOCKTRAIL_SHARD_COUNT` is not"),
            (
                &[("JOB_COMPLETION_INDEX", "8"), (ours, "8")],
                "`JOB_COMPLETION_INDEX` is 8, and of 8 shards the last has the number 7",
            ),
            (&[("JOB_COMPLETION_INDEX", "0"), (ours, "0")], "there are 0 shards"),
            (&[("JOB_COMPLETION_INDEX", ""), (ours, "2")], "`JOB_COMPLETION_INDEX` is ``, which is no number from 0"),
            (
                &[("JOB_COMPLETION_INDEX", "0"), (ours, "many")],
                "`MOCKTRAIL_SHARD_COUNT` is `many`, which is no number from 0",
            ),
            (
                &[("AWS_BATCH_JOB_ARRAY_INDEX", "1")],
                "`AWS_BATCH_JOB_ARRAY_INDEX` is set, and `AWS_BATCH_JOB_ARRAY_SIZE` is not",
            ),
            (
                &[("CLOUD_RUN_TASK_INDEX", "0"), ("CLOUD_RUN_TASK_COUNT", "3"), (ours, "4")],
                "`CLOUD_RUN_TASK_COUNT` is 3, and `MOCKTRAIL_SHARD_COUNT` is 4",
            ),
        ] {
            assert_eq!(auto_of(variables), Err(what.to_owned()));
        }
    }
}
