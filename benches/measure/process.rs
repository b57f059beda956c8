//! Programs as processes of their own: what they took, and how much memory they ever had.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::clock::{Cost, timed};

/// Ticks of `/proc` in a second, on every Linux there is.
const TICKS: f64 = 100.0;

/// Runs a program to its end; gives its time and what it printed, or what it said when it failed.
pub fn run(command: &mut Command) -> Result<(Cost, String), String> {
    let before = of_children();
    let (output, cost) = timed(|| command.stdin(Stdio::null()).output());
    let output = output.map_err(|error| error.to_string())?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !output.status.success() {
        return Err(said(&output.stderr));
    }
    let cpu = of_children().zip(before).map_or(cost.wall, |(after, before)| after.saturating_sub(before));
    Ok((Cost { cpu, ..cost }, said(&output.stdout)))
}

/// Runs this program again, in another role.
pub fn in_role(arguments: &[&str]) -> Result<(Cost, String), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    run(Command::new(program).args(arguments))
}

/// The processor time of all children that have ended, to a hundredth of a second.
fn of_children() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold blanks; of what follows it, these two are 13 and 14.
    let mut fields = text.rsplit_once(") ")?.1.split(' ').skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some(Duration::from_secs_f64((ticks()? + ticks()?) / TICKS))
}

/// The most memory this process ever had, in MiB, where the system tells it.
pub fn peak_memory() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}
