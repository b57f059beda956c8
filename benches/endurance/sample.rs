//! How another process is, every few seconds: its memory, its processor time, and how busy the machine is.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Ticks of `/proc` in a second, on every Linux there is.
const TICKS: f64 = 100.0;

/// A process at a moment.
struct Sample {
    seconds: f64,
    memory: f64,
    peak: f64,
    processor_time: f64,
    load: String,
}

/// A process, from its start to its end.
pub(super) struct Samples(Vec<Sample>);

impl Samples {
    pub(super) const TITLE: &str = "rate,seconds,memory_mib,peak_mib,processor_seconds,load_average\n";

    /// Looks at a process until it ends. Nothing is seen where there is no `/proc`.
    #[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
    pub(super) fn of(process: &mut Child) -> Self {
        let (start, mut samples) = (Instant::now(), Vec::new());
        while process.try_wait().unwrap().is_none() {
            samples.extend(Sample::of(process.id(), start.elapsed().as_secs_f64()));
            thread::sleep(EVERY);
        }
        Self(samples)
    }

    /// The memory after so many seconds; a dash where the run was shorter.
    pub(super) fn memory_at(&self, second: u32) -> String {
        let until = self.0.last().map_or(0.0, |sample| sample.seconds);
        let sample = self.0.iter().rfind(|sample| sample.seconds <= f64::from(second));
        match sample.filter(|_| until + EVERY.as_secs_f64() * 2.0 >= f64::from(second)) {
            Some(sample) => format!("{:6.1}", sample.memory),
            None => format!("{:>6}", "-"),
        }
    }

    /// The most memory that it ever had.
    pub(super) fn peak(&self) -> f64 {
        self.0.last().map_or(f64::NAN, |sample| sample.peak)
    }

    /// The processor time that it took, in seconds.
    pub(super) fn processor_time(&self) -> f64 {
        self.0.last().map_or(f64::NAN, |sample| sample.processor_time)
    }

    /// Adds a line for each sample.
    pub(super) fn append(&self, csv: &Path, rate: &str) {
        let mut lines = String::new();
        for Sample { seconds, memory, peak, processor_time, load } in &self.0 {
            writeln!(lines, "{rate},{seconds:.1},{memory:.1},{peak:.1},{processor_time:.2},{load}").unwrap();
        }
        File::options().append(true).open(csv).unwrap().write_all(lines.as_bytes()).unwrap();
    }
}

impl Sample {
    fn of(process: u32, seconds: f64) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let mebibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
        };
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name of the program, in brackets, may hold blanks; of what follows it, these two are 11 and 12.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
        let mut ticks = || fields.next()?.parse::<f64>().ok();
        let processor_time = (ticks()? + ticks()?) / TICKS;
        let load = fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.to_owned();
        Some(Self { seconds, memory: mebibytes("VmRSS:")?, peak: mebibytes("VmHWM:")?, processor_time, load })
    }
}
